/*
 * What a single answer says about what somebody knows (model beta-2).
 *
 * An ability t, in logits, stands for a share of knowledge k = 1 / (1 + e^-t): the probability of
 * knowing the answer to a question of middling difficulty. A question with chance g and difficulty
 * b (logits) is answered right with P(t) = g + (1 - g) / (1 + e^-(t - b)).
 *
 * The likelihood of a history is a product, its logarithm a sum over answers. That sum is kept at
 * KNOWLEDGE_POINTS fixed abilities; between them a natural cubic spline leads from one to the next.
 * So the whole history of a section, with chances and difficulties, is a few numbers that new
 * answers are added to, in any order. server/domain/MODELS.md has every formula.
 */
#ifndef DOMAIN_KNOWLEDGE_H
#define DOMAIN_KNOWLEDGE_H

#include "base/arena.h"
#include "domain/question.h"

enum {
    KNOWLEDGE_POINTS = 9, /* abilities -4, -3 … 4 */
    KNOWLEDGE_CELLS = 41  /* abilities -4, -3.8 … 4: where posteriors are summed */
};

/* How a question behaves: what guessing gives (0…1), and its difficulty in logits (0: middling). */
struct response_curve {
    double chance;
    double difficulty;
};

/* What the answers of many have shown about a question's difficulty. */
struct calibration {
    double difficulty; /* logits */
    double variance;   /* of that estimate; 0: there is none */
};

/* What somebody who knows nothing gets of a question's credit, on average. single_choice and
 * true_false: 1 / options. multiple_choice: the expected credit of ticking as many options as are
 * right. ordering: 1 / n!. matching: 1 / choices. numeric, short_text,
 * cloze: 0. By the rule of scoring that the type has where nobody chose another. */
double knowledge_chance(const struct question *question);
/* The same for who has not seen the key: of multiple_choice as if half of the options were right
 * (rounded down). What is estimated of questions that nobody answered yet must not tell it. */
double knowledge_chance_untold(const struct question *question);
/* The author's difficulty (1…5) as a prior, drawn towards a calibration as far as that is exact
 * (inverse-variance weights). */
struct response_curve knowledge_curve(const struct question *question,
                                      const struct calibration *calibration);
double knowledge_probability(struct response_curve curve, double ability);
/* Adds `weight` times the log-likelihood of a credit (0…1) at every point:
 * f ln P + (1 - f) ln(1 - P). */
void knowledge_add(struct response_curve curve, double credit, double weight,
                   double sums[KNOWLEDGE_POINTS]);

/* The cells, and what is the same for all posteriors. */
struct knowledge_grid {
    double ability[KNOWLEDGE_CELLS];
    double knowledge[KNOWLEDGE_CELLS];
    double log_knowledge[KNOWLEDGE_CELLS];
    double log_ignorance[KNOWLEDGE_CELLS];
    double spline[KNOWLEDGE_CELLS][KNOWLEDGE_POINTS]; /* from sums at points to sums at cells */
};
void knowledge_grid_fill(struct knowledge_grid *grid);
/* Adds P at every cell. */
void knowledge_tabulate(const struct knowledge_grid *grid, struct response_curve curve,
                        double shares[KNOWLEDGE_CELLS]);

/* Of k. As a prior it is the Beta distribution with that mean and variance. */
struct knowledge_belief {
    double mean;
    double variance;
};
/* The probability of each cell, adding up to 1. `sums` NULL: the prior itself. */
void knowledge_posterior(const struct knowledge_grid *grid, struct knowledge_belief prior,
                         const double *sums, double mass[KNOWLEDGE_CELLS]);
struct knowledge_belief knowledge_belief_of(const struct knowledge_grid *grid,
                                            const double mass[KNOWLEDGE_CELLS]);
/* Nearly the same from prior and sums for a tenth of the work: by Laplace's method, with the mode
 * over abilities as the mean (they are equal for a Beta distribution) and its curvature. */
struct knowledge_belief knowledge_glance(struct knowledge_belief prior,
                                         const double sums[KNOWLEDGE_POINTS]);

/* Of a quantity that grows with ability, given at every cell. */
double knowledge_mean(const double mass[KNOWLEDGE_CELLS], const double values[KNOWLEDGE_CELLS]);
/* P(quantity < limit). */
double knowledge_below(const double mass[KNOWLEDGE_CELLS], const double values[KNOWLEDGE_CELLS],
                       double limit);
/* The value that the quantity is below with probability p. */
double knowledge_quantile(const double mass[KNOWLEDGE_CELLS], const double values[KNOWLEDGE_CELLS],
                          double p);

#endif
