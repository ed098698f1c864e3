/* Every scoring rule by example, and what holds for all questions by seeded random cases. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/scoring.h"
#include "domain/selection.h"
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
    enum question_type type;
    const char *patch;
    const char *response;
    int64_t credit;
};

static void assert_scored(struct arena *arena, const struct scored *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct question *question = sample_question(arena, cases[i].type, cases[i].patch);
        const struct question_response *response = sample_response(arena, cases[i].response);
        struct error err = {.code = ERROR_NONE};
        assert_true(question_check(question, arena, TEXT(""), &err));
        assert_true(question_check_response(question, response, arena, TEXT(""), &err));
        const int64_t credit = scoring_credit(question, response);
        if (credit != cases[i].credit) {
            fail_msg("%s %s: %lld, not %lld", cases[i].patch, cases[i].response, (long long)credit,
                     (long long)cases[i].credit);
        }
    }
}

static void test_scoring_credit__not_answered(void **state)
{
    for (unsigned type = 0; type < QUESTION_TYPE_COUNT; type++) {
        assert_int_equal(
            scoring_credit(sample_question(*state, (enum question_type)type, "{}"), NULL), 0);
    }
}

static void test_scoring_credit__choices(void **state)
{
    /* a, b, c are right, d and e wrong */
    static const struct scored CASES[] = {
        {QUESTION_SINGLE_CHOICE, "{}", "{'choices':['b']}", 1000},
        {QUESTION_SINGLE_CHOICE, "{}", "{'choices':['a']}", 0},
        {QUESTION_SINGLE_CHOICE, "{}", "{'choices':[]}", 0},
        {QUESTION_TRUE_FALSE, "{}", "{'choices':['true']}", 1000},
        {QUESTION_TRUE_FALSE, "{}", "{'choices':['false']}", 0},
        {QUESTION_MULTIPLE_CHOICE, "{}", "{'choices':['c','a','b']}", 1000},
        {QUESTION_MULTIPLE_CHOICE, "{}", "{'choices':['a','b']}", 666},
        {QUESTION_MULTIPLE_CHOICE, "{}", "{'choices':['a']}", 333},
        {QUESTION_MULTIPLE_CHOICE, "{}", "{'choices':['a','d']}", 0},
        {QUESTION_MULTIPLE_CHOICE, "{}", "{'choices':['a','b','d']}", 333},
        {QUESTION_MULTIPLE_CHOICE, "{}", "{'choices':['a','b','c','d']}", 666},
        {QUESTION_MULTIPLE_CHOICE, "{}", "{'choices':['a','b','c','d','e']}", 333},
        {QUESTION_MULTIPLE_CHOICE, "{}", "{'choices':['d','e']}", 0},
        {QUESTION_MULTIPLE_CHOICE, "{}", "{'choices':[]}", 0},
    };
    assert_scored(*state, CASES, COUNT_OF(CASES));
}

static void test_scoring_credit__number(void **state)
{
    static const struct scored CASES[] = {
        {QUESTION_NUMERIC, "{}", "{'number':21}", 1000},
        {QUESTION_NUMERIC, "{}", "{'number':21.0000001}", 0},
        {QUESTION_NUMERIC, "{}", "{'number':-21}", 0},
        {QUESTION_NUMERIC, "{'number':{'value':0.3,'tolerance':0.1}}", "{'number':0.2}", 1000},
        {QUESTION_NUMERIC, "{'number':{'value':0.3,'tolerance':0.1}}", "{'number':0.4}", 1000},
        {QUESTION_NUMERIC, "{'number':{'value':0.3,'tolerance':0.1}}", "{'number':0.4001}", 0},
        {QUESTION_NUMERIC, "{'number':{'value':0.3}}", "{'number':0.30000000000000004}", 1000},
        {QUESTION_NUMERIC, "{'number':{'value':200,'relative_tolerance':0.01}}", "{'number':198}",
         1000},
        {QUESTION_NUMERIC, "{'number':{'value':200,'relative_tolerance':0.01}}",
         "{'number':202.001}", 0},
        {QUESTION_NUMERIC, "{'number':{'value':-200,'relative_tolerance':0.01}}",
         "{'number':-201.5}", 1000},
        {QUESTION_NUMERIC, "{'number':{'value':200,'tolerance':5,'relative_tolerance':0.01}}",
         "{'number':205}", 1000},
        {QUESTION_NUMERIC, "{'number':{'value':200,'tolerance':1,'relative_tolerance':0.1}}",
         "{'number':220}", 1000},
        {QUESTION_NUMERIC, "{'number':{'value':0,'tolerance':0}}", "{'number':0}", 1000},
        {QUESTION_NUMERIC, "{'number':{'value':0,'tolerance':0}}", "{'number':1e-300}", 0},
        {QUESTION_NUMERIC, "{'number':{'value':1e308,'tolerance':0}}", "{'number':-1e308}", 0},
    };
    assert_scored(*state, CASES, COUNT_OF(CASES));
}

