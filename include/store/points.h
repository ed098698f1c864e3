/* Points of learners: what is stored, held against the answers that it was made of. */
#ifndef STORE_POINTS_H
#define STORE_POINTS_H

#include "base/arena.h"
#include "base/error.h"
#include "db/session.h"

struct points_difference {
    struct text day;
    int64_t stored;
    int64_t replayed;
};
/* The days of a learner on which the two differ. */
NODISCARD bool store_points_differences(struct db_session *session, struct arena *arena,
                                        struct uuid user_id, struct points_difference **differences,
                                        size_t *count, struct error *err);
/* Makes the stored points of a learner at a bank what his answers say: to be called in the
 * transaction of a regrade, for every learner whose credits it changed. */
NODISCARD bool store_points_recompute(struct db_session *session, struct arena *arena,
                                      struct uuid user_id, struct uuid bank_id, struct error *err);
/* The same for everybody; *days: how many were changed. */
NODISCARD bool store_points_recompute_all(struct db_session *session, struct arena *arena,
                                          int64_t *days, struct error *err);

#endif
