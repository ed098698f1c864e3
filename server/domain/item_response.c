/*
 * The two-parameter logistic model by the EM algorithm. E: the posterior of each learner over the
 * grid, and from it the expected number of answers (n) and of right ones (r) to each item at each
 * ability. M: for each item the (ln a, b) that maximize Σ r ln P + (n - r) ln (1 - P) + ln prior,
 * by Fisher scoring. A credit between 0 and 1 counts as that share of a right answer.
 *
 * Standard errors are from the observed cross products of the scores of the marginal likelihood,
 * Σ over learners of E[s] E[s]ᵀ, a 2 x 2 block an item: unlike the information of the M step, they
 * know that nobody's ability was seen.
 */
#include "domain/item_response.h"

#include <math.h>

#include "domain/scoring.h"

enum { POINTS = 31, ROUNDS_MAX = 500, STEPS_MAX = 8 };

static const double ABILITY_MAX = 4.5;
static const double ABILITY_STEP = 0.3;
static const double CONVERGED = 1e-3;
static const double STEP_CONVERGED = 1e-5;
/* Priors: ln a ~ N(0, 0.5²), b ~ N(0, 2²). */
static const double PRECISION_LOG_A = 4.0;
static const double PRECISION_B = 0.25;
static const double LOG_A_STEP_MAX = 0.5;
static const double B_STEP_MAX = 1.0;
static const double LOG_A_MAX = 2.0;
static const double B_MAX = 6.0;

struct parameters {
    double log_a;
    double b;
};
struct counts {
    double asked[POINTS]; /* n */
    double right[POINTS]; /* r */
};
/* Symmetric: of ln a, of both, of b. */
struct information {
    double aa;
    double ab;
    double bb;
};

struct fitting {
    const struct irt_answers *answers;
    struct parameters *parameters;
    struct counts *counts;
    double (*log_wrong)[POINTS]; /* ln(1 - P) */
    double ability[POINTS];
    double log_weight[POINTS];
};

static double logistic(double x)
{
    return 1.0 / (1.0 + exp(-x));
}

/* a (θ - b) */
static double logit(const struct parameters *item, double ability)
{
    return exp(item->log_a) * (ability - item->b);
}

static void tabulate(struct fitting *fitting)
{
    for (size_t i = 0; i < fitting->answers->item_count; i++) {
        for (size_t q = 0; q < POINTS; q++) {
            const double z = logit(&fitting->parameters[i], fitting->ability[q]);
            fitting->log_wrong[i][q] = z > 0.0 ? -z - log1p(exp(-z)) : -log1p(exp(z));
        }
    }
}

/* The posterior of a learner from his answers [from, to). */
static void look_at(const struct fitting *fitting, size_t from, size_t to, double mass[POINTS])
{
    double highest = -HUGE_VAL;
    double sum = 0.0;

    for (size_t q = 0; q < POINTS; q++) {
        mass[q] = fitting->log_weight[q];
    }
    for (size_t k = from; k < to; k++) {
        const struct irt_answer *answer = &fitting->answers->items[k];
        const struct parameters *item = &fitting->parameters[answer->item];
        const double credit = (double)answer->credit / CREDIT_FULL;
        const double a = exp(item->log_a);
        for (size_t q = 0; q < POINTS; q++) {
            mass[q] +=
                credit * a * (fitting->ability[q] - item->b) + fitting->log_wrong[answer->item][q];
        }
    }
    for (size_t q = 0; q < POINTS; q++) {
        highest = fmax(highest, mass[q]);
    }
    for (size_t q = 0; q < POINTS; q++) {
        mass[q] = exp(mass[q] - highest);
        sum += mass[q];
    }
    for (size_t q = 0; q < POINTS; q++) {
        mass[q] /= sum;
    }
}

static void expect(struct fitting *fitting)
{
    double mass[POINTS];
    size_t from = 0;

    tabulate(fitting);
    for (size_t i = 0; i < fitting->answers->item_count; i++) {
        fitting->counts[i] = (struct counts){.asked = {0.0}};
    }
    for (size_t i = 0; i < fitting->answers->learner_count; i++) {
        const size_t to = fitting->answers->ends[i];
        look_at(fitting, from, to, mass);
        for (size_t k = from; k < to; k++) {
            const struct irt_answer *answer = &fitting->answers->items[k];
            struct counts *counts = &fitting->counts[answer->item];
            const double credit = (double)answer->credit / CREDIT_FULL;
            for (size_t q = 0; q < POINTS; q++) {
                counts->asked[q] += mass[q];
                counts->right[q] += mass[q] * credit;
            }
        }
        from = to;
    }
}

static double within(double value, double limit)
{
    return fmin(fmax(value, -limit), limit);
}

/* One step of Fisher scoring; returns how far it went. */
static double step(const struct fitting *fitting, const struct counts *counts,
                   struct parameters *item)
{
    struct information information = {.aa = PRECISION_LOG_A, .bb = PRECISION_B};
    double score_a = -PRECISION_LOG_A * item->log_a;
    double score_b = -PRECISION_B * item->b;
    const double a = exp(item->log_a);

