/* The strict checks on a request head: method, version, path, Host, and what every header field
 * must look like. */
#include "http_fixture.h"

#include <string.h>

static void test_http_method_name__names_every_method(void **state)
{
    static const char *const names[HTTP_METHOD_COUNT] = {"GET",   "HEAD",   "POST",   "PUT",
                                                         "PATCH", "DELETE", "OPTIONS"};
    for (size_t i = 0; i < HTTP_METHOD_COUNT; i++) {
        assert_string_equal(http_method_name((enum http_method)i), names[i]);
    }
}

static void test_request_check_head__fills_the_request(void **state)
{
    struct request_head head = head_of(
        "PUT", "/v1/attempts/7/answers/1",
        "hOST: quiz.example\nAuthorization: Bearer abc\nCONTENT-TYPE: application/json\n"
        "Idempotency-Key: k-1\nIf-Match: \"m\"\nIf-None-Match: \"n\"\nOrigin: https://a.example\n"
        "content-length: 12\nExpect: 100-Continue\nX-Other: 1\nX-Other: 2");
    head.query = TEXT("a=1");
    struct request request;
    assert_int_equal(check(*state, &head, &request), ERROR_NONE);
    assert_int_equal(request.method, HTTP_PUT);
    assert_string_equal(request.path.data, "/v1/attempts/7/answers/1");
    assert_string_equal(request.query.data, "a=1");
    assert_true(text_equal(request.host, TEXT("quiz.example")));
    assert_true(text_equal(request.authorization, TEXT("Bearer abc")));
    assert_true(text_equal(request.content_type, TEXT("application/json")));
    assert_true(text_equal(request.idempotency_key, TEXT("k-1")));
    assert_true(text_equal(request.if_match, TEXT("\"m\"")));
    assert_true(text_equal(request.if_none_match, TEXT("\"n\"")));
    assert_true(text_equal(request.origin, TEXT("https://a.example")));
    assert_int_equal(request.content_length, 12);
    assert_true(request.expects_continue);
    assert_false(request.is_http_1_0);
    assert_ptr_equal(request.arena, *state);
    assert_true(text_equal(request.body, TEXT("")));
}

static void test_request_check_head__absent_fields_stay_absent(void **state)
{
    const struct request_head head = head_of("GET", "/", GOOD_HOST);
    struct request request;
    assert_int_equal(check(*state, &head, &request), ERROR_NONE);
    assert_null(request.query.data);
    assert_null(request.authorization.data);
    assert_null(request.content_type.data);
    assert_null(request.idempotency_key.data);
    assert_null(request.if_match.data);
    assert_null(request.if_none_match.data);
    assert_null(request.origin.data);
    assert_int_equal(request.content_length, 0);
    assert_false(request.expects_continue);
}

static void test_request_check_head__methods(void **state)
{
    static const struct {
        const char *method;
        const char *fields;
        enum error_code code;
    } cases[] = {
        {"GET", GOOD_HOST, ERROR_NONE},
        {"HEAD", GOOD_HOST, ERROR_NONE},
        {"DELETE", GOOD_HOST, ERROR_NONE},
        {"OPTIONS", GOOD_HOST, ERROR_NONE},
        {"POST", GOOD_HOST "\nContent-Length: 0", ERROR_NONE},
        {"PUT", GOOD_HOST "\nContent-Length: 0", ERROR_NONE},
        {"PATCH", GOOD_HOST "\nContent-Length: 0", ERROR_NONE},
        {"get", GOOD_HOST, ERROR_METHOD_NOT_ALLOWED},
        {"GETX", GOOD_HOST, ERROR_METHOD_NOT_ALLOWED},
        {"GE", GOOD_HOST, ERROR_METHOD_NOT_ALLOWED},
        {"TRACE", GOOD_HOST, ERROR_METHOD_NOT_ALLOWED},
        {"CONNECT", GOOD_HOST, ERROR_METHOD_NOT_ALLOWED},
        {"PROPFIND", GOOD_HOST, ERROR_METHOD_NOT_ALLOWED},
        {"", GOOD_HOST, ERROR_MALFORMED_REQUEST},
        {"GE T", GOOD_HOST, ERROR_MALFORMED_REQUEST},
        {"G\tT", GOOD_HOST, ERROR_MALFORMED_REQUEST},
        {"G(T", GOOD_HOST, ERROR_MALFORMED_REQUEST},
        {"G\xC3\x84T", GOOD_HOST, ERROR_MALFORMED_REQUEST},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_code(check_fields(*state, cases[i].method, cases[i].fields), cases[i].code,
                    cases[i].method);
    }
}

