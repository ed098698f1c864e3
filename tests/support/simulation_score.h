/* What estimates of simulated learners are worth. */
#ifndef TESTS_SUPPORT_SIMULATION_SCORE_H
#define TESTS_SUPPORT_SIMULATION_SCORE_H

#include "domain/weak_areas.h"
#include "support/simulation.h"

enum { SCORE_BINS = 10 };
enum score_method {
    SCORE_BETA_1, /* P(below target) >= 0.8 */
    SCORE_BETA_2,
    SCORE_RAW,     /* share of right answers < target */
    SCORE_LAST_20, /* the same of the last 20 answers */
    SCORE_WILSON,  /* upper end of the 90 % Wilson interval < target */
    SCORE_METHOD_COUNT
};
extern const char *const SCORE_METHOD_NAMES[SCORE_METHOD_COUNT];

struct score {
    size_t sections;
    size_t truly_weak;
    size_t told_weak;
    size_t rightly_weak;
    double brier;    /* sum of (P - truth)^2; methods without P say 0 or 1 */
    double distance; /* sum of |estimated share - true share| */
    size_t bin_count[SCORE_BINS];
    double bin_said[SCORE_BINS]; /* sums of P */
    size_t bin_true[SCORE_BINS]; /* how many of them are weak */
    size_t covered;              /* true share within the 90 % interval */
};

/* Predictions of exams: of 65 questions taken at once. */
enum { SCORE_EXAM_SIZE = 65 };
struct exam_score {
    size_t exams;
    size_t passed;
    size_t covered;  /* within the 90 % interval */
    double distance; /* sum of |predicted - actual share| */
    double brier;    /* of P(pass) */
    size_t bin_count[SCORE_BINS];
    double bin_said[SCORE_BINS];
    size_t bin_true[SCORE_BINS];
};
/* Learners with `count` answers to each of the first `leaves` leaf sections and none to others. */
struct exam_case {
    size_t count;
    size_t leaves;
    const struct exam *exam; /* NULL: questions from all of the bank, each as likely */
};
/* By domains of very different weights, and by difficulty. */
extern const struct exam SCORE_EXAM;
void score_exams(struct simulation *simulation, size_t learners, const struct exam_case *wanted,
                 double pass, struct exam_score *score);

/* Adds `learners` learners with `count` answers a leaf to the scores of all methods. */
void score_learners(struct simulation *simulation, size_t learners, size_t count, double target,
                    struct score scores[SCORE_METHOD_COUNT]);
double score_precision(const struct score *score); /* 1 where none was told weak */
double score_recall(const struct score *score);

#endif
