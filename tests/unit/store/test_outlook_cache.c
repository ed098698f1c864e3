/* Outlooks that are remembered: whose, of what, and which give way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/outlook_cache.h"

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

static struct outlook_key key_of(uint8_t user, uint64_t of)
{
    return (struct outlook_key){.user_id = {{[15] = user}}, .state = of};
}

static void test_outlook_cache_find__only_what_was_put(void **state)
{
    struct outlook_cache *cache = outlook_cache_create(*state, 64);
    const struct outlook outlook = {0.5, 0.25, 0.75, 0.9};
    struct outlook found = {0.0, 0.0, 0.0, 0.0};
    assert_false(outlook_cache_find(cache, key_of(0, 0), &found));
    outlook_cache_put(cache, key_of(1, 7), &outlook);
    assert_false(outlook_cache_find(cache, key_of(2, 7), &found));
    assert_false(outlook_cache_find(cache, key_of(1, 8), &found));
    assert_true(outlook_cache_find(cache, key_of(1, 7), &found));
    assert_memory_equal(&found, &outlook, sizeof found);
}

/* In a cache of one slot each pushes out the one before. */
static void test_outlook_cache_put__is_bounded(void **state)
{
    struct outlook_cache *cache = outlook_cache_create(*state, 1);
    struct outlook outlook = {0.5, 0.25, 0.75, 0.9};
    outlook_cache_put(cache, key_of(1, 7), &outlook);
    outlook.mean = 0.6;
    outlook_cache_put(cache, key_of(2, 7), &outlook);
    assert_false(outlook_cache_find(cache, key_of(1, 7), &outlook));
    assert_true(outlook_cache_find(cache, key_of(2, 7), &outlook));
    assert_true(outlook.mean == 0.6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_outlook_cache_find__only_what_was_put, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_outlook_cache_put__is_bounded, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
