/* The order of a board, held against a list that is sorted and counted by hand; and what views of
 * it have in common. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "domain/leaderboard.h"

enum { PEOPLE = 300, STEPS = 4000 };

static int make_arena(void **state)
{
    *state = arena_create();
    return 0;
}

static int free_arena(void **state)
{
    arena_free(*state);
    return 0;
}

static uint64_t next(uint64_t *seed)
{
    *seed ^= *seed << 13U;
    *seed ^= *seed >> 7U;
    *seed ^= *seed << 17U;
    return *seed;
}

static struct uuid id_of(size_t person)
{
    return (struct uuid){
        {[6] = 0x70, [8] = 0x80, [14] = (uint8_t)(person >> 8U), [15] = (uint8_t)person}};
}

static int by_place(const void *a, const void *b)
{
    const struct standing *left = a;
    const struct standing *right = b;

    if (left->points != right->points) {
        return left->points > right->points ? -1 : 1;
    }
    if (left->reached_at != right->reached_at) {
        return left->reached_at < right->reached_at ? -1 : 1;
    }
    return memcmp(&left->id, &right->id, sizeof left->id);
}

/* A board and the same people in a plain list. */
struct twin {
    struct leaderboard *board;
    struct standing list[PEOPLE];
    size_t count;
};

static void put(struct twin *twin, struct standing standing)
{
    size_t i = 0;

    while (i < twin->count && !uuid_equal(twin->list[i].id, standing.id)) {
        i++;
    }
    twin->list[i] = standing;
    twin->count += i == twin->count ? 1 : 0;
    leaderboard_put(twin->board, &standing);
}

static void take(struct twin *twin, struct uuid id)
{
    for (size_t i = 0; i < twin->count; i++) {
        if (uuid_equal(twin->list[i].id, id)) {
            twin->list[i] = twin->list[--twin->count];
        }
    }
    leaderboard_remove(twin->board, id);
}

static void step(struct twin *twin, uint64_t *seed)
{
    const struct uuid id = id_of((size_t)(next(seed) % PEOPLE));

    if (next(seed) % 4 == 0) {
        take(twin, id);
    } else {
        put(twin,
            (struct standing){id, (int64_t)(next(seed) % 40) * 10, (int64_t)(next(seed) % 50)});
    }
}

static int64_t rank_by_definition(const struct twin *twin, int64_t points)
{
    int64_t rank = 1;

    for (size_t i = 0; i < twin->count; i++) {
        rank += twin->list[i].points > points ? 1 : 0;
    }
    return rank;
}

static void compare_all(struct twin *twin, struct arena *arena)
{
    const struct board_view whole = {.limit = PEOPLE};
    const struct board_page page = leaderboard_page(twin->board, &whole, arena);

    qsort(twin->list, twin->count, sizeof *twin->list, by_place);
    assert_int_equal(page.total, twin->count);
    assert_int_equal(page.count, twin->count);
    for (size_t i = 0; i < page.count; i++) {
        assert_memory_equal(&page.entries[i].standing.id, &twin->list[i].id, sizeof(struct uuid));
        assert_int_equal(page.entries[i].standing.points, twin->list[i].points);
        assert_int_equal(page.entries[i].rank, rank_by_definition(twin, twin->list[i].points));
    }
}

static void test_leaderboard__is_the_sorted_list(void **state)
{
    struct twin *twin = arena_new(*state, struct twin);
    uint64_t seed = 7;

    twin->board = leaderboard_create(*state);
    for (int i = 0; i < STEPS; i++) {
        step(twin, &seed);
        if (i % 50 == 0) {
            compare_all(twin, *state);
        }
    }
    compare_all(twin, *state);
    while (twin->count > 0) {
        take(twin, twin->list[0].id);
    }
    compare_all(twin, *state);
}

static void test_leaderboard_page__pages_are_the_whole(void **state)
{
    struct twin *twin = arena_new(*state, struct twin);
    struct board_page page = {.has_more = true};
    struct standing last;
    uint64_t seed = 11;
    size_t seen = 0;

    twin->board = leaderboard_create(*state);
    for (int i = 0; i < STEPS; i++) {
        step(twin, &seed);
    }
    qsort(twin->list, twin->count, sizeof *twin->list, by_place);
    while (page.has_more) {
        const struct board_view view = {.limit = 7, .after = seen == 0 ? NULL : &last};
        page = leaderboard_page(twin->board, &view, *state);
        for (size_t i = 0; i < page.count; i++) {
            assert_true(uuid_equal(page.entries[i].standing.id, twin->list[seen].id));
            last = page.entries[i].standing;
            seen++;
        }
    }
    assert_int_equal(seen, twin->count);
}

