/* What answers are worth after a key turned out to be wrong: a single_choice question whose key was
 * a and is b, and a version that has lost option c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/compiler.h"
#include "domain/regrade.h"

static const struct question_option OLD[] = {
    {.id = TEXT_INIT("a"), .text = TEXT_INIT("A"), .correct = true},
    {.id = TEXT_INIT("b"), .text = TEXT_INIT("B")},
    {.id = TEXT_INIT("c"), .text = TEXT_INIT("C")}};
static const struct question_option NEW[] = {
    {.id = TEXT_INIT("a"), .text = TEXT_INIT("A")},
    {.id = TEXT_INIT("b"), .text = TEXT_INIT("B"), .correct = true}};
static const struct question PINNED = {
    .type = QUESTION_SINGLE_CHOICE, .options = OLD, .option_count = COUNT_OF(OLD)};
static const struct question KEY = {
    .type = QUESTION_SINGLE_CHOICE, .options = NEW, .option_count = COUNT_OF(NEW)};

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

static void assert_mark(enum regrade_policy policy, const struct scoring_choice *scoring,
                        const char *choice, struct mark expected, struct arena *arena)
{
    const struct attempt_rules rules = attempt_rules_of_practice(false, scoring_policy_of(scoring));
    const struct text choices[] = {text_of(choice)};
    const struct question_response response = {.choices = choices, .choice_count = 1};
    const struct regrade_rule rule = {policy, &PINNED, &KEY};
    const int64_t certainty = scoring != NULL && scoring->certainty ? 2 : 0;
    const struct mark mark = regrade_mark(&rule, &rules, &response, certainty, arena);

    assert_int_equal(mark.credit, expected.credit);
    assert_int_equal(mark.points, expected.points);
}

static void test_regrade_mark__by_policy(void **state)
{
    const struct mark full = {1000, 1000};
    const struct mark none = {0, 0};

    assert_mark(REGRADE_CURRENT_KEY, NULL, "a", none, *state);
    assert_mark(REGRADE_CURRENT_KEY, NULL, "b", full, *state);
    assert_mark(REGRADE_BEST_OF_BOTH, NULL, "a", full, *state);
    assert_mark(REGRADE_BEST_OF_BOTH, NULL, "b", full, *state);
    assert_mark(REGRADE_BEST_OF_BOTH, NULL, "c", none, *state);
    assert_mark(REGRADE_FULL_CREDIT, NULL, "c", full, *state);
    assert_mark(REGRADE_DROP_ITEM, NULL, "a", full,
                *state); /* stays; the question does not count */
    assert_mark(REGRADE_DROP_ITEM, NULL, "b", none, *state);
}

static void test_regrade_mark__rules_of_the_attempt_hold(void **state)
{
    const struct scoring_choice penalty = {.penalty = 500};
    const struct scoring_choice sure = {.certainty = true};

    assert_mark(REGRADE_CURRENT_KEY, &penalty, "a", (struct mark){0, -500}, *state);
    assert_mark(REGRADE_BEST_OF_BOTH, &penalty, "a", (struct mark){1000, 1000}, *state);
    assert_mark(REGRADE_CURRENT_KEY, &sure, "b", (struct mark){1000, 2000}, *state);
    assert_mark(REGRADE_CURRENT_KEY, &sure, "a", (struct mark){0, -2000}, *state);
    assert_mark(REGRADE_FULL_CREDIT, &sure, "c", (struct mark){1000, 2000}, *state);
}

/* Option c is not in the new version: the answer keeps what it had. */
static void test_regrade_mark__what_does_not_fit_stays(void **state)
{
    const struct scoring_choice penalty = {.penalty = 500};

    assert_mark(REGRADE_CURRENT_KEY, &penalty, "c", (struct mark){0, -500}, *state);
}

static void test_regrade_sheet__changes_one_position(void **state)
{
    static const struct item items[] = {{.version = 1}, {.version = 1}, {.version = 1}};
    const struct item *const paper[] = {&items[0], &items[1], &items[2]};
    const struct answer answers[] = {
        {.position = 1, .response = TEXT("{}"), .credit = 1000, .points = 1000},
        {.position = 2, .response = TEXT("{}"), .credit = 0, .points = 0},
        {.position = 3}}; /* taken back */
    const struct attempt_rules rules = attempt_rules_of_practice(false, scoring_policy_of(NULL));
    const struct attempt_sheet sheet = {paper, 3, answers, 3, &rules};
    const struct regrade_change right = {2, {1000, 1000}, false};
    const struct regrade_change dropped = {2, {0, 0}, true};
    const struct regrade_change nobody = {3, {1000, 1000}, false};

    struct attempt_sheet after = regrade_sheet(&sheet, &right, *state);
    struct attempt_score score = attempt_summarize(&after, *state).score;
    assert_int_equal(score.raw, 2000);
    assert_int_equal(score.max, 3000);
    after = regrade_sheet(&sheet, &dropped, *state);
    score = attempt_summarize(&after, *state).score;
    assert_int_equal(score.raw, 1000);
    assert_int_equal(score.max, 2000);
    after = regrade_sheet(&sheet, &nobody, *state);
    score = attempt_summarize(&after, *state).score;
    assert_int_equal(score.raw, 1000);
    assert_int_equal(answers[1].credit, 0); /* the sheet itself is as it was */
    assert_false(attempt_rules_is_pilot(&rules, 2));
}

static void test_regrade_passed__follows_the_score(void **state)
{
    struct attempt_rules rules = attempt_rules_of_practice(false, scoring_policy_of(NULL));
    const struct attempt_score all = {4000, 4000};
    const struct attempt_score nothing = {0, 4000};

    assert_null(regrade_passed(&rules, all, *state));
    rules.pass_scaled = 700;
    assert_true(*regrade_passed(&rules, all, *state));
    assert_false(*regrade_passed(&rules, nothing, *state));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_regrade_mark__by_policy, setup, teardown),
        cmocka_unit_test_setup_teardown(test_regrade_mark__rules_of_the_attempt_hold, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_regrade_mark__what_does_not_fit_stays, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_regrade_sheet__changes_one_position, setup, teardown),
        cmocka_unit_test_setup_teardown(test_regrade_passed__follows_the_score, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
