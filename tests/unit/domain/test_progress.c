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

/* 1970-01-05 was a Monday. */
static void test_progress_weeks__sums(void **state)
{
    struct study_day days[] = {{.day = 12, .answers = 1, .mastery = 0.9},
                               {.day = 11,
                                .answers = 2,
                                .correct = 1,
                                .credit = 1500,
                                .attempts = 1,
                                .duration_ms = 5,
                                .mastery = 0.8},
                               {.day = 5,
                                .answers = 4,
                                .correct = 2,
                                .credit = 3000,
                                .attempts = 1,
                                .duration_ms = 7,
                                .mastery = 0.7},
                               {.day = 3, .answers = 8, .mastery = 0.6},
                               {.day = -3, .answers = 16, .mastery = 0.5},
                               {.day = -4, .answers = 32, .mastery = 0.4}};
    static const struct study_day WEEKS[] = {{.day = 11,
                                              .answers = 3,
                                              .correct = 1,
                                              .credit = 1500,
                                              .attempts = 1,
                                              .duration_ms = 5,
                                              .mastery = 0.9},
                                             {.day = 4,
                                              .answers = 4,
                                              .correct = 2,
                                              .credit = 3000,
                                              .attempts = 1,
                                              .duration_ms = 7,
                                              .mastery = 0.7},
                                             {.day = -3, .answers = 24, .mastery = 0.6},
                                             {.day = -10, .answers = 32, .mastery = 0.4}};
    assert_int_equal(progress_weeks(days, COUNT_OF(days)), COUNT_OF(WEEKS));
    for (size_t i = 0; i < COUNT_OF(WEEKS); i++) {
        assert_int_equal(days[i].day, WEEKS[i].day);
        assert_int_equal(days[i].answers, WEEKS[i].answers);
        assert_int_equal(days[i].correct, WEEKS[i].correct);
        assert_int_equal(days[i].credit, WEEKS[i].credit);
        assert_int_equal(days[i].attempts, WEEKS[i].attempts);
        assert_int_equal(days[i].duration_ms, WEEKS[i].duration_ms);
        assert_true(fabs(days[i].mastery - WEEKS[i].mastery) < 1e-12);
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
