/* question_check: each rule, with the pointer of its fault. */
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

static void test_question_types__names(void **state)
{
    assert_int_equal(QUESTION_TYPES.count, QUESTION_TYPE_COUNT);
    assert_string_equal(enumeration_name(&QUESTION_TYPES, QUESTION_SINGLE_CHOICE), "single_choice");
    assert_string_equal(enumeration_name(&QUESTION_TYPES, QUESTION_TRUE_FALSE), "true_false");
    assert_string_equal(enumeration_name(&QUESTION_TYPES, QUESTION_MATCHING), "matching");
}

static void test_question_check__samples_are_right(void **state)
{
    for (unsigned type = 0; type < QUESTION_TYPE_COUNT; type++) {
        const struct question *question = sample_question(*state, (enum question_type)type, "{}");
        struct error err = {.code = ERROR_NONE};
        assert_true(question_check(question, *state, TEXT(""), &err));
        assert_int_equal(err.code, ERROR_NONE);
    }
}

static void test_question_check__common_members(void **state)
{
    static const struct broken CASES[] = {
        {"{'stem':'  \\n'}", "/7/stem", QUESTION_NUMERIC, FAULT_TOO_SHORT},
        {"{'explanation':' '}", "/7/explanation", QUESTION_NUMERIC, FAULT_TOO_SHORT},
        {"{'sections':['t','s']}", "/7/sections/1", QUESTION_NUMERIC, FAULT_DUPLICATE},
        {"{'sections':['t','u','t']}", "/7/sections/2", QUESTION_NUMERIC, FAULT_DUPLICATE},
        {"{'tags':['x','y','x']}", "/7/tags/2", QUESTION_NUMERIC, FAULT_DUPLICATE},
        {"{'source':{}}", "/7/source", QUESTION_NUMERIC, FAULT_REQUIRED},
        {"{'source':{'url':'ftp://x/'}}", "/7/source/url", QUESTION_NUMERIC, FAULT_BAD_FORMAT},
        {"{'source':{'line':1,'url':'javascript:1'}}", "/7/source/url", QUESTION_NUMERIC,
         FAULT_BAD_FORMAT},
    };
    assert_broken(*state, CASES, COUNT_OF(CASES));
}

static void test_question_check__accepts_sources(void **state)
{
    static const char *const PATCHES[] = {"{'source':{'url':'https://docs.example/a'}}",
                                          "{'source':{'url':'http://docs.example/a'}}",
                                          "{'source':{'line':1,'url':'https://docs.example/a'}}"};
    for (size_t i = 0; i < COUNT_OF(PATCHES); i++) {
        struct error err = {.code = ERROR_NONE};
        assert_true(question_check(sample_question(*state, QUESTION_NUMERIC, PATCHES[i]), *state,
                                   TEXT(""), &err));
    }
}

static void test_question_check__key_of_another_type(void **state)
{
    static const struct broken CASES[] = {
        {"{'options':[{'id':'a','text':'A','correct':true},{'id':'b','text':'B','correct':false}]}",
         "/7/options", QUESTION_NUMERIC, FAULT_NOT_ALLOWED},
        {"{'number':{'value':1}}", "/7/number", QUESTION_SINGLE_CHOICE, FAULT_NOT_ALLOWED},
        {"{'accepted':[{'text':'x'}]}", "/7/accepted", QUESTION_SINGLE_CHOICE, FAULT_NOT_ALLOWED},
        {"{'case_sensitive':true}", "/7/case_sensitive", QUESTION_SINGLE_CHOICE, FAULT_NOT_ALLOWED},
        {"{'items':[{'id':'x','text':'X'},{'id':'y','text':'Y'}]}", "/7/items", QUESTION_MATCHING,
         FAULT_NOT_ALLOWED},
        {"{'order':['x','y']}", "/7/order", QUESTION_MATCHING, FAULT_NOT_ALLOWED},
        {"{'premises':[{'id':'x','text':'X'},{'id':'y','text':'Y'}]}", "/7/premises",
         QUESTION_ORDERING, FAULT_NOT_ALLOWED},
        {"{'choices':[{'id':'x','text':'X'},{'id':'y','text':'Y'}]}", "/7/choices",
         QUESTION_ORDERING, FAULT_NOT_ALLOWED},
        {"{'pairs':{'x':'y'}}", "/7/pairs", QUESTION_ORDERING, FAULT_NOT_ALLOWED},
    };
    assert_broken(*state, CASES, COUNT_OF(CASES));
}

