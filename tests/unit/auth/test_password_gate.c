/*
 * The gate in front of Argon2id: how many hash at once, how many wait, who is told to come back.
 * The hashes here are this file's own instead of libsodium's: they count themselves, and take until
 * they are let go.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include <sodium.h>

#include "auth/password.h"
#include "base/clock.h"
#include "base/limits.h"

enum {
    AT_ONCE = LIMIT_PASSWORD_HASHES_AT_ONCE,
    ALL = AT_ONCE + LIMIT_PASSWORD_HASHES_WAITING,
    CALLERS_MAX = ALL + 40,
    LIMIT_S = 30
};

static struct {
    pthread_mutex_t lock; /* guards all that follow */
    pthread_cond_t changed;
    bool is_held; /* nobody leaves a hash */
    int inside;
    int peak;
    int made;
} hashes = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static struct {
    atomic_int done;
    atomic_int refused;
    atomic_int odd;
} crowd;

static int hash(void)
{
    (void)pthread_mutex_lock(&hashes.lock);
    hashes.inside++;
    hashes.made++;
    hashes.peak = hashes.inside > hashes.peak ? hashes.inside : hashes.peak;
    (void)pthread_cond_broadcast(&hashes.changed);
    while (hashes.is_held) {
        (void)pthread_cond_wait(&hashes.changed, &hashes.lock);
    }
    (void)pthread_mutex_unlock(&hashes.lock);
    const struct timespec pause = {.tv_nsec = 200000};
    (void)nanosleep(&pause, NULL); /* so that two can meet; no matter how long */
    (void)pthread_mutex_lock(&hashes.lock);
    hashes.inside--;
    (void)pthread_mutex_unlock(&hashes.lock);
    return 0;
}

/* In the place of libsodium's: the program comes before its libraries. */
int crypto_pwhash_str(char out[crypto_pwhash_STRBYTES], const char *const passwd,
                      unsigned long long passwdlen, unsigned long long opslimit, size_t memlimit)
{
    out[0] = '\0';
    return hash();
}

int crypto_pwhash_str_verify(const char str[crypto_pwhash_STRBYTES], const char *const passwd,
                             unsigned long long passwdlen)
{
    return hash();
}

static void *call_once(void *number)
{
    struct arena *arena = arena_create();
    struct text encoded = TEXT_ABSENT;
    struct error err = {.code = ERROR_NONE};
    bool matches = false;

    const bool is_done = *(const int *)number % 2 == 0
                             ? password_hash(TEXT("a"), arena, &encoded, &err)
                             : password_verify(TEXT("a"), TEXT_ABSENT, arena, &matches, &err);
    if (is_done) {
        atomic_fetch_add(&crowd.done, 1);
    } else if (err.code == ERROR_UNAVAILABLE && err.retry_after_s > 0) {
        atomic_fetch_add(&crowd.refused, 1);
    } else {
        atomic_fetch_add(&crowd.odd, 1);
    }
    arena_free(arena);
    return NULL;
}

static void hold(bool is_held)
{
    (void)pthread_mutex_lock(&hashes.lock);
    hashes.is_held = is_held;
    (void)pthread_cond_broadcast(&hashes.changed);
    (void)pthread_mutex_unlock(&hashes.lock);
}

static void wait_for(unsigned running, unsigned waiting, int refused)
{
    const int64_t until_us = clock_monotonic_us() + LIMIT_S * CLOCK_US_PER_S;
    struct password_load load = password_load_now();

    while ((load.running != running || load.waiting != waiting ||
            atomic_load(&crowd.refused) != refused) &&
           clock_monotonic_us() < until_us) {
        load = password_load_now();
    }
    assert_int_equal(load.running, running);
    assert_int_equal(load.waiting, waiting);
    assert_int_equal(atomic_load(&crowd.refused), refused);
}

static int setup(void **state)
{
    atomic_store(&crowd.done, 0);
    atomic_store(&crowd.refused, 0);
    atomic_store(&crowd.odd, 0);
    hashes.peak = 0;
    hashes.made = 0;
    hold(true);
    return 0;
}

/* So many come while nobody leaves; then all are let go. */
static void come(int count, int expected_refused)
{
    static int numbers[CALLERS_MAX];
    pthread_t threads[CALLERS_MAX];
    const int admitted = count - expected_refused;

    for (int i = 0; i < count; i++) {
        numbers[i] = i;
        assert_int_equal(pthread_create(&threads[i], NULL, call_once, &numbers[i]), 0);
    }
    wait_for(AT_ONCE, (unsigned)(admitted - AT_ONCE), expected_refused);
    hold(false);
    for (int i = 0; i < count; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_int_equal(atomic_load(&crowd.done), admitted);
    assert_int_equal(atomic_load(&crowd.refused), expected_refused);
    assert_int_equal(atomic_load(&crowd.odd), 0);
    assert_int_equal(hashes.made, admitted);
    assert_int_equal(hashes.peak, AT_ONCE);
    wait_for(0, 0, expected_refused); /* and the gate is open again */
}

static void test_password_gate__one_less_than_may_wait(void **state)
{
    come(ALL - 1, 0);
}

static void test_password_gate__as_many_as_may_wait(void **state)
{
    come(ALL, 0);
}

static void test_password_gate__one_more_is_told_to_come_back(void **state)
{
    come(ALL + 1, 1);
}

static void test_password_gate__a_crowd(void **state)
{
    come(CALLERS_MAX, CALLERS_MAX - ALL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_password_gate__one_less_than_may_wait, setup),
        cmocka_unit_test_setup(test_password_gate__as_many_as_may_wait, setup),
        cmocka_unit_test_setup(test_password_gate__one_more_is_told_to_come_back, setup),
        cmocka_unit_test_setup(test_password_gate__a_crowd, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
