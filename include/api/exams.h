/* The exams of a bank, and starting an attempt at one. */
#ifndef API_EXAMS_H
#define API_EXAMS_H

#include "api/attempts.h"

extern const struct shape EXAM_LIST_SHAPE;

bool api_list_exams(struct call *call, void *reply, struct error *err);
/* Chooses the paper and stores the attempt; `paper` has its bank, and an attempt with owner and id.
 * ERROR_INVALID_INPUT, ERROR_NOT_ENOUGH_QUESTIONS (with the shortfall), ERROR_EXAM_NOT_OPEN,
 * ERROR_NO_ATTEMPTS_LEFT. */
NODISCARD bool exam_start_paper(struct call *call, const struct start_request *body,
                                struct paper *paper, struct error *err);

#endif