static void test_leaderboard_page__goes_on_behind_one_who_has_moved(void **state)
{
    struct leaderboard *board = leaderboard_create(*state);

    for (size_t i = 0; i < 6; i++) {
        leaderboard_put(board, &(struct standing){id_of(i), 100 - (int64_t)i, 1});
    }
    const struct standing last = {id_of(2), 98, 1};
    leaderboard_put(board, &(struct standing){id_of(2), 500, 2});
    const struct board_view view = {.limit = 2, .after = &last};
    const struct board_page page = leaderboard_page(board, &view, *state);
    assert_true(uuid_equal(page.entries[0].standing.id, id_of(3)));
    assert_true(page.has_more);
}

static void test_leaderboard_page__around_me_says_the_same_ranks(void **state)
{
    struct twin *twin = arena_new(*state, struct twin);
    uint64_t seed = 13;

    twin->board = leaderboard_create(*state);
    for (int i = 0; i < STEPS; i++) {
        step(twin, &seed);
    }
    for (size_t i = 0; i < twin->count; i++) {
        const struct board_view view = {.me = twin->list[i].id, .limit = 5, .is_around_me = true};
        const struct board_page page = leaderboard_page(twin->board, &view, *state);
        bool is_in = false;
        assert_non_null(page.me);
        assert_int_equal(page.me->rank, rank_by_definition(twin, twin->list[i].points));
        for (size_t k = 0; k < page.count; k++) {
            is_in = is_in || uuid_equal(page.entries[k].standing.id, twin->list[i].id);
            assert_int_equal(page.entries[k].rank,
                             rank_by_definition(twin, page.entries[k].standing.points));
        }
        assert_true(is_in);
    }
}

/* Whoever goes takes nobody's points along: the others' ranks fall by one where he had more. */
static void test_leaderboard_remove__shifts_ranks_only(void **state)
{
    struct twin *twin = arena_new(*state, struct twin);
    uint64_t seed = 17;

    twin->board = leaderboard_create(*state);
    for (int i = 0; i < STEPS; i++) {
        step(twin, &seed);
    }
    const struct standing gone = twin->list[0];
    const struct board_view whole = {.limit = PEOPLE};
    const struct board_page before = leaderboard_page(twin->board, &whole, *state);
    leaderboard_remove(twin->board, gone.id);
    const struct board_page after = leaderboard_page(twin->board, &whole, *state);
    assert_int_equal(after.count + 1, before.count);
    for (size_t i = 0, k = 0; i < before.count; i++) {
        const struct board_entry *old = &before.entries[i];
        if (uuid_equal(old->standing.id, gone.id)) {
            continue;
        }
        assert_true(uuid_equal(after.entries[k].standing.id, old->standing.id));
        assert_int_equal(after.entries[k].standing.points, old->standing.points);
        assert_int_equal(after.entries[k].rank,
                         old->rank - (gone.points > old->standing.points ? 1 : 0));
        k++;
    }
}

static void test_leaderboard_page__of_nobody(void **state)
{
    const struct board_view view = {.me = id_of(1), .limit = 5, .is_around_me = true};
    const struct board_page page = leaderboard_page(leaderboard_create(*state), &view, *state);

    assert_int_equal(page.count, 0);
    assert_null(page.me);
    assert_false(page.has_more);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_leaderboard__is_the_sorted_list, make_arena,
                                        free_arena),
        cmocka_unit_test_setup_teardown(test_leaderboard_page__pages_are_the_whole, make_arena,
                                        free_arena),
        cmocka_unit_test_setup_teardown(test_leaderboard_page__goes_on_behind_one_who_has_moved,
                                        make_arena, free_arena),
        cmocka_unit_test_setup_teardown(test_leaderboard_page__around_me_says_the_same_ranks,
                                        make_arena, free_arena),
        cmocka_unit_test_setup_teardown(test_leaderboard_remove__shifts_ranks_only, make_arena,
                                        free_arena),
        cmocka_unit_test_setup_teardown(test_leaderboard_page__of_nobody, make_arena, free_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
