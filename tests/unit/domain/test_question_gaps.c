/* Keys that came later: ranges, clozes, scoring rules and weights; what each refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/question.h"
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

struct broken {
    const char *patch;
    const char *pointer;
    enum question_type type;
    enum fault_code code;
};

static void assert_broken(struct arena *arena, const struct broken *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct question *question = sample_question(arena, cases[i].type, cases[i].patch);
        struct error err = {.code = ERROR_NONE};
        if (question_check(question, arena, TEXT("/7"), &err)) {
            fail_msg("accepted: %s", cases[i].patch);
        }
        assert_one_fault(&err, cases[i].pointer, cases[i].code);
    }
}

static void assert_right(struct arena *arena, enum question_type type, const char *patch)
{
    struct error err = {.code = ERROR_NONE};
    if (!question_check(sample_question(arena, type, patch), arena, TEXT("/7"), &err)) {
        fail_msg("%s: %s", patch, err.detail);
    }
}

static void test_question_check__range(void **state)
{
    static const struct broken CASES[] = {
        {"{'number':{'tolerance':0}}", "/7/number/value", QUESTION_NUMERIC, FAULT_REQUIRED},
        {"{'number':{'value':1,'min':0}}", "/7/number/value", QUESTION_NUMERIC, FAULT_NOT_ALLOWED},
        {"{'number':{'min':0,'tolerance':1}}", "/7/number", QUESTION_NUMERIC, FAULT_NOT_ALLOWED},
        {"{'number':{'max':0,'relative_tolerance':1}}", "/7/number", QUESTION_NUMERIC,
         FAULT_NOT_ALLOWED},
        {"{'number':{'min':0,'max':-1}}", "/7/number/max", QUESTION_NUMERIC, FAULT_TOO_SMALL},
    };
    assert_broken(*state, CASES, COUNT_OF(CASES));
    assert_right(*state, QUESTION_NUMERIC, "{'number':{'min':0}}");
    assert_right(*state, QUESTION_NUMERIC, "{'number':{'max':0}}");
    assert_right(*state, QUESTION_NUMERIC, "{'number':{'min':0,'max':0}}");
}

static void test_question_check__gaps(void **state)
{
    static const struct broken CASES[] = {
        {"{'gaps':null}", "/7/gaps", QUESTION_CLOZE, FAULT_REQUIRED},
        {"{'gaps':[{'id':'a','accepted':[{'text':'x'}]}]}", "/7/gaps", QUESTION_NUMERIC,
         FAULT_NOT_ALLOWED},
        {"{'stem':'[[a]]'}", "/7/stem", QUESTION_CLOZE, FAULT_REQUIRED},
        {"{'stem':'[[a]] [[b]] [[b]]'}", "/7/stem", QUESTION_CLOZE, FAULT_DUPLICATE},
        {"{'stem':'[[a]] [[b]] [[c]]'}", "/7/stem", QUESTION_CLOZE, FAULT_NOT_FOUND},
        {"{'gaps':[{'id':'a','accepted':[{'text':'x'}]},{'id':'a','accepted':[{'text':'y'}]}]}",
         "/7/gaps/1/id", QUESTION_CLOZE, FAULT_DUPLICATE},
        {"{'gaps':[{'id':'A','accepted':[{'text':'x'}]}]}", "/7/gaps/0/id", QUESTION_CLOZE,
         FAULT_BAD_FORMAT},
        {"{'gaps':[{'id':'a','accepted':[{'text':'x'},{'text':'x'}]}]}",
         "/7/gaps/0/accepted/1/text", QUESTION_CLOZE, FAULT_DUPLICATE},
        {"{'gaps':[{'id':'a','accepted':[{'text':'*'}]}]}", "/7/gaps/0/accepted/0/text",
         QUESTION_CLOZE, FAULT_TOO_SHORT},
    };
    assert_broken(*state, CASES, COUNT_OF(CASES));
    assert_right(*state, QUESTION_CLOZE,
                 "{'stem':'[[[a]]] [[b]] [[B]] [[ [[]] [[too-long-an-id-for-one]]'}");
}

static void test_question_check__scoring(void **state)
{
    static const struct broken CASES[] = {
        {"{'scoring':{'rule':'net_correct'}}", "/7/scoring/rule", QUESTION_SINGLE_CHOICE,
         FAULT_NOT_ALLOWED},
        {"{'scoring':{'rule':'coverage'}}", "/7/scoring/rule", QUESTION_MATCHING,
         FAULT_NOT_ALLOWED},
        {"{'scoring':{'rule':'adjacent_pairs'}}", "/7/scoring/rule", QUESTION_CLOZE,
         FAULT_NOT_ALLOWED},
        {"{'scoring':{'rule':'option_weights'}}", "/7/scoring/rule", QUESTION_ORDERING,
         FAULT_NOT_ALLOWED},
        {"{'scoring':{'rule':'each_decision'}}", "/7/scoring/rule", QUESTION_NUMERIC,
         FAULT_NOT_ALLOWED},
    };
    assert_broken(*state, CASES, COUNT_OF(CASES));
    assert_right(*state, QUESTION_MULTIPLE_CHOICE, "{'scoring':{'rule':'coverage'}}");
    assert_right(*state, QUESTION_ORDERING, "{'scoring':{'rule':'adjacent_pairs','penalty':0.25}}");
    assert_right(*state, QUESTION_CLOZE, "{'scoring':{'rule':'net_correct'}}");
    assert_right(*state, QUESTION_TRUE_FALSE, "{'scoring':{'rule':'all_or_nothing'}}");
}

#define WEIGHTED(type_rule, first, second)                                                \
    "{'scoring':{'rule':'" type_rule "'},'options':[{'id':'a','text':'A','correct':true," \
    "'weight':" first "},{'id':'b','text':'B','correct':false,'weight':" second "}]}"

static void test_question_check__weights(void **state)
{
    static const struct broken CASES[] = {
        {"{'options':[{'id':'a','text':'A','correct':true,'weight':1},"
         "{'id':'b','text':'B','correct':false}]}",
         "/7/options/0/weight", QUESTION_SINGLE_CHOICE, FAULT_NOT_ALLOWED},
        {WEIGHTED("option_weights", "1", "1"), "/7/options/1/weight", QUESTION_SINGLE_CHOICE,
         FAULT_TOO_LARGE},
        {WEIGHTED("option_weights", "0.9", "0"), "/7/options", QUESTION_SINGLE_CHOICE,
         FAULT_NOT_ALLOWED},
        {WEIGHTED("option_weights", "1", "0.001"), "/7/options/1/weight", QUESTION_MULTIPLE_CHOICE,
         FAULT_TOO_LARGE},
    };
    assert_broken(*state, CASES, COUNT_OF(CASES));
    assert_right(*state, QUESTION_SINGLE_CHOICE, WEIGHTED("option_weights", "1", "0.5"));
    assert_right(*state, QUESTION_MULTIPLE_CHOICE, WEIGHTED("option_weights", "1", "-0.5"));
}

static void test_question_check_response__gaps(void **state)
{
    static const struct {
        const char *response;
        const char *pointer;
        enum fault_code code;
    } CASES[] = {
        {"{}", "/response/gaps", FAULT_REQUIRED},
        {"{'gaps':{'c':'x'}}", "/response/gaps/c", FAULT_NOT_FOUND},
        {"{'gaps':{'a':'x'},'text':'x'}", "/response/text", FAULT_NOT_ALLOWED},
    };
    const struct question *question = sample_question(*state, QUESTION_CLOZE, "{}");
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        const struct question_response *response = sample_response(*state, CASES[i].response);
        struct error err = {.code = ERROR_NONE};
        assert_false(question_check_response(question, response, *state, TEXT("/response"), &err));
        assert_one_fault(&err, CASES[i].pointer, CASES[i].code);
    }
    struct error err = {.code = ERROR_NONE};
    assert_true(question_check_response(question, sample_response(*state, "{'gaps':{'b':''}}"),
                                        *state, TEXT(""), &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_question_check__range, setup, teardown),
        cmocka_unit_test_setup_teardown(test_question_check__gaps, setup, teardown),
        cmocka_unit_test_setup_teardown(test_question_check__scoring, setup, teardown),
        cmocka_unit_test_setup_teardown(test_question_check__weights, setup, teardown),
        cmocka_unit_test_setup_teardown(test_question_check_response__gaps, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
