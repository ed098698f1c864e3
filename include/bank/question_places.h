/* Whether a question's place is there: its sections, its domain, the line of its source. What only
 * the whole bank shows, by whichever way the question comes. */
#ifndef BANK_QUESTION_PLACES_H
#define BANK_QUESTION_PLACES_H

#include "bank/text_map.h"
#include "base/error.h"
#include "domain/bank.h"

struct bank_places {
    const struct text_map *section_indexes; /* path → index; NULL: the notes are not known */
    const struct section *sections;
    const struct text_map *domains; /* slug → anything; NULL: the domains are not known */
};

/* Faults get pointers that begin with `prefix`. */
NODISCARD bool question_check_places(const struct question *question,
                                     const struct bank_places *places, struct arena *arena,
                                     struct text prefix, struct error *err);

#endif
