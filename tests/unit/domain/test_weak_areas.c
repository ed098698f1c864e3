/* Model beta-1: the worked values of its definition, the tree, the sentence, the order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "base/clock.h"
#include "domain/weak_areas.h"
#include "sample_bank.h"

static const int64_t NOW = EVIDENCE_EPOCH_US + 400 * CLOCK_US_PER_DAY;
static const double TARGET = 0.72;

static const struct evidence NONE[SECTION_COUNT] = {{.weight = 0}};

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

/* m = 0.70, target 0.72, all weights 1. */
static void test_weak_areas_posterior__worked_values(void **state)
{
    static const struct {
        double right;
        double answers;
        double mean;
        double low;
        double high;
        double probability;
        enum weak_area_label label;
    } CASES[] = {
        {0, 0, 0.700, 0.311, 0.968, 0.474, WEAK_AREA_UNSURE},
        {1, 3, 0.543, 0.246, 0.825, 0.826, WEAK_AREA_WEAK},
        {3, 3, 0.829, 0.564, 0.984, 0.193, WEAK_AREA_STRONG},
        {2, 6, 0.480, 0.234, 0.731, 0.941, WEAK_AREA_WEAK},
        {8, 10, 0.771, 0.572, 0.925, 0.293, WEAK_AREA_UNSURE},
        {19, 20, 0.908, 0.797, 0.981, 0.007, WEAK_AREA_STRONG},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct weak_area area = {.section = 0};
        weak_areas_posterior(0.70, CASES[i].answers, CASES[i].right, TARGET, &area);
        assert_near(area.mean, CASES[i].mean, 0.0005);
        assert_near(area.low, CASES[i].low, 0.0005);
        assert_near(area.high, CASES[i].high, 0.0005);
        assert_near(area.probability_below_target, CASES[i].probability, 0.0005);
        assert_int_equal(area.label, CASES[i].label);
    }
}

static void test_weak_area_labels__names(void **state)
{
    assert_string_equal(enumeration_name(&WEAK_AREA_LABELS, WEAK_AREA_WEAK), "weak");
    assert_string_equal(enumeration_name(&WEAK_AREA_LABELS, WEAK_AREA_UNSURE), "unsure");
    assert_string_equal(enumeration_name(&WEAK_AREA_LABELS, WEAK_AREA_STRONG), "strong");
    assert_string_equal(enumeration_name(&WEAK_AREA_LABELS, WEAK_AREA_NO_EVIDENCE), "no_evidence");
}

static void test_evidence_weight__half_life(void **state)
{
    assert_true(evidence_weight(EVIDENCE_EPOCH_US) == 1.0);
    assert_true(evidence_weight(EVIDENCE_EPOCH_US + EVIDENCE_HALF_LIFE_US) == 2.0);
    assert_true(evidence_weight(EVIDENCE_EPOCH_US - EVIDENCE_HALF_LIFE_US) == 0.5);
    assert_true(
        isfinite(evidence_weight(EVIDENCE_EPOCH_US + INT64_C(80) * 365 * CLOCK_US_PER_DAY)));
}

/* Evidence of `answers` answers of now, `correct` of them right. */
static struct evidence answered(int64_t answers, int64_t correct)
{
    return (struct evidence){.weight = (double)answers * evidence_weight(NOW),
                             .credit = (double)correct * evidence_weight(NOW),
                             .answers = answers,
                             .correct = correct,
                             .last_answered_at = NOW,
                             .last_wrong_at = correct < answers ? NOW : 0};
}

static const struct weak_area *find_area(const struct weak_area *areas, size_t count,
                                         size_t section)
{
    size_t i = 0;
    while (i < count && areas[i].section != section) {
        i++;
    }
    assert_true(i < count);
    return &areas[i];
}

