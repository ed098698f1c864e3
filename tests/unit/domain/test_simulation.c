/* What `make simulate` shows at length, in small and with fixed seeds: what is told weak is weak.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "base/compiler.h"
#include "base/text.h"
#include "support/simulation_score.h"

static const double TARGET = 0.72;
enum { LEARNERS = 40, SEED = 11, BIN_SECTIONS_MIN = 100 };

static void simulate(size_t scenario, size_t count, struct score scores[SCORE_METHOD_COUNT])
{
    struct arena *arena = arena_create();
    struct simulation *simulation = simulation_make(&SIMULATION_SCENARIOS[scenario], SEED, arena);
    score_learners(simulation, LEARNERS, count, TARGET, scores);
    arena_free(arena);
}

/* At least 80 % of what beta-2 calls weak is below the target, whatever the people are like, and
 * there is something that it calls so. */
static void test_simulation__told_weak_is_weak(void **state)
{
    static const size_t COUNTS[] = {5, 10, 20};
    for (size_t s = 0; s < SIMULATION_SCENARIO_COUNT; s++) {
        for (size_t i = 0; i < COUNT_OF(COUNTS); i++) {
            struct score scores[SCORE_METHOD_COUNT] = {{.sections = 0}};
            simulate(s, COUNTS[i], scores);
            const struct score *score = &scores[SCORE_BETA_2];
            if (score_precision(score) < 0.8 || score->told_weak < 20) {
                fail_msg("%s, %zu answers: %zu of %zu are weak", SIMULATION_SCENARIOS[s].name,
                         COUNTS[i], score->rightly_weak, score->told_weak);
            }
        }
    }
}

/* The default is the better one where the people are as expected: nearer to the truth, and finding
 * more. */
static void test_simulation__better_than_before(void **state)
{
    struct score scores[SCORE_METHOD_COUNT] = {{.sections = 0}};
    for (size_t count = 5; count <= 20; count *= 2) {
        simulate(0, count, scores);
    }
    assert_true(scores[SCORE_BETA_2].brier < scores[SCORE_BETA_1].brier);
    assert_true(scores[SCORE_BETA_2].distance < scores[SCORE_BETA_1].distance);
    assert_true(score_recall(&scores[SCORE_BETA_2]) > score_recall(&scores[SCORE_BETA_1]));
    for (size_t i = SCORE_RAW; i < SCORE_METHOD_COUNT; i++) {
        assert_true(scores[SCORE_BETA_2].brier < scores[i].brier);
    }
    assert_true(score_precision(&scores[SCORE_BETA_2]) > score_precision(&scores[SCORE_RAW]));
    assert_true(score_recall(&scores[SCORE_BETA_2]) > score_recall(&scores[SCORE_WILSON]));
}

/* What is said of sections is true of about so many, in each tenth of the scale that has enough of
 * them. */
static void test_simulation__reliability(void **state)
{
    struct score scores[SCORE_METHOD_COUNT] = {{.sections = 0}};
    size_t bins = 0;
    for (size_t count = 5; count <= 20; count *= 2) {
        simulate(0, count, scores);
    }
    const struct score *score = &scores[SCORE_BETA_2];
    for (size_t bin = 0; bin < SCORE_BINS; bin++) {
        const double sections = (double)score->bin_count[bin];
        if (score->bin_count[bin] < BIN_SECTIONS_MIN) {
            continue;
        }
        const double said = score->bin_said[bin] / sections;
        const double rate = (double)score->bin_true[bin] / sections;
        bins++;
        if (fabs(said - rate) >= 0.1) {
            fail_msg("bin %zu: %zu sections, %.3f said, %.3f true", bin, score->bin_count[bin],
                     said, rate);
        }
    }
    assert_int_equal(bins, SCORE_BINS);
}

/* 90 % intervals hold the truth about that often. */
static void test_simulation__intervals(void **state)
{
    struct score scores[SCORE_METHOD_COUNT] = {{.sections = 0}};
    simulate(0, 10, scores);
    const double covered =
        (double)scores[SCORE_BETA_2].covered / (double)scores[SCORE_BETA_2].sections;
    assert_true(covered > 0.87 && covered < 0.99);
}

/* Exams turn out as predicted: within their 90 % intervals, and passed about as often as said. */
static void assert_predicted(const struct exam *exam)
{
    struct exam_score score = {.exams = 0};
    for (uint64_t world = 0; world < 8; world++) {
        struct arena *arena = arena_create();
        struct simulation *simulation =
            simulation_make(&SIMULATION_SCENARIOS[0], SEED + world, arena);
        const struct exam_case wanted = {
            .count = 5, .leaves = world % 2 == 0 ? 8 : SIMULATION_LEAVES, .exam = exam};
        score_exams(simulation, LEARNERS, &wanted, TARGET, &score);
        arena_free(arena);
    }
    double said = 0.0;
    for (size_t bin = 0; bin < SCORE_BINS; bin++) {
        said += score.bin_said[bin];
    }
    assert_true(score.covered * 100 >= score.exams * 84);
    assert_true(fabs(said - (double)score.passed) < 0.1 * (double)score.exams);
    assert_true(score.brier < 0.2 * (double)score.exams);
}

static void test_simulation__exams(void **state)
{
    assert_predicted(NULL);
}

static void test_simulation__exams_by_a_blueprint(void **state)
{
    assert_predicted(&SCORE_EXAM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_simulation__told_weak_is_weak),
        cmocka_unit_test(test_simulation__better_than_before),
        cmocka_unit_test(test_simulation__reliability),
        cmocka_unit_test(test_simulation__intervals),
        cmocka_unit_test(test_simulation__exams),
        cmocka_unit_test(test_simulation__exams_by_a_blueprint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
