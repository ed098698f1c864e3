/* Item and exam statistics: worked examples, what is not defined, and flags. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "tally_sample.h"

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

/* ---- a worked example ---- */

static const struct answers WORKED = {.people = 6,
                                      .items = 3,
                                      .credits = {{1000, 1000, 1000},
                                                  {1000, 1000, 0},
                                                  {1000, 0, 1000},
                                                  {0, 1000, 0},
                                                  {0, 0, 500},
                                                  {1000, 0, 0}}};

/* First item: credits 1 1 1 0 0 1, rests 1 .5 .5 .5 .25 0 with mean 11/24. Products of deviations:
 * Σ x (r - r̄) = .5417 + .0417 + .0417 - .4583 = 1/6; Σ (x - x̄)² = 4/3; Σ (r - r̄)² = .5521; so
 * (1/6) / √(4/3 · .5521) = 0.194257. Sorted alike (0 0 1 1 1 1 with 0 .25 .5 .5 .5 1) the products
 * add up to 2/3: the efficiency is 1/4. The other figures by a script from the definitions. */
static void test_item_statistics__worked_example(void **state)
{
    const struct item_tallies tallies = count(&WORKED, 0, NULL, *state);
    struct item_statistics statistics;
    struct exam_spread spread;

    (void)count_exam(&WORKED, *state, &spread);
    item_statistics(&QUESTION, &tallies, &spread, *state, &statistics);
    assert_int_equal(statistics.answers, 6);
    assert_near(statistics.moodle.facility, 2.0 / 3.0);
    assert_near(statistics.moodle.standard_deviation, 0.5163977794943223);
    assert_near(statistics.moodle.discrimination_index, 0.19425717247145283);
    assert_near(statistics.moodle.discriminative_efficiency, 0.25);
    assert_near(statistics.moodle.intended_weight, 1.0 / 3.0);
    assert_near(statistics.moodle.effective_weight, 0.3641174956692825);
    assert_near(statistics.canvas.difficulty, 2.0 / 3.0);
    assert_near(statistics.canvas.point_biserial, 0.7035975447302918);
    assert_near(statistics.canvas.options[1].point_biserial, 0.7035975447302918);
    assert_int_equal(statistics.canvas.options[1].answers, 4);
    assert_near(statistics.canvas.options[0].share, 1.0 / 3.0);
    assert_null(statistics.canvas.options[2].point_biserial); /* nobody picked it */
    assert_null(statistics.median_seconds);
}

static void test_item_statistics__negative_discrimination(void **state)
{
    const struct item_tallies tallies = count(&WORKED, 1, NULL, *state);
    struct item_statistics statistics;

    item_statistics(&QUESTION, &tallies, NULL, *state, &statistics);
    assert_near(statistics.moodle.discrimination_index, -0.11396057645963795);
    assert_near(statistics.moodle.discriminative_efficiency, -1.0 / 7.0);
    assert_null(statistics.moodle.intended_weight); /* of no exam */
    assert_null(statistics.moodle.effective_weight);
}

static void test_exam_statistics__worked_example(void **state)
{
    struct exam_spread spread;
    const struct exam_tallies tallies = count_exam(&WORKED, *state, &spread);
    struct exam_statistics statistics;

    exam_statistics(&tallies, *state, &statistics);
    assert_int_equal(statistics.attempts, 6);
    assert_near(statistics.mean, 0.5277777777777778);
    assert_near(statistics.median, 0.5);
    assert_near(statistics.standard_deviation, 0.305807976544953);
    assert_near(statistics.standard_deviation_population, 0.2791632116978025);
    assert_near(statistics.skewness, 0.5126278206958819);
    assert_near(statistics.kurtosis, -0.6205273992745804);
    assert_near(statistics.cronbach_alpha, 0.05940594059405946);
    assert_near(statistics.error_ratio, 0.9698422858413324);
    assert_near(statistics.standard_error, 0.2965855070008698);
}

/* Two items, one right exactly where the other is wrong: variances 1/3 each, the sum does not vary
 * but for one learner: V = 1/4, alpha = 2 (1 - (7/12) / V) by hand for 1 0, 1 0, 0 1, 1 1. */
static void test_exam_statistics__negative_alpha_as_it_is(void **state)
{
    static const struct answers answers = {
        .people = 4, .items = 2, .credits = {{1000, 0}, {1000, 0}, {0, 1000}, {1000, 1000}}};
    struct exam_spread spread;
    const struct exam_tallies tallies = count_exam(&answers, *state, &spread);
    struct exam_statistics statistics;

    exam_statistics(&tallies, *state, &statistics);
    assert_near(statistics.cronbach_alpha, 2.0 * (1.0 - (1.0 / 4.0 + 1.0 / 3.0) / (1.0 / 4.0)));
    assert_true(*statistics.cronbach_alpha < 0.0);
    assert_near(statistics.error_ratio, sqrt(1.0 - *statistics.cronbach_alpha));
}

/* ---- what is not defined ---- */

