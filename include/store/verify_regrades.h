/* What regrades have decided about the answers of an attempt that is replayed. Only for
 * store/verify.c. */
#ifndef STORE_VERIFY_REGRADES_H
#define STORE_VERIFY_REGRADES_H

#include "base/arena.h"
#include "base/error.h"
#include "db/db.h"
#include "domain/regrade.h"

struct verify_decision {
    int64_t position;
    enum regrade_policy policy;
    struct uuid question_id;
    int64_t version;
    int64_t key_version;
    const struct question *key;
};
struct verify_decisions {
    const struct verify_decision *items; /* by position */
    size_t count;
};

/* `db` is the session with the snapshot of the database. */
NODISCARD bool verify_regrades_read(struct db *db, struct arena *arena,
                                    const struct attempt *attempt, const struct bank *bank,
                                    struct verify_decisions *decisions, struct error *err);
/* The mark that an answer must have. */
struct mark verify_regrades_mark(const struct verify_decisions *decisions,
                                 const struct question *pinned, const struct attempt *attempt,
                                 const struct answer *answer,
                                 const struct question_response *response, struct arena *arena);
/* Whether what is dropped was decided, and the other way round. */
bool verify_regrades_dropped(const struct verify_decisions *decisions,
                             const struct attempt *attempt);

#endif
