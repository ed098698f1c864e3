/* The steps of a question on its way to learners, and whose they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "domain/question_state.h"

static void assert_sources(enum question_state to, const char *expected)
{
    struct text names[QUESTION_STATE_COUNT];
    char all[100] = "";
    const size_t count = question_state_sources(to, names);

    for (size_t i = 0; i < count; i++) {
        const size_t at = strlen(all);
        const int length = snprintf(all + at, sizeof all - at, "%.*s ", TEXT_ARG(names[i]));
        assert_true(length > 0);
    }
    assert_string_equal(all, expected);
}

static void test_question_state_sources__all(void **state)
{
    assert_sources(QUESTION_DRAFT, "in_review retired ");
    assert_sources(QUESTION_IN_REVIEW, "draft ");
    assert_sources(QUESTION_PUBLISHED, "in_review published ");
    assert_sources(QUESTION_RETIRED, "draft in_review published ");
}

static void test_question_state_role__what_learners_see_is_an_approvers(void **state)
{
    assert_int_equal(question_state_role(QUESTION_DRAFT), BANK_EDITOR);
    assert_int_equal(question_state_role(QUESTION_IN_REVIEW), BANK_EDITOR);
    assert_int_equal(question_state_role(QUESTION_PUBLISHED), BANK_APPROVER);
    assert_int_equal(question_state_role(QUESTION_RETIRED), BANK_APPROVER);
}

static void test_bank_role_check__each_may_what_the_ones_before_may(void **state)
{
    for (int64_t rank = 0; rank <= BANK_ROLE_COUNT; rank++) {
        for (unsigned needed = 0; needed < BANK_ROLE_COUNT; needed++) {
            struct error err = {.code = ERROR_NONE};
            const bool may = bank_role_check(rank, (enum bank_role)needed, &err);
            assert_int_equal(may, rank >= (int64_t)needed + 1);
            assert_int_equal(err.code, may ? ERROR_NONE : ERROR_FORBIDDEN);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_question_state_sources__all),
        cmocka_unit_test(test_question_state_role__what_learners_see_is_an_approvers),
        cmocka_unit_test(test_bank_role_check__each_may_what_the_ones_before_may),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
