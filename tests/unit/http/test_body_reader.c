/* Reading a body against its deadline, from sources that are fast, slow, short or broken. */
#include "http_fixture.h"

#include <string.h>

#include "base/clock.h"
#include "http/body_reader.h"

static const int64_t FAR_US = INT64_MAX;

/* A source of 'a's that remembers what it was asked for. */
struct source {
    size_t left;
    size_t calls;
    size_t most_asked;
    int64_t wait_us; /* before each piece */
    int end;         /* what it returns when nothing is left */
};

/* Busy waiting: what the reader measures is the clock, and tests do not sleep. */
static void wait(int64_t us)
{
    const int64_t until_us = clock_monotonic_us() + us;
    while (clock_monotonic_us() < until_us) {
    }
}

static int read_source(void *context, char *bytes, size_t count)
{
    struct source *source = context;
    const size_t given = count < source->left ? count : source->left;
    source->calls++;
    source->most_asked = count > source->most_asked ? count : source->most_asked;
    if (source->wait_us > 0) {
        wait(source->wait_us);
    }
    if (given == 0) {
        return source->end;
    }
    memset(bytes, 'a', given);
    source->left -= given;
    return (int)given;
}

static bool read_all(struct source *source, size_t length, int64_t deadline_us, struct arena *arena,
                     struct text *body, struct error *err)
{
    const struct body_source from = {.read = read_source, .context = source};
    *err = (struct error){.code = ERROR_NONE};
    *body = TEXT_ABSENT;
    return body_read(&from, length, deadline_us, arena, body, err);
}

static void test_body_read__every_length(void **state)
{
    for (size_t length = 1; length < 100; length++) {
        struct source source = {.left = length + 7};
        struct text body;
        struct error err;
        assert_true(read_all(&source, length, FAR_US, *state, &body, &err));
        assert_int_equal(body.len, length);
        assert_int_equal(strspn(body.data, "a"), length);
        assert_int_equal(strlen(body.data), length);
        assert_int_equal(source.left, 7); /* what follows belongs to the next request */
    }
}

static void test_body_read__asks_a_fast_sender_for_more(void **state)
{
    struct source source = {.left = 16384};
    struct text body;
    struct error err;
    assert_true(read_all(&source, source.left, FAR_US, *state, &body, &err));
    assert_int_equal(source.most_asked, BODY_PIECE_BYTES_MAX);
    assert_in_range(source.calls, 1024, 2048);
}

static void test_body_read__asks_a_slow_sender_for_one_byte(void **state)
{
    struct source source = {.left = 5, .wait_us = 21000};
    struct text body;
    struct error err;
    assert_true(read_all(&source, 5, FAR_US, *state, &body, &err));
    assert_int_equal(source.most_asked, 1);
    assert_int_equal(source.calls, 5);
}

static void test_body_read__ends_early(void **state)
{
    static const int ends[] = {0, -1};
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        struct source source = {.left = 9, .end = ends[i]};
        struct text body;
        struct error err;
        assert_false(read_all(&source, 10, FAR_US, *state, &body, &err));
        assert_int_equal(err.code, ERROR_REQUEST_TIMEOUT);
        assert_null(body.data);
    }
}

static void test_body_read__deadline(void **state)
{
    struct source source = {.left = 100};
    struct text body;
    struct error err;
    assert_false(read_all(&source, 100, clock_monotonic_us() - 1, *state, &body, &err));
    assert_int_equal(err.code, ERROR_REQUEST_TIMEOUT);
    assert_int_equal(source.calls, 1);
}

/* The last byte came, if late: nothing is gained by refusing. */
static void test_body_read__whole_at_the_deadline(void **state)
{
    struct source source = {.left = 1};
    struct text body;
    struct error err;
    assert_true(read_all(&source, 1, clock_monotonic_us() - 1, *state, &body, &err));
    assert_int_equal(body.len, 1);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_body_read__every_length),
        CASE(test_body_read__asks_a_fast_sender_for_more),
        CASE(test_body_read__asks_a_slow_sender_for_one_byte),
        CASE(test_body_read__ends_early),
        CASE(test_body_read__deadline),
        CASE(test_body_read__whole_at_the_deadline),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