static void test_scoring_credit__short_text(void **state)
{
    static const struct scored CASES[] = {
        {QUESTION_SHORT_TEXT, "{}", "{'text':'noecho'}", 1000},
        {QUESTION_SHORT_TEXT, "{}", "{'text':' No   Echo '}", 1000},
        {QUESTION_SHORT_TEXT, "{}", "{'text':'echo'}", 0},
        {QUESTION_SHORT_TEXT, "{}", "{'text':''}", 0},
        {QUESTION_SHORT_TEXT, "{'case_sensitive':true}", "{'text':'NoEcho'}", 1000},
        {QUESTION_SHORT_TEXT, "{'case_sensitive':true}", "{'text':'noecho'}", 0},
    };
    assert_scored(*state, CASES, COUNT_OF(CASES));
}

static void test_scoring_credit__order(void **state)
{
    static const struct scored CASES[] = {
        {QUESTION_ORDERING, "{}", "{'order':['c','a','b']}", 1000},
        {QUESTION_ORDERING, "{}", "{'order':['c','b','a']}", 0},
        {QUESTION_ORDERING, "{}", "{'order':['c','a']}", 0},
        {QUESTION_ORDERING, "{}", "{'order':[]}", 0},
    };
    assert_scored(*state, CASES, COUNT_OF(CASES));
}

static void test_scoring_credit__pairs(void **state)
{
    static const struct scored CASES[] = {
        {QUESTION_MATCHING, "{}", "{'pairs':{'a':'2','b':'1','c':'2'}}", 1000},
        {QUESTION_MATCHING, "{}", "{'pairs':{'c':'2','a':'2'}}", 666},
        {QUESTION_MATCHING, "{}", "{'pairs':{'b':'1'}}", 333},
        {QUESTION_MATCHING, "{}", "{'pairs':{'a':'1','b':'2','c':'3'}}", 0},
    };
    assert_scored(*state, CASES, COUNT_OF(CASES));
}

/* A choice question of up to ten options and a response to it, from the generator. */
struct drawn {
    struct question question;
    struct question_response response;
    struct question_option options[QUESTION_OPTIONS_MAX];
    struct text choices[QUESTION_OPTIONS_MAX];
};

static void draw_choices(struct prng *prng, struct drawn *drawn)
{
    static const char IDS[] = "abcdefghij";
    *drawn = (struct drawn){.question = {.type = QUESTION_MULTIPLE_CHOICE}};
    struct question *q = &drawn->question;
    q->options = drawn->options;
    q->option_count = 2 + (size_t)prng_below(prng, QUESTION_OPTIONS_MAX - 1);
    drawn->response.choices = drawn->choices;
    for (size_t i = 0; i < q->option_count; i++) {
        drawn->options[i] = (struct question_option){.id = {&IDS[i], 1},
                                                     .correct = i == 0 || prng_below(prng, 2) == 0};
        if (prng_below(prng, 2) == 0) {
            drawn->choices[drawn->response.choice_count++] = drawn->options[i].id;
        }
    }
}

static void shuffle_options(struct prng *prng, struct drawn *drawn)
{
    const struct drawn old = *drawn;
    uint32_t order[QUESTION_OPTIONS_MAX];
    selection_permutation(prng, order, old.question.option_count);
    for (size_t i = 0; i < old.question.option_count; i++) {
        drawn->options[i] = old.options[order[i]];
    }
    selection_permutation(prng, order, old.response.choice_count);
    for (size_t i = 0; i < old.response.choice_count; i++) {
        drawn->choices[i] = old.choices[order[i]];
    }
}

