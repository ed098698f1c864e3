/* Model beta-2 below the tree: chances, curves, the spline, posteriors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "domain/beta.h"
#include "domain/knowledge.h"
#include "samples.h"

static int setup(void **state)
{
    *state = arena_create();
    return 0;
}

static int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

static void assert_near(double actual, double expected, double tolerance)
{
    if (!(fabs(actual - expected) <= tolerance)) {
        fail_msg("%.9g is not within %g of %.9g", actual, tolerance, expected);
    }
}

static void test_knowledge_chance__types(void **state)
{
    static const struct {
        enum question_type type;
        double chance;
    } CASES[] = {
        {QUESTION_SINGLE_CHOICE, 1.0 / 3},
        {QUESTION_TRUE_FALSE, 1.0 / 2},
        {QUESTION_NUMERIC, 0.0},
        {QUESTION_SHORT_TEXT, 0.0},
        {QUESTION_ORDERING, 1.0 / 6},
        {QUESTION_MATCHING, 1.0 / 4},
        /* three of five: all three in one of ten ways, two and one wrong (1/3) in six */
        {QUESTION_MULTIPLE_CHOICE, 0.1 + 0.6 / 3},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        assert_near(knowledge_chance(sample_question(*state, CASES[i].type, "{}")), CASES[i].chance,
                    1e-12);
    }
}

/* What the key says does not show. */
static void test_knowledge_chance_untold__any_number_right(void **state)
{
    struct question question = *sample_question(*state, QUESTION_MULTIPLE_CHOICE, "{}");
    struct question_option options[4] = {{.correct = true}};
    question.options = options;
    question.option_count = COUNT_OF(options);
    for (size_t right = 1; right < COUNT_OF(options); right++) {
        options[right - 1].correct = true;
        assert_near(knowledge_chance_untold(&question), 1.0 / 6, 1e-12); /* as two of four */
    }
    assert_near(knowledge_chance_untold(sample_question(*state, QUESTION_TRUE_FALSE, "{}")), 0.5,
                1e-12);
}

static void test_knowledge_curve__author_and_calibration(void **state)
{
    const struct question *question =
        sample_question(*state, QUESTION_SINGLE_CHOICE, "{'difficulty':5}");
    const struct calibration none = {.difficulty = 9.0, .variance = 0.0};
    const struct calibration exact = {.difficulty = -1.0, .variance = 1e-9};
    const struct calibration equal = {.difficulty = -1.0, .variance = 0.64};
    const struct calibration vague = {.difficulty = -1.0, .variance = 1e9};
    assert_near(knowledge_curve(question, NULL).difficulty, 1.0, 1e-12);
    assert_near(knowledge_curve(question, &none).difficulty, 1.0, 1e-12);
    assert_near(knowledge_curve(question, &exact).difficulty, -1.0, 1e-6);
    assert_near(knowledge_curve(question, &equal).difficulty, 0.0, 1e-12);
    assert_near(knowledge_curve(question, &vague).difficulty, 1.0, 1e-6);
    assert_near(knowledge_curve(question, NULL).chance, 1.0 / 3, 1e-12);
}

static void test_knowledge_probability__limits(void **state)
{
    const struct response_curve curve = {.chance = 0.25, .difficulty = 1.0};
    assert_near(knowledge_probability(curve, 1.0), 0.625, 1e-12);
    assert_near(knowledge_probability(curve, -40.0), 0.25, 1e-12);
    assert_near(knowledge_probability(curve, 40.0), 1.0, 1e-12);
}

/* Between the points the spline is what the likelihood itself would be there. */
static void test_knowledge_grid__spline(void **state)
{
    static const struct response_curve CURVES[] = {{0.0, 0.0}, {0.25, 1.0}, {0.5, -1.0}};
    static const double CREDITS[] = {0.0, 0.5, 1.0};
    struct knowledge_grid *grid = arena_new(*state, struct knowledge_grid);
    knowledge_grid_fill(grid);
    for (size_t i = 0; i < COUNT_OF(CURVES); i++) {
        for (size_t k = 0; k < COUNT_OF(CREDITS); k++) {
            double sums[KNOWLEDGE_POINTS] = {0.0};
            knowledge_add(CURVES[i], CREDITS[k], 2.0, sums);
            for (size_t cell = 0; cell < KNOWLEDGE_CELLS; cell++) {
                const double p = knowledge_probability(CURVES[i], grid->ability[cell]);
                double splined = 0.0;
                for (size_t j = 0; j < KNOWLEDGE_POINTS; j++) {
                    splined += grid->spline[cell][j] * sums[j];
                }
                assert_near(splined, 2.0 * (CREDITS[k] * log(p) + (1 - CREDITS[k]) * log(1 - p)),
                            0.012);
            }
        }
    }
}

/* Without chance and difficulty the likelihood is that of a share: the posterior is a Beta
 * distribution. */
