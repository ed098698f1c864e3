/* What answers are worth on a leaderboard. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "domain/points.h"
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

/* Answers to the first questions of the bank, of difficulty 1 to 5. */
enum { ITEMS = 5 };
struct paper {
    struct item items[ITEMS];
    const struct item *listed[ITEMS];
    struct answer answers[ITEMS];
    struct attempt attempt;
    struct attempt_sheet sheet;
};

static void make_paper(struct paper *paper, const struct bank *bank, int64_t credit)
{
    *paper = (struct paper){.attempt = {.started_at = NOW}};
    for (size_t i = 0; i < ITEMS; i++) {
        paper->items[i] = bank->items[i];
        paper->items[i].question.difficulty = (int64_t)i + 1;
        paper->listed[i] = &paper->items[i];
        paper->answers[i] = (struct answer){.position = (int64_t)i + 1,
                                            .response = TEXT("{}"),
                                            .credit = credit,
                                            .points = credit,
                                            .recorded_at = NOW};
    }
    paper->sheet =
        (struct attempt_sheet){paper->listed, ITEMS, paper->answers, ITEMS, &paper->attempt.rules};
}

/* What all of it is worth on a day on which nothing has counted. */
static int64_t worth(const struct paper *paper, struct review_list known, struct arena *arena)
{
    const struct points_sheet sheet = points_sheet_of(&paper->attempt, &paper->sheet, arena);
    struct award *awards = NULL;
    struct points_day day = {.count = 0};

    const size_t count = points_awards(&sheet, known, arena, &awards);
    points_add(&day, awards, count);
    return day.points;
}

static const struct review_list NOTHING = {.count = 0};

static void test_points_of_first__is_ten_by_credit_and_factor_rounded_down(void **state)
{
    assert_int_equal(points_of_first(CREDIT_FULL, 1), 8);
    assert_int_equal(points_of_first(CREDIT_FULL, 3), 10);
    assert_int_equal(points_of_first(CREDIT_FULL, 5), 12);
    assert_int_equal(points_of_first(500, 3), 5);
    assert_int_equal(points_of_first(333, 3), 3);
    assert_int_equal(points_of_first(999, 3), 9);
    assert_int_equal(points_of_first(99, 3), 0);
    assert_int_equal(points_of_first(0, 5), 0);
}

static void test_points_question_key__is_the_end_of_the_id(void **state)
{
    struct uuid id = UUID_NIL;

    assert_true(uuid_parse(TEXT("0190c8f0-5c1e-7d63-8000-000000000102"), &id));
    assert_true(points_question_key(id) == INT64_MIN + 0x102);
    assert_true(uuid_parse(TEXT("0190c8f0-5c1e-7d63-0f3a-0123456789ab"), &id));
    assert_true(points_question_key(id) == INT64_C(0x0f3a0123456789ab));
}

static void test_points_awards__first_credit_for_each_question(void **state)
{
    const struct bank *bank = sample_bank(*state);
    struct paper paper;

    make_paper(&paper, bank, CREDIT_FULL);
    assert_int_equal(worth(&paper, NOTHING, *state), 8 + 9 + 10 + 11 + 12);
    make_paper(&paper, bank, 0);
    assert_int_equal(worth(&paper, NOTHING, *state), 0);
}

static void test_points_awards__neither_pilots_nor_what_was_cleared(void **state)
{
    const struct bank *bank = sample_bank(*state);
    struct paper paper;

    make_paper(&paper, bank, CREDIT_FULL);
    attempt_rules_set_pilot(&paper.attempt.rules, 1);
    paper.answers[1].response = TEXT_ABSENT;
    assert_int_equal(worth(&paper, NOTHING, *state), 10 + 11 + 12);
}

static int compare_reviews(const void *left, const void *right)
{
    const struct review *a = left;
    const struct review *b = right;
    return memcmp(a->question_id.bytes, b->question_id.bytes, sizeof a->question_id.bytes);
}

/* Memories of the first three questions: never credit, credit and due, credit and not due. */
static struct review_list remember(const struct bank *bank, struct arena *arena)
{
    static const struct {
        bool has_credit;
        int64_t days_ago;
    } KNOWN[3] = {{false, 100}, {true, 4}, {true, 3}};
    struct review *reviews = arena_new_array(arena, 3, struct review);

    for (size_t i = 0; i < 3; i++) {
        reviews[i] =
            (struct review){.question_id = bank->items[i].id,
                            .memory = {.stability = 4.0,
                                       .difficulty = 5.0,
                                       .reviewed_at = NOW - KNOWN[i].days_ago * CLOCK_US_PER_DAY},
                            .review_count = 1,
                            .has_credit = KNOWN[i].has_credit};
    }
    qsort(reviews, 3, sizeof *reviews, compare_reviews);
    return (struct review_list){reviews, 3};
}

static void test_points_awards__what_is_known_counts_when_it_is_due_and_right(void **state)
{
    struct bank *bank = sample_bank(*state);
    struct paper paper;

    make_paper(&paper, bank, CREDIT_FULL);
    assert_int_equal(worth(&paper, remember(bank, *state), *state),
                     8 + POINTS_REVIEW + 0 + 11 + 12);
    make_paper(&paper, bank, 900);
    assert_int_equal(worth(&paper, remember(bank, *state), *state), 7 + 0 + 0 + 9 + 10);
}

static void test_points_awards__an_exam_adds_its_score_in_per_cent(void **state)
{
    const struct bank *bank = sample_bank(*state);
    struct paper paper;

    make_paper(&paper, bank, CREDIT_FULL);
    paper.attempt.rules.is_exam = true;
    paper.answers[0].credit = 0;
    paper.answers[0].points = 0;
    paper.answers[1].points = 1;
    assert_int_equal(worth(&paper, NOTHING, *state), 9 + 10 + 11 + 12 + 60);
    paper.attempt.rules.hides_score = true;
    assert_int_equal(worth(&paper, NOTHING, *state), 9 + 10 + 11 + 12);
}

static void test_points_add__each_once_and_at_most_so_many(void **state)
{
    struct points_day day = {.count = 0};
    struct award awards[POINTS_QUESTIONS_A_DAY + 1];

    for (int64_t i = 0; i < POINTS_QUESTIONS_A_DAY + 1; i++) {
        awards[i] = (struct award){i, 1};
    }
    points_add(&day, awards, 7);
    points_add(&day, awards, 8);
    assert_int_equal(day.points, 8);
    points_add(&day, awards, POINTS_QUESTIONS_A_DAY + 1);
    assert_int_equal(day.points, POINTS_QUESTIONS_A_DAY);
    assert_int_equal(day.count, POINTS_QUESTIONS_A_DAY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_points_of_first__is_ten_by_credit_and_factor_rounded_down),
        cmocka_unit_test(test_points_question_key__is_the_end_of_the_id),
        cmocka_unit_test(test_points_awards__first_credit_for_each_question),
        cmocka_unit_test(test_points_awards__neither_pilots_nor_what_was_cleared),
        cmocka_unit_test(test_points_awards__what_is_known_counts_when_it_is_due_and_right),
        cmocka_unit_test(test_points_awards__an_exam_adds_its_score_in_per_cent),
        cmocka_unit_test(test_points_add__each_once_and_at_most_so_many),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
