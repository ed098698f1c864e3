/*
 * Calibration: how difficult questions are and how well they tell those who know from those who do
 * not, from the answers of many, by the two-parameter logistic model
 *
 *     P(right) = 1 / (1 + e^(-a (θ - b))),   θ ~ N(0, 1),
 *
 * fitted by marginal maximum likelihood (R. D. Bock, M. Aitkin, Psychometrika 46, 1981): the EM
 * algorithm with abilities summed over an equally spaced grid. Weak priors keep a and b finite
 * where answers say nothing. Deterministic: the same answers in the same order give the same bits.
 */
#ifndef DOMAIN_ITEM_RESPONSE_H
#define DOMAIN_ITEM_RESPONSE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "domain/knowledge.h"

/* An answer of one learner to one item, each at most once. */
struct irt_answer {
    uint32_t item;
    uint32_t credit; /* thousandths */
};
struct irt_answers {
    const struct irt_answer *items; /* one learner's together */
    const size_t *ends;             /* by learner: behind his last */
    size_t learner_count;
    size_t item_count;
};

struct irt_item {
    double discrimination;       /* a */
    double difficulty;           /* b */
    double discrimination_error; /* standard errors */
    double difficulty_error;
    int64_t answers;
};
struct irt_fit {
    struct irt_item *items; /* by item */
    size_t rounds;
    double change;     /* the largest of a parameter in the last round */
    bool is_converged; /* it is below 0.001 */
};
/* `progress` (NULL: none) is called after each round. Memory: about 800 bytes an item, beside the
 * answers. */
struct irt_watch {
    void (*progress)(void *context, size_t round, double change);
    void *context;
};
void item_response_fit(const struct irt_answers *answers, const struct irt_watch *watch,
                       struct arena *arena, struct irt_fit *fit);

/* What model beta-2 makes of it: its curve has discrimination 1 and the chance g as its floor. The
 * two agree at P = (1 + g)/2; scale and origin are those on which the calibrated questions are, on
 * average, as difficult as their authors say (server/domain/MODELS.md). */
struct irt_link {
    const struct irt_item *items;
    const struct response_curve *authors; /* chance, and the author's difficulty */
    size_t count;
};
void item_response_link(const struct irt_link *link, struct calibration *calibrations);

#endif
