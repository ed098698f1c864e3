/* Bodies that are made while they are sent: how they are cut into chunks, and who is too slow. */
#include "http_fixture.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "http/body_sink.h"
#include "http/response.h"

static const size_t PIECE = BODY_SINK_PIECE_BYTES;

/* A client that takes everything, the first `takes` times. */
struct client {
    struct buffer got;
    size_t writes;
    size_t takes;
    int64_t wait_us;
};

static bool take(void *context, struct text bytes)
{
    struct client *client = context;
    const int64_t until_us = clock_monotonic_us() + client->wait_us;

    while (clock_monotonic_us() < until_us) {
    }
    client->writes++;
    buffer_append(&client->got, bytes);
    return client->writes <= client->takes;
}

static struct body_sink sink_to(struct client *client, struct arena *arena, bool is_chunked)
{
    struct body_sink sink = {.write = take,
                             .context = client,
                             .is_chunked = is_chunked,
                             .piece_limit_us = INT64_C(60) * CLOCK_US_PER_S};
    *client = (struct client){.takes = SIZE_MAX};
    buffer_init(&client->got, arena, 8 * PIECE);
    body_sink_init(&sink, arena);
    sink.is_begun = true; /* the head is response_send's */
    return sink;
}

static struct text letters(struct arena *arena, size_t count)
{
    char *bytes = arena_alloc_bytes(arena, count);
    memset(bytes, 'a', count);
    return (struct text){bytes, count};
}

static struct text got(struct client *client)
{
    struct text bytes;
    struct error err = {.code = ERROR_NONE};
    assert_true(buffer_text(&client->got, &bytes, &err));
    return bytes;
}

static void test_body_sink_write__small_pieces_are_one_chunk(void **state)
{
    struct client client;
    struct error err = {.code = ERROR_NONE};
    struct body_sink sink = sink_to(&client, *state, true);

    assert_true(body_sink_write(&sink, TEXT("hello "), &err));
    assert_true(body_sink_write(&sink, TEXT(""), &err));
    assert_true(body_sink_write(&sink, TEXT("world"), &err));
    assert_int_equal(client.writes, 0);
    assert_true(body_sink_end(&sink, &err));
    assert_string_equal(got(&client).data, "0000000b\r\nhello world\r\n0\r\n\r\n");
    assert_int_equal(sink.total, 11);
}

/* What a client makes of the chunks. */
static size_t dechunked_length(struct text bytes)
{
    size_t total = 0;
    size_t at = 0;

    for (;;) {
        const size_t len = (size_t)strtoul(bytes.data + at, NULL, 16);
        at += len == 0 ? 3 : BODY_SINK_HEAD_BYTES;
        assert_true(len <= PIECE);
        for (size_t i = 0; i < len; i++) {
            assert_int_equal(bytes.data[at + i], 'a');
        }
        at += len;
        assert_memory_equal(bytes.data + at, "\r\n", 2);
        at += 2;
        total += len;
        if (len == 0) {
            assert_int_equal(at, bytes.len);
            return total;
        }
    }
}

static void test_body_sink_write__around_a_piece(void **state)
{
    const size_t LENGTHS[] = {0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 7};

    for (size_t i = 0; i < COUNT_OF(LENGTHS); i++) {
        struct client client;
        struct error err = {.code = ERROR_NONE};
        struct body_sink sink = sink_to(&client, *state, true);
        assert_true(body_sink_write(&sink, letters(*state, LENGTHS[i]), &err));
        assert_true(body_sink_end(&sink, &err));
        assert_int_equal(dechunked_length(got(&client)), LENGTHS[i]);
        assert_int_equal(client.writes, (LENGTHS[i] + PIECE - 1) / PIECE + 1);
    }
}

static void test_body_sink_write__http_1_0_has_no_chunks(void **state)
{
    struct client client;
    struct error err = {.code = ERROR_NONE};
    struct body_sink sink = sink_to(&client, *state, false);

    assert_true(body_sink_write(&sink, letters(*state, PIECE + 5), &err));
    assert_true(body_sink_end(&sink, &err));
    assert_int_equal(got(&client).len, PIECE + 5);
    assert_int_equal(client.writes, 2);
}

static void test_body_sink_write__client_that_is_gone(void **state)
{
    struct client client;
    struct error err = {.code = ERROR_NONE};
    struct body_sink sink = sink_to(&client, *state, true);

    client.takes = 1;
    assert_false(body_sink_write(&sink, letters(*state, 4 * PIECE), &err));
    assert_int_equal(err.code, ERROR_REQUEST_TIMEOUT);
    assert_int_equal(client.writes, 2);
}

static void test_body_sink_write__client_that_takes_too_long(void **state)
{
    struct client client;
    struct error err = {.code = ERROR_NONE};
    struct body_sink sink = sink_to(&client, *state, true);

    sink.piece_limit_us = 1000;
    client.wait_us = 2000;
    assert_false(body_sink_write(&sink, letters(*state, 4 * PIECE), &err));
    assert_int_equal(err.code, ERROR_REQUEST_TIMEOUT);
    assert_int_equal(client.writes, 1);
}

