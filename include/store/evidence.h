/* Evidence: the sums that are kept, and the same made again from the history. */
#ifndef STORE_EVIDENCE_H
#define STORE_EVIDENCE_H

#include "base/arena.h"
#include "base/error.h"
#include "db/db.h"
#include "domain/evidence.h"

/* The user's evidence by section of the bank: bank->section_count entries. Evidence of sections
 * that left the notes is not read. */
NODISCARD bool store_evidence_list(struct db *db, struct arena *arena, struct uuid user_id,
                                   const struct bank *bank, struct evidence **evidence,
                                   struct error *err);
/* The part of it that has counted at `since_us` or later (0: all of it), from the history. */
struct evidence_window {
    struct uuid user_id;
    const struct bank *bank;
    int64_t since_us;
    struct uuid except; /* an attempt that is left out; nil: none */
};
NODISCARD bool store_evidence_since(struct db *db, struct arena *arena,
                                    const struct evidence_window *window,
                                    struct evidence **evidence, struct error *err);

#endif
