/*
 * What the answers of many say about a question version and about an exam, by the formulas of
 * classical test theory, under the two conventions that instructors know: Moodle's (divisor n - 1)
 * and Canvas's (divisor n). server/domain/MODELS.md has formulas and sources.
 *
 * Answers come as tallies: how many there are with each credit, each credit of the rest of the
 * paper, each choice. Tallies are integers that are only ever added to, so that counting answers
 * one after the other and counting them all at once give the same figures to the last bit.
 * A figure that is not defined (no answers, nothing varies) is NULL, never NaN.
 */
#ifndef DOMAIN_ITEM_STATISTICS_H
#define DOMAIN_ITEM_STATISTICS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/shape.h"
#include "domain/question.h"

enum {
    STATISTICS_SHOWN_FROM = 10,  /* answers */
    STATISTICS_STABLE_FROM = 30, /* answers */
    TALLY_FULL = 1000000         /* a share of 1 */
};

/* Answers with the same key, and what their papers were worth: mean credits of its scored questions
 * in millionths. */
struct tally {
    int64_t key; /* credit in thousandths, a share in millionths, or seconds */
    int64_t answers;
    int64_t paired; /* of these, with other scored questions on the paper */
    int64_t rest;   /* the sum of what the other questions gave, over these */
    int64_t total;  /* the sum of what the papers gave, over all */
};
struct tallies {
    const struct tally *items; /* ascending by key */
    size_t count;
};
struct option_tally {
    struct text id;
    int64_t answers; /* that picked it */
    int64_t total;   /* the sum of what their papers gave */
};

/* Everything that is counted of a question version. */
struct item_tallies {
    struct tallies credits; /* by credit */
    struct tallies rests;   /* by what the rest of the paper gave: only paired answers */
    struct tallies totals;  /* by what the paper gave */
    struct tallies seconds; /* by how long the answer took, where that is known */
    const struct option_tally *options; /* choice types */
    size_t option_count;
};
/* Adds b to a, both ascending; the result is in `arena`. */
struct tallies tallies_add(struct tallies a, struct tallies b, struct arena *arena);
struct item_tallies item_tallies_add(const struct item_tallies *a, const struct item_tallies *b,
                                     struct arena *arena);
int64_t tallies_answers(struct tallies tallies);

/* As Moodle's quiz statistics have it; shares where Moodle shows percents. */
struct item_moodle {
    const double *facility;                  /* mean credit */
    const double *standard_deviation;        /* of the credit */
    const double *discrimination_index;      /* correlation with the rest of the paper */
    const double *discriminative_efficiency; /* covariance with the rest / the largest possible */
    const double *intended_weight;           /* share of the paper's credit; of an exam alone */
    const double *effective_weight; /* share of the spread of the totals; of an exam alone */
};
struct option_statistics {
    struct text id;
    bool correct;
    int64_t answers;
    const double *share;
    const double *point_biserial;
};
/* As Canvas's item analysis has it. */
struct item_canvas {
    const double *difficulty;     /* share of answers with full credit */
    const double *point_biserial; /* of these against the paper's total */
    const struct option_statistics *options;
    size_t option_count;
};
struct item_statistics {
    int64_t answers;
    struct item_moodle moodle;
    struct item_canvas canvas;
    const double *median_seconds;
};

/* What an exam's questions need to be weighed: over all versions on its papers. */
struct exam_spread {
    double item_count;      /* scored questions on a paper, on average */
    double root_covariance; /* sum over the questions of a paper of sqrt(cov(credit, total)) */
};
/* The statistics of a question; `spread` NULL: no weights. */
void item_statistics(const struct question *question, const struct item_tallies *tallies,
                     const struct exam_spread *spread, struct arena *arena,
                     struct item_statistics *statistics);
/* Variance of the credit and its covariance with the paper's total, divisor n - 1; 0 below two
 * answers. What exams are summed up from. */
struct item_moments {
    double variance;
    double covariance; /* with the mean credit of the paper */
};
struct item_moments item_moments(struct tallies credits);

/* What is counted of an exam: attempts by the mean credit of their papers. */
struct exam_tallies {
    struct tallies scores;
    int64_t item_answers;  /* scored questions on all papers */
    double variance_total; /* sum over all these of the variance of the question's credit */
};
struct exam_statistics {
    int64_t attempts;
    const double *mean;
    const double *median;
    const double *standard_deviation;            /* divisor n - 1 */
    const double *standard_deviation_population; /* divisor n */
    const double *skewness;
    const double *kurtosis;
    const double *cronbach_alpha; /* negative ones as they are */
    const double *error_ratio;
    const double *standard_error;
};
void exam_statistics(const struct exam_tallies *tallies, struct arena *arena,
                     struct exam_statistics *statistics);

/* What makes an instructor look at a question. */
enum item_flag {
    ITEM_NEGATIVE_DISCRIMINATION, /* who knows the rest gets it wrong */
    ITEM_DISTRACTOR_BEATS_KEY,    /* a wrong option's point-biserial is above every right one's */
    ITEM_UNUSED_DISTRACTOR,       /* a wrong option that nobody of thirty picked */
    ITEM_BELOW_CHANCE,            /* guessing would do better */
    ITEM_TOO_FAST,                /* half of the answers came before one could read it */
    ITEM_FLAG_COUNT
};
extern const struct enumeration ITEM_FLAGS;
/* Those of a question with enough answers to show; returns how many are in `flags`. */
size_t item_flags(const struct question *question, const struct item_statistics *statistics,
                  enum item_flag flags[ITEM_FLAG_COUNT]);

#endif