static void test_knowledge_posterior__is_beta(void **state)
{
    static const int RIGHT[][2] = {{0, 0}, {1, 3}, {6, 10}, {15, 20}, {2, 20}};
    const struct response_curve curve = {.chance = 0.0, .difficulty = 0.0};
    const struct knowledge_belief prior = {.mean = 0.6, .variance = 0.6 * 0.4 / 6.0}; /* 3, 2 */
    struct knowledge_grid *grid = arena_new(*state, struct knowledge_grid);
    knowledge_grid_fill(grid);
    for (size_t i = 0; i < COUNT_OF(RIGHT); i++) {
        double sums[KNOWLEDGE_POINTS] = {0.0};
        double mass[KNOWLEDGE_CELLS];
        knowledge_add(curve, 1.0, RIGHT[i][0], sums);
        knowledge_add(curve, 0.0, RIGHT[i][1] - RIGHT[i][0], sums);
        knowledge_posterior(grid, prior, sums, mass);
        const double a = 3.0 + RIGHT[i][0];
        const double b = 2.0 + RIGHT[i][1] - RIGHT[i][0];
        const struct beta beta = beta_make(a, b);
        const struct knowledge_belief belief = knowledge_belief_of(grid, mass);
        assert_near(belief.mean, a / (a + b), 0.002);
        assert_near(belief.variance, a * b / ((a + b) * (a + b) * (a + b + 1)), 0.001);
        assert_near(knowledge_below(mass, grid->knowledge, 0.72), beta_cdf(&beta, 0.72), 0.004);
        assert_near(knowledge_quantile(mass, grid->knowledge, 0.05), beta_quantile(&beta, 0.05),
                    0.006);
        assert_near(knowledge_quantile(mass, grid->knowledge, 0.95), beta_quantile(&beta, 0.95),
                    0.006);
    }
}

/* Worked by hand: two answers to a question with chance 1/2, one right, one wrong. Likelihood (1 +
 * k)/2 · (1 - k)/2, prior uniform: a density like 1 - k², cut at 4 logits to both sides. */
static void test_knowledge_posterior__guessing(void **state)
{
    const struct response_curve curve = {.chance = 0.5, .difficulty = 0.0};
    const struct knowledge_belief uniform = {.mean = 0.5, .variance = 1.0 / 12};
    struct knowledge_grid *grid = arena_new(*state, struct knowledge_grid);
    double sums[KNOWLEDGE_POINTS] = {0.0};
    double mass[KNOWLEDGE_CELLS];
    knowledge_grid_fill(grid);
    knowledge_add(curve, 1.0, 1.0, sums);
    knowledge_add(curve, 0.0, 1.0, sums);
    knowledge_posterior(grid, uniform, sums, mass);
    const double low = grid->knowledge[0];
    const double high = grid->knowledge[KNOWLEDGE_CELLS - 1];
    const double area = (high - high * high * high / 3) - (low - low * low * low / 3);
    const double moment = (high * high / 2 - high * high * high * high / 4) -
                          (low * low / 2 - low * low * low * low / 4);
    assert_near(knowledge_mean(mass, grid->knowledge), moment / area, 0.002);
}

/* A right answer says more the harder it is to guess, a wrong one the easier the question is. */
static void test_knowledge_posterior__what_answers_say(void **state)
{
    static const struct response_curve HARD = {0.25, 1.0};
    static const struct response_curve EASY = {0.25, -1.0};
    static const struct response_curve FLIP = {0.5, 1.0};
    const struct knowledge_belief prior = {.mean = 0.5, .variance = 0.05};
    struct knowledge_grid *grid = arena_new(*state, struct knowledge_grid);
    const struct {
        struct response_curve curve;
        double credit;
    } ANSWERS[] = {{EASY, 0.0}, {HARD, 0.0}, {EASY, 1.0}, {HARD, 1.0}, {FLIP, 1.0}};
    double means[COUNT_OF(ANSWERS)];
    knowledge_grid_fill(grid);
    for (size_t i = 0; i < COUNT_OF(ANSWERS); i++) {
        double sums[KNOWLEDGE_POINTS] = {0.0};
        double mass[KNOWLEDGE_CELLS];
        knowledge_add(ANSWERS[i].curve, ANSWERS[i].credit, 1.0, sums);
        knowledge_posterior(grid, prior, sums, mass);
        means[i] = knowledge_mean(mass, grid->knowledge);
    }
    assert_true(means[0] < means[1] && means[1] < 0.5);
    assert_true(means[3] > means[2] && means[2] > 0.5);
    assert_true(means[3] > means[4] && means[4] > 0.5);
}

static void test_knowledge_below__ends(void **state)
{
    const struct knowledge_belief prior = {.mean = 0.5, .variance = 0.05};
    struct knowledge_grid *grid = arena_new(*state, struct knowledge_grid);
    double mass[KNOWLEDGE_CELLS];
    double total = 0.0;
    knowledge_grid_fill(grid);
    knowledge_posterior(grid, prior, NULL, mass);
    for (size_t i = 0; i < KNOWLEDGE_CELLS; i++) {
        total += mass[i];
    }
    assert_near(total, 1.0, 1e-12);
    assert_near(knowledge_below(mass, grid->knowledge, 0.0), 0.0, 0.0);
    assert_near(knowledge_below(mass, grid->knowledge, 1.0), 1.0, 0.0);
    assert_near(knowledge_below(mass, grid->knowledge, 0.5), 0.5, 1e-9);
    assert_near(knowledge_quantile(mass, grid->knowledge, 0.5), 0.5, 1e-9);
    assert_near(knowledge_quantile(mass, grid->knowledge, 0.0), grid->knowledge[0], 0.0);
    assert_near(knowledge_quantile(mass, grid->knowledge, 1.0),
                grid->knowledge[KNOWLEDGE_CELLS - 1], 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_knowledge_chance__types, setup, teardown),
        cmocka_unit_test_setup_teardown(test_knowledge_chance_untold__any_number_right, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_knowledge_curve__author_and_calibration, setup,
                                        teardown),
        cmocka_unit_test(test_knowledge_probability__limits),
        cmocka_unit_test_setup_teardown(test_knowledge_grid__spline, setup, teardown),
        cmocka_unit_test_setup_teardown(test_knowledge_posterior__is_beta, setup, teardown),
        cmocka_unit_test_setup_teardown(test_knowledge_posterior__guessing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_knowledge_posterior__what_answers_say, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_knowledge_below__ends, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