/* The rule in words, counted the other way round: over options instead of ticks. */
static int64_t expected_credit(const struct drawn *drawn)
{
    int64_t right = 0;
    int64_t net = 0;
    for (size_t i = 0; i < drawn->question.option_count; i++) {
        const struct question_option *option = &drawn->options[i];
        bool is_ticked = false;
        for (size_t j = 0; j < drawn->response.choice_count; j++) {
            is_ticked = is_ticked || text_equal(drawn->choices[j], option->id);
        }
        right += option->correct ? 1 : 0;
        net += is_ticked ? (option->correct ? 1 : -1) : 0;
    }
    return net < 0 || right == 0 ? 0 : net * 1000 / right;
}

static void test_scoring_credit__choices_property(void **state)
{
    struct prng prng = prng_seed(TEXT("choices"), 0);
    for (int i = 0; i < 20000; i++) {
        struct drawn drawn;
        draw_choices(&prng, &drawn);
        const int64_t credit = scoring_credit(&drawn.question, &drawn.response);
        assert_in_range(credit, 0, CREDIT_FULL);
        assert_int_equal(credit, expected_credit(&drawn));
        shuffle_options(&prng, &drawn);
        assert_int_equal(scoring_credit(&drawn.question, &drawn.response), credit);
    }
}

/* The key itself as the response has full credit; one thing changed has less. */
static void test_scoring_credit__key_property(void **state)
{
    struct prng prng = prng_seed(TEXT("keys"), 0);
    for (int i = 0; i < 5000; i++) {
        struct drawn drawn;
        draw_choices(&prng, &drawn);
        struct question_response *response = &drawn.response;
        response->choice_count = 0;
        for (size_t j = 0; j < drawn.question.option_count; j++) {
            if (drawn.options[j].correct) {
                drawn.choices[response->choice_count++] = drawn.options[j].id;
            }
        }
        assert_int_equal(scoring_credit(&drawn.question, response), CREDIT_FULL);
        response->choice_count--;
        assert_true(scoring_credit(&drawn.question, response) < CREDIT_FULL);
    }
}

/* Ordering and matching with n parts: full for the key, and what a permutation of it deserves. */
static void test_scoring_credit__parts_property(void **state)
{
    static const struct text IDS[] = {{"a", 1}, {"b", 1}, {"c", 1}, {"d", 1}, {"e", 1}, {"f", 1}};
    struct prng prng = prng_seed(TEXT("parts"), 0);
    for (int i = 0; i < 5000; i++) {
        const size_t count = 2 + (size_t)prng_below(&prng, COUNT_OF(IDS) - 1);
        uint32_t order[COUNT_OF(IDS)];
        struct text given[COUNT_OF(IDS)];
        struct shape_pair key_pairs[COUNT_OF(IDS)];
        struct shape_pair pairs[COUNT_OF(IDS)];
        selection_permutation(&prng, order, count);
        int64_t kept = 0;
        for (size_t j = 0; j < count; j++) {
            given[j] = IDS[order[j]];
            key_pairs[j] = (struct shape_pair){IDS[j], IDS[j]};
            pairs[count - 1 - j] = (struct shape_pair){IDS[j], IDS[order[j]]};
            kept += order[j] == j ? 1 : 0;
        }
        const struct shape_map key_map = {key_pairs, count};
        const struct shape_map map = {pairs, count};
        const struct question ordering = {
            .type = QUESTION_ORDERING, .order = IDS, .order_count = count};
        const struct question matching = {
            .type = QUESTION_MATCHING, .premise_count = count, .pairs = &key_map};
        const struct question_response response = {
            .order = given, .order_count = count, .pairs = &map};
        assert_int_equal(scoring_credit(&ordering, &response), kept == (int64_t)count ? 1000 : 0);
        assert_int_equal(scoring_credit(&matching, &response),
                         kept * 1000 / (int64_t)(count > 0 ? count : 1));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_scoring_credit__not_answered, setup, teardown),
        cmocka_unit_test_setup_teardown(test_scoring_credit__choices, setup, teardown),
        cmocka_unit_test_setup_teardown(test_scoring_credit__number, setup, teardown),
        cmocka_unit_test_setup_teardown(test_scoring_credit__short_text, setup, teardown),
        cmocka_unit_test_setup_teardown(test_scoring_credit__order, setup, teardown),
        cmocka_unit_test_setup_teardown(test_scoring_credit__pairs, setup, teardown),
        cmocka_unit_test(test_scoring_credit__choices_property),
        cmocka_unit_test(test_scoring_credit__key_property),
        cmocka_unit_test(test_scoring_credit__parts_property),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
