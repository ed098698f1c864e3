/*
 * Points, the currency of leaderboards: 10 for a right answer, a partly right one its share, a
 * wrong one nothing; the first time on a day that the learner answers the question, and for at most
 * 200 questions a day. An answer counts when it is evidence: at once where its feedback is shown,
 * else when feedback is due. Penalties, certainty and the length of an attempt have no part in it,
 * and neither have pilot questions.
 */
#ifndef DOMAIN_POINTS_H
#define DOMAIN_POINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/uuid.h"

enum { POINTS_FULL = 10, POINTS_QUESTIONS_A_DAY = 200 };

/* Of a credit in thousandths. */
int64_t points_award(int64_t credit);
/* By which a day knows which questions have counted: the last 8 bytes of the id. */
int64_t points_question_key(struct uuid question_id);
/* Whether a question counts on a day on which those of `keys` have counted. */
bool points_counts(const int64_t *keys, size_t count, int64_t key);

#endif
