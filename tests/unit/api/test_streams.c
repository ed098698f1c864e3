/* Places for streams: as many as there are, and as many as one may have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/streams.h"
#include "base/limits.h"

static int set_up(void **state)
{
    *state = arena_create();
    return 0;
}

static int tear_down(void **state)
{
    arena_free(*state);
    return 0;
}

static void test_streams_enter__as_many_as_one_may_have(void **state)
{
    struct streams *streams = streams_create(*state, 2 * (size_t)LIMIT_STREAMS_OF_USER);
    const struct uuid ada = uuid_new();
    const struct uuid bob = uuid_new();

    for (int i = 0; i < LIMIT_STREAMS_OF_USER; i++) {
        assert_int_equal(streams_enter(streams, ada), STREAMS_ENTERED);
    }
    assert_int_equal(streams_enter(streams, ada), STREAMS_TOO_MANY);
    assert_int_equal(streams_enter(streams, bob), STREAMS_ENTERED);
    streams_leave(streams, ada);
    assert_int_equal(streams_enter(streams, ada), STREAMS_ENTERED);
    assert_int_equal(streams_enter(streams, ada), STREAMS_TOO_MANY);
}

static void test_streams_enter__as_many_as_there_are(void **state)
{
    struct streams *streams = streams_create(*state, 2);
    const struct uuid ada = uuid_new();
    const struct uuid bob = uuid_new();

    assert_int_equal(streams_enter(streams, ada), STREAMS_ENTERED);
    assert_int_equal(streams_enter(streams, bob), STREAMS_ENTERED);
    assert_int_equal(streams_enter(streams, uuid_new()), STREAMS_FULL);
    streams_leave(streams, uuid_new()); /* of nobody: nothing */
    assert_int_equal(streams_enter(streams, ada), STREAMS_FULL);
    streams_leave(streams, ada);
    assert_int_equal(streams_enter(streams, bob), STREAMS_ENTERED);
    assert_int_equal(streams_enter(streams_create(*state, 0), ada), STREAMS_FULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_streams_enter__as_many_as_one_may_have, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_streams_enter__as_many_as_there_are, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
