/*
 * FSRS-6 against the published test vectors of py-fsrs (tests/test_basic.py: intervals) and fsrs-rs
 * (src/model_v6.rs: states after one and two reviews, the forgetting curve, difficulties).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "base/clock.h"
#include "base/compiler.h"
#include "domain/fsrs.h"

static const int64_t START = INT64_C(1669725000) * 1000000; /* 2022-11-29T12:30:00Z */

static void assert_near(double actual, double expected, double tolerance)
{
    if (!(fabs(actual - expected) <= tolerance)) {
        fail_msg("%.9g is not within %g of %.9g", actual, tolerance, expected);
    }
}

/* py-fsrs, test_review_card: each review when the card is due. Its learning steps of ten minutes
 * are the intervals of 0 days. */
static void test_fsrs_review__py_fsrs_intervals(void **state)
{
    static const enum fsrs_grade GRADES[] = {
        FSRS_GOOD,  FSRS_GOOD, FSRS_GOOD, FSRS_GOOD, FSRS_GOOD, FSRS_GOOD, FSRS_AGAIN,
        FSRS_AGAIN, FSRS_GOOD, FSRS_GOOD, FSRS_GOOD, FSRS_GOOD, FSRS_GOOD};
    static const int64_t DAYS[] = {0, 2, 11, 46, 163, 498, 0, 0, 2, 4, 7, 12, 21};
    struct fsrs_memory memory = {.reviewed_at = 0};
    int64_t at = START;
    for (size_t i = 0; i < COUNT_OF(GRADES); i++) {
        memory = fsrs_review(memory, GRADES[i], at);
        if (DAYS[i] > 0) {
            assert_int_equal(fsrs_interval_days(memory.stability, 0.9), DAYS[i]);
        }
        at += DAYS[i] == 0 ? INT64_C(600) * CLOCK_US_PER_S : DAYS[i] * CLOCK_US_PER_DAY;
    }
}

/* py-fsrs, test_memo_state: again, then good after 0, 1, 3, 8 and 21 days. */
static void test_fsrs_review__py_fsrs_state(void **state)
{
    static const int64_t DAYS[] = {0, 0, 1, 3, 8, 21};
    struct fsrs_memory memory = {.reviewed_at = 0};
    int64_t at = START;
    for (size_t i = 0; i < COUNT_OF(DAYS); i++) {
        at += DAYS[i] * CLOCK_US_PER_DAY;
        memory = fsrs_review(memory, i == 0 ? FSRS_AGAIN : FSRS_GOOD, at);
    }
    assert_near(memory.stability, 53.62691, 1e-4);
    assert_near(memory.difficulty, 6.3574867, 1e-6);
}

/* py-fsrs, test_repeated_correct_reviews. */
static void test_fsrs_review__py_fsrs_easy(void **state)
{
    struct fsrs_memory memory = {.reviewed_at = 0};
    for (int64_t i = 0; i < 10; i++) {
        memory = fsrs_review(memory, FSRS_EASY, START + i);
    }
    assert_near(memory.difficulty, 1.0, 0.0);
}

/* fsrs-rs, test_forward: the same grade twice, the second time after one or two days. */
static void test_fsrs_review__fsrs_rs_forward(void **state)
{
    static const struct {
        enum fsrs_grade grade;
        int64_t days;
        double stability;
        double difficulty;
    } CASES[] = {
        {FSRS_AGAIN, 1, 0.10088589, 8.806304},  {FSRS_HARD, 1, 3.2494123, 6.7404594},
        {FSRS_GOOD, 1, 7.3153, 2.1112142},      {FSRS_EASY, 1, 18.014914, 1.0},
        {FSRS_AGAIN, 2, 0.112798266, 8.806304}, {FSRS_HARD, 2, 4.4694576, 6.7404594},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct fsrs_memory memory = {.reviewed_at = 0};
        memory = fsrs_review(memory, CASES[i].grade, START);
        memory = fsrs_review(memory, CASES[i].grade, START + CASES[i].days * CLOCK_US_PER_DAY);
        assert_near(memory.stability, CASES[i].stability, 1e-5 * CASES[i].stability);
        assert_near(memory.difficulty, CASES[i].difficulty, 1e-5);
    }
}

