/* Work that comes again and again: each time after a pause, not one more after the stop, which does
 * not wait for a pause to end but does wait for the work. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/periodic.h"

enum { HOUR_MS = 3600000, WAIT_S = 30, SCRATCH_BYTES = 1000 };

struct worker {
    struct arena *arena;
    struct periodic *periodic;
    atomic_int times;
    atomic_bool waits_for_stop; /* the work lasts until it is stopped */
    atomic_bool has_seen_stop;
};

static void pause_ms(long ms)
{
    const struct timespec pause = {.tv_nsec = ms * 1000000};
    (void)nanosleep(&pause, NULL); /* cut short: the caller looks again the sooner */
}

static void work(void *context, const struct periodic *periodic, struct arena *scratch)
{
    struct worker *worker = context;

    memset(arena_alloc_bytes(scratch, SCRATCH_BYTES), 1, SCRATCH_BYTES);
    atomic_fetch_add(&worker->times, 1);
    while (atomic_load(&worker->waits_for_stop) && !periodic_is_stopping(periodic)) {
        pause_ms(1);
    }
    atomic_store(&worker->has_seen_stop, periodic_is_stopping(periodic));
}

static int setup(void **state)
{
    struct arena *arena = arena_create();
    struct worker *worker = arena_new(arena, struct worker);
    worker->arena = arena;
    *state = worker;
    return 0;
}

static int teardown(void **state)
{
    struct worker *worker = *state;
    arena_free(worker->arena);
    return 0;
}

static void start(struct worker *worker, int64_t period_ms)
{
    const struct periodic_config config = {
        .what = "is a test's", .period_ms = period_ms, .work = work, .context = worker};
    struct error err = {.code = ERROR_NONE};
    assert_true(periodic_start(worker->arena, &config, &worker->periodic, &err));
}

static bool wait_for_times(struct worker *worker, int times)
{
    const int64_t until_us = clock_monotonic_us() + WAIT_S * CLOCK_US_PER_S;
    while (atomic_load(&worker->times) < times && clock_monotonic_us() < until_us) {
        pause_ms(1);
    }
    return atomic_load(&worker->times) >= times;
}

static void test_periodic_start__again_and_again_after_pauses(void **state)
{
    struct worker *worker = *state;
    const int64_t before_us = clock_monotonic_us();
    start(worker, 5);
    const bool has_worked = wait_for_times(worker, 5);
    const int64_t took_us = clock_monotonic_us() - before_us;
    periodic_stop(worker->periodic);
    const int times = atomic_load(&worker->times);
    pause_ms(20);
    assert_true(has_worked);
    assert_true(took_us >= 25000);
    assert_int_equal(atomic_load(&worker->times), times);
}

static void test_periodic_stop__in_a_pause(void **state)
{
    struct worker *worker = *state;
    const int64_t before_us = clock_monotonic_us();
    start(worker, HOUR_MS);
    periodic_stop(worker->periodic);
    assert_true(clock_monotonic_us() - before_us < WAIT_S * CLOCK_US_PER_S);
    assert_int_equal(atomic_load(&worker->times), 0);
}

static void test_periodic_stop__waits_for_the_work(void **state)
{
    struct worker *worker = *state;
    atomic_store(&worker->waits_for_stop, true);
    start(worker, 1);
    const bool has_worked = wait_for_times(worker, 1);
    periodic_stop(worker->periodic);
    assert_true(has_worked);
    assert_true(atomic_load(&worker->has_seen_stop));
    assert_int_equal(atomic_load(&worker->times), 1);
}

static void test_periodic_stop__takes_null(void **state)
{
    (void)state;
    periodic_stop(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_periodic_start__again_and_again_after_pauses, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_periodic_stop__in_a_pause, setup, teardown),
        cmocka_unit_test_setup_teardown(test_periodic_stop__waits_for_the_work, setup, teardown),
        cmocka_unit_test(test_periodic_stop__takes_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
