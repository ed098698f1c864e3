/* Streaks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_progress_streaks__cases)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