/* fsrs-rs, test_power_forgetting_curve. */
static void test_fsrs_retrievability__fsrs_rs(void **state)
{
    static const double STABILITY[] = {1.0, 2.0, 3.0, 4.0, 4.0, 2.0};
    static const double EXPECTED[] = {1.0, 0.9403443, 0.9253786, 0.9185229, 0.9, 0.8261359};
    for (size_t i = 0; i < COUNT_OF(EXPECTED); i++) {
        const struct fsrs_memory memory = {
            .stability = STABILITY[i], .difficulty = 5.0, .reviewed_at = START};
        assert_near(fsrs_retrievability(memory, START + (int64_t)i * CLOCK_US_PER_DAY), EXPECTED[i],
                    1e-6);
    }
    const struct fsrs_memory never = {.reviewed_at = 0};
    assert_near(fsrs_retrievability(never, START), 0.0, 0.0);
}

/* fsrs-rs, test_next_difficulty: from 5, with the mean reversion. */
static void test_fsrs_review__fsrs_rs_difficulty(void **state)
{
    static const double EXPECTED[] = {8.341763, 6.6659956, 4.990228, 3.3144615};
    for (size_t i = 0; i < COUNT_OF(EXPECTED); i++) {
        const struct fsrs_memory memory = {
            .stability = 5.0, .difficulty = 5.0, .reviewed_at = START};
        const struct fsrs_memory next =
            fsrs_review(memory, (enum fsrs_grade)(i + 1), START + 5 * CLOCK_US_PER_DAY);
        assert_near(next.difficulty, EXPECTED[i], 1e-5);
    }
}

/* Stability is the interval of a retention of 0.9; more retention means earlier. */
static void test_fsrs_interval_days__retention(void **state)
{
    assert_int_equal(fsrs_interval_days(121.01552, 0.9), 121);
    assert_int_equal(fsrs_interval_days(0.001, 0.9), 1);
    assert_int_equal(fsrs_interval_days(1e9, 0.9), 36500);
    assert_true(fsrs_interval_days(100.0, 0.95) < 50);
    assert_true(fsrs_interval_days(100.0, 0.8) > 200);
}

/* A day has 24 hours; what came in late does not go back. */
static void test_fsrs_review__same_day(void **state)
{
    const struct fsrs_memory memory = {.stability = 5.0, .difficulty = 5.0, .reviewed_at = START};
    const struct fsrs_memory same = fsrs_review(memory, FSRS_GOOD, START + CLOCK_US_PER_DAY - 1);
    const struct fsrs_memory next = fsrs_review(memory, FSRS_GOOD, START + CLOCK_US_PER_DAY);
    const struct fsrs_memory late = fsrs_review(memory, FSRS_AGAIN, START - CLOCK_US_PER_DAY);
    assert_near(same.stability, 5.0, 1e-9); /* e^(w17 w18) 5^-w19 < 1: good does not lower it */
    assert_true(next.stability > same.stability);
    assert_true(late.stability < memory.stability);
    assert_int_equal(late.reviewed_at, START);
}

static void test_fsrs_grade_of__cases(void **state)
{
    static const struct {
        int64_t credit;
        int64_t certainty;
        int64_t duration_ms;
        enum fsrs_grade grade;
    } CASES[] = {
        {0, 0, 0, FSRS_AGAIN},        {0, 3, 1000, FSRS_AGAIN},     {499, 0, 0, FSRS_AGAIN},
        {500, 3, 1000, FSRS_HARD},    {999, 0, 0, FSRS_HARD},       {1000, 1, 1000, FSRS_HARD},
        {1000, 0, 120000, FSRS_HARD}, {1000, 3, 120000, FSRS_HARD}, {1000, 0, 0, FSRS_GOOD},
        {1000, 0, 1000, FSRS_GOOD},   {1000, 2, 1000, FSRS_GOOD},   {1000, 3, 0, FSRS_GOOD},
        {1000, 3, 20001, FSRS_GOOD},  {1000, 3, 20000, FSRS_EASY},  {1000, 3, 119999, FSRS_GOOD},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        assert_int_equal(fsrs_grade_of(CASES[i].credit, CASES[i].certainty, CASES[i].duration_ms),
                         CASES[i].grade);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fsrs_review__py_fsrs_intervals),
        cmocka_unit_test(test_fsrs_review__py_fsrs_state),
        cmocka_unit_test(test_fsrs_review__py_fsrs_easy),
        cmocka_unit_test(test_fsrs_review__fsrs_rs_forward),
        cmocka_unit_test(test_fsrs_retrievability__fsrs_rs),
        cmocka_unit_test(test_fsrs_review__fsrs_rs_difficulty),
        cmocka_unit_test(test_fsrs_interval_days__retention),
        cmocka_unit_test(test_fsrs_review__same_day),
        cmocka_unit_test(test_fsrs_grade_of__cases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
