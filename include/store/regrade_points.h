/* A part of carrying a regrade out; only for store/regrade_work.c. */
#ifndef STORE_REGRADE_POINTS_H
#define STORE_REGRADE_POINTS_H

#include "store/regrades.h"

/* Makes the learner's points at the bank what a replay of all his attempts says now, with the
 * attempt as it is after the step; in the transaction of the reader's session, in which nothing can
 * end meanwhile. */
NODISCARD bool regrade_move_points(const struct regrade_reader *reader,
                                   const struct regrade_effect *effect, struct error *err);

#endif
