/* question_check_response: each rule, with the pointer of its fault. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

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

static void test_question_check_response__accepts(void **state)
{
    static const struct {
        enum question_type type;
        const char *response;
    } CASES[] = {
        {QUESTION_SINGLE_CHOICE, "{'choices':['a']}"},
        {QUESTION_SINGLE_CHOICE, "{'choices':[]}"},
        {QUESTION_MULTIPLE_CHOICE, "{'choices':['e','a','c']}"},
        {QUESTION_MULTIPLE_CHOICE, "{'choices':['a','b','c','d','e']}"},
        {QUESTION_MULTIPLE_CHOICE, "{'choices':[]}"},
        {QUESTION_TRUE_FALSE, "{'choices':['false']}"},
        {QUESTION_NUMERIC, "{'number':-1.5e300}"},
        {QUESTION_NUMERIC, "{'number':0}"},
        {QUESTION_SHORT_TEXT, "{'text':''}"},
        {QUESTION_SHORT_TEXT, "{'text':'anything'}"},
        {QUESTION_ORDERING, "{'order':['a','b','c']}"},
        {QUESTION_ORDERING, "{'order':['b']}"},
        {QUESTION_MATCHING, "{'pairs':{'a':'1'}}"},
        {QUESTION_MATCHING, "{'pairs':{'a':'4','b':'4','c':'4'}}"},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        const struct question *question = sample_question(*state, CASES[i].type, "{}");
        const struct question_response *response = sample_response(*state, CASES[i].response);
        struct error err = {.code = ERROR_NONE};
        if (!question_check_response(question, response, *state, TEXT("/response"), &err)) {
            fail_msg("refused: %s", CASES[i].response);
        }
        assert_int_equal(err.code, ERROR_NONE);
    }
}

static void test_question_check_response__refuses(void **state)
{
    static const struct {
        enum question_type type;
        const char *response;
        const char *pointer;
        enum fault_code code;
    } CASES[] = {
        {QUESTION_SINGLE_CHOICE, "{'choices':['a','b']}", "/response/choices", FAULT_TOO_MANY},
        {QUESTION_TRUE_FALSE, "{'choices':['true','false']}", "/response/choices", FAULT_TOO_MANY},
        {QUESTION_SINGLE_CHOICE, "{'choices':['x']}", "/response/choices/0", FAULT_NOT_FOUND},
        {QUESTION_SINGLE_CHOICE, "{'choices':['A']}", "/response/choices/0", FAULT_NOT_FOUND},
        {QUESTION_MULTIPLE_CHOICE, "{'choices':['a','x']}", "/response/choices/1", FAULT_NOT_FOUND},
        {QUESTION_MULTIPLE_CHOICE, "{'choices':['a','b','a']}", "/response/choices/2",
         FAULT_DUPLICATE},
        {QUESTION_SINGLE_CHOICE, "{}", "/response/choices", FAULT_REQUIRED},
        {QUESTION_NUMERIC, "{}", "/response/number", FAULT_REQUIRED},
        {QUESTION_SHORT_TEXT, "{}", "/response/text", FAULT_REQUIRED},
        {QUESTION_ORDERING, "{}", "/response/order", FAULT_REQUIRED},
        {QUESTION_MATCHING, "{}", "/response/pairs", FAULT_REQUIRED},
        {QUESTION_NUMERIC, "{'number':1,'choices':['a']}", "/response/choices", FAULT_NOT_ALLOWED},
        {QUESTION_SINGLE_CHOICE, "{'choices':['a'],'number':1}", "/response/number",
         FAULT_NOT_ALLOWED},
        {QUESTION_SINGLE_CHOICE, "{'choices':['a'],'text':''}", "/response/text",
         FAULT_NOT_ALLOWED},
        {QUESTION_SINGLE_CHOICE, "{'choices':['a'],'order':[]}", "/response/order",
         FAULT_NOT_ALLOWED},
        {QUESTION_SINGLE_CHOICE, "{'choices':['a'],'pairs':{'a':'1'}}", "/response/pairs",
         FAULT_NOT_ALLOWED},
        {QUESTION_ORDERING, "{'order':['a','x']}", "/response/order/1", FAULT_NOT_FOUND},
        {QUESTION_ORDERING, "{'order':['a','b','b']}", "/response/order/2", FAULT_DUPLICATE},
        {QUESTION_MATCHING, "{'pairs':{'x':'1'}}", "/response/pairs/x", FAULT_NOT_FOUND},
        {QUESTION_MATCHING, "{'pairs':{'~/':'1'}}", "/response/pairs/~0~1", FAULT_NOT_FOUND},
        {QUESTION_MATCHING, "{'pairs':{'a':'b'}}", "/response/pairs/a", FAULT_NOT_FOUND},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        const struct question *question = sample_question(*state, CASES[i].type, "{}");
        const struct question_response *response = sample_response(*state, CASES[i].response);
        struct error err = {.code = ERROR_NONE};
        if (question_check_response(question, response, *state, TEXT("/response"), &err)) {
            fail_msg("accepted: %s", CASES[i].response);
        }
        assert_one_fault(&err, CASES[i].pointer, CASES[i].code);
    }
}

static void test_question_check_response__every_fault_is_named(void **state)
{
    const struct question *question = sample_question(*state, QUESTION_NUMERIC, "{}");
    const struct question_response *response =
        sample_response(*state, "{'text':'21','choices':['a']}");
    struct error err = {.code = ERROR_NONE};
    assert_false(question_check_response(question, response, *state, TEXT(""), &err));
    assert_int_equal(err.fault_count, 3);
    assert_string_equal(err.faults->place.data, "/choices");
    assert_string_equal(err.faults->next->place.data, "/number");
    assert_string_equal(err.faults->next->next->place.data, "/text");
}

static void test_question_check_response__number_not_finite(void **state)
{
    const struct question *question = sample_question(*state, QUESTION_NUMERIC, "{}");
    const double numbers[] = {NAN, INFINITY, -INFINITY};
    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        const struct question_response response = {.number = &numbers[i]};
        struct error err = {.code = ERROR_NONE};
        assert_false(question_check_response(question, &response, *state, TEXT(""), &err));
        assert_one_fault(&err, "/number", FAULT_BAD_FORMAT);
    }
}

static void test_question_check_response__pair_given_twice(void **state)
{
    const struct question *question = sample_question(*state, QUESTION_MATCHING, "{}");
    struct shape_pair pairs[] = {{TEXT("a"), TEXT("1")}, {TEXT("a"), TEXT("2")}};
    const struct shape_map map = {.pairs = pairs, .count = COUNT_OF(pairs)};
    const struct question_response response = {.pairs = &map};
    struct error err = {.code = ERROR_NONE};
    assert_false(question_check_response(question, &response, *state, TEXT(""), &err));
    assert_one_fault(&err, "/pairs/a", FAULT_DUPLICATE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_question_check_response__accepts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_question_check_response__refuses, setup, teardown),
        cmocka_unit_test_setup_teardown(test_question_check_response__every_fault_is_named, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_question_check_response__number_not_finite, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_question_check_response__pair_given_twice, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
