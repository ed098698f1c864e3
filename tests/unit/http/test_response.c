/* The bytes of a reply: heads, bodies, problems. */
#include "http_fixture.h"

#include <string.h>

#include "http/response.h"

static struct request request_in(struct arena *arena, enum http_method method)
{
    return (struct request){.id = TEXT("0000002a-00000001"), .method = method, .arena = arena};
}

static const char *render(struct arena *arena, const struct response *response,
                          enum http_method method, bool is_kept_alive)
{
    const struct request request = request_in(arena, method);
    struct error err = {.code = ERROR_NONE};
    struct text message;
    assert_true(response_render(response, &request, is_kept_alive, &message, &err));
    assert_int_equal(strlen(message.data), message.len);
    return message.data;
}

static struct response problem_of(struct arena *arena, const struct error *err)
{
    const struct request request = request_in(arena, HTTP_GET);
    struct response response = {.status = 0};
    response_problem(&response, &request, err);
    return response;
}

static void assert_contains(const char *whole, const char *part)
{
    if (strstr(whole, part) == NULL) {
        fail_msg("no \"%s\" in \"%s\"", part, whole);
    }
}

static void assert_lacks(const char *whole, const char *part)
{
    if (strstr(whole, part) != NULL) {
        fail_msg("\"%s\" in \"%s\"", part, whole);
    }
}

static void test_response_render__head_and_body(void **state)
{
    struct response response = {
        .status = 200, .content_type = TEXT("application/json"), .body = TEXT("{\"a\":1}")};
    response_add_header(&response, "ETag", TEXT("\"x\""));
    const char *message = render(*state, &response, HTTP_GET, true);
    assert_memory_equal(message, "HTTP/1.1 200 OK\r\nDate: ", 23);
    assert_contains(message, " GMT\r\n");
    assert_contains(message, "\r\nX-Request-Id: 0000002a-00000001\r\n");
    assert_contains(message, "\r\nX-Content-Type-Options: nosniff\r\n");
    assert_contains(message, "\r\nContent-Type: application/json\r\n");
    assert_contains(message, "\r\nETag: \"x\"\r\n");
    assert_contains(message, "\r\nContent-Length: 7\r\n");
    assert_contains(message, "\r\nConnection: keep-alive\r\n\r\n{\"a\":1}");
    assert_string_equal(strstr(message, "\r\n\r\n") + 4, "{\"a\":1}");
}

static void test_response_render__close(void **state)
{
    const struct response response = {.status = 200, .body = TEXT("x")};
    const char *message = render(*state, &response, HTTP_GET, false);
    assert_contains(message, "\r\nConnection: close\r\n\r\nx");
    assert_lacks(message, "keep-alive");
    assert_lacks(message, "Content-Type:");
}

static void test_response_render__head_has_the_length_and_no_body(void **state)
{
    const struct response response = {
        .status = 200, .content_type = TEXT("application/json"), .body = TEXT("{\"a\":1}")};
    const char *message = render(*state, &response, HTTP_HEAD, true);
    assert_contains(message, "\r\nContent-Length: 7\r\n");
    assert_string_equal(strstr(message, "\r\n\r\n"), "\r\n\r\n");
}

static void test_response_render__204_and_304_have_neither(void **state)
{
    static const int statuses[] = {204, 304};
    for (size_t i = 0; i < COUNT_OF(statuses); i++) {
        const struct response response = {.status = statuses[i], .body = TEXT("left over")};
        const char *message = render(*state, &response, HTTP_GET, true);
        assert_lacks(message, "Content-Length");
        assert_string_equal(strstr(message, "\r\n\r\n"), "\r\n\r\n");
    }
}