static void estimate(const struct bank *bank, const struct evidence *evidence, double target,
                     struct arena *arena, struct weak_area **areas, size_t *count)
{
    const struct weak_areas_input input = {.bank = bank,
                                           .evidence = evidence,
                                           .model = WEAK_AREAS_BETA_1,
                                           .target = target,
                                           .now_us = NOW,
                                           .limit = SIZE_MAX};
    weak_areas_estimate(&input, arena, areas, count);
}

static void test_weak_areas_estimate__no_evidence(void **state)
{
    const struct bank *bank = sample_bank(*state);
    const struct evidence evidence[SECTION_COUNT] = {{.weight = 0}};
    struct weak_area *areas = NULL;
    size_t count = 0;
    estimate(bank, evidence, TARGET, *state, &areas, &count);
    assert_int_equal(count, 4); /* s, t/a and u have no questions of their own */
    /* All have mean 0.5 and the same probability: the shares of the bank decide, 6, 5, 4 and 2
     * of 12. */
    static const size_t ORDER[] = {T, T_A_X, S_A, S_B};
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(areas[i].section, ORDER[i]);
        assert_int_equal(areas[i].label, WEAK_AREA_NO_EVIDENCE);
        assert_true(areas[i].mean == 0.5);
        assert_string_equal(arena_string(*state, areas[i].why), "no answers yet");
        assert_int_equal(areas[i].evidence.answers, 0);
        assert_int_equal(areas[i].evidence.last_answered_at, 0);
    }
    /* Beta(2, 2): P = t^2 (3 - 2t) */
    assert_near(areas[0].expected_gain,
                6.0 / 12 * (TARGET * TARGET * (3 - 2 * TARGET)) * (TARGET - 0.5), 1e-12);
}

/* Worked by hand: the bank, then each section from the mean of the one above. */
static void test_weak_areas_estimate__tree(void **state)
{
    const struct bank *bank = sample_bank(*state);
    struct evidence evidence[SECTION_COUNT] = {{.weight = 0}};
    evidence[S_A] = answered(6, 2);
    evidence[T] = answered(3, 3);
    evidence[T_A_X] = answered(2, 1);
    struct weak_area *areas = NULL;
    size_t count = 0;
    estimate(bank, evidence, TARGET, *state, &areas, &count);
    const double root = (4 * 0.5 + 6) / (4 + 11); /* 6 of 11 */
    const double s = (4 * root + 2) / (4 + 6);
    const double t = (4 * root + 4) / (4 + 5);
    const double t_a = (4 * t + 1) / (4 + 2);
    assert_near(find_area(areas, count, S_A)->mean, (4 * s + 2) / (4 + 6), 1e-12);
    assert_near(find_area(areas, count, S_B)->mean, s, 1e-12);
    assert_near(find_area(areas, count, T)->mean, t, 1e-12);
    assert_near(find_area(areas, count, T_A_X)->mean, (4 * t_a + 1) / (4 + 2), 1e-12);
    assert_int_equal(find_area(areas, count, S_B)->label, WEAK_AREA_NO_EVIDENCE);
    assert_int_equal(find_area(areas, count, S_A)->label, WEAK_AREA_WEAK);
    /* t counts what is below it */
    assert_int_equal(find_area(areas, count, T)->evidence.answers, 5);
    assert_int_equal(find_area(areas, count, T)->evidence.correct, 4);
    assert_near(find_area(areas, count, T)->evidence.weight, 5.0, 1e-12);
    assert_near(find_area(areas, count, T)->evidence.credit, 4.0, 1e-12);
    assert_int_equal(areas[0].section, S_A);
    for (size_t i = 1; i < count; i++) {
        assert_true(areas[i - 1].expected_gain >= areas[i].expected_gain);
    }
}

