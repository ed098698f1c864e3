/* Streaks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "base/compiler.h"
#include "base/text.h"
#include "domain/progress.h"

enum { TODAY = 20000, DAYS_MAX = 6 };

static void test_progress_streaks__cases(void **state)
{
    static const struct {
        int64_t ago[DAYS_MAX];
        size_t count;
        int64_t current;
        int64_t longest;
        bool is_today;
    } CASES[] = {
        {{0}, 0, 0, 0, false},          {{0}, 1, 1, 1, true},
        {{1}, 1, 1, 1, false},          {{2}, 1, 0, 1, false},
        {{0, 1, 2}, 3, 3, 3, true},     {{1, 2, 4, 5, 6}, 5, 2, 3, false},
        {{0, 2, 3, 4}, 4, 1, 3, true},  {{-1, 0, 1}, 3, 3, 3, true},
        {{3, 4, 5, 6}, 4, 0, 4, false},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct study_day days[DAYS_MAX] = {{.day = 0}};
        for (size_t k = 0; k < CASES[i].count; k++) {
            days[k].day = TODAY - CASES[i].ago[k];
        }
        const struct streaks streaks = progress_streaks(days, CASES[i].count, TODAY);
        assert_int_equal(streaks.current, CASES[i].current);
        assert_int_equal(streaks.longest, CASES[i].longest);
        assert_int_equal(streaks.is_today, CASES[i].is_today);
    }
}

/* Half of the weight of an answer is gone after 30 days; four answers' worth of 0.5 is there from
 * the first. */
static void test_progress_masteries__values(void **state)
{
    struct study_day days[] = {{.day = TODAY, .answers = 2, .credit = 500},
                               {.day = TODAY - 30, .answers = 8, .credit = 8000}};
    progress_masteries(days, COUNT_OF(days));
    assert_true(fabs(days[1].mastery - (2.0 + 8.0) / (4.0 + 8.0)) < 1e-12);
    assert_true(fabs(days[0].mastery - (2.0 + 4.0 + 0.5) / (4.0 + 4.0 + 2.0)) < 1e-12);
    progress_masteries(days, 0);
}

static void assert_same(const struct study_day *day, const struct study_day *expected)
{
    assert_int_equal(day->day, expected->day);
    assert_int_equal(day->answers, expected->answers);
    assert_int_equal(day->correct, expected->correct);
    assert_int_equal(day->credit, expected->credit);
    assert_int_equal(day->attempts, expected->attempts);
    assert_int_equal(day->duration_ms, expected->duration_ms);
    assert_true(fabs(day->mastery - expected->mastery) < 1e-12);
}

/* 1970-01-05, day 4, was a Monday. In order: day, answers, correct, credit, attempts, time,
 * mastery.
 */
static void test_progress_weeks__sums(void **state)
{
    struct study_day days[] = {
        {12, 1, 0, 0, 0, 0, 0.9}, {11, 2, 1, 1500, 1, 5, 0.8}, {5, 4, 2, 3000, 1, 7, 0.7},
        {3, 8, 0, 0, 0, 0, 0.6},  {-3, 16, 0, 0, 0, 0, 0.5},   {-4, 32, 0, 0, 0, 0, 0.4},
    };
    static const struct study_day WEEKS[] = {{11, 3, 1, 1500, 1, 5, 0.9},
                                             {4, 4, 2, 3000, 1, 7, 0.7},
                                             {-3, 24, 0, 0, 0, 0, 0.6},
                                             {-10, 32, 0, 0, 0, 0, 0.4}};
    assert_int_equal(progress_weeks(days, COUNT_OF(days)), COUNT_OF(WEEKS));
    for (size_t i = 0; i < COUNT_OF(WEEKS); i++) {
        assert_same(&days[i], &WEEKS[i]);
    }
    assert_int_equal(progress_weeks(days, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_progress_streaks__cases),
                                       cmocka_unit_test(test_progress_masteries__values),
                                       cmocka_unit_test(test_progress_weeks__sums)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
