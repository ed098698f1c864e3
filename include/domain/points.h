/*
 * Points, the currency of leaderboards. They are a function of the stored answers alone:
 *
 * An attempt counts when it is handed in and its outcome may be told, for the day that it is then.
 * Each of its answered questions that has not counted on that day yet is worth 10 × credit × factor
 * the first time that the learner has any credit for it, where the factor is 0.8, 0.9, 1, 1.1 or
 * 1.2 for a difficulty of 1 to 5, rounded down; later 3 where it was due for review and is right;
 * else nothing. The first exam of a day adds its score in per cent, rounded down. At most 200
 * questions a day. Penalties, certainty and speed have no part in it, and neither have pilots.
 */
#ifndef DOMAIN_POINTS_H
#define DOMAIN_POINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "domain/attempt.h"
#include "domain/reviews.h"

enum { POINTS_REVIEW = 3, POINTS_EXAM = 100, POINTS_QUESTIONS_A_DAY = 200 };

/* By which a day knows that an exam has counted: no question has it. */
#define POINTS_EXAM_KEY INT64_C(0)

/* What an attempt has to count: its answers but for pilots, by position. */
struct points_answer {
    struct uuid question_id;
    int64_t credit;
    int64_t difficulty; /* 1..5 */
    int64_t recorded_at;
};
struct points_sheet {
    const struct points_answer *answers;
    size_t count;
    int64_t exam; /* what its score adds; -1: it is no exam */
};
struct points_sheet points_sheet_of(const struct attempt *attempt,
                                    const struct attempt_sheet *sheet, struct arena *arena);

/* What is worth so much, if it has not counted on the day. */
struct award {
    int64_t key;
    int64_t points;
};
/* By which a day knows which questions have counted: the last 8 bytes of the id. */
int64_t points_question_key(struct uuid question_id);
/* Of a question that has credit (thousandths) for the first time. */
int64_t points_of_first(int64_t credit, int64_t difficulty);
/* One an answer, and one for the exam at the end. `known`: what was remembered of the questions
 * before. */
size_t points_awards(const struct points_sheet *sheet, struct review_list known,
                     struct arena *arena, struct award **awards);

/* What has counted on a day. */
struct points_day {
    int64_t keys[POINTS_QUESTIONS_A_DAY];
    size_t count;
    int64_t points;
};
/* Counts what has not counted yet, while there is room. */
void points_add(struct points_day *day, const struct award *awards, size_t count);

#endif
