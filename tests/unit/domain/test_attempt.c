/* How long answers took. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "domain/attempt.h"

static const int64_t START = INT64_C(1790000000) * 1000000;

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

static struct answer answer_at(int64_t position, int64_t after_ms)
{
    return (struct answer){.position = position,
                           .response = TEXT("{}"),
                           .recorded_at = START + after_ms * CLOCK_US_PER_MS};
}

struct expected {
    int64_t position;
    int64_t duration_ms;
};

static void assert_timed(struct arena *arena, const struct answer *answers, size_t answer_count,
                         const struct expected *expected, size_t count)
{
    const struct attempt attempt = {.started_at = START};
    const struct attempt_sheet sheet = {.answers = answers, .answer_count = answer_count};
    struct timed_answer *timed = NULL;

    assert_int_equal(attempt_time_answers(&attempt, &sheet, arena, &timed), count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(timed[i].answer->position, expected[i].position);
        assert_int_equal(timed[i].duration_ms, expected[i].duration_ms);
    }
}

static void test_attempt_time_answers__since_the_one_before(void **state)
{
    const struct answer answers[] = {answer_at(1, 9000), answer_at(2, 2500), answer_at(3, 9000),
                                     answer_at(4, 9001)};
    const struct expected expected[] = {{2, 2500}, {1, 6500}, {3, 0}, {4, 1}};
    assert_timed(*state, answers, COUNT_OF(answers), expected, COUNT_OF(expected));
}

/* What was cleared leaves its time to the next one. */
static void test_attempt_time_answers__cleared(void **state)
{
    struct answer answers[] = {answer_at(1, 1000), answer_at(2, 2000), answer_at(3, 5000)};
    const struct expected expected[] = {{1, 1000}, {3, 4000}};
    answers[1].response = TEXT_ABSENT;
    assert_timed(*state, answers, COUNT_OF(answers), expected, COUNT_OF(expected));
    answers[0].response = answers[2].response = TEXT_ABSENT;
    assert_timed(*state, answers, COUNT_OF(answers), NULL, 0);
    assert_timed(*state, NULL, 0, NULL, 0);
}

static void test_attempt_time_answers__pauses_and_clocks(void **state)
{
    const struct answer answers[] = {answer_at(1, -5), answer_at(2, 599994), answer_at(3, 1199994),
                                     answer_at(4, 1799995), answer_at(5, 9999999)};
    const struct expected expected[] = {{1, 0}, {2, 599999}, {3, 600000}, {4, 600000}, {5, 600000}};
    assert_timed(*state, answers, COUNT_OF(answers), expected, COUNT_OF(expected));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_attempt_time_answers__since_the_one_before, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_attempt_time_answers__cleared, setup, teardown),
        cmocka_unit_test_setup_teardown(test_attempt_time_answers__pauses_and_clocks, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
