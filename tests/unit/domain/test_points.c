/* What an answer is worth on a leaderboard. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/points.h"
#include "domain/scoring.h"

static void test_points_award__is_ten_for_all_and_rounds_down(void **state)
{
    assert_int_equal(points_award(CREDIT_FULL), 10);
    assert_int_equal(points_award(0), 0);
    assert_int_equal(points_award(500), 5);
    assert_int_equal(points_award(333), 3);
    assert_int_equal(points_award(999), 9);
    assert_int_equal(points_award(99), 0);
}

static void test_points_question_key__is_the_end_of_the_id(void **state)
{
    struct uuid id = UUID_NIL;

    assert_true(uuid_parse(TEXT("0190c8f0-5c1e-7d63-8000-000000000102"), &id));
    assert_true(points_question_key(id) == INT64_MIN + 0x102);
    assert_true(uuid_parse(TEXT("0190c8f0-5c1e-7d63-0f3a-0123456789ab"), &id));
    assert_true(points_question_key(id) == INT64_C(0x0f3a0123456789ab));
}

static void test_points_counts__once_and_at_most_so_many(void **state)
{
    int64_t keys[POINTS_QUESTIONS_A_DAY];

    for (int64_t i = 0; i < POINTS_QUESTIONS_A_DAY; i++) {
        keys[i] = i;
    }
    assert_true(points_counts(keys, 0, 7));
    assert_true(points_counts(keys, 7, 7));
    assert_false(points_counts(keys, 8, 7));
    assert_true(points_counts(keys, POINTS_QUESTIONS_A_DAY - 1, 1000));
    assert_false(points_counts(keys, POINTS_QUESTIONS_A_DAY, 1000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_points_award__is_ten_for_all_and_rounds_down),
        cmocka_unit_test(test_points_question_key__is_the_end_of_the_id),
        cmocka_unit_test(test_points_counts__once_and_at_most_so_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
