/* The rules about options: how many, none the same, none for others, feedback, the number said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lint_fixture.h"

#define WITH_TEXT(text)                                       \
    "{'options':[" GOOD_OPTION("a", "false") "," GOOD_OPTION( \
        "b", "true") ",{'id':'c','text':"                     \
                     "'" text "','correct':false,'feedback':'F'}]}"

static void test_bank_lint__good_questions_of_every_type(void **state)
{
    for (unsigned type = 0; type < QUESTION_TYPE_COUNT; type++) {
        if (GOOD[type] != NULL) {
            assert_question(state, (enum question_type)type, "{}", "");
        }
    }
}

static void test_bank_lint__few_options(void **state)
{
    assert_question(state, QUESTION_SINGLE_CHOICE,
                    "{'options':[" GOOD_OPTION("a", "false") "," GOOD_OPTION("b", "true") "]}",
                    "!few_options");
}

static void test_bank_lint__same_text(void **state)
{
    assert_question(state, QUESTION_SINGLE_CHOICE, WITH_TEXT(" the A one"), "!same_text");
    assert_question(state, QUESTION_SINGLE_CHOICE, WITH_TEXT("The d one"), "");
}

static void test_bank_lint__combined_option(void **state)
{
    static const char *const COMBINED[] = {
        WITH_TEXT("All of the above"),
        WITH_TEXT("None of the above."),
        WITH_TEXT("Both a and B"),
        WITH_TEXT("a and b only"),
        WITH_TEXT("Options **a** and **b**"),
        WITH_TEXT("None of these"),
        WITH_TEXT("Neither a nor b"),
        WITH_TEXT("Any of the above, but later"),
    };
    for (size_t i = 0; i < COUNT_OF(COMBINED); i++) {
        assert_question(state, QUESTION_SINGLE_CHOICE, COMBINED[i], "!combined_option");
    }
}

static void test_bank_lint__combined_option_is_not(void **state)
{
    static const char *const PLAIN[] = {
        WITH_TEXT("All of the messages of the queue"),
        WITH_TEXT("Both the queue and the topic"),
        WITH_TEXT("None"),
        WITH_TEXT("A"),
        WITH_TEXT("A queue and a topic"),
        WITH_TEXT("Both `x` and `y`"),
    };
    for (size_t i = 0; i < COUNT_OF(PLAIN); i++) {
        assert_question(state, QUESTION_SINGLE_CHOICE, PLAIN[i], "");
    }
}

static void test_bank_lint__missing_feedback(void **state)
{
    assert_question(state, QUESTION_SINGLE_CHOICE,
                    "{'options':[" GOOD_OPTION("a", "false") "," GOOD_OPTION(
                        "b", "true") ",{'id':'c','text':'C','correct':false}]}",
                    "missing_feedback");
    assert_question(
        state, QUESTION_TRUE_FALSE,
        "{'options':[" GOOD_OPTION(
            "true", "false") ",{'id':'false','text':'C','correct':true,'feedback':' '}]}",
        "missing_feedback");
}

static void test_bank_lint__count_not_said(void **state)
{
    assert_question(state, QUESTION_MULTIPLE_CHOICE, "{'stem':'Which of them?'}", "count_not_said");
    assert_question(state, QUESTION_MULTIPLE_CHOICE, "{'stem':'Choose all that apply.'}",
                    "count_not_said");
    assert_question(state, QUESTION_MULTIPLE_CHOICE, "{'stem':'There are two. Which?'}",
                    "count_not_said");
}

static void test_bank_lint__count_said(void **state)
{
    static const char *const SAID[] = {
        "{'stem':'Which two are right?'}",
        "{'stem':'Which TWO of them?'}",
        "{'stem':'Three queues exist. Which are full? (Choose two.)'}",
        "{'stem':'Select exactly 2 answers.'}",
        "{'stem':'Which three nodes hold a copy, and which are left? Choose two.'}",
    };
    for (size_t i = 0; i < COUNT_OF(SAID); i++) {
        assert_question(state, QUESTION_MULTIPLE_CHOICE, SAID[i], "");
    }
}

static void test_bank_lint__wrong_count(void **state)
{
    assert_question(state, QUESTION_MULTIPLE_CHOICE, "{'stem':'Which? (Choose three.)'}",
                    "!wrong_count");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_bank_lint__good_questions_of_every_type, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_bank_lint__few_options, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_lint__same_text, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_lint__combined_option, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_lint__combined_option_is_not, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_lint__missing_feedback, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_lint__count_not_said, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_lint__count_said, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_lint__wrong_count, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