static void test_question_check__key_missing(void **state)
{
    static const struct broken CASES[] = {
        {"{'options':null}", "/7/options", QUESTION_SINGLE_CHOICE, FAULT_REQUIRED},
        {"{'options':null}", "/7/options", QUESTION_TRUE_FALSE, FAULT_REQUIRED},
        {"{'number':null}", "/7/number", QUESTION_NUMERIC, FAULT_REQUIRED},
        {"{'accepted':null}", "/7/accepted", QUESTION_SHORT_TEXT, FAULT_REQUIRED},
        {"{'items':null}", "/7/items", QUESTION_ORDERING, FAULT_REQUIRED},
        {"{'order':null}", "/7/order", QUESTION_ORDERING, FAULT_REQUIRED},
        {"{'premises':null}", "/7/premises", QUESTION_MATCHING, FAULT_REQUIRED},
        {"{'choices':null}", "/7/choices", QUESTION_MATCHING, FAULT_REQUIRED},
        {"{'pairs':null}", "/7/pairs", QUESTION_MATCHING, FAULT_REQUIRED},
    };
    assert_broken(*state, CASES, COUNT_OF(CASES));
}

#define OPTION(id, correct) "{'id':'" id "','text':'T','correct':" correct "}"

static void test_question_check__options(void **state)
{
    static const struct broken CASES[] = {
        {"{'options':[" OPTION("a", "false") "," OPTION("b", "false") "]}", "/7/options",
         QUESTION_SINGLE_CHOICE, FAULT_TOO_FEW},
        {"{'options':[" OPTION("a", "true") "," OPTION("b", "true") "]}", "/7/options",
         QUESTION_SINGLE_CHOICE, FAULT_TOO_MANY},
        {"{'options':[" OPTION("a", "false") "," OPTION("b", "false") "]}", "/7/options",
         QUESTION_MULTIPLE_CHOICE, FAULT_TOO_FEW},
        {"{'options':[" OPTION("a", "false") "," OPTION("a", "true") "]}", "/7/options/1/id",
         QUESTION_SINGLE_CHOICE, FAULT_DUPLICATE},
        {"{'options':[" OPTION("A", "false") "," OPTION("b", "true") "]}", "/7/options/0/id",
         QUESTION_SINGLE_CHOICE, FAULT_BAD_FORMAT},
        {"{'options':[" OPTION("a_", "false") "," OPTION("b", "true") "]}", "/7/options/0/id",
         QUESTION_SINGLE_CHOICE, FAULT_BAD_FORMAT},
        {"{'options':[{'id':'a','text':' ','correct':false}," OPTION("b", "true") "]}",
         "/7/options/0/text", QUESTION_SINGLE_CHOICE, FAULT_TOO_SHORT},
        {"{'options':[" OPTION("true", "false") "," OPTION("no", "true") "]}", "/7/options/1/id",
         QUESTION_TRUE_FALSE, FAULT_BAD_FORMAT},
        {"{'options':[" OPTION("true", "true") "," OPTION("false", "true") "]}", "/7/options",
         QUESTION_TRUE_FALSE, FAULT_TOO_MANY},
        {"{'options':[" OPTION("true", "true") "," OPTION("false",
                                                          "false") "," OPTION("c", "false") "]}",
         "/7/options", QUESTION_TRUE_FALSE, FAULT_TOO_MANY},
    };
    assert_broken(*state, CASES, COUNT_OF(CASES));
}

/* The shape refuses these counts already; questions that did not come through it are checked all
 * the same. */
