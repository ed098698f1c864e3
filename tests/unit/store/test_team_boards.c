/* Boards of teams that are shared: one reads and the others have what he read; what failed is read
 * again by the next. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>

#include "store/team_boards.h"

struct fixture {
    struct arena *arena;
    struct team_boards *boards;
};

static int setup(void **state)
{
    struct arena *arena = arena_create();
    struct fixture *fixture = arena_new(arena, struct fixture);

    fixture->arena = arena;
    fixture->boards = team_boards_create(arena);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    const struct fixture *fixture = *state;

    team_boards_close(fixture->boards);
    arena_free(fixture->arena);
    return 0;
}

static struct uuid id(uint8_t number)
{
    return (struct uuid){{[15] = number}};
}

static struct small_board_key key_of(uint8_t bank, enum board_window window)
{
    return (struct small_board_key){.bank_id = id(bank), .window = window};
}

static bool must_read(const struct fixture *fixture, struct small_board_key key)
{
    struct error err = {.code = ERROR_NONE};
    bool must_read = false;

    assert_true(team_boards_begin(fixture->boards, &key, &must_read, &err));
    return must_read;
}

static void keep(const struct fixture *fixture, struct small_board_key key, int64_t points)
{
    const struct standing items[] = {{id(1), points, 5}, {id(2), points + 10, 6}};
    const struct team_standings standings = {items, 2, 77};

    team_boards_keep(fixture->boards, &key, &standings);
}

static struct team_board_view look_at(const struct fixture *fixture, struct small_board_key key,
                                      const struct uuid *mine, size_t count)
{
    struct team_board_view look = {.mine = mine, .mine_count = count, .view = {.limit = 10}};

    team_boards_look(fixture->boards, &key, fixture->arena, &look);
    return look;
}

static void test_team_boards_begin__one_reads_for_all(void **state)
{
    const struct fixture *fixture = *state;

    assert_true(must_read(fixture, key_of(1, BOARD_DAY)));
    keep(fixture, key_of(1, BOARD_DAY), 100);
    assert_false(must_read(fixture, key_of(1, BOARD_DAY)));
    assert_true(must_read(fixture, key_of(1, BOARD_WEEK)));
    assert_true(must_read(fixture, key_of(2, BOARD_DAY)));
    keep(fixture, key_of(2, BOARD_DAY), 300);
    const struct team_board_view look = look_at(fixture, key_of(1, BOARD_DAY), NULL, 0);
    assert_int_equal(look.page.count, 2);
    assert_int_equal(look.page.entries[0].standing.points, 110);
    assert_int_equal(look.as_of, 77);
    assert_null(look.page.me);
}

static void test_team_boards_begin__what_failed_is_read_again(void **state)
{
    const struct fixture *fixture = *state;
    const struct small_board_key key = key_of(1, BOARD_ALL);

    assert_true(must_read(fixture, key));
    team_boards_keep(fixture->boards, &key, NULL);
    assert_int_equal(look_at(fixture, key, NULL, 0).page.count, 0);
    assert_true(must_read(fixture, key));
    keep(fixture, key, 20);
    assert_int_equal(look_at(fixture, key, NULL, 0).page.count, 2);
}

static void test_team_boards_look__me_is_the_best_of_mine(void **state)
{
    const struct fixture *fixture = *state;
    const struct uuid mine[] = {id(9), id(1), id(2)};

    assert_true(must_read(fixture, key_of(1, BOARD_DAY)));
    keep(fixture, key_of(1, BOARD_DAY), 100);
    assert_true(
        uuid_equal(look_at(fixture, key_of(1, BOARD_DAY), mine, 3).page.me->standing.id, id(2)));
    assert_true(
        uuid_equal(look_at(fixture, key_of(1, BOARD_DAY), mine, 2).page.me->standing.id, id(1)));
    assert_null(look_at(fixture, key_of(1, BOARD_DAY), mine, 1).page.me);
}

/* Somebody who asks while another reads; where it is he who is to read, he fails. */
struct other {
    const struct fixture *fixture;
    struct small_board_key key;
    bool is_there;
    bool must_read;
};

static void *ask(void *argument)
{
    struct other *other = argument;
    struct error err = {.code = ERROR_NONE};

    other->is_there =
        team_boards_begin(other->fixture->boards, &other->key, &other->must_read, &err);
    if (other->must_read) {
        team_boards_keep(other->fixture->boards, &other->key, NULL);
    }
    return NULL;
}

enum { OTHERS = 8 };

static void ask_while_reading(const struct fixture *fixture, struct other *others, bool fails)
{
    const struct small_board_key key = key_of(1, BOARD_DAY);
    pthread_t threads[OTHERS];

    assert_true(must_read(fixture, key));
    for (size_t i = 0; i < OTHERS; i++) {
        others[i] = (struct other){.fixture = fixture, .key = key};
        assert_int_equal(pthread_create(&threads[i], NULL, ask, &others[i]), 0);
    }
    if (fails) {
        team_boards_keep(fixture->boards, &key, NULL);
    } else {
        keep(fixture, key, 100);
    }
    for (size_t i = 0; i < OTHERS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
}

static void test_team_boards_begin__others_wait_for_who_reads(void **state)
{
    struct other others[OTHERS];

    ask_while_reading(*state, others, false);
    for (size_t i = 0; i < OTHERS; i++) {
        assert_true(others[i].is_there && !others[i].must_read);
    }
}

/* Who waited is told; who came later reads. */
static void test_team_boards_begin__others_do_not_wait_for_nobody(void **state)
{
    struct other others[OTHERS];

    ask_while_reading(*state, others, true);
    for (size_t i = 0; i < OTHERS; i++) {
        assert_int_equal(others[i].is_there, others[i].must_read);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        TEST(test_team_boards_begin__one_reads_for_all),
        TEST(test_team_boards_begin__what_failed_is_read_again),
        TEST(test_team_boards_look__me_is_the_best_of_mine),
        TEST(test_team_boards_begin__others_wait_for_who_reads),
        TEST(test_team_boards_begin__others_do_not_wait_for_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
