/* Evidence made again from the history, for comparing it with what is stored. */
#ifndef STORE_EVIDENCE_H
#define STORE_EVIDENCE_H

#include "base/arena.h"
#include "base/error.h"
#include "db/db.h"
#include "db/session.h"
#include "domain/evidence.h"

/* What the evidence of a learner in a bank must be after all his attempts, by section of the bank
 * (bank->section_count entries): evidence_is_same compares it with store_evidence_list's. Reads the
 * whole history: not for requests. */
NODISCARD bool store_evidence_recompute(struct db_session *session, struct arena *arena,
                                        struct uuid user_id, const struct bank *bank,
                                        struct evidence **evidence, struct error *err);
/* The part of it that has counted at `since_us` or later. */
struct evidence_window {
    struct uuid user_id;
    const struct bank *bank;
    int64_t since_us;
};
NODISCARD bool store_evidence_since(struct db *db, struct arena *arena,
                                    const struct evidence_window *window,
                                    struct evidence **evidence, struct error *err);

#endif
