/* From answers to memories, to what is due; and the activity that an attempt was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

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

static void assert_near(double actual, double expected, double tolerance)
{
    if (!(fabs(actual - expected) <= tolerance)) {
        fail_msg("%.9g is not within %g of %.9g", actual, tolerance, expected);
    }
}

/* Answers to the first questions of the bank, so many seconds after the start each. */
enum { ITEMS = 4 };
struct paper {
    const struct item *items[ITEMS];
    struct answer answers[ITEMS];
    struct attempt attempt;
    struct attempt_sheet sheet;
};

static void make_paper(struct paper *paper, const struct bank *bank, const int64_t seconds[ITEMS],
                       const int64_t credits[ITEMS])
{
    for (size_t i = 0; i < ITEMS; i++) {
        paper->items[i] = &bank->items[i];
        paper->answers[i] = (struct answer){.position = (int64_t)i + 1,
                                            .response = TEXT("{}"),
                                            .credit = credits[i],
                                            .recorded_at = NOW + seconds[i] * CLOCK_US_PER_S};
    }
    paper->attempt = (struct attempt){.started_at = NOW};
    paper->sheet =
        (struct attempt_sheet){paper->items, ITEMS, paper->answers, ITEMS, &paper->attempt.rules};
}

static const struct review *find(const struct review *reviews, size_t count, struct uuid id)
{
    for (size_t i = 0; i < count; i++) {
        if (uuid_equal(reviews[i].question_id, id)) {
            return &reviews[i];
        }
    }
    fail_msg("a review is missing");
    return NULL;
}

/* The third was answered first; each took as long as since the one before it. */
static void test_reviews_after__grades(void **state)
{
    static const int64_t SECONDS[ITEMS] = {60, 200, 30, 210};
    static const int64_t CREDITS[ITEMS] = {CREDIT_FULL, CREDIT_FULL, 0, 700};
    static const double STABILITIES[ITEMS] = {2.3065, 1.2931, 0.212, 1.2931};
    const struct bank *bank = sample_bank(*state);
    struct paper paper;
    struct review *after = NULL;
    make_paper(&paper, bank, SECONDS, CREDITS);
    const size_t count = reviews_after(&paper.attempt, &paper.sheet, NULL, 0, *state, &after);
    assert_int_equal(count, ITEMS);
    for (size_t i = 0; i < ITEMS; i++) {
        const struct review *review = find(after, count, bank->items[i].id);
        assert_near(review->memory.stability, STABILITIES[i], 0.0);
        assert_int_equal(review->memory.reviewed_at, paper.answers[i].recorded_at);
        assert_int_equal(review->review_count, 1);
        assert_int_equal(review->lapse_count, 0);
    }
}

static void test_reviews_after__known(void **state)
{
    static const int64_t SECONDS[ITEMS] = {10, 20, 30, 40};
    static const int64_t CREDITS[ITEMS] = {0, CREDIT_FULL, CREDIT_FULL, CREDIT_FULL};
    const struct bank *bank = sample_bank(*state);
    struct paper paper;
    struct review *after = NULL;
    struct review known[2];
    make_paper(&paper, bank, SECONDS, CREDITS);
    paper.answers[2].response = TEXT_ABSENT;
    for (size_t i = 0; i < 2; i++) {
        known[i] = (struct review){.question_id = bank->items[i].id,
                                   .memory = {.stability = 5.0,
                                              .difficulty = 5.0,
                                              .reviewed_at = NOW - 5 * CLOCK_US_PER_DAY},
                                   .review_count = 3,
                                   .lapse_count = 1};
    }
    if (memcmp(&known[0].question_id, &known[1].question_id, sizeof known[0].question_id) > 0) {
        const struct review first = known[0];
        known[0] = known[1];
        known[1] = first;
    }
    const size_t count = reviews_after(&paper.attempt, &paper.sheet, known, 2, *state, &after);
    assert_int_equal(count, 3);
    const struct review *lapsed = find(after, count, bank->items[0].id);
    const struct review *kept = find(after, count, bank->items[1].id);
    assert_int_equal(lapsed->review_count, 4);
    assert_int_equal(lapsed->lapse_count, 2);
    assert_true(lapsed->memory.stability < 5.0);
    assert_int_equal(kept->lapse_count, 1);
    assert_true(kept->memory.stability > 5.0);
    assert_int_equal(find(after, count, bank->items[3].id)->review_count, 1);
}

