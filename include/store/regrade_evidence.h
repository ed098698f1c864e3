/* A part of carrying a regrade out; only for store/regrade_work.c. */
#ifndef STORE_REGRADE_EVIDENCE_H
#define STORE_REGRADE_EVIDENCE_H

#include "store/regrades.h"

/* Moves the learner's evidence from what the attempt said to what it says; in the transaction of
 * the sweep's session. */
NODISCARD bool regrade_move_evidence(const struct sweep *sweep, const struct regrade_effect *effect,
                                     struct error *err);

#endif