static void test_response_render__reason_phrases(void **state)
{
    static const struct {
        int status;
        const char *line;
    } cases[] = {
        {200, "HTTP/1.1 200 OK\r\n"},
        {201, "HTTP/1.1 201 Created\r\n"},
        {202, "HTTP/1.1 202 Accepted\r\n"},
        {204, "HTTP/1.1 204 No Content\r\n"},
        {304, "HTTP/1.1 304 Not Modified\r\n"},
        {299, "HTTP/1.1 299 \r\n"},
        {308, "HTTP/1.1 308 Permanent Redirect\r\n"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct response response = {.status = cases[i].status, .body = TEXT("")};
        const char *message = render(*state, &response, HTTP_GET, true);
        assert_memory_equal(message, cases[i].line, strlen(cases[i].line));
    }
}

static void test_response_render__length_at_the_ceiling(void **state)
{
    const struct request request = request_in(*state, HTTP_GET);
    char *bytes = arena_alloc_bytes(*state, LIMIT_REPLY_BYTES + 8192 + 1);
    memset(bytes, 'a', LIMIT_REPLY_BYTES + 8192 + 1);
    struct response response = {.status = 200, .body = {bytes, LIMIT_REPLY_BYTES - 1}};
    struct error err = {.code = ERROR_NONE};
    struct text message;
    assert_true(response_render(&response, &request, true, &message, &err));
    response.body.len = LIMIT_REPLY_BYTES;
    assert_true(response_render(&response, &request, true, &message, &err));
    response.body.len = LIMIT_REPLY_BYTES + 8192 + 1;
    assert_false(response_render(&response, &request, true, &message, &err));
    assert_int_equal(err.code, ERROR_INTERNAL);
}

static void test_response_problem__members(void **state)
{
    struct error err = {.code = ERROR_NONE};
    (void)error_set(&err, ERROR_NOT_FOUND, "there is no \"%s\"\n", "such\tthing");
    const struct response response = problem_of(*state, &err);
    assert_int_equal(response.status, 404);
    assert_int_equal(response.code, ERROR_NOT_FOUND);
    assert_string_equal(response.content_type.data, "application/problem+json");
    assert_int_equal(response.header_count, 0);
    assert_string_equal(
        response.body.data,
        "{\"type\":\"urn:quizd:problem:not_found\",\"title\":\"Not found\",\"status\":404,"
        "\"detail\":\"there is no \\\"such\\tthing\\\"\\n\",\"code\":\"not_found\","
        "\"request_id\":\"0000002a-00000001\"}");
    assert_memory_equal(render(*state, &response, HTTP_GET, true), "HTTP/1.1 404 Not found\r\n",
                        24);
}

static void test_response_problem__every_code_has_its_status(void **state)
{
    for (int code = ERROR_NONE + 1; code < ERROR_CODE_COUNT; code++) {
        const struct error err = {.code = (enum error_code)code, .detail = "why"};
        const struct response response = problem_of(*state, &err);
        assert_int_equal(response.status, error_status(err.code));
        assert_in_range(response.status, 400, 599);
        assert_contains(response.body.data,
                        arena_printf(*state, "\"code\":\"%s\"", error_name(err.code)).data);
        assert_contains(response.body.data, "\"detail\":\"why\"");
        const char *line =
            arena_printf(*state, "HTTP/1.1 %d %s\r\n", response.status, error_title(err.code)).data;
        assert_memory_equal(render(*state, &response, HTTP_GET, true), line, strlen(line));
    }
}

static void test_response_problem__faults_in_order(void **state)
{
    struct error err = {.code = ERROR_NONE};
    (void)error_add_fault(&err, *state, TEXT("/a~1b/0"), FAULT_REQUIRED, "a \"must\"");
    (void)error_add_parameter_fault(&err, *state, TEXT("limit"), FAULT_TOO_LARGE, "at most 100");
    const struct response response = problem_of(*state, &err);
    assert_int_equal(response.status, 422);
    assert_contains(
        response.body.data,
        ",\"errors\":[{\"pointer\":\"/a~1b/0\",\"code\":\"required\",\"detail\":\"a "
        "\\\"must\\\"\"},"
        "{\"parameter\":\"limit\",\"code\":\"too_large\",\"detail\":\"at most 100\"}]}");
}

static void test_response_problem__headers_that_the_code_asks_for(void **state)
{
    static const struct {
        enum error_code code;
        const char *authenticate;
    } cases[] = {
        {ERROR_UNAUTHENTICATED, "Bearer"},
        {ERROR_INVALID_CREDENTIALS, "Bearer"},
        {ERROR_INVALID_TOKEN, "Bearer error=\"invalid_token\""},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct error err = {.code = cases[i].code};
        const struct response response = problem_of(*state, &err);
        assert_int_equal(response.status, 401);
        assert_int_equal(response.header_count, 1);
        assert_string_equal(response.headers[0].name.data, "WWW-Authenticate");
        assert_string_equal(response.headers[0].value.data, cases[i].authenticate);
    }
    struct error away = {.code = ERROR_NONE};
    (void)error_set_unavailable(&away, 7, "away");
    const struct response response = problem_of(*state, &away);
    assert_int_equal(response.status, 503);
    assert_int_equal(response.header_count, 1);
    assert_string_equal(response.headers[0].name.data, "Retry-After");
    assert_string_equal(response.headers[0].value.data, "7");
}

static void test_response_problem__detail_that_is_not_utf8_is_mended(void **state)
{
    const struct error err = {.code = ERROR_MALFORMED_REQUEST, .detail = "a\xFFz"};
    const struct response response = problem_of(*state, &err);
    assert_contains(response.body.data, "\"detail\":\"a\xEF\xBF\xBDz\"");
}

static void test_response_add_header__fits_up_to_the_limit(void **state)
{
    struct response response = {.status = 200, .body = TEXT("")};
    for (int i = 0; i < RESPONSE_HEADERS_MAX; i++) {
        response_add_header(&response, "X-Any", TEXT("1"));
    }
    assert_int_equal(response.header_count, RESPONSE_HEADERS_MAX);
    const char *message = render(*state, &response, HTTP_GET, true);
    size_t count = 0;
    for (const char *at = strstr(message, "X-Any: 1\r\n"); at != NULL;
         at = strstr(at + 1, "X-Any: 1\r\n")) {
        count++;
    }
    assert_int_equal(count, RESPONSE_HEADERS_MAX);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_response_render__head_and_body),
        CASE(test_response_render__close),
        CASE(test_response_render__head_has_the_length_and_no_body),
        CASE(test_response_render__204_and_304_have_neither),
        CASE(test_response_render__reason_phrases),
        CASE(test_response_render__length_at_the_ceiling),
        CASE(test_response_problem__members),
        CASE(test_response_problem__every_code_has_its_status),
        CASE(test_response_problem__faults_in_order),
        CASE(test_response_problem__headers_that_the_code_asks_for),
        CASE(test_response_problem__detail_that_is_not_utf8_is_mended),
        CASE(test_response_add_header__fits_up_to_the_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
