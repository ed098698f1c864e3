/* What a regrade does to the points that boards show. */
#ifndef STORE_REGRADE_POINTS_H
#define STORE_REGRADE_POINTS_H

#include "store/regrades.h"

/* Makes the learner's points at the bank what a replay of all his attempts says now, with the
 * attempt as it is after the step; in the transaction of the reader's session, in which nothing can
 * end meanwhile. */
NODISCARD bool regrade_move_points(const struct regrade_reader *reader,
                                   const struct regrade_effect *effect, struct error *err);
/* By how many points that would move his place on the boards' lists of all time; changes nothing.
 */
NODISCARD bool regrade_find_points(const struct regrade_reader *reader,
                                   const struct regrade_effect *effect, int64_t *change,
                                   struct error *err);

#endif