static void test_request_check_head__versions(void **state)
{
    static const struct {
        const char *version;
        enum error_code code;
    } cases[] = {
        {"1.1", ERROR_NONE},
        {"1.0", ERROR_NONE},
        {"", ERROR_VERSION_NOT_SUPPORTED},
        {"0.9", ERROR_VERSION_NOT_SUPPORTED},
        {"1", ERROR_VERSION_NOT_SUPPORTED},
        {"1.2", ERROR_VERSION_NOT_SUPPORTED},
        {"1.10", ERROR_VERSION_NOT_SUPPORTED},
        {"01.1", ERROR_VERSION_NOT_SUPPORTED},
        {"1.1 ", ERROR_VERSION_NOT_SUPPORTED},
        {"2.0", ERROR_VERSION_NOT_SUPPORTED},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct request_head head = head_of("GET", "/", GOOD_HOST);
        struct request request;
        head.version = text_of(cases[i].version);
        assert_code(check(*state, &head, &request), cases[i].code, cases[i].version);
    }
}

static void test_request_check_head__http_1_0_needs_no_host_and_no_continue(void **state)
{
    struct request_head head = head_of("POST", "/", "Content-Length: 3\nExpect: 100-continue");
    struct request request;
    head.version = TEXT("1.0");
    assert_int_equal(check(*state, &head, &request), ERROR_NONE);
    assert_true(request.is_http_1_0);
    assert_null(request.host.data);
    assert_false(request.expects_continue); /* RFC 9110, 10.1.1 */
}

static const struct {
    const char *host;
    bool is_good;
} HOSTS[] = {
    {"a", true},
    {"quiz.example", true},
    {"quiz.example:80", true},
    {"127.0.0.1:1", true},
    {"[::1]", true},
    {"[::1]:65535", true},
    {"a:", true},
    {"quiz_example", true},
    {"", false},
    {":80", false},
    {"a b", false},
    {"a,b", false},
    {"a/b", false},
    {"user@a", false},
    {"a:b", false},
    {"a:80:80", false},
    {"a:-1", false},
    {"a:123456", false},
    {"a:8 0", false},
    {"[]", false},
    {"[::1", false},
    {"[::1]x", false},
    {"[::1]:80x", false},
    {"[::1]80", false},
    {"::1", false},
    {"a?b", false},
    {"a#b", false},
    {"a\\b", false},
    {"http://a", false},
    {"[::1]]", false},
    {"[a b]", false},
    {"quiz.example,", false},
    {"\"a\"", false},
};

static void test_request_check_head__hosts(void **state)
{
    for (size_t i = 0; i < COUNT_OF(HOSTS); i++) {
        struct request_head head = head_of("GET", "/", "");
        struct request request;
        add_field(&head, TEXT("Host"), text_of(HOSTS[i].host));
        assert_code(check(*state, &head, &request),
                    HOSTS[i].is_good ? ERROR_NONE : ERROR_MALFORMED_REQUEST, HOSTS[i].host);
    }
}

static void test_request_check_head__host_is_required_once(void **state)
{
    assert_int_equal(check_fields(*state, "GET", ""), ERROR_MALFORMED_REQUEST);
    assert_int_equal(check_fields(*state, "GET", "Host: a\nHost: a"), ERROR_MALFORMED_REQUEST);
    assert_int_equal(check_fields(*state, "GET", "Host: a\nhOST: b"), ERROR_MALFORMED_REQUEST);
}

static void test_request_check_head__host_length_at_the_limit(void **state)
{
    static const size_t lengths[] = {254, 255, 256};
    char host[257];
    memset(host, 'a', sizeof host);
    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        struct request_head head = head_of("GET", "/", "");
        struct request request;
        add_field(&head, TEXT("Host"), (struct text){host, lengths[i]});
        assert_int_equal(check(*state, &head, &request),
                         lengths[i] <= 255 ? ERROR_NONE : ERROR_MALFORMED_REQUEST);
    }
}

