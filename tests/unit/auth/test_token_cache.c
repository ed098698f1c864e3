/* What the cache of verified tokens promises: found until expiry, bounded, nothing found that was
 * not put. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>

#include "auth/token_cache.h"
#include "base/limits.h"
#include "base/random.h"

enum { NOW_S = 1000, CAPACITY = 64, THREADS = 8, ROUNDS = 2000, MANY = 4 * LIMIT_CACHED_TOKENS };

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

static struct token_identity identity_of(unsigned role, int64_t expires_at_s)
{
    return (struct token_identity){.user_id = uuid_new(),
                                   .session_id = uuid_new(),
                                   .role = role,
                                   .expires_at_s = expires_at_s};
}

static void test_token_cache_find__what_was_put(void **state)
{
    struct token_cache *cache = token_cache_create(*state, CAPACITY);
    const struct token_identity put = identity_of(2, NOW_S + 1);
    struct token_identity found;

    token_cache_put(cache, TEXT("a.b.c"), &put);

    assert_true(token_cache_find(cache, TEXT("a.b.c"), NOW_S, &found));
    assert_true(uuid_equal(found.user_id, put.user_id));
    assert_true(uuid_equal(found.session_id, put.session_id));
    assert_int_equal(found.role, 2);
}

static void test_token_cache_find__another_token(void **state)
{
    struct token_cache *cache = token_cache_create(*state, CAPACITY);
    const struct token_identity put = identity_of(0, NOW_S + 1);
    struct token_identity found;

    token_cache_put(cache, TEXT("a.b.c"), &put);

    assert_false(token_cache_find(cache, TEXT("a.b.d"), NOW_S, &found));
    assert_false(token_cache_find(cache, TEXT("a.b."), NOW_S, &found));
    assert_false(token_cache_find(cache, TEXT(""), NOW_S, &found));
}

static void test_token_cache_find__until_it_expires(void **state)
{
    struct token_cache *cache = token_cache_create(*state, CAPACITY);
    const struct token_identity put = identity_of(0, NOW_S);
    struct token_identity found;

    token_cache_put(cache, TEXT("t"), &put);

    assert_true(token_cache_find(cache, TEXT("t"), NOW_S - 1, &found));
    assert_false(token_cache_find(cache, TEXT("t"), NOW_S, &found));
}

static void test_token_cache_clear__forgets(void **state)
{
    struct token_cache *cache = token_cache_create(*state, CAPACITY);
    const struct token_identity put = identity_of(0, NOW_S + 1);
    struct token_identity found;

    token_cache_put(cache, TEXT("t"), &put);
    token_cache_clear(cache);

    assert_false(token_cache_find(cache, TEXT("t"), NOW_S, &found));
}

/* As the program has it: far more tokens than there is room for: never more are found than fit, and
 * the newest is. */
static void test_token_cache_put__is_bounded(void **state)
{
    struct token_cache *cache = token_cache_create(*state, LIMIT_CACHED_TOKENS);
    struct token_identity found;
    size_t found_count = 0;

    for (int64_t i = 0; i < MANY; i++) {
        const struct token_identity put = identity_of(0, NOW_S + 1 + i);
        const struct text token = arena_printf(*state, "token-%lld", (long long)i);
        token_cache_put(cache, token, &put);
        assert_true(token_cache_find(cache, token, NOW_S, &found));
    }
    for (int64_t i = 0; i < MANY; i++) {
        const struct text token = arena_printf(*state, "token-%lld", (long long)i);
        found_count += token_cache_find(cache, token, NOW_S, &found) ? 1 : 0;
    }
    assert_in_range(found_count, LIMIT_CACHED_TOKENS / 2, LIMIT_CACHED_TOKENS);
}

struct worker {
    pthread_t thread;
    struct token_cache *cache;
    unsigned number;
    size_t wrong;
};

/* Each thread puts its own tokens, and must never find another's identity under them. */
static void *run_worker(void *context)
{
    struct worker *worker = context;
    struct arena *arena = arena_create();

    for (unsigned i = 0; i < ROUNDS; i++) {
        const struct text token = arena_printf(arena, "%u-%u", worker->number, i % CAPACITY);
        const struct token_identity put = {.role = worker->number, .expires_at_s = NOW_S + 1 + i};
        struct token_identity found;
        token_cache_put(worker->cache, token, &put);
        if (token_cache_find(worker->cache, token, NOW_S, &found) && found.role != worker->number) {
            worker->wrong++;
        }
    }
    arena_free(arena);
    return NULL;
}

static void test_token_cache__many_threads(void **state)
{
    struct token_cache *cache = token_cache_create(*state, CAPACITY);
    struct worker workers[THREADS];

    for (unsigned i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){.cache = cache, .number = i};
        assert_int_equal(pthread_create(&workers[i].thread, NULL, run_worker, &workers[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
        assert_int_equal(workers[i].wrong, 0);
    }
}

static bool is_of(void *context, const struct token_identity *identity)
{
    const struct uuid *session_id = context;
    return uuid_equal(identity->session_id, *session_id);
}

static void test_token_cache_remove__those_and_no_others(void **state)
{
    struct token_cache *cache = token_cache_create(*state, CAPACITY);
    struct token_identity gone = identity_of(0, NOW_S + 1);
    const struct token_identity stays = identity_of(0, NOW_S + 1);
    struct token_identity found;

    token_cache_put(cache, TEXT("a.b.c"), &gone);
    token_cache_put(cache, TEXT("a.b.d"), &gone); /* another token of the same login */
    token_cache_put(cache, TEXT("a.b.e"), &stays);
    token_cache_remove(cache, is_of, &gone.session_id);

    assert_false(token_cache_find(cache, TEXT("a.b.c"), NOW_S, &found));
    assert_false(token_cache_find(cache, TEXT("a.b.d"), NOW_S, &found));
    assert_true(token_cache_find(cache, TEXT("a.b.e"), NOW_S, &found));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_token_cache_find__what_was_put, setup, teardown),
        cmocka_unit_test_setup_teardown(test_token_cache_find__another_token, setup, teardown),
        cmocka_unit_test_setup_teardown(test_token_cache_find__until_it_expires, setup, teardown),
        cmocka_unit_test_setup_teardown(test_token_cache_remove__those_and_no_others, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_token_cache_clear__forgets, setup, teardown),
        cmocka_unit_test_setup_teardown(test_token_cache_put__is_bounded, setup, teardown),
        cmocka_unit_test_setup_teardown(test_token_cache__many_threads, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
