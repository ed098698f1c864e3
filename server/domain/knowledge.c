/*
 * The response curve is the three-parameter logistic model of A. Birnbaum (in F. Lord, M. Novick,
 * "Statistical Theories of Mental Test Scores", 1968) with discrimination 1 and the chance of the
 * question's form as its lower asymptote. Sums over an equally spaced grid are the trapezoid rule:
 * the densities fall off to both sides or are cut at the same place for all.
 */
#include "domain/knowledge.h"

#include <math.h>

static const double ABILITY_MAX = 4.0; /* logits; knowledge between 0.018 and 0.982 */
static const double POINT_STEP = 1.0;  /* between points */
static const double CELL_STEP = 0.2;   /* between cells */

/* One step of the author's scale (1…5), in logits, and how far an author may be off. */
static const double DIFFICULTY_STEP = 0.5;
static const double DIFFICULTY_MIDDLE = 3.0;
static const double DIFFICULTY_VARIANCE = 0.64;

/* A Beta prior is never flatter or sharper than this many answers. */
static const double STRENGTH_MIN = 0.5;
static const double STRENGTH_MAX = 1e6;

enum { NEWTON_STEPS = 12 };
static const double NEWTON_MOVE_LAST = 1e-4; /* logits */
static const double INFORMATION_MIN = 1e-3;

static double logistic(double x)
{
    return 1.0 / (1.0 + exp(-x));
}

/* C(n, k) for the few options that a question has. */
static double choose(size_t n, size_t k)
{
    double ways = 1.0;
    if (k > n) {
        return 0.0;
    }
    for (size_t i = 0; i < k; i++) {
        ways *= (double)(n - i) / (double)(i + 1);
    }
    return ways;
}

/* As many ticks as there are right options, at random: x of them right with hypergeometric
 * probability, worth max(0, x right - the others wrong) / right. */
static double chance_of_ticks(size_t n, size_t right)
{
    double expected = 0.0;

    for (size_t x = right / 2 + 1; x <= right; x++) {
        const double net = (double)(2 * x - right) / (double)right;
        expected += net * choose(right, x) * choose(n - right, right - x) / choose(n, right);
    }
    return expected;
}

static double chance_of_choices(const struct question *question)
{
    size_t right = 0;

    for (size_t i = 0; i < question->option_count; i++) {
        right += question->options[i].correct ? 1 : 0;
    }
    return chance_of_ticks(question->option_count, right);
}

double knowledge_chance_untold(const struct question *question)
{
    const size_t n = question->option_count;

    return question->type == QUESTION_MULTIPLE_CHOICE && n >= 2 ? chance_of_ticks(n, n / 2)
                                                                : knowledge_chance(question);
}

static double chance_of_order(size_t count)
{
    double chance = 1.0;
    for (size_t i = 2; i <= count; i++) {
        chance /= (double)i;
    }
    return chance;
}

double knowledge_chance(const struct question *question)
{
    switch (question->type) {
    case QUESTION_SINGLE_CHOICE:
    case QUESTION_TRUE_FALSE:
        return question->option_count == 0 ? 0.0 : 1.0 / (double)question->option_count;
    case QUESTION_MULTIPLE_CHOICE:
        return chance_of_choices(question);
    case QUESTION_ORDERING:
        return chance_of_order(question->order_count);
    case QUESTION_MATCHING:
        return question->choice_count == 0 ? 0.0 : 1.0 / (double)question->choice_count;
    case QUESTION_NUMERIC:
    case QUESTION_SHORT_TEXT:
    case QUESTION_CLOZE:
    case QUESTION_TYPE_COUNT:
        break;
    }
    return 0.0;
}

struct response_curve knowledge_curve(const struct question *question,
                                      const struct calibration *calibration)
{
    struct response_curve curve = {.chance = knowledge_chance(question)};
    const double author =
        question->difficulty == 0
            ? 0.0
            : DIFFICULTY_STEP * ((double)question->difficulty - DIFFICULTY_MIDDLE);

    curve.difficulty = author;
    if (calibration != NULL && calibration->variance > 0.0) {
        curve.difficulty =
            (author * calibration->variance + calibration->difficulty * DIFFICULTY_VARIANCE) /
            (calibration->variance + DIFFICULTY_VARIANCE);
    }
    return curve;
}

double knowledge_probability(struct response_curve curve, double ability)
{
    return curve.chance + (1.0 - curve.chance) * logistic(ability - curve.difficulty);
}

