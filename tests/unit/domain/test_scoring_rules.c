/* Every scoring rule by example, which rule holds, and what credits are worth in points. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/scoring.h"
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

struct scored {
    const char *patch;
    const char *response;
    int64_t credit;
    enum question_type type;
};

static void assert_scored(struct arena *arena, const struct scored *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct question *question = sample_question(arena, cases[i].type, cases[i].patch);
        const struct question_response *response = sample_response(arena, cases[i].response);
        struct error err = {.code = ERROR_NONE};
        if (!question_check(question, arena, TEXT(""), &err) ||
            !question_check_response(question, response, arena, TEXT(""), &err)) {
            fail_msg("%s %s: %s", cases[i].patch, cases[i].response, err.detail);
        }
        const int64_t credit = scoring_credit(question, response);
        if (credit != cases[i].credit) {
            fail_msg("%s %s: %lld, not %lld", cases[i].patch, cases[i].response, (long long)credit,
                     (long long)cases[i].credit);
        }
    }
}

#define RULE(name) "{'scoring':{'rule':'" name "'}}"

/* a, b, c are right, d and e wrong */
static void test_scoring_credit__multiple_choice_rules(void **state)
{
    static const struct {
        const char *response;
        int64_t credits[SCORING_EACH_DECISION + 1];
    } CASES[] = {
        /* all_or_nothing, net_correct, coverage, each_decision */
        {"{'choices':[]}", {0, 0, 0, 400}},
        {"{'choices':['a']}", {0, 333, 333, 600}},
        {"{'choices':['d']}", {0, 0, 0, 200}},
        {"{'choices':['a','b']}", {0, 666, 666, 800}},
        {"{'choices':['a','d']}", {0, 0, 333, 400}},
        {"{'choices':['a','b','c']}", {1000, 1000, 1000, 1000}},
        {"{'choices':['a','b','d']}", {0, 333, 666, 600}},
        {"{'choices':['a','b','c','d']}", {0, 666, 666, 800}},
        {"{'choices':['a','b','c','d','e']}", {0, 333, 333, 600}},
    };
    const struct question *question = sample_question(*state, QUESTION_MULTIPLE_CHOICE, "{}");
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        const struct question_response *response = sample_response(*state, CASES[i].response);
        for (unsigned rule = 0; rule <= SCORING_EACH_DECISION; rule++) {
            assert_int_equal(scoring_credit_by(question, response, (enum scoring_rule)rule),
                             CASES[i].credits[rule]);
        }
    }
}

#define WEIGHTS                                            \
    "{'scoring':{'rule':'option_weights'},'options':["     \
    "{'id':'a','text':'A','correct':true,'weight':0.7},"   \
    "{'id':'b','text':'B','correct':true,'weight':0.3},"   \
    "{'id':'c','text':'C','correct':false,'weight':-0.5}," \
    "{'id':'d','text':'D','correct':false}]}"
#define PARTIAL                                            \
    "{'scoring':{'rule':'option_weights'},'options':["     \
    "{'id':'a','text':'A','correct':true,'weight':1},"     \
    "{'id':'b','text':'B','correct':false,'weight':0.25}," \
    "{'id':'c','text':'C','correct':false,'weight':-1}]}"

static void test_scoring_credit__option_weights(void **state)
{
    static const struct scored CASES[] = {
        {WEIGHTS, "{'choices':['a','b']}", 1000, QUESTION_MULTIPLE_CHOICE},
        {WEIGHTS, "{'choices':['a']}", 700, QUESTION_MULTIPLE_CHOICE},
        {WEIGHTS, "{'choices':['a','c']}", 200, QUESTION_MULTIPLE_CHOICE},
        {WEIGHTS, "{'choices':['b','c']}", 0, QUESTION_MULTIPLE_CHOICE},
        {WEIGHTS, "{'choices':['b','d']}", 300, QUESTION_MULTIPLE_CHOICE},
        {WEIGHTS, "{'choices':[]}", 0, QUESTION_MULTIPLE_CHOICE},
        {PARTIAL, "{'choices':['a']}", 1000, QUESTION_SINGLE_CHOICE},
        {PARTIAL, "{'choices':['b']}", 250, QUESTION_SINGLE_CHOICE},
        {PARTIAL, "{'choices':['c']}", 0, QUESTION_SINGLE_CHOICE},
    };
    assert_scored(*state, CASES, COUNT_OF(CASES));
}