static void test_reviews_retention__exam(void **state)
{
    assert_near(reviews_retention(NOW, 0), 0.9, 0.0);
    assert_near(reviews_retention(NOW, NOW - 1), 0.9, 0.0);
    assert_near(reviews_retention(NOW, NOW + 40 * CLOCK_US_PER_DAY), 0.9, 1e-12);
    assert_near(reviews_retention(NOW, NOW + 15 * CLOCK_US_PER_DAY), 0.925, 1e-9);
    assert_near(reviews_retention(NOW, NOW + 1), 0.95, 1e-9);
}

static struct reviews_due find_due(const struct bank *bank, double stability, int64_t exam_days,
                                   size_t limit, struct arena *arena)
{
    struct review *reviews = arena_new_array(arena, bank->item_count, struct review);
    struct reviews_due due;
    for (size_t i = 0; i < bank->item_count; i++) { /* ids of the sample bank ascend with numbers */
        reviews[i] = (struct review){.question_id = sample_uuid(2, i),
                                     .memory = {.stability = stability + (double)i,
                                                .difficulty = 5.0,
                                                .reviewed_at = NOW - 10 * CLOCK_US_PER_DAY}};
    }
    const struct reviews_input input = {.bank = bank,
                                        .reviews = reviews,
                                        .count = bank->item_count,
                                        .now_us = NOW,
                                        .exam_at =
                                            exam_days == 0 ? 0 : NOW + exam_days * CLOCK_US_PER_DAY,
                                        .limit = limit};
    reviews_find_due(&input, arena, &due);
    return due;
}

/* Stabilities 5, 6 … 16, ten days ago: those up to 10 are due. */
static void test_reviews_find_due__order_and_limit(void **state)
{
    const struct bank *bank = sample_bank(*state);
    const struct reviews_due all = find_due(bank, 5.0, 0, SIZE_MAX, *state);
    const struct reviews_due some = find_due(bank, 5.0, 0, 2, *state);
    assert_int_equal(all.count, 6);
    assert_int_equal(all.due_count, 6);
    assert_int_equal(all.known_count, ITEM_COUNT);
    assert_int_equal(all.next_due_at, NOW + CLOCK_US_PER_DAY);
    for (size_t i = 0; i < all.count; i++) {
        assert_near(all.items[i].review.memory.stability, 5.0 + (double)i, 0.0);
        assert_true(uuid_equal(bank->items[all.items[i].item].id, sample_uuid(2, i)));
    }
    assert_int_equal(some.count, 2);
    assert_int_equal(some.due_count, 6);
}

/* The nearer the exam the earlier, and by the day before it at the latest. */
static void test_reviews_find_due__exam(void **state)
{
    const struct bank *bank = sample_bank(*state);
    const struct reviews_due soon = find_due(bank, 5.0, 3, SIZE_MAX, *state);
    const struct reviews_due late = find_due(bank, 1000.0, 20, SIZE_MAX, *state);
    assert_true(soon.due_count > 6);
    assert_int_equal(late.due_count, 0);
    assert_int_equal(late.next_due_at, NOW + 19 * CLOCK_US_PER_DAY);
}

