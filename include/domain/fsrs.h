/*
 * FSRS-6: when a memory is due for review. A pure function of what was known before and of one more
 * review.
 *
 * A memory has a stability S (days until it is recalled with probability 0.9) and a difficulty D
 * (1…10). The probability of recalling it after t days is R(t) = (1 + f t / S)^-w20 with f =
 * 0.9^(-1/w20) - 1; it is due when R falls to the desired retention.
 */
#ifndef DOMAIN_FSRS_H
#define DOMAIN_FSRS_H

#include <stdint.h>

enum fsrs_grade { FSRS_AGAIN = 1, FSRS_HARD = 2, FSRS_GOOD = 3, FSRS_EASY = 4 };

struct fsrs_memory {
    double stability; /* days */
    double difficulty;
    int64_t reviewed_at; /* µs; 0: never, and then the others mean nothing */
};

/* What is left after a review. One within the same 24 hours as the last follows the rule for the
 * short term, as in py-fsrs; one before the last counts as at the same time. */
struct fsrs_memory fsrs_review(struct fsrs_memory memory, enum fsrs_grade grade, int64_t at_us);
/* The probability of recall, by whole days; 0 where there was no review. */
double fsrs_retrievability(struct fsrs_memory memory, int64_t at_us);
/* Days from the last review until R falls to the retention (0…1): whole ones, 1 to 36500. */
int64_t fsrs_interval_days(double stability, double retention);

/* How well an answer was known. Less than half of the credit: again. Part of it, or all of it by
 * who was unsure or took two minutes: hard. All of it by who was sure within 20 seconds: easy. Else
 * good. `certainty` 1 (unsure) to 3 (sure), 0: not asked. `duration_ms` 0: not known. */
enum fsrs_grade fsrs_grade_of(int64_t credit_milli, int64_t certainty, int64_t duration_ms);

#endif