void knowledge_add(struct response_curve curve, double credit, double weight,
                   double sums[KNOWLEDGE_POINTS])
{
    for (size_t i = 0; i < KNOWLEDGE_POINTS; i++) {
        const double ability = (double)i * POINT_STEP - ABILITY_MAX;
        const double p = knowledge_probability(curve, ability);
        /* 1 - P without cancellation */
        const double q = (1.0 - curve.chance) * logistic(curve.difficulty - ability);
        sums[i] += weight * ((credit > 0.0 ? credit * log(p) : 0.0) +
                             (credit < 1.0 ? (1.0 - credit) * log(q) : 0.0));
    }
}

/* Second derivatives of the natural spline through points at distance 1: M[i-1] + 4 M[i] + M[i+1] =
 * 6 (y[i-1] - 2 y[i] + y[i+1]), none at both ends (the Thomas algorithm). */
static void solve_spline(const double values[KNOWLEDGE_POINTS], double curvature[KNOWLEDGE_POINTS])
{
    double pivot[KNOWLEDGE_POINTS] = {0.0};
    double right[KNOWLEDGE_POINTS] = {0.0};

    for (size_t i = 1; i + 1 < KNOWLEDGE_POINTS; i++) {
        const double bend = values[i - 1] - 2.0 * values[i] + values[i + 1];
        pivot[i] = 1.0 / (4.0 - pivot[i - 1]);
        right[i] = (6.0 * bend - right[i - 1]) * pivot[i];
    }
    curvature[0] = 0.0;
    curvature[KNOWLEDGE_POINTS - 1] = 0.0;
    for (size_t i = KNOWLEDGE_POINTS - 2; i >= 1; i--) {
        curvature[i] = right[i] - pivot[i] * curvature[i + 1];
    }
}

static void fill_spline(struct knowledge_grid *grid, size_t which)
{
    double values[KNOWLEDGE_POINTS] = {0.0};
    double curvature[KNOWLEDGE_POINTS];

    values[which] = 1.0;
    solve_spline(values, curvature);
    for (size_t cell = 0; cell < KNOWLEDGE_CELLS; cell++) {
        const double place = (double)cell * CELL_STEP / POINT_STEP;
        size_t left = (size_t)place;
        left = left < KNOWLEDGE_POINTS - 1 ? left : KNOWLEDGE_POINTS - 2;
        const double v = place - (double)left;
        const double u = 1.0 - v;
        grid->spline[cell][which] =
            u * (left == which ? 1.0 : 0.0) + v * (left + 1 == which ? 1.0 : 0.0) +
            ((u * u * u - u) * curvature[left] + (v * v * v - v) * curvature[left + 1]) / 6.0;
    }
}

void knowledge_grid_fill(struct knowledge_grid *grid)
{
    for (size_t i = 0; i < KNOWLEDGE_CELLS; i++) {
        const double ability = (double)i * CELL_STEP - ABILITY_MAX;
        grid->ability[i] = ability;
        grid->knowledge[i] = logistic(ability);
        grid->log_knowledge[i] = -log1p(exp(-ability));
        grid->log_ignorance[i] = -log1p(exp(ability));
    }
    for (size_t i = 0; i < KNOWLEDGE_POINTS; i++) {
        fill_spline(grid, i);
    }
}

void knowledge_tabulate(const struct knowledge_grid *grid, struct response_curve curve,
                        double shares[KNOWLEDGE_CELLS])
{
    for (size_t i = 0; i < KNOWLEDGE_CELLS; i++) {
        shares[i] += knowledge_probability(curve, grid->ability[i]);
    }
}

static double log_likelihood(const struct knowledge_grid *grid, const double *sums, size_t cell)
{
    double value = 0.0;
    for (size_t i = 0; i < KNOWLEDGE_POINTS && sums != NULL; i++) {
        value += grid->spline[cell][i] * sums[i];
    }
    return value;
}

/* Beta(a, b) with the belief's mean and variance. */
static void shape_of(struct knowledge_belief belief, double *a, double *b)
{
    const double spread = belief.mean * (1.0 - belief.mean);
    const double strength = fmin(fmax(spread / belief.variance - 1.0, STRENGTH_MIN), STRENGTH_MAX);

    *a = strength * belief.mean;
    *b = strength - *a;
}

void knowledge_posterior(const struct knowledge_grid *grid, struct knowledge_belief prior,
                         const double *sums, double mass[KNOWLEDGE_CELLS])
{
    double highest = -HUGE_VAL;
    double total = 0.0;
    double a = 0.0;
    double b = 0.0;

    shape_of(prior, &a, &b);
    /* The density of Beta(a, b) over abilities is k^a (1-k)^b: dk/dt = k (1-k). */
    for (size_t i = 0; i < KNOWLEDGE_CELLS; i++) {
        mass[i] =
            a * grid->log_knowledge[i] + b * grid->log_ignorance[i] + log_likelihood(grid, sums, i);
        highest = fmax(highest, mass[i]);
    }
    for (size_t i = 0; i < KNOWLEDGE_CELLS; i++) {
        mass[i] = exp(mass[i] - highest);
        total += mass[i];
    }
    for (size_t i = 0; i < KNOWLEDGE_CELLS; i++) {
        mass[i] /= total;
    }
}

