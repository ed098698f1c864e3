/* Starting an attempt that the learner puts together himself: practice, weak areas, review. */
#ifndef API_PRACTICE_H
#define API_PRACTICE_H

#include "api/attempts.h"

/* Chooses the paper and stores the attempt; `paper` has its bank, and an attempt with owner, id and
 * mode. ERROR_INVALID_INPUT, ERROR_NOT_ENOUGH_QUESTIONS. */
NODISCARD bool practice_start_paper(struct call *call, const struct start_request *body,
                                    struct paper *paper, struct error *err);
/* Puts the chosen questions, in their order, on the paper. */
void paper_fill(struct call *call, struct paper *paper, const size_t *chosen, size_t count);

#endif