static void test_scoring_credit__adjacent_pairs(void **state)
{
    /* the order is c, a, b */
    static const struct scored CASES[] = {
        {RULE("adjacent_pairs"), "{'order':['c','a','b']}", 1000, QUESTION_ORDERING},
        {RULE("adjacent_pairs"), "{'order':['b','c','a']}", 500, QUESTION_ORDERING},
        {RULE("adjacent_pairs"), "{'order':['a','b','c']}", 500, QUESTION_ORDERING},
        {RULE("adjacent_pairs"), "{'order':['a','b']}", 500, QUESTION_ORDERING},
        {RULE("adjacent_pairs"), "{'order':['b','a','c']}", 0, QUESTION_ORDERING},
        {RULE("adjacent_pairs"), "{'order':[]}", 0, QUESTION_ORDERING},
        {RULE("all_or_nothing"), "{'order':['a','b','c']}", 0, QUESTION_ORDERING},
    };
    assert_scored(*state, CASES, COUNT_OF(CASES));
}

static void test_scoring_credit__parts(void **state)
{
    static const struct scored CASES[] = {
        {RULE("net_correct"), "{'pairs':{'a':'2','b':'1','c':'1'}}", 333, QUESTION_MATCHING},
        {RULE("net_correct"), "{'pairs':{'a':'2','b':'1'}}", 666, QUESTION_MATCHING},
        {RULE("net_correct"), "{'pairs':{'a':'1','b':'1'}}", 0, QUESTION_MATCHING},
        {RULE("all_or_nothing"), "{'pairs':{'a':'2','b':'1'}}", 0, QUESTION_MATCHING},
        {RULE("all_or_nothing"), "{'pairs':{'a':'2','b':'1','c':'2'}}", 1000, QUESTION_MATCHING},
        {"{}", "{'gaps':{'a':' ONE','b':'2'}}", 1000, QUESTION_CLOZE},
        {"{}", "{'gaps':{'a':'one','b':'Two'}}", 500, QUESTION_CLOZE},
        {"{}", "{'gaps':{'b':'two'}}", 500, QUESTION_CLOZE},
        {"{}", "{'gaps':{'a':'two'}}", 0, QUESTION_CLOZE},
        {RULE("net_correct"), "{'gaps':{'a':'one','b':'three'}}", 0, QUESTION_CLOZE},
        {RULE("net_correct"), "{'gaps':{'a':'one','b':' '}}", 500, QUESTION_CLOZE},
        {RULE("all_or_nothing"), "{'gaps':{'a':'one'}}", 0, QUESTION_CLOZE},
        {RULE("all_or_nothing"), "{'gaps':{'a':'one','b':'two'}}", 1000, QUESTION_CLOZE},
    };
    assert_scored(*state, CASES, COUNT_OF(CASES));
}

static void test_scoring_credit__range(void **state)
{
    static const struct scored CASES[] = {
        {"{'number':{'min':0,'max':5}}", "{'number':0}", 1000, QUESTION_NUMERIC},
        {"{'number':{'min':0,'max':5}}", "{'number':5}", 1000, QUESTION_NUMERIC},
        {"{'number':{'min':0,'max':5}}", "{'number':-0.001}", 0, QUESTION_NUMERIC},
        {"{'number':{'min':0,'max':5}}", "{'number':5.001}", 0, QUESTION_NUMERIC},
        {"{'number':{'min':0}}", "{'number':1e300}", 1000, QUESTION_NUMERIC},
        {"{'number':{'min':0}}", "{'number':-1e-300}", 0, QUESTION_NUMERIC},
        {"{'number':{'max':0}}", "{'number':-7}", 1000, QUESTION_NUMERIC},
        {"{'number':{'max':0}}", "{'number':0.5}", 0, QUESTION_NUMERIC},
        {"{'number':{'min':0.1,'max':0.3}}", "{'number':0.30000000000000004}", 1000,
         QUESTION_NUMERIC},
    };
    assert_scored(*state, CASES, COUNT_OF(CASES));
}

