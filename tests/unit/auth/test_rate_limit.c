/* Requests a minute: as many at once as are allowed, then one for each that comes back; nobody pays
 * for another, whatever happens to the table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>

#include "auth/rate_limit.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/random.h"

enum { ALLOWED = 60, CAPACITY = 256, THREADS = 8, TRIES = 200, MANY = 4 * LIMIT_RATE_BUCKETS };
#define NOW_US INT64_C(5000000000)

static int setup(void **state)
{
    random_start();
    *state = arena_create();
    return 0;
}

static int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

static void test_rate_limit_take__all_at_once_then_one_a_second(void **state)
{
    struct rate_limit *limit = rate_limit_create(*state, CAPACITY, ALLOWED);

    for (int64_t i = 0; i < ALLOWED; i++) {
        const struct rate_verdict verdict = rate_limit_take(limit, TEXT("ada"), NOW_US);
        assert_true(verdict.is_allowed);
        assert_int_equal(verdict.allowed, ALLOWED);
        assert_int_equal(verdict.remaining, ALLOWED - 1 - i);
        assert_int_equal(verdict.full_again_s, i + 1);
    }
    const struct rate_verdict over = rate_limit_take(limit, TEXT("ada"), NOW_US);
    assert_false(over.is_allowed);
    assert_int_equal(over.remaining, 0);
    assert_int_equal(over.retry_after_s, 1);
    assert_false(rate_limit_take(limit, TEXT("ada"), NOW_US + CLOCK_US_PER_S - 1).is_allowed);
    assert_true(rate_limit_take(limit, TEXT("ada"), NOW_US + CLOCK_US_PER_S).is_allowed);
    assert_false(rate_limit_take(limit, TEXT("ada"), NOW_US + CLOCK_US_PER_S).is_allowed);
    assert_true(rate_limit_take(limit, TEXT("eve"), NOW_US).is_allowed);
}

static void test_rate_limit_take__full_again_after_a_minute(void **state)
{
    struct rate_limit *limit = rate_limit_create(*state, CAPACITY, ALLOWED);

    for (int64_t i = 0; i <= ALLOWED; i++) {
        (void)rate_limit_take(limit, TEXT("ada"), NOW_US);
    }
    const struct rate_verdict verdict =
        rate_limit_take(limit, TEXT("ada"), NOW_US + RATE_WINDOW_S * CLOCK_US_PER_S);
    assert_int_equal(verdict.remaining, ALLOWED - 1);
}

/* Whoever is about to be refused keeps that, though thousands of others come by once each. */
static void test_rate_limit_take__many_keys_in_little_room(void **state)
{
    struct rate_limit *limit = rate_limit_create(*state, CAPACITY, ALLOWED);

    for (int64_t i = 0; i <= ALLOWED; i++) {
        (void)rate_limit_take(limit, TEXT("eve"), NOW_US);
    }
    for (int64_t i = 0; i < 20000; i++) {
        const struct text key = {.data = (const char *)&i, .len = sizeof i};
        assert_true(rate_limit_take(limit, key, NOW_US).is_allowed);
    }
    assert_false(rate_limit_take(limit, TEXT("eve"), NOW_US).is_allowed);
}

static int64_t take_of_number(struct rate_limit *limit, int64_t number)
{
    const struct text key = {.data = (const char *)&number, .len = sizeof number};
    return rate_limit_take(limit, key, NOW_US).remaining;
}

/* As the program has it: of however many keys, it knows no more a second time than it has room
 * for. */
static void test_rate_limit_take__is_bounded(void **state)
{
    struct rate_limit *limit = rate_limit_create(*state, LIMIT_RATE_BUCKETS, ALLOWED);
    size_t known = 0;

    for (int64_t i = 0; i < MANY; i++) {
        (void)take_of_number(limit, i);
    }
    for (int64_t i = 0; i < MANY; i++) {
        known += take_of_number(limit, i) == ALLOWED - 2 ? 1 : 0;
    }
    assert_in_range(known, LIMIT_RATE_BUCKETS / 2, LIMIT_RATE_BUCKETS);
}

struct taker {
    pthread_t thread;
    struct rate_limit *limit;
    size_t allowed;
};

static void *take_often(void *context)
{
    struct taker *taker = context;

    for (size_t i = 0; i < TRIES; i++) {
        taker->allowed += rate_limit_take(taker->limit, TEXT("ada"), NOW_US).is_allowed ? 1 : 0;
    }
    return NULL;
}

static void test_rate_limit_take__by_many_at_once(void **state)
{
    struct taker takers[THREADS] = {{.allowed = 0}};
    struct rate_limit *limit = rate_limit_create(*state, CAPACITY, ALLOWED);
    size_t allowed = 0;

    for (size_t i = 0; i < THREADS; i++) {
        takers[i].limit = limit;
        assert_int_equal(pthread_create(&takers[i].thread, NULL, take_often, &takers[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(takers[i].thread, NULL), 0);
        allowed += takers[i].allowed;
    }
    assert_int_equal(allowed, ALLOWED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_rate_limit_take__all_at_once_then_one_a_second, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_rate_limit_take__full_again_after_a_minute, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_rate_limit_take__many_keys_in_little_room, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_rate_limit_take__is_bounded, setup, teardown),
        cmocka_unit_test_setup_teardown(test_rate_limit_take__by_many_at_once, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
