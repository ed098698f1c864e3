/*
 * New notes over the sections that a bank has, for whoever holds the bank's row in a transaction:
 * what was renamed keeps its id, so that answers, evidence and questions stay with it, and its old
 * anchor leads to it. Changes of the notes and imports of a folder both write by this.
 */
#ifndef STORE_SECTION_CHANGES_H
#define STORE_SECTION_CHANGES_H

#include "base/arena.h"
#include "base/error.h"
#include "db/session.h"
#include "domain/bank.h"

struct section_changes {
    struct db_session *session;
    struct uuid bank_id;
    struct section_list old; /* as store_sections_read has read them */
    struct section_list now; /* notes order */
    const int64_t *origins;  /* by new section: which old one it continues; BANK_NO_SECTION */
};

struct section_counts {
    int64_t created;
    int64_t updated; /* with those that were renamed */
    int64_t unchanged;
    int64_t removed;
    int64_t renamed;             /* that have another path */
    int64_t questions_rewritten; /* whose section has another path */
    int64_t questions_to_review; /* whose section says something else, or is gone */
};

/* All that there were, removed ones behind; without links and lines. */
NODISCARD bool store_sections_read(struct db_session *session, struct uuid bank_id,
                                   struct arena *arena, struct section_list *sections,
                                   struct error *err);
/* Leaves the transaction open. */
NODISCARD bool store_sections_write(const struct section_changes *changes, struct arena *arena,
                                    struct section_counts *counts, struct error *err);

#endif