static bool send_twice(void *context, struct body_sink *sink, struct error *err)
{
    const bool *fails = context;
    return body_sink_write(sink, TEXT("ab"), err) && body_sink_write(sink, TEXT("cd"), err) &&
           (!*fails || error_set_unavailable(err, 1, "no more"));
}

static void test_response_send__stream(void **state)
{
    bool fails = false;
    struct client client;
    struct body_sink sink = sink_to(&client, *state, false);
    struct request request = {.method = HTTP_GET, .arena = *state, .id = TEXT("1-1")};
    struct response response = {.status = 200, .stream = {.send = send_twice, .context = &fails}};

    assert_true(response_send(&response, &request, true, &sink));
    const char *sent = got(&client).data;
    assert_non_null(strstr(sent, "\r\nTransfer-Encoding: chunked\r\n"));
    assert_null(strstr(sent, "Content-Length"));
    assert_string_equal(strstr(sent, "\r\n\r\n"), "\r\n\r\n00000004\r\nabcd\r\n0\r\n\r\n");
    assert_int_equal(response.streamed_bytes, 4);
}

/* Nothing was sent yet: the client is told. */
static void test_response_send__stream_that_fails_at_once(void **state)
{
    bool fails = true;
    struct client client;
    struct body_sink sink = sink_to(&client, *state, true);
    struct request request = {.method = HTTP_GET, .arena = *state, .id = TEXT("1-1")};
    struct response response = {.status = 200, .stream = {.send = send_twice, .context = &fails}};

    assert_true(response_send(&response, &request, true, &sink));
    const char *sent = got(&client).data;
    assert_memory_equal(sent, "HTTP/1.1 503 ", 13);
    assert_non_null(strstr(sent, "\r\nRetry-After: 1\r\n"));
    assert_non_null(strstr(sent, "\"code\":\"unavailable\""));
    assert_null(strstr(sent, "abcd"));
    assert_null(strstr(sent, "chunked"));
    assert_int_equal(response.code, ERROR_UNAVAILABLE);
    assert_int_equal(response.streamed_bytes, 0);
}

static bool send_much(void *context, struct body_sink *sink, struct error *err)
{
    struct arena *arena = context;
    return body_sink_write(sink, letters(arena, PIECE), err) &&
           error_set(err, ERROR_INTERNAL, "what only the log may know");
}

/* Too late for that: no end, so that it is known to be cut. */
static void test_response_send__stream_that_fails_in_the_middle(void **state)
{
    struct client client;
    struct body_sink sink = sink_to(&client, *state, true);
    struct request request = {.method = HTTP_GET, .arena = *state, .id = TEXT("1-1")};
    struct response response = {.status = 200, .stream = {.send = send_much, .context = *state}};

    assert_false(response_send(&response, &request, true, &sink));
    const struct text sent = got(&client);
    assert_memory_equal(sent.data, "HTTP/1.1 200 ", 13);
    assert_memory_equal(sent.data + sent.len - 5, "aaa\r\n", 5);
    assert_int_equal(response.code, ERROR_INTERNAL);
    assert_int_equal(response.streamed_bytes, PIECE);
}

static void test_response_send__stream_to_head_and_http_1_0(void **state)
{
    bool fails = false;
    struct client client;
    struct body_sink sink = sink_to(&client, *state, true);
    struct request request = {
        .method = HTTP_HEAD, .arena = *state, .id = TEXT("1-1"), .is_http_1_0 = true};
    struct response response = {.status = 200, .stream = {.send = send_twice, .context = &fails}};

    assert_true(response_send(&response, &request, false, &sink));
    const char *sent = got(&client).data;
    assert_null(strstr(sent, "Transfer-Encoding"));
    assert_null(strstr(sent, "Content-Length"));
    assert_string_equal(strstr(sent, "\r\n\r\n"), "\r\n\r\n");
    request.method = HTTP_GET;
    sink = sink_to(&client, *state, true);
    assert_true(response_send(&response, &request, false, &sink));
    assert_string_equal(strstr(got(&client).data, "\r\n\r\n"), "\r\n\r\nabcd");
}

static void test_response_send__plain_reply_is_one_write(void **state)
{
    struct client client;
    struct body_sink sink = sink_to(&client, *state, true);
    const struct request request = {.method = HTTP_GET, .arena = *state, .id = TEXT("1-1")};
    struct response response = {.status = 200, .body = TEXT("x")};

    assert_true(response_send(&response, &request, true, &sink));
    assert_int_equal(client.writes, 1);
    client.takes = 1;
    assert_false(response_send(&response, &request, true, &sink));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_body_sink_write__small_pieces_are_one_chunk),
        CASE(test_body_sink_write__around_a_piece),
        CASE(test_body_sink_write__http_1_0_has_no_chunks),
        CASE(test_body_sink_write__client_that_is_gone),
        CASE(test_body_sink_write__client_that_takes_too_long),
        CASE(test_response_send__stream),
        CASE(test_response_send__stream_that_fails_at_once),
        CASE(test_response_send__stream_that_fails_in_the_middle),
        CASE(test_response_send__stream_to_head_and_http_1_0),
        CASE(test_response_send__plain_reply_is_one_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