static void test_scoring_of__precedence(void **state)
{
    static const enum scoring_rule RULES[] = {SCORING_ADJACENT_PAIRS, SCORING_COVERAGE,
                                              SCORING_EACH_DECISION};
    const struct scoring_choice choice = {.rules = RULES, .rule_count = 3, .penalty = 250};
    const struct scoring_policy policy = scoring_policy_of(&choice);
    const struct scoring_policy none = scoring_policy_of(NULL);
    const struct question *multiple = sample_question(*state, QUESTION_MULTIPLE_CHOICE, "{}");
    const struct question *own = sample_question(*state, QUESTION_MULTIPLE_CHOICE,
                                                 "{'scoring':{'rule':'net_correct','penalty':0}}");
    const struct question *single = sample_question(*state, QUESTION_SINGLE_CHOICE, "{}");
    assert_int_equal(scoring_of(multiple, &none).rule, SCORING_NET_CORRECT);
    assert_int_equal(scoring_of(multiple, &none).penalty, 0);
    assert_int_equal(scoring_of(multiple, &policy).rule, SCORING_COVERAGE);
    assert_int_equal(scoring_of(multiple, &policy).penalty, 250);
    assert_int_equal(scoring_of(own, &policy).rule, SCORING_NET_CORRECT);
    assert_int_equal(scoring_of(own, &policy).penalty, 0);
    assert_int_equal(scoring_of(single, &policy).rule, SCORING_ALL_OR_NOTHING);
    const struct scoring_policy pinned = scoring_policy_of_types(policy.rules, 2);
    assert_int_equal(scoring_of(multiple, &pinned).rule, SCORING_COVERAGE);
    assert_int_equal(pinned.rules[QUESTION_ORDERING], SCORING_ALL_OR_NOTHING);
    const struct scoring_policy sure = {.penalty = 250, .certainty = true};
    assert_int_equal(scoring_of(single, &sure).penalty, 0);
    assert_true(scoring_of(single, &sure).certainty);
}

/* Only a question with weights can be scored by them. */
static void test_scoring_of__weights_that_are_not_there(void **state)
{
    static const enum scoring_rule RULES[] = {SCORING_OPTION_WEIGHTS, SCORING_COVERAGE};
    const struct scoring_choice choice = {.rules = RULES, .rule_count = 2};
    const struct scoring_policy policy = scoring_policy_of(&choice);
    const struct question *multiple = sample_question(*state, QUESTION_MULTIPLE_CHOICE, "{}");
    const struct question *single = sample_question(*state, QUESTION_SINGLE_CHOICE, "{}");
    const struct question *weighted = sample_question(*state, QUESTION_MULTIPLE_CHOICE, WEIGHTS);
    assert_int_equal(scoring_of(multiple, &policy).rule, SCORING_COVERAGE);
    assert_int_equal(scoring_of(single, &policy).rule, SCORING_ALL_OR_NOTHING);
    assert_int_equal(scoring_of(weighted, &policy).rule, SCORING_OPTION_WEIGHTS);
}

static void test_scoring_mark__points(void **state)
{
    const struct question *question = sample_question(*state, QUESTION_MULTIPLE_CHOICE, "{}");
    const struct question_response *responses[] = {
        sample_response(*state, "{'choices':['d']}"),
        sample_response(*state, "{'choices':['a','b']}"),
        sample_response(*state, "{'choices':['a','b','c']}")};
    static const int64_t POINTS[CERTAINTY_MAX][3] = {
        {0, 666, 1000}, {-2000, 1332, 2000}, {-6000, 1998, 3000}};
    const struct scoring sure = {.rule = SCORING_NET_CORRECT, .certainty = true};
    const struct scoring strict = {.rule = SCORING_NET_CORRECT, .penalty = 250};
    static const int64_t STRICT[] = {-250, 666, 1000};
    for (size_t i = 0; i < COUNT_OF(responses); i++) {
        for (int64_t c = CERTAINTY_MIN; c <= CERTAINTY_MAX; c++) {
            assert_int_equal(scoring_mark(question, responses[i], sure, c).points,
                             POINTS[c - 1][i]);
        }
        assert_int_equal(scoring_mark(question, responses[i], strict, 0).points, STRICT[i]);
    }
    assert_int_equal(scoring_mark(question, NULL, strict, 0).points, 0);
    assert_int_equal(scoring_mark(question, NULL, sure, 3).points, 0);
    assert_int_equal(scoring_max(true), 3000);
    assert_int_equal(scoring_max(false), 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_scoring_credit__multiple_choice_rules, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_scoring_credit__option_weights, setup, teardown),
        cmocka_unit_test_setup_teardown(test_scoring_credit__adjacent_pairs, setup, teardown),
        cmocka_unit_test_setup_teardown(test_scoring_credit__parts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_scoring_credit__range, setup, teardown),
        cmocka_unit_test_setup_teardown(test_scoring_of__precedence, setup, teardown),
        cmocka_unit_test_setup_teardown(test_scoring_of__weights_that_are_not_there, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_scoring_mark__points, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
