/* When what is told, and from when on answers are evidence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/attempt.h"
#include "domain/selection.h"

enum { CLOSES_AT = 990, TOLD_AT = 1000 };

static struct attempt_rules rules_of(enum exam_moment when)
{
    struct attempt_rules rules = attempt_rules_of_practice(false, scoring_policy_of(NULL));
    rules.when = when;
    rules.closes_at = CLOSES_AT;
    rules.told_at = TOLD_AT;
    return rules;
}

static void test_attempt_rules_may_tell__moments(void **state)
{
    static const struct {
        enum exam_moment when;
        bool open;
        bool submitted_before;
        bool submitted_after;
    } CASES[] = {{EXAM_AFTER_EACH, true, true, true},
                 {EXAM_AFTER_SUBMIT, false, true, true},
                 {EXAM_AFTER_CLOSE, false, false, true},
                 {EXAM_NEVER, false, false, false}};
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        const struct attempt_rules rules = rules_of(CASES[i].when);
        assert_int_equal(attempt_rules_may_tell(&rules, false, TOLD_AT), CASES[i].open);
        assert_int_equal(attempt_rules_may_tell(&rules, true, TOLD_AT - 1),
                         CASES[i].submitted_before);
        assert_int_equal(attempt_rules_may_tell(&rules, true, TOLD_AT), CASES[i].submitted_after);
    }
}

static void test_attempt_rules_tell_score__moments(void **state)
{
    for (unsigned when = 0; when < EXAM_MOMENT_COUNT; when++) {
        const struct attempt_rules rules = rules_of((enum exam_moment)when);
        assert_false(attempt_rules_tell_score(&rules, false, TOLD_AT));
        assert_int_equal(attempt_rules_tell_score(&rules, true, TOLD_AT - 1),
                         when != EXAM_AFTER_CLOSE);
        assert_true(attempt_rules_tell_score(&rules, true, TOLD_AT));
    }
}

static void test_attempt_rules_evidence_due_at__moments(void **state)
{
    static const int64_t EXPECTED[EXAM_MOMENT_COUNT] = {
        [EXAM_AFTER_CLOSE] = TOLD_AT, [EXAM_NEVER] = EVIDENCE_NEVER_US};
    for (unsigned when = 0; when < EXAM_MOMENT_COUNT; when++) {
        struct attempt_rules rules = rules_of((enum exam_moment)when);
        assert_int_equal(attempt_rules_evidence_due_at(&rules, TOLD_AT - 1), EXPECTED[when]);
        assert_int_equal(attempt_rules_evidence_due_at(&rules, TOLD_AT),
                         when == EXAM_NEVER ? EVIDENCE_NEVER_US : 0);
        for (unsigned part = 0; part < EXAM_PART_COUNT; part++) {
            rules.shows[part] = part == EXAM_SECTION; /* the section alone tells nothing */
        }
        assert_int_equal(attempt_rules_evidence_due_at(&rules, TOLD_AT), EVIDENCE_NEVER_US);
    }
}

/* What is kept of an attempt's rules is what they were. */
static void test_attempt_rules_of_record__round_trip(void **state)
{
    struct arena *arena = arena_create();
    struct attempt_rules rules = rules_of(EXAM_AFTER_CLOSE);
    rules.scoring.penalty = 250;
    rules.scoring.certainty = true;
    rules.scoring.rules[QUESTION_MULTIPLE_CHOICE] = SCORING_COVERAGE;
    rules.shows[EXAM_KEY] = false;
    rules.pass_scaled = 720;
    rules.is_exam = true;
    rules.exam = TEXT("exam");
    attempt_rules_set_pilot(&rules, 1);
    attempt_rules_set_pilot(&rules, 64);
    attempt_rules_set_pilot(&rules, 65);
    attempt_rules_set_pilot(&rules, 100);
    const struct attempt_rules_record record = attempt_rules_to_record(&rules, arena);
    const struct attempt_rules again = attempt_rules_of_record(&record);
    assert_memory_equal(again.scoring.rules, rules.scoring.rules, sizeof rules.scoring.rules);
    assert_int_equal(again.scoring.penalty, rules.scoring.penalty);
    assert_int_equal(again.scoring.certainty, rules.scoring.certainty);
    assert_int_equal(again.when, rules.when);
    assert_memory_equal(again.shows, rules.shows, sizeof rules.shows);
    assert_int_equal(again.closes_at, rules.closes_at);
    assert_int_equal(again.told_at, rules.told_at);
    assert_int_equal(again.pass_scaled, rules.pass_scaled);
    assert_int_equal(again.hides_score, rules.hides_score);
    assert_int_equal(again.is_exam, rules.is_exam);
    assert_true(text_equal(again.exam, rules.exam));
    assert_memory_equal(again.pilots, rules.pilots, sizeof rules.pilots);
    arena_free(arena);
}

enum { ITEMS = 10 };

/* Marks as scoring_mark makes them. */
static struct answer draw_answer(struct prng *prng, int64_t position, int64_t penalty,
                                 bool has_certainty)
{
    static const int64_t LOST[] = {0, 0, 2000, 6000};
    const int64_t certainty = 1 + (int64_t)prng_below(prng, 3);
    const int64_t credit = (int64_t)prng_below(prng, 3) * 500;
    const int64_t plain = credit == 0 ? -penalty : credit;
    const int64_t sure = credit == 0 ? -LOST[certainty] : credit * certainty;
    return (struct answer){.position = position,
                           .response = TEXT("{}"),
                           .credit = credit,
                           .points = has_certainty ? sure : plain};
}

/* Whatever the marks, a total lies between nothing and all, and a better mark never makes it less.
 */
static void test_attempt_summarize__total_in_range_and_monotone(void **state)
{
    enum { CASES = 20000 };
    static const struct item ITEM = {.section = 0};
    const struct item *items[ITEMS];
    struct arena *arena = arena_create();
    struct prng prng = prng_seed(TEXT("totals"), 0);
    for (size_t i = 0; i < ITEMS; i++) {
        items[i] = &ITEM;
    }
    for (int i = 0; i < CASES; i++) {
        struct attempt_rules rules = rules_of(EXAM_AFTER_SUBMIT);
        struct answer answers[ITEMS];
        const size_t count = 1 + prng_below(&prng, ITEMS);
        const int64_t penalty = (int64_t)prng_below(&prng, CREDIT_FULL + 1);
        rules.scoring.certainty = prng_below(&prng, 2) == 1;
        for (size_t k = 0; k < count; k++) {
            answers[k] = draw_answer(&prng, (int64_t)k + 1, penalty, rules.scoring.certainty);
        }
        const struct attempt_sheet sheet = {items, ITEMS, answers, count, &rules};
        arena_reset(arena);
        const struct attempt_score score = attempt_summarize(&sheet, arena).score;
        assert_int_equal(score.max, ITEMS * scoring_max(rules.scoring.certainty));
        assert_true(score.raw >= 0 && score.raw <= score.max);
        answers[prng_below(&prng, count)].points += 1;
        assert_true(attempt_summarize(&sheet, arena).score.raw >= score.raw);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_attempt_rules_may_tell__moments),
        cmocka_unit_test(test_attempt_rules_tell_score__moments),
        cmocka_unit_test(test_attempt_rules_evidence_due_at__moments),
        cmocka_unit_test(test_attempt_rules_of_record__round_trip),
        cmocka_unit_test(test_attempt_summarize__total_in_range_and_monotone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