/* Twenty a day at least; more where all could not come once more. What was done today counts. */
static void test_reviews_find_due__limit_of_a_day(void **state)
{
    const struct bank *bank = sample_bank(*state);
    struct review reviews[ITEM_COUNT];
    struct reviews_due due;
    for (size_t i = 0; i < ITEM_COUNT; i++) {
        reviews[i] = (struct review){.question_id = sample_uuid(2, i),
                                     .memory = {1.0, 5.0, NOW - 10 * CLOCK_US_PER_DAY}};
    }
    struct reviews_input input = {
        .bank = bank, .reviews = reviews, .count = ITEM_COUNT, .now_us = NOW, .limit = SIZE_MAX};
    reviews_find_due(&input, *state, &due);
    assert_int_equal(due.day_limit, 0);
    assert_int_equal(due.count, ITEM_COUNT);
    input.exam_at = NOW + 5 * CLOCK_US_PER_DAY;
    reviews_find_due(&input, *state, &due);
    assert_int_equal(due.day_limit, 20);
    for (size_t i = 0; i < 3; i++) {
        reviews[i].memory.reviewed_at = NOW - 1;
    }
    reviews_find_due(&input, *state, &due);
    assert_int_equal(due.done_today, 3);
    assert_int_equal(due.count, ITEM_COUNT - 3);
    input.exam_at = NOW - 1;
    reviews_find_due(&input, *state, &due);
    assert_int_equal(due.day_limit, 0);
}

static void test_review_add__sure_and_wrong(void **state)
{
    const struct review_event events[] = {{.grade = FSRS_AGAIN, .at_us = NOW, .is_sure = true},
                                          {.grade = FSRS_AGAIN, .at_us = NOW + 1},
                                          {.grade = FSRS_GOOD, .at_us = NOW + 2, .is_sure = true}};
    const struct review first = review_add(NULL, &events[0]);
    assert_true(first.is_sure_and_wrong);
    assert_false(review_add(&first, &events[1]).is_sure_and_wrong);
    assert_false(review_add(&first, &events[2]).is_sure_and_wrong);
}

static void test_activities_of__quarters(void **state)
{
    static const int64_t SECONDS[ITEMS] = {3600, 60, 61, 3601};
    static const int64_t CREDITS[ITEMS] = {CREDIT_FULL, 0, 500, CREDIT_FULL};
    struct paper paper;
    struct activity *activities = NULL;
    make_paper(&paper, sample_bank(*state), SECONDS, CREDITS);
    assert_int_equal(activities_of(&paper.attempt, &paper.sheet, *state, &activities), 2);
    assert_int_equal(activities[0].bucket_at, activity_bucket(NOW + 60 * CLOCK_US_PER_S));
    assert_int_equal(activities[0].bucket_at % (900 * CLOCK_US_PER_S), 0);
    assert_true(activities[0].bucket_at <= NOW + 60 * CLOCK_US_PER_S);
    assert_int_equal(activities[0].answers, 2);
    assert_int_equal(activities[0].correct, 0);
    assert_int_equal(activities[0].credit, 500);
    assert_int_equal(activities[1].answers, 2);
    assert_int_equal(activities[1].correct, 2);
    assert_int_equal(activities[0].duration_ms, 61 * 1000);
    assert_int_equal(activities[1].duration_ms,
                     601 * 1000); /* ten minutes of a pause, and one second */
    paper.answers[1].response = TEXT_ABSENT;
    (void)activities_of(&paper.attempt, &paper.sheet, *state, &activities); /* two as before */
    assert_int_equal(activities[0].answers, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_reviews_after__grades, setup, teardown),
        cmocka_unit_test_setup_teardown(test_reviews_after__known, setup, teardown),
        cmocka_unit_test(test_reviews_retention__exam),
        cmocka_unit_test_setup_teardown(test_reviews_find_due__order_and_limit, setup, teardown),
        cmocka_unit_test_setup_teardown(test_reviews_find_due__exam, setup, teardown),
        cmocka_unit_test_setup_teardown(test_reviews_find_due__limit_of_a_day, setup, teardown),
        cmocka_unit_test(test_review_add__sure_and_wrong),
        cmocka_unit_test_setup_teardown(test_activities_of__quarters, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