static void test_question_check__option_count(void **state)
{
    struct question *question = sample_question(*state, QUESTION_SINGLE_CHOICE, "{}");
    struct question_option options[QUESTION_OPTIONS_MAX + 1];
    char ids[QUESTION_OPTIONS_MAX + 1];
    for (size_t i = 0; i < COUNT_OF(options); i++) {
        ids[i] = (char)('a' + (int)i);
        options[i] = (struct question_option){
            .id = {.data = &ids[i], .len = 1}, .text = TEXT("T"), .correct = i == 0};
    }
    question->options = options;
    static const struct {
        size_t count;
        enum fault_code code;
    } CASES[] = {
        {0, FAULT_TOO_FEW}, {1, FAULT_TOO_FEW}, {QUESTION_OPTIONS_MAX + 1, FAULT_TOO_MANY}};
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        question->option_count = CASES[i].count;
        struct error err = {.code = ERROR_NONE};
        assert_false(question_check(question, *state, TEXT(""), &err));
        assert_one_fault(&err, "/options", CASES[i].code);
    }
    question->option_count = QUESTION_OPTIONS_MAX;
    struct error err = {.code = ERROR_NONE};
    assert_true(question_check(question, *state, TEXT(""), &err));
}

static void test_question_check__number(void **state)
{
    static const struct broken CASES[] = {
        {"{'number':{'value':1,'tolerance':-0.5}}", "/7/number/tolerance", QUESTION_NUMERIC,
         FAULT_TOO_SMALL},
        {"{'number':{'value':1,'relative_tolerance':-0.5}}", "/7/number/relative_tolerance",
         QUESTION_NUMERIC, FAULT_TOO_SMALL},
    };
    assert_broken(*state, CASES, COUNT_OF(CASES));
    const double values[] = {(double)NAN, (double)INFINITY};
    const struct number_key keys[] = {{.value = &values[0]}, {.value = &values[1]}};
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        struct question *question = sample_question(*state, QUESTION_NUMERIC, "{}");
        question->number = &keys[i];
        struct error err = {.code = ERROR_NONE};
        assert_false(question_check(question, *state, TEXT(""), &err));
        assert_one_fault(&err, "/number/value", FAULT_BAD_FORMAT);
    }
}

static void test_question_check__accepted(void **state)
{
    static const struct broken CASES[] = {
        {"{'accepted':[{'text':' '}]}", "/7/accepted/0/text", QUESTION_SHORT_TEXT, FAULT_TOO_SHORT},
        {"{'accepted':[{'text':'a'},{'text':'* *'}]}", "/7/accepted/1/text", QUESTION_SHORT_TEXT,
         FAULT_TOO_SHORT},
        {"{'accepted':[{'text':'a'},{'text':'b'},{'text':'a'}]}", "/7/accepted/2/text",
         QUESTION_SHORT_TEXT, FAULT_DUPLICATE},
    };
    assert_broken(*state, CASES, COUNT_OF(CASES));
}

static void test_question_check__ordering(void **state)
{
    static const struct broken CASES[] = {
        {"{'order':['a','b']}", "/7/order", QUESTION_ORDERING, FAULT_TOO_FEW},
        {"{'order':['a','b','c','a']}", "/7/order", QUESTION_ORDERING, FAULT_TOO_MANY},
        {"{'order':['a','b','a']}", "/7/order/2", QUESTION_ORDERING, FAULT_DUPLICATE},
        {"{'order':['a','x','b']}", "/7/order/1", QUESTION_ORDERING, FAULT_NOT_FOUND},
        {"{'items':[{'id':'a','text':'A'},{'id':'a','text':'B'}],'order':['a','a']}",
         "/7/items/1/id", QUESTION_ORDERING, FAULT_DUPLICATE},
        {"{'items':[{'id':'a','text':' '},{'id':'b','text':'B'}],'order':['a','b']}",
         "/7/items/0/text", QUESTION_ORDERING, FAULT_TOO_SHORT},
    };
    struct error err = {.code = ERROR_NONE};
    const struct question *both = sample_question(*state, CASES[4].type, CASES[4].patch);
    assert_false(question_check(both, *state, TEXT(""), &err));
    assert_int_equal(err.fault_count, 2); /* the order names the item twice, too */
    assert_string_equal(err.faults->place.data, "/items/1/id");
    assert_string_equal(err.faults->next->place.data, "/order/1");
    assert_broken(*state, CASES, 4);
    assert_broken(*state, CASES + 5, 1);
}

