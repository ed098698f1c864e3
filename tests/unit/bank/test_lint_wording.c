/* The rules about words: double negatives, grammar that gives the key away, answers in the stem. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lint_fixture.h"

#define OPTIONS(a, b, c)                                                            \
    "'options':[{'id':'a','text':'" a "','correct':true,'feedback':'F'},"           \
    "{'id':'b','text':'" b "','correct':false,'feedback':'F'},{'id':'c','text':'" c \
    "','correct':false,'feedback':'F'}]"

static void assert_single(void **state, const char *patch, const char *expected)
{
    assert_question(state, QUESTION_SINGLE_CHOICE, patch, expected);
}

static void test_bank_lint__double_negative_in_stem(void **state)
{
    assert_single(state, "{'stem':'Which is not never right?'}", "double_negative");
    assert_single(state, "{'stem':'Which does NOT run without a key?'}", "double_negative");
    assert_single(state, "{'stem':'It should not begin without it. Which?'}", "double_negative");
    assert_single(state, "{'stem':'It cannot be nothing; which is it?'}", "double_negative");
    assert_question(state, QUESTION_TRUE_FALSE, "{'stem':'It doesn\\u0027t run without one.'}",
                    "double_negative");
}

static void test_bank_lint__single_negatives(void **state)
{
    assert_single(state, "{'stem':'Which does not run?'}", "");
    assert_single(state, "{'stem':'It does not run, and nothing is logged. Which?'}", "");
    assert_single(state, "{'stem':'It does not run. No error is logged. Which?'}", "");
    assert_single(state, "{'stem':'It has no `not`, no key. Which?'}", "");
}

static void test_bank_lint__double_negative_with_an_option(void **state)
{
    assert_single(state,
                  "{'stem':'Which is NOT right?'," OPTIONS("It has keys", "It has no key", "X") "}",
                  "double_negative");
    assert_single(state,
                  "{'stem':'All but one hold. Which one?'," OPTIONS("It has no key", "Y", "X") "}",
                  "");
    assert_single(state, "{" OPTIONS("It cannot have no key", "Y", "X") "}", "double_negative");
}

static void test_bank_lint__article(void **state)
{
    assert_single(state, "{'stem':'This is an'," OPTIONS("alias", "queue", "topic") "}",
                  "grammar_cue");
    assert_single(state, "{'stem':'This is a …'," OPTIONS("queue", "alias", "topic") "}",
                  "grammar_cue");
    assert_single(state, "{'stem':'This is a'," OPTIONS("queue", "user", "topic") "}", "");
    assert_single(state, "{'stem':'This is an'," OPTIONS("SQS queue", "alias", "hour") "}", "");
    assert_single(state, "{'stem':'This is a/an'," OPTIONS("alias", "alarm", "error") "}", "");
    assert_single(state, "{'stem':'Which is an X?'," OPTIONS("alias", "queue", "topic") "}", "");
}

static void test_bank_lint__number(void **state)
{
    assert_single(state,
                  "{'stem':'What it needs are'," OPTIONS("keys of its own", "a key", "one") "}",
                  "grammar_cue");
    assert_single(state, "{'stem':'What it needs are'," OPTIONS("keys", "values", "roles") "}", "");
    assert_single(state, "{'stem':'What are these?'," OPTIONS("keys", "a value", "roles") "}", "");
}

static void test_bank_lint__answer_in_stem(void **state)
{
    assert_question(state, QUESTION_SHORT_TEXT, "{'stem':'What does `noecho` hide?'}",
                    "answer_in_stem");
    assert_question(state, QUESTION_SHORT_TEXT, "{'stem':'What do noechoes hide?'}", "");
    assert_question(state, QUESTION_SHORT_TEXT,
                    "{'stem':'As an S3 user?','accepted':[{'text':'S3'}]}", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_bank_lint__double_negative_in_stem, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_lint__single_negatives, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_lint__double_negative_with_an_option, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_bank_lint__article, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_lint__number, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_lint__answer_in_stem, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
