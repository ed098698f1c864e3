/*
 * Making the paper of an exam: a pure function of the seed, the exam, and the bank with its
 * exposure counts. Each entry of the blueprint gets its number of questions by largest remainder,
 * each difficulty band its number of the whole paper; within a cell the questions that were used
 * least come first, the seed decides among equals; no two near-duplicates get on one paper.
 */
#ifndef DOMAIN_EXAM_PAPER_H
#define DOMAIN_EXAM_PAPER_H

#include "base/arena.h"
#include "domain/attempt_rules.h"
#include "domain/bank.h"
#include "domain/exam.h"

/* A cell that the bank cannot fill. */
struct exam_shortfall {
    struct text domain;  /* absent: a section, or the pilots */
    struct text section; /* absent: a domain, or the pilots */
    int64_t difficulty_min;
    int64_t difficulty_max;
    int64_t needed;
    int64_t available;
};
extern const struct shape EXAM_SHORTFALLS_SHAPE; /* struct exam_shortfalls */
struct exam_shortfalls {
    const struct exam_shortfall *cells;
    size_t count;
};

struct exam_paper {
    const size_t *items; /* indexes into the bank, in the order of the paper */
    size_t count;
    const int64_t *pilots; /* positions, from 1 */
    size_t pilot_count;
    struct exam_shortfalls shortfalls; /* where there is one, there is no paper */
};
struct exam_paper exam_paper_make(const struct exam *exam, const struct bank *bank,
                                  struct text seed, struct arena *arena);

/* The rules of an attempt at the exam, without its pilots. Answers are taken until `grace_us` after
 * the exam closes: only then all may be told. */
struct attempt_rules exam_rules(const struct exam *exam, int64_t grace_us);

/* Lets an attempt that is told when its exam closes wait for the exam as the bank has it now, where
 * that closes later than it did at the start. */
void exam_rules_wait(struct attempt_rules *rules, const struct bank *bank, int64_t grace_us);

/* A score on the scale of 100 to 1000: linear in the share of points. An estimate, with the
 * standard error of a binomial score of `questions` scored questions, two right and two wrong ones
 * added (A. Agresti, B. Coull, "Approximate is better than 'exact' for interval estimation of
 * binomial proportions", 1998): without them nobody who has all right, or none, would have any. */
struct exam_scaled {
    int64_t score;
    int64_t standard_error;
};
struct exam_scaled exam_scale(int64_t raw, int64_t max, int64_t questions);

#endif