/* An answer of 30 days ago counts half, wherever the epoch is. */
static void test_weak_areas_estimate__fading(void **state)
{
    const struct bank *bank = sample_bank(*state);
    struct evidence evidence[SECTION_COUNT] = {{.weight = 0}};
    const int64_t then = NOW - EVIDENCE_HALF_LIFE_US;
    evidence[S_A] = (struct evidence){.weight = evidence_weight(then) + evidence_weight(NOW),
                                      .credit = evidence_weight(then),
                                      .answers = 2,
                                      .correct = 1,
                                      .last_answered_at = NOW,
                                      .last_wrong_at = NOW};
    struct weak_area *areas = NULL;
    size_t count = 0;
    estimate(bank, evidence, TARGET, *state, &areas, &count);
    const struct weak_area *area = find_area(areas, count, S_A);
    assert_near(area->evidence.weight, 1.5, 1e-12);
    assert_near(area->evidence.credit, 0.5, 1e-12);
    assert_int_equal(area->evidence.answers, 2);
}

/* Above the target there is nothing to gain; ties go by mean, then by notes order. */
static void test_weak_areas_estimate__ties(void **state)
{
    const struct bank *bank = sample_bank(*state);
    struct evidence evidence[SECTION_COUNT] = {{.weight = 0}};
    evidence[S_A] = answered(50, 50);
    evidence[S_B] = answered(40, 40);
    evidence[T] = answered(50, 50);
    evidence[T_A_X] = answered(60, 60);
    struct weak_area *areas = NULL;
    size_t count = 0;
    estimate(bank, evidence, TARGET, *state, &areas, &count);
    assert_int_equal(count, 4);
    for (size_t i = 0; i < count; i++) {
        assert_true(areas[i].expected_gain == 0.0);
        assert_int_equal(areas[i].label, WEAK_AREA_STRONG);
        if (i > 0) {
            assert_true(areas[i - 1].mean < areas[i].mean);
        }
    }
    estimate(bank, NONE, 0.1, *state, &areas, &count);
    static const size_t NOTES_ORDER[] = {S_A, S_B, T, T_A_X};
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(areas[i].section, NOTES_ORDER[i]);
    }
}

static void test_weak_areas_estimate__why(void **state)
{
    static const struct {
        int64_t answers;
        int64_t correct;
        int64_t wrong_age_us; /* -1: never wrong */
        const char *why;
    } CASES[] = {
        {6, 2, 3 * CLOCK_US_PER_DAY, "2 of 6 right; last wrong 3 days ago"},
        {6, 2, 4 * CLOCK_US_PER_DAY - 1, "2 of 6 right; last wrong 3 days ago"},
        {6, 2, 2 * CLOCK_US_PER_DAY - 1, "2 of 6 right; last wrong yesterday"},
        {6, 2, CLOCK_US_PER_DAY, "2 of 6 right; last wrong yesterday"},
        {6, 2, CLOCK_US_PER_DAY - 1, "2 of 6 right; last wrong today"},
        {1, 0, 0, "0 of 1 right; last wrong today"},
        {3, 3, -1, "3 of 3 right"},
    };
    const struct bank *bank = sample_bank(*state);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct evidence evidence[SECTION_COUNT] = {{.weight = 0}};
        evidence[S_B] = answered(CASES[i].answers, CASES[i].correct);
        evidence[S_B].last_wrong_at = CASES[i].wrong_age_us < 0 ? 0 : NOW - CASES[i].wrong_age_us;
        struct weak_area *areas = NULL;
        size_t count = 0;
        estimate(bank, evidence, TARGET, *state, &areas, &count);
        const struct text why = find_area(areas, count, S_B)->why;
        assert_string_equal(arena_string(*state, why), CASES[i].why);
    }
}

/* A clock that went back does not make the future. */
static void test_weak_areas_estimate__answered_in_the_future(void **state)
{
    const struct bank *bank = sample_bank(*state);
    struct evidence evidence[SECTION_COUNT] = {{.weight = 0}};
    evidence[S_B] = answered(1, 0);
    evidence[S_B].last_wrong_at = NOW + CLOCK_US_PER_DAY;
    struct weak_area *areas = NULL;
    size_t count = 0;
    estimate(bank, evidence, TARGET, *state, &areas, &count);
    assert_string_equal(arena_string(*state, find_area(areas, count, S_B)->why),
                        "0 of 1 right; last wrong today");
}