double knowledge_mean(const double mass[KNOWLEDGE_CELLS], const double values[KNOWLEDGE_CELLS])
{
    double mean = 0.0;
    for (size_t i = 0; i < KNOWLEDGE_CELLS; i++) {
        mean += mass[i] * values[i];
    }
    return mean;
}

struct knowledge_belief knowledge_belief_of(const struct knowledge_grid *grid,
                                            const double mass[KNOWLEDGE_CELLS])
{
    struct knowledge_belief belief = {.mean = knowledge_mean(mass, grid->knowledge)};
    for (size_t i = 0; i < KNOWLEDGE_CELLS; i++) {
        const double distance = grid->knowledge[i] - belief.mean;
        belief.variance += mass[i] * distance * distance;
    }
    return belief;
}

/* Slope and curvature of the spline at an ability. */
static void bend_at(const double sums[KNOWLEDGE_POINTS], const double curvature[KNOWLEDGE_POINTS],
                    double ability, double *slope, double *bend)
{
    const double place = (ability + ABILITY_MAX) / POINT_STEP;
    size_t left = place > 0.0 ? (size_t)place : 0;
    left = left < KNOWLEDGE_POINTS - 1 ? left : KNOWLEDGE_POINTS - 2;
    const double v = place - (double)left;
    const double u = 1.0 - v;

    *slope =
        sums[left + 1] - sums[left] +
        ((1.0 - 3.0 * u * u) * curvature[left] + (3.0 * v * v - 1.0) * curvature[left + 1]) / 6.0;
    *bend = u * curvature[left] + v * curvature[left + 1];
}

struct knowledge_belief knowledge_glance(struct knowledge_belief prior,
                                         const double sums[KNOWLEDGE_POINTS])
{
    double curvature[KNOWLEDGE_POINTS];
    double ability = log(prior.mean / (1.0 - prior.mean));
    double k = prior.mean;
    double information = 1.0;
    double a = 0.0;
    double b = 0.0;

    shape_of(prior, &a, &b);
    solve_spline(sums, curvature);
    /* Newton's method; the log density a ln k + b ln (1 - k) + L has the slope a - (a + b) k + L'.
     */
    for (int step = 0; step < NEWTON_STEPS; step++) {
        double slope = 0.0;
        double bend = 0.0;
        ability = fmin(fmax(ability, -ABILITY_MAX), ABILITY_MAX);
        k = logistic(ability);
        bend_at(sums, curvature, ability, &slope, &bend);
        information = fmax((a + b) * k * (1.0 - k) - bend, INFORMATION_MIN);
        const double move = (a - (a + b) * k + slope) / information;
        if (fabs(move) < NEWTON_MOVE_LAST) {
            break;
        }
        ability += fmin(fmax(move, -1.0), 1.0);
    }
    const double spread = k * (1.0 - k);
    return (struct knowledge_belief){.mean = k,
                                     .variance = spread * spread / (information + spread)};
}

/* Between two cells the density runs in a straight line over the values. */
double knowledge_below(const double mass[KNOWLEDGE_CELLS], const double values[KNOWLEDGE_CELLS],
                       double limit)
{
    double below = mass[0] / 2.0; /* at the value of cell i - 1 */
    if (limit <= values[0]) {
        return 0.0;
    }
    for (size_t i = 1; i < KNOWLEDGE_CELLS; i++) {
        if (values[i] >= limit) {
            const double v = (limit - values[i - 1]) / (values[i] - values[i - 1]);
            return below + v * (mass[i - 1] + (mass[i] - mass[i - 1]) * v / 2.0);
        }
        below += (mass[i - 1] + mass[i]) / 2.0;
    }
    return 1.0;
}

double knowledge_quantile(const double mass[KNOWLEDGE_CELLS], const double values[KNOWLEDGE_CELLS],
                          double p)
{
    double below = mass[0] / 2.0;
    if (p <= below) {
        return values[0];
    }
    for (size_t i = 1; i < KNOWLEDGE_CELLS; i++) {
        const double step = (mass[i - 1] + mass[i]) / 2.0;
        if (below + step >= p) {
            /* The root of m v + (n - m) v²/2 = p - below, without cancellation. */
            const double m = mass[i - 1];
            const double rest = p - below;
            const double v = 2.0 * rest / (m + sqrt(fmax(m * m + 2.0 * (mass[i] - m) * rest, 0.0)));
            return values[i - 1] + (values[i] - values[i - 1]) * fmin(v, 1.0);
        }
        below += step;
    }
    return values[KNOWLEDGE_CELLS - 1];
}
