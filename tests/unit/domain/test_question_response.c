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

static const struct {
    const char *response;
    const char *pointer;
    enum question_type type;
    enum fault_code code;
} REFUSED[] = {
    {"{'choices':['a','b']}", "/response/choices", QUESTION_SINGLE_CHOICE, FAULT_TOO_MANY},
    {"{'choices':['true','false']}", "/response/choices", QUESTION_TRUE_FALSE, FAULT_TOO_MANY},
    {"{'choices':['x']}", "/response/choices/0", QUESTION_SINGLE_CHOICE, FAULT_NOT_FOUND},
    {"{'choices':['A']}", "/response/choices/0", QUESTION_SINGLE_CHOICE, FAULT_NOT_FOUND},
    {"{'choices':['a','x']}", "/response/choices/1", QUESTION_MULTIPLE_CHOICE, FAULT_NOT_FOUND},
    {"{'choices':['a','b','a']}", "/response/choices/2", QUESTION_MULTIPLE_CHOICE, FAULT_DUPLICATE},
    {"{}", "/response/choices", QUESTION_SINGLE_CHOICE, FAULT_REQUIRED},
    {"{}", "/response/number", QUESTION_NUMERIC, FAULT_REQUIRED},
    {"{}", "/response/text", QUESTION_SHORT_TEXT, FAULT_REQUIRED},
    {"{}", "/response/order", QUESTION_ORDERING, FAULT_REQUIRED},
    {"{}", "/response/pairs", QUESTION_MATCHING, FAULT_REQUIRED},
    {"{'number':1,'choices':['a']}", "/response/choices", QUESTION_NUMERIC, FAULT_NOT_ALLOWED},
    {"{'choices':['a'],'number':1}", "/response/number", QUESTION_SINGLE_CHOICE, FAULT_NOT_ALLOWED},
    {"{'choices':['a'],'text':''}", "/response/text", QUESTION_SINGLE_CHOICE, FAULT_NOT_ALLOWED},
    {"{'choices':['a'],'order':[]}", "/response/order", QUESTION_SINGLE_CHOICE, FAULT_NOT_ALLOWED},
    {"{'choices':['a'],'pairs':{'a':'1'}}", "/response/pairs", QUESTION_SINGLE_CHOICE,
     FAULT_NOT_ALLOWED},
    {"{'order':['a','x']}", "/response/order/1", QUESTION_ORDERING, FAULT_NOT_FOUND},
    {"{'order':['a','b','b']}", "/response/order/2", QUESTION_ORDERING, FAULT_DUPLICATE},
    {"{'pairs':{'x':'1'}}", "/response/pairs/x", QUESTION_MATCHING, FAULT_NOT_FOUND},
    {"{'pairs':{'~/':'1'}}", "/response/pairs/~0~1", QUESTION_MATCHING, FAULT_NOT_FOUND},
    {"{'pairs':{'a':'b'}}", "/response/pairs/a", QUESTION_MATCHING, FAULT_NOT_FOUND},
};

static void test_question_check_response__refuses(void **state)
{
    for (size_t i = 0; i < COUNT_OF(REFUSED); i++) {
        const struct question *question = sample_question(*state, REFUSED[i].type, "{}");
        const struct question_response *response = sample_response(*state, REFUSED[i].response);
        struct error err = {.code = ERROR_NONE};
        if (question_check_response(question, response, *state, TEXT("/response"), &err)) {
            fail_msg("accepted: %s", REFUSED[i].response);
        }
        assert_one_fault(&err, REFUSED[i].pointer, REFUSED[i].code);
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
    const double numbers[] = {(double)NAN, (double)INFINITY, -(double)INFINITY};
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