static const struct {
    const char *path;
    enum error_code code;
} PATHS[] = {
    {"/", ERROR_NONE},
    {"/v1/banks/aws-dva-c01/sections", ERROR_NONE},
    {"/openapi.json", ERROR_NONE},
    {"/a_b", ERROR_NONE},
    {"/...", ERROR_NONE},
    {"/.a", ERROR_NONE},
    {"/a..b", ERROR_NONE},
    {"", ERROR_MALFORMED_REQUEST},
    {"*", ERROR_MALFORMED_REQUEST},
    {"v1", ERROR_MALFORMED_REQUEST},
    {"http://a/v1", ERROR_MALFORMED_REQUEST},
    {"//", ERROR_MALFORMED_REQUEST},
    {"//a", ERROR_MALFORMED_REQUEST},
    {"/a//b", ERROR_MALFORMED_REQUEST},
    {"/a/", ERROR_MALFORMED_REQUEST},
    {"/.", ERROR_MALFORMED_REQUEST},
    {"/..", ERROR_MALFORMED_REQUEST},
    {"/a/./b", ERROR_MALFORMED_REQUEST},
    {"/a/../b", ERROR_MALFORMED_REQUEST},
    {"/a/..", ERROR_MALFORMED_REQUEST},
    {"/%2e%2e", ERROR_MALFORMED_REQUEST},
    {"/a%00", ERROR_MALFORMED_REQUEST},
    {"/a%2fb", ERROR_MALFORMED_REQUEST},
    {"/a%41", ERROR_MALFORMED_REQUEST},
    {"/a\\b", ERROR_MALFORMED_REQUEST},
    {"/a b", ERROR_MALFORMED_REQUEST},
    {"/a;b", ERROR_MALFORMED_REQUEST},
    {"/a#b", ERROR_MALFORMED_REQUEST},
    {"/a?b", ERROR_MALFORMED_REQUEST},
    {"/a:b", ERROR_MALFORMED_REQUEST},
    {"/a@b", ERROR_MALFORMED_REQUEST},
    {"/~a", ERROR_MALFORMED_REQUEST},
    {"/a\tb", ERROR_MALFORMED_REQUEST},
    {"/a\x7F", ERROR_MALFORMED_REQUEST},
    {"/\xC3\xA9", ERROR_MALFORMED_REQUEST},
};

static void test_request_check_head__paths(void **state)
{
    for (size_t i = 0; i < COUNT_OF(PATHS); i++) {
        const struct request_head head = head_of("GET", PATHS[i].path, GOOD_HOST);
        struct request request;
        assert_code(check(*state, &head, &request), PATHS[i].code, PATHS[i].path);
    }
}

static void test_request_check_head__path_and_query_lengths_at_the_limit(void **state)
{
    static char bytes[LIMIT_QUERY_BYTES + 2];
    memset(bytes, 'a', sizeof bytes);
    bytes[0] = '/';
    for (size_t over = 0; over < 3; over++) {
        const enum error_code expected = over < 2 ? ERROR_NONE : ERROR_URI_TOO_LONG;
        struct request_head head = head_of("GET", "/", GOOD_HOST);
        struct request request;
        head.query = (struct text){bytes + 1, LIMIT_QUERY_BYTES - 1 + over};
        assert_int_equal(check(*state, &head, &request), expected);
        head.query = (struct text){bytes + 1, LIMIT_QUERY_BYTES};
        head.target = (struct text){bytes, LIMIT_PATH_BYTES - 1 + over};
        assert_int_equal(check(*state, &head, &request), expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_http_method_name__names_every_method),
        cmocka_unit_test_setup_teardown(test_request_check_head__fills_the_request, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_request_check_head__absent_fields_stay_absent, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_request_check_head__methods, setup, teardown),
        cmocka_unit_test_setup_teardown(test_request_check_head__versions, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_request_check_head__http_1_0_needs_no_host_and_no_continue, setup, teardown),
        cmocka_unit_test_setup_teardown(test_request_check_head__hosts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_request_check_head__host_is_required_once, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_request_check_head__host_length_at_the_limit, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_request_check_head__paths, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_request_check_head__path_and_query_lengths_at_the_limit, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