static void test_item_statistics__undefined_is_null(void **state)
{
    static const struct answers same = {
        .people = 3, .items = 2, .credits = {{1000, 1000}, {1000, 1000}, {1000, 1000}}};
    static const struct answers alone = {.people = 2, .items = 1, .credits = {{1000}, {0}}};
    const struct item_tallies none = {.option_count = 0};
    struct item_statistics statistics;

    item_statistics(&QUESTION, &none, NULL, *state, &statistics);
    assert_int_equal(statistics.answers, 0);
    assert_null(statistics.moodle.facility);
    assert_null(statistics.canvas.difficulty);

    const struct item_tallies equal = count(&same, 0, NULL, *state);
    item_statistics(&QUESTION, &equal, NULL, *state, &statistics);
    assert_near(statistics.moodle.facility, 1.0);
    assert_null(statistics.moodle.discrimination_index);
    assert_null(statistics.moodle.discriminative_efficiency);
    assert_null(statistics.canvas.options[1].point_biserial);

    const struct item_tallies without_rest = count(&alone, 0, NULL, *state);
    item_statistics(&QUESTION, &without_rest, NULL, *state, &statistics);
    assert_null(statistics.moodle.discrimination_index);
    assert_near(statistics.canvas.point_biserial, 1.0);
}

static void test_exam_statistics__undefined_is_null(void **state)
{
    const struct tally one = {.key = 500000, .answers = 1};
    const struct tally two = {.key = 500000, .answers = 2};
    struct exam_statistics statistics;

    exam_statistics(&(struct exam_tallies){.item_answers = 0}, *state, &statistics);
    assert_null(statistics.mean);
    exam_statistics(&(struct exam_tallies){.scores = {&one, 1}, .item_answers = 2}, *state,
                    &statistics);
    assert_near(statistics.mean, 0.5);
    assert_null(statistics.standard_deviation);
    assert_null(statistics.cronbach_alpha);
    exam_statistics(&(struct exam_tallies){.scores = {&two, 1}, .item_answers = 4}, *state,
                    &statistics);
    assert_near(statistics.standard_deviation, 0.0);
    assert_null(statistics.skewness);
    assert_null(statistics.cronbach_alpha);
}

/* ---- flags ---- */

static void assert_flags(const struct answers *answers, struct tallies seconds, unsigned expected,
                         struct arena *arena)
{
    enum item_flag flags[ITEM_FLAG_COUNT];
    struct item_statistics statistics;
    struct item_tallies tallies = count(answers, 0, NULL, arena);
    unsigned found = 0;

    tallies.seconds = seconds;
    item_statistics(&QUESTION, &tallies, NULL, arena, &statistics);
    const size_t flag_count = item_flags(&QUESTION, &statistics, flags);
    for (size_t i = 0; i < flag_count; i++) {
        found |= 1U << flags[i];
    }
    assert_int_equal(found, expected);
}

/* What the good and the bad get for the first item; the good know two others. */
static void fill(struct answers *answers, size_t people, size_t good, int64_t by_good,
                 int64_t by_bad)
{
    *answers = (struct answers){.people = people, .items = 4};
    for (size_t i = 0; i < people; i++) {
        answers->credits[i][0] = i < good ? by_good : by_bad;
        answers->credits[i][1] = i < good ? 1000 : 0;
        answers->credits[i][2] = i % 2 == 0 ? 1000 : 0;
        answers->credits[i][3] = answers->credits[i][1];
    }
}

static void test_item_flags__each_has_its_cause(void **state)
{
    const struct tally quick[] = {{.key = 0, .answers = 20}, {.key = 9, .answers = 5}};
    const struct tally slow[] = {{.key = 0, .answers = 5}, {.key = 9, .answers = 20}};
    const struct tallies none = {.count = 0};
    struct answers *answers = arena_new(*state, struct answers);

    fill(answers, 20, 10, 1000, 0);
    assert_flags(answers, none, 0, *state);
    assert_flags(answers, (struct tallies){quick, 2}, 1U << ITEM_TOO_FAST, *state);
    assert_flags(answers, (struct tallies){slow, 2}, 0, *state);
    fill(answers, 20, 10, 0, 1000);
    assert_flags(answers, none,
                 1U << ITEM_NEGATIVE_DISCRIMINATION | 1U << ITEM_DISTRACTOR_BEATS_KEY, *state);
    fill(answers, 40, 20, 1000, 0);
    assert_flags(answers, none, 1U << ITEM_UNUSED_DISTRACTOR, *state);
    fill(answers, 20, 5, 1000, 0);
    assert_flags(answers, none, 1U << ITEM_BELOW_CHANCE, *state);
    fill(answers, 9, 4, 0, 1000); /* too few to be shown */
    assert_flags(answers, none, 0, *state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_item_statistics__worked_example, setup, teardown),
        cmocka_unit_test_setup_teardown(test_item_statistics__negative_discrimination, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_exam_statistics__worked_example, setup, teardown),
        cmocka_unit_test_setup_teardown(test_exam_statistics__negative_alpha_as_it_is, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_item_statistics__undefined_is_null, setup, teardown),
        cmocka_unit_test_setup_teardown(test_exam_statistics__undefined_is_null, setup, teardown),
        cmocka_unit_test_setup_teardown(test_item_flags__each_has_its_cause, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
