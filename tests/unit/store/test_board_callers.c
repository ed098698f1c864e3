/* Who somebody was on a board: only what was put, of whom and where, and which give way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/board_callers.h"

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

static struct uuid id(uint8_t number)
{
    return (struct uuid){{[15] = number}};
}

static void test_board_callers_find__only_what_was_put(void **state)
{
    struct board_callers *callers = board_callers_create(*state, 64);

    assert_true(uuid_is_nil(board_callers_find(callers, id(1), id(9))));
    board_callers_put(callers, id(1), id(9), id(20));
    assert_true(uuid_equal(board_callers_find(callers, id(1), id(9)), id(20)));
    assert_true(uuid_is_nil(board_callers_find(callers, id(2), id(9))));
    assert_true(uuid_is_nil(board_callers_find(callers, id(1), id(8))));
    assert_true(uuid_is_nil(board_callers_find(callers, id(9), id(1))));
    board_callers_put(callers, id(1), id(9), UUID_NIL);
    assert_true(uuid_is_nil(board_callers_find(callers, id(1), id(9))));
    board_callers_close(callers);
}

/* In one slot each pushes out the one before. */
static void test_board_callers_put__is_bounded(void **state)
{
    struct board_callers *callers = board_callers_create(*state, 1);

    board_callers_put(callers, id(1), id(9), id(20));
    board_callers_put(callers, id(2), id(9), id(21));
    assert_true(uuid_is_nil(board_callers_find(callers, id(1), id(9))));
    assert_true(uuid_equal(board_callers_find(callers, id(2), id(9)), id(21)));
    board_callers_close(callers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_board_callers_find__only_what_was_put, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_board_callers_put__is_bounded, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