static void test_question_check__matching(void **state)
{
    static const struct broken CASES[] = {
        {"{'pairs':{'a':'1','b':'2'}}", "/7/pairs", QUESTION_MATCHING, FAULT_REQUIRED},
        {"{'pairs':{'a':'1','b':'2','c':'9'}}", "/7/pairs/c", QUESTION_MATCHING, FAULT_NOT_FOUND},
        {"{'pairs':{'a':'1','b':'2','c':'3','x':'1'}}", "/7/pairs/x", QUESTION_MATCHING,
         FAULT_NOT_FOUND},
        {"{'pairs':{'a':'1','b':'2','c':'3','x~/':'1'}}", "/7/pairs/x~0~1", QUESTION_MATCHING,
         FAULT_NOT_FOUND},
        {"{'premises':[{'id':'a','text':'A'},{'id':'b','text':'B'}],'choices':[{'id':'a','text':'1'"
         "},"
         "{'id':'2','text':'2'}],'pairs':{'a':'2','b':'2'}}",
         "/7/choices/0/id", QUESTION_MATCHING, FAULT_DUPLICATE},
        {"{'premises':[{'id':'a','text':'A'},{'id':'b','text':' '}],'pairs':{'a':'2','b':'2'}}",
         "/7/premises/1/text", QUESTION_MATCHING, FAULT_TOO_SHORT},
    };
    assert_broken(*state, CASES, COUNT_OF(CASES));
}

static void test_question_check__pair_given_twice(void **state)
{
    struct question *question = sample_question(*state, QUESTION_MATCHING, "{}");
    struct shape_pair pairs[] = {{TEXT("a"), TEXT("1")},
                                 {TEXT("b"), TEXT("1")},
                                 {TEXT("c"), TEXT("1")},
                                 {TEXT("a"), TEXT("2")}};
    const struct shape_map map = {.pairs = pairs, .count = COUNT_OF(pairs)};
    question->pairs = &map;
    struct error err = {.code = ERROR_NONE};
    assert_false(question_check(question, *state, TEXT(""), &err));
    assert_one_fault(&err, "/pairs/a", FAULT_DUPLICATE);
}

/* A question of a file with all members survives encoding and decoding. */
static void test_question_shape__round_trip(void **state)
{
    for (unsigned type = 0; type < QUESTION_TYPE_COUNT; type++) {
        const struct question *question = sample_question(
            *state, (enum question_type)type,
            "{'sections':['t'],'tags':['x'],'domain':'d','source':{'line':4,'url':'https://x/'}}");
        struct error err = {.code = ERROR_NONE};
        struct text first = TEXT_ABSENT;
        struct text second = TEXT_ABSENT;
        struct question again = {.slug = TEXT_ABSENT};
        assert_true(codec_encode_text(*state, &QUESTION_SHAPE, question, &first, &err));
        assert_true(codec_decode_text(*state, first, &QUESTION_SHAPE, &again, &err));
        assert_true(codec_encode_text(*state, &QUESTION_SHAPE, &again, &second, &err));
        assert_string_equal(first.data, second.data);
        assert_true(question_check(&again, *state, TEXT(""), &err));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_question_types__names),
        cmocka_unit_test_setup_teardown(test_question_check__samples_are_right, setup, teardown),
        cmocka_unit_test_setup_teardown(test_question_check__common_members, setup, teardown),
        cmocka_unit_test_setup_teardown(test_question_check__accepts_sources, setup, teardown),
        cmocka_unit_test_setup_teardown(test_question_check__key_of_another_type, setup, teardown),
        cmocka_unit_test_setup_teardown(test_question_check__key_missing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_question_check__options, setup, teardown),
        cmocka_unit_test_setup_teardown(test_question_check__option_count, setup, teardown),
        cmocka_unit_test_setup_teardown(test_question_check__number, setup, teardown),
        cmocka_unit_test_setup_teardown(test_question_check__accepted, setup, teardown),
        cmocka_unit_test_setup_teardown(test_question_check__ordering, setup, teardown),
        cmocka_unit_test_setup_teardown(test_question_check__matching, setup, teardown),
        cmocka_unit_test_setup_teardown(test_question_check__pair_given_twice, setup, teardown),
        cmocka_unit_test_setup_teardown(test_question_shape__round_trip, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
