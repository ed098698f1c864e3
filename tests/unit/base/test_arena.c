/* Memory of one piece of work. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdalign.h>

#include "base/arena.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif

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

static void test_arena_alloc__is_zeroed_and_aligned(void **state)
{
    struct arena *arena = *state;
    for (size_t size = 0; size < 300; size++) {
        const unsigned char *piece = arena_alloc(arena, size);
        assert_int_equal((uintptr_t)piece % alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++) {
            assert_int_equal(piece[i], 0);
        }
        (void)memset(arena_alloc_bytes(arena, size + 1), 0xA5,
                     size + 1); /* so that the next is not aligned by itself */
    }
}

static void test_arena_alloc__pieces_do_not_overlap(void **state)
{
    struct arena *arena = *state;
    unsigned char *pieces[200];
    const size_t size = 1000; /* 200 kB: many chunks */
    for (size_t i = 0; i < COUNT_OF(pieces); i++) {
        pieces[i] = arena_alloc(arena, size);
        (void)memset(pieces[i], (int)i, size);
    }
    for (size_t i = 0; i < COUNT_OF(pieces); i++) {
        assert_int_equal(pieces[i][0], i);
        assert_int_equal(pieces[i][size - 1], i);
    }
}

static void test_arena_alloc__large_pieces_keep_the_chunk_in_use(void **state)
{
    struct arena *arena = *state;
    const char *before = arena_alloc_bytes(arena, 8);
    const size_t size = (size_t)10 * 1024 * 1024;
    unsigned char *large = arena_alloc(arena, size);
    const char *after = arena_alloc_bytes(arena, 8);
    large[0] = 1;
    large[size - 1] = 1;
    assert_true(after > before);
    assert_true(after - before < 64);
}

static void test_arena_alloc_array__counts(void **state)
{
    struct arena *arena = *state;
    int64_t *items = arena_new_array(arena, 3, int64_t);
    assert_int_equal(items[0] + items[1] + items[2], 0);
    assert_int_equal(arena_used_bytes(arena), 24);
    assert_non_null(arena_alloc_array(arena, 0, 8));
}

static void test_arena_reset__gives_the_same_memory_again_zeroed(void **state)
{
    struct arena *arena = *state;
    char *first = arena_alloc(arena, 100);
    (void)memset(first, 0xFF, 100);
    (void)memset(arena_alloc(arena, 100000), 0xFF, 100000);
    for (size_t i = 0; i < 100; i++) {
        (void)memset(arena_alloc(arena, 1000), 0xFF, 1000);
    }
    assert_int_equal(arena_used_bytes(arena), 200100);

    arena_reset(arena);

    assert_int_equal(arena_used_bytes(arena), 0);
    const char *again = arena_alloc(arena, 100);
    assert_ptr_equal(again, first);
    assert_int_equal(again[99], 0);
}

/* Only the sanitized build can tell; elsewhere there is nothing to see. */
static void test_arena_reset__leaves_poison(void **state)
{
#ifdef __SANITIZE_ADDRESS__
    struct arena *arena = *state;
    const char *piece = arena_alloc_bytes(arena, 13);
    assert_false(__asan_address_is_poisoned(piece + 12));
    assert_true(__asan_address_is_poisoned(piece + 13));
    arena_reset(arena);
    assert_true(__asan_address_is_poisoned(piece));
#else
    skip();
#endif
}

static void test_arena_copy__has_a_nul_behind(void **state)
{
    struct arena *arena = *state;
    const struct text copy = arena_copy(arena, text_slice(TEXT("abcdef"), 1, 2));
    assert_int_equal(copy.len, 2);
    assert_string_equal(copy.data, "bc");
}

static void test_arena_copy__absent_and_empty(void **state)
{
    struct arena *arena = *state;
    assert_null(arena_copy(arena, TEXT_ABSENT).data);
    assert_non_null(arena_copy(arena, TEXT("")).data);
    assert_string_equal(arena_string(arena, TEXT_ABSENT), "");
    assert_string_equal(arena_string(arena, TEXT("x")), "x");
}

static void test_arena_printf__short_and_long(void **state)
{
    struct arena *arena = *state;
    const struct text brief = arena_printf(arena, "%d-%s", 42, "x");
    assert_string_equal(brief.data, "42-x");
    assert_int_equal(brief.len, 4);
    for (int width = 254; width < 259; width++) { /* around the size that needs a second pass */
        const struct text t = arena_printf(arena, "%*d", width, 7);
        assert_int_equal(t.len, width);
        assert_int_equal(t.data[width - 1], '7');
        assert_int_equal(t.data[width], '\0');
    }
}

struct trace {
    int order[4];
    size_t count;
};

static struct trace *trace; /* a release gets one pointer, and it is the resource */

static void release(void *resource)
{
    trace->order[trace->count] = *(int *)resource;
    trace->count++;
}

static void test_arena_defer__runs_last_first_and_once(void **state)
{
    struct arena *arena = *state;
    struct trace here = {.count = 0};
    trace = &here;
    int numbers[] = {1, 2, 3};
    arena_defer(arena, release, &numbers[0]);
    arena_defer(arena, release, &numbers[1]);
    arena_defer(arena, release, NULL);
    arena_defer(arena, release, &numbers[2]);

    arena_reset(arena);
    arena_reset(arena);

    assert_int_equal(here.count, 3);
    assert_int_equal(here.order[0], 3);
    assert_int_equal(here.order[1], 2);
    assert_int_equal(here.order[2], 1);
}

static void test_arena_free__runs_what_was_deferred(void **state)
{
    struct trace here = {.count = 0};
    trace = &here;
    int number = 9;
    struct arena *arena = arena_create();
    arena_defer(arena, release, &number);

    arena_free(arena);
    arena_free(NULL);

    assert_int_equal(here.count, 1);
    assert_int_equal(here.order[0], 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_arena_alloc__is_zeroed_and_aligned, setup, teardown),
        cmocka_unit_test_setup_teardown(test_arena_alloc__pieces_do_not_overlap, setup, teardown),
        cmocka_unit_test_setup_teardown(test_arena_alloc__large_pieces_keep_the_chunk_in_use, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_arena_alloc_array__counts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_arena_reset__gives_the_same_memory_again_zeroed, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_arena_reset__leaves_poison, setup, teardown),
        cmocka_unit_test_setup_teardown(test_arena_copy__has_a_nul_behind, setup, teardown),
        cmocka_unit_test_setup_teardown(test_arena_copy__absent_and_empty, setup, teardown),
        cmocka_unit_test_setup_teardown(test_arena_printf__short_and_long, setup, teardown),
        cmocka_unit_test_setup_teardown(test_arena_defer__runs_last_first_and_once, setup,
                                        teardown),
        cmocka_unit_test(test_arena_free__runs_what_was_deferred),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