    for (size_t q = 0; q < POINTS; q++) {
        const double z = a * (fitting->ability[q] - item->b);
        const double p = logistic(z);
        const double surprise = counts->right[q] - counts->asked[q] * p;
        const double weight = counts->asked[q] * p * (1.0 - p);
        score_a += surprise * z;
        score_b -= surprise * a;
        information.aa += weight * z * z;
        information.ab -= weight * z * a;
        information.bb += weight * a * a;
    }
    const double determinant = information.aa * information.bb - information.ab * information.ab;
    const double move_a =
        within((information.bb * score_a - information.ab * score_b) / determinant, LOG_A_STEP_MAX);
    const double move_b =
        within((information.aa * score_b - information.ab * score_a) / determinant, B_STEP_MAX);
    item->log_a = within(item->log_a + move_a, LOG_A_MAX);
    item->b = within(item->b + move_b, B_MAX);
    return fmax(fabs(move_a), fabs(move_b));
}

/* The largest change of a parameter. */
static double maximize(struct fitting *fitting)
{
    double change = 0.0;

    for (size_t i = 0; i < fitting->answers->item_count; i++) {
        const struct parameters before = fitting->parameters[i];
        struct parameters *item = &fitting->parameters[i];
        for (size_t k = 0; k < STEPS_MAX; k++) {
            if (step(fitting, &fitting->counts[i], item) < STEP_CONVERGED) {
                break;
            }
        }
        change = fmax(change, fabs(item->log_a - before.log_a));
        change = fmax(change, fabs(item->b - before.b));
    }
    return change;
}

/* Adds the outer product of each learner's expected score to the blocks. */
static void cross(struct fitting *fitting, struct information *blocks)
{
    double mass[POINTS];
    size_t from = 0;

    tabulate(fitting);
    for (size_t i = 0; i < fitting->answers->learner_count; i++) {
        const size_t to = fitting->answers->ends[i];
        look_at(fitting, from, to, mass);
        for (size_t k = from; k < to; k++) {
            const struct irt_answer *answer = &fitting->answers->items[k];
            const struct parameters *item = &fitting->parameters[answer->item];
            const double credit = (double)answer->credit / CREDIT_FULL;
            double score_a = 0.0;
            double score_b = 0.0;
            for (size_t q = 0; q < POINTS; q++) {
                const double z = logit(item, fitting->ability[q]);
                const double surprise = mass[q] * (credit - logistic(z));
                score_a += surprise * z;
                score_b -= surprise * exp(item->log_a);
            }
            blocks[answer->item].aa += score_a * score_a;
            blocks[answer->item].ab += score_a * score_b;
            blocks[answer->item].bb += score_b * score_b;
        }
        from = to;
    }
}

static void describe(struct fitting *fitting, struct arena *arena, struct irt_item *items)
{
    const struct irt_answers *answers = fitting->answers;
    struct information *blocks = arena_new_array(arena, answers->item_count, struct information);
    const size_t total =
        answers->learner_count == 0 ? 0 : answers->ends[answers->learner_count - 1];

    cross(fitting, blocks);
    for (size_t i = 0; i < total; i++) {
        items[answers->items[i].item].answers++;
    }
    for (size_t i = 0; i < answers->item_count; i++) {
        const double aa = blocks[i].aa + PRECISION_LOG_A;
        const double bb = blocks[i].bb + PRECISION_B;
        const double determinant = aa * bb - blocks[i].ab * blocks[i].ab;
        items[i].discrimination = exp(fitting->parameters[i].log_a);
        items[i].difficulty = fitting->parameters[i].b;
        items[i].discrimination_error = items[i].discrimination * sqrt(bb / determinant);
        items[i].difficulty_error = sqrt(aa / determinant);
    }
}

static void begin(struct fitting *fitting, struct arena *arena)
{
    const size_t count = fitting->answers->item_count;

    fitting->parameters = arena_new_array(arena, count, struct parameters);
    fitting->counts = arena_new_array(arena, count, struct counts);
    fitting->log_wrong = arena_alloc_array(arena, count, sizeof *fitting->log_wrong);
    for (size_t q = 0; q < POINTS; q++) {
        fitting->ability[q] = (double)q * ABILITY_STEP - ABILITY_MAX;
        fitting->log_weight[q] = -fitting->ability[q] * fitting->ability[q] / 2.0;
    }
}

void item_response_fit(const struct irt_answers *answers, const struct irt_watch *watch,
                       struct arena *arena, struct irt_fit *fit)
{
    struct fitting fitting = {.answers = answers};

    *fit = (struct irt_fit){.items = arena_new_array(arena, answers->item_count, struct irt_item)};
    begin(&fitting, arena);
    while (!fit->is_converged && fit->rounds < ROUNDS_MAX) {
        expect(&fitting);
        fit->change = maximize(&fitting);
        fit->rounds++;
        fit->is_converged = fit->change < CONVERGED;
        if (watch != NULL && watch->progress != NULL) {
            watch->progress(watch->context, fit->rounds, fit->change);
        }
    }
    describe(&fitting, arena, fit->items);
}
