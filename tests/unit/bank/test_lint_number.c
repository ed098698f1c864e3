/* The rules about numeric keys: the check gives the value, from numbers that a learner has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lint_fixture.h"

static void assert_numeric(void **state, const char *patch, const char *expected)
{
    assert_question(state, QUESTION_NUMERIC, patch, expected);
}

static void test_bank_lint__missing_check(void **state)
{
    assert_numeric(state, "{'number':{'value':6}}", "missing_check");
}

static void test_bank_lint__bad_check(void **state)
{
    struct fixture *f = *state;
    (void)add_question(f, QUESTION_NUMERIC, "{'number':{'value':6,'check':'ceil(20.1 / 4'}}");
    run_lint(f, false);
    assert_string_equal(f->diagnostics.first->message.data, "q: column 14: a ')' is missing");
    assert_findings(f, "!bad_check");
    assert_numeric(state, "{'number':{'value':6,'check':'4 / (4 - 4)'}}", "!bad_check");
}

static void test_bank_lint__check_differs(void **state)
{
    assert_numeric(state, "{'number':{'value':5,'check':'ceil(20.1 / 4)'}}", "!check_differs");
    assert_numeric(state, "{'number':{'value':5,'check':'20.1 / 4'}}", "!check_differs");
    assert_numeric(state, "{'number':{'value':5,'tolerance':0.03,'check':'20.1 / 4'}}", "");
    assert_numeric(state, "{'number':{'value':5,'relative_tolerance':0.006,'check':'20.1 / 4'}}",
                   "");
    assert_numeric(state, "{'number':{'value':5,'relative_tolerance':0.004,'check':'20.1 / 4'}}",
                   "!check_differs");
}

static void test_bank_lint__number_from_nowhere(void **state)
{
    assert_numeric(state, "{'number':{'value':6,'check':'2 + 4 * 0 + 3.5 - 3.5 + 4'}}",
                   "number_from_nowhere number_from_nowhere number_from_nowhere");
}

/* 4 stands in the stem, 7 in the notes and the explanation, 2 in the explanation. */
static void test_bank_lint__numbers_stated(void **state)
{
    assert_numeric(state, "{'number':{'value':9,'check':'4 + 7 - 2'}}", "");
    assert_numeric(state,
                   "{'stem':'Four of 12,300 and 15 %?','number':{'value':1845,'check':"
                   "'12300 * 0.15'}}",
                   "");
    assert_numeric(state, "{'stem':'Five a second?','number':{'value':18000,'check':'5 * 3600'}}",
                   "");
    assert_numeric(state, "{'stem':'1,23 or 12,3000?','number':{'value':12300,'check':'12300'}}",
                   "number_from_nowhere");
    assert_numeric(state, "{'stem':'15 requests?','number':{'value':0.15,'check':'0.15'}}",
                   "number_from_nowhere");
}

static void test_bank_lint__numeric_statistics(void **state)
{
    struct fixture *f = *state;
    (void)add_question(f, QUESTION_NUMERIC, "{}");
    (void)add_question(f, QUESTION_NUMERIC, "{'number':{'value':6}}");
    (void)add_question(f, QUESTION_SINGLE_CHOICE, "{}");
    run_lint(f, false);
    assert_int_equal(f->statistics.questions, 3);
    assert_int_equal(f->statistics.numeric, 2);
    assert_int_equal(f->statistics.numeric_recomputed, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_bank_lint__missing_check, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_lint__bad_check, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_lint__check_differs, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_lint__number_from_nowhere, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_lint__numbers_stated, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_lint__numeric_statistics, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