static void test_weak_areas_estimate__brief(void **state)
{
    for (int model = 0; model < WEAK_AREAS_MODEL_COUNT; model++) {
        struct evidence evidence[SECTION_COUNT] = {{.weight = 0}};
        evidence[S_A] = answered(6, 2);
        struct weak_areas_input input = {.bank = sample_bank(*state),
                                         .evidence = evidence,
                                         .model = (enum weak_areas_model)model,
                                         .target = TARGET,
                                         .now_us = NOW,
                                         .is_tree = true};
        struct weak_area *whole = NULL;
        struct weak_area *brief = NULL;
        size_t count = 0;
        size_t brief_count = 0;
        weak_areas_estimate(&input, *state, &whole, &count);
        input.is_brief = true;
        weak_areas_estimate(&input, *state, &brief, &brief_count);
        assert_int_equal(brief_count, count);
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(brief[i].section, whole[i].section);
            assert_int_equal(brief[i].label, whole[i].label);
            assert_true(brief[i].mean == whole[i].mean);
            assert_true(brief[i].probability_below_target == whole[i].probability_below_target);
            assert_true(brief[i].expected_gain == whole[i].expected_gain);
            assert_int_equal(brief[i].evidence.answers, whole[i].evidence.answers);
            assert_true(whole[i].why.data != NULL && brief[i].why.data == NULL);
        }
    }
}

/* What was answered there still says something of the bank, but is proposed to nobody. */
static void test_weak_areas_estimate__section_that_left_the_notes(void **state)
{
    for (int model = 0; model < WEAK_AREAS_MODEL_COUNT; model++) {
        for (int is_tree = 0; is_tree <= 1; is_tree++) {
            struct evidence evidence[SECTION_COUNT] = {{.weight = 0}};
            struct bank *bank = sample_bank(*state);
            struct weak_area *areas = NULL;
            size_t count = 0;
            size_t left = 0;
            evidence[T_A_X] = answered(6, 0);
            struct weak_areas_input input = {.bank = bank,
                                             .evidence = evidence,
                                             .model = (enum weak_areas_model)model,
                                             .target = TARGET,
                                             .now_us = NOW,
                                             .limit = SIZE_MAX,
                                             .is_tree = is_tree == 1};
            weak_areas_estimate(&input, *state, &areas, &count);
            const double mean = find_area(areas, count, S_A)->mean;
            assert_int_equal(find_area(areas, count, T_A_X)->evidence.answers, 6);
            bank->sections[T_A_X].is_removed = true;
            weak_areas_estimate(&input, *state, &areas, &left);
            assert_int_equal(left, count - 1);
            for (size_t i = 0; i < left; i++) {
                assert_int_not_equal(areas[i].section, T_A_X);
            }
            assert_true(find_area(areas, left, S_A)->mean == mean);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_weak_areas_posterior__worked_values),
        cmocka_unit_test(test_weak_area_labels__names),
        cmocka_unit_test(test_evidence_weight__half_life),
        cmocka_unit_test_setup_teardown(test_weak_areas_estimate__no_evidence, setup, teardown),
        cmocka_unit_test_setup_teardown(test_weak_areas_estimate__tree, setup, teardown),
        cmocka_unit_test_setup_teardown(test_weak_areas_estimate__fading, setup, teardown),
        cmocka_unit_test_setup_teardown(test_weak_areas_estimate__ties, setup, teardown),
        cmocka_unit_test_setup_teardown(test_weak_areas_estimate__why, setup, teardown),
        cmocka_unit_test_setup_teardown(test_weak_areas_estimate__answered_in_the_future, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_weak_areas_estimate__brief, setup, teardown),
        cmocka_unit_test_setup_teardown(test_weak_areas_estimate__section_that_left_the_notes,
                                        setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
