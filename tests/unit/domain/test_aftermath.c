/* What attempts leave behind, and when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "domain/aftermath.h"
#include "domain/scoring.h"
#include "sample_bank.h"

static const int64_t NOW = INT64_C(1790000000) * 1000000;

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

/* Two questions of an exam, the first answered right. */
enum { ITEMS = 2 };
struct paper {
    const struct item *items[ITEMS];
    struct answer answer;
    struct attempt attempt;
    struct attempt_sheet sheet;
};

static void make_paper(struct paper *paper, const struct bank *bank, enum exam_moment when)
{
    for (size_t i = 0; i < ITEMS; i++) {
        paper->items[i] = &bank->items[i];
    }
    paper->answer = (struct answer){
        .position = 1, .response = TEXT("{}"), .credit = CREDIT_FULL, .recorded_at = NOW - 10};
    paper->attempt = (struct attempt){.mode = MODE_EXAM,
                                      .started_at = NOW - 20,
                                      .read_at = NOW,
                                      .rules = {.when = when,
                                                .is_exam = true,
                                                .told_at = NOW + 5,
                                                .shows = {[EXAM_CORRECTNESS] = true}}};
    paper->sheet =
        (struct attempt_sheet){paper->items, ITEMS, &paper->answer, 1, &paper->attempt.rules};
}

static struct aftermath leave(const struct paper *paper, const struct bank *bank,
                              struct arena *arena)
{
    const struct review_list known = {.count = 0};
    return aftermath_of(&paper->attempt, &paper->sheet, bank, known, arena);
}

static int64_t answers_of(const struct aftermath *after)
{
    int64_t answers = 0;
    for (size_t i = 0; i < after->part_count; i++) {
        answers += after->parts[i].answers;
    }
    return answers;
}

/* An answer that was evidence before is no evidence again, but a memory and activity. */
static void test_aftermath_of__told_at_once_or_now(void **state)
{
    static const struct {
        enum exam_moment when;
        int64_t answers;
    } CASES[] = {{EXAM_AFTER_EACH, 1}, {EXAM_AFTER_SUBMIT, 2}};
    const struct bank *bank = sample_bank(*state);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct paper paper;
        make_paper(&paper, bank, CASES[i].when);
        const struct aftermath after = leave(&paper, bank, *state);
        assert_int_equal(after.due_at, 0);
        assert_int_equal(answers_of(&after), CASES[i].answers);
        assert_int_equal(after.reviews.count, 1);
        assert_int_equal(after.activity_count, 1);
        assert_int_equal(after.attempts, 1);
    }
}

static void test_aftermath_of__not_before_it_is_told(void **state)
{
    const struct bank *bank = sample_bank(*state);
    struct paper paper;
    make_paper(&paper, bank, EXAM_AFTER_CLOSE);
    const struct aftermath early = leave(&paper, bank, *state);
    assert_int_equal(early.due_at, NOW + 5);
    assert_int_equal(early.part_count + early.reviews.count + early.activity_count, 0);
    assert_int_equal(early.attempts, 1);
    paper.attempt.state = ATTEMPT_SUBMITTED;
    paper.attempt.is_scored = true;
    paper.attempt.evidence_due_at = NOW + 5;
    paper.attempt.read_at = NOW + 6;
    const struct aftermath late = leave(&paper, bank, *state);
    assert_int_equal(late.due_at, 0);
    assert_int_equal(answers_of(&late), 2);
    assert_int_equal(late.reviews.count, 1);
    assert_int_equal(late.activity_count, 1);
    assert_int_equal(late.attempts, 0); /* it was counted when it was handed in */
}

static void test_aftermath_of__never(void **state)
{
    const struct bank *bank = sample_bank(*state);
    struct paper paper;
    make_paper(&paper, bank, EXAM_NEVER);
    const struct aftermath after = leave(&paper, bank, *state);
    assert_int_equal(after.due_at, EVIDENCE_NEVER_US);
    assert_int_equal(after.part_count + after.reviews.count + after.activity_count, 0);
    assert_int_equal(after.attempts, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_aftermath_of__told_at_once_or_now, setup, teardown),
        cmocka_unit_test_setup_teardown(test_aftermath_of__not_before_it_is_told, setup, teardown),
        cmocka_unit_test_setup_teardown(test_aftermath_of__never, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
