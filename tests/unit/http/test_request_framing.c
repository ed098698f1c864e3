/* The strict checks on a request head: what two readers of the same bytes could see differently.
 * Every rule that keeps a request from being smuggled. */
#include "http_fixture.h"

#include <string.h>

static void test_request_check_head__content_lengths(void **state)
{
    static const struct {
        const char *value;
        enum error_code code;
        size_t length;
    } cases[] = {
        {"0", ERROR_NONE, 0},
        {"1", ERROR_NONE, 1},
        {"65536", ERROR_NONE, 65536},
        {"00012", ERROR_NONE, 12},
        {"9223372036854775807", ERROR_NONE, INT64_MAX},
        {"9223372036854775808", ERROR_MALFORMED_REQUEST, 0},
        {"18446744073709551616", ERROR_MALFORMED_REQUEST, 0},
        {"99999999999999999999999999", ERROR_MALFORMED_REQUEST, 0},
        {"", ERROR_MALFORMED_REQUEST, 0},
        {"-1", ERROR_MALFORMED_REQUEST, 0},
        {"-0", ERROR_MALFORMED_REQUEST, 0},
        {"+5", ERROR_MALFORMED_REQUEST, 0},
        {"5_0", ERROR_MALFORMED_REQUEST, 0},
        {"5 ", ERROR_MALFORMED_REQUEST, 0},
        {" 5", ERROR_MALFORMED_REQUEST, 0},
        {"5, 5", ERROR_MALFORMED_REQUEST, 0},
        {"5;5", ERROR_MALFORMED_REQUEST, 0},
        {"0x5", ERROR_MALFORMED_REQUEST, 0},
        {"5e1", ERROR_MALFORMED_REQUEST, 0},
        {"5.0", ERROR_MALFORMED_REQUEST, 0},
        {"five", ERROR_MALFORMED_REQUEST, 0},
        {"5\t", ERROR_MALFORMED_REQUEST, 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct request_head head = head_of("POST", "/", GOOD_HOST);
        struct request request;
        add_field(&head, TEXT("Content-Length"), text_of(cases[i].value));
        assert_code(check(*state, &head, &request), cases[i].code, cases[i].value);
        if (cases[i].code == ERROR_NONE) {
            assert_int_equal(request.content_length, cases[i].length);
        }
    }
}

static void test_request_check_head__smuggling_pairs(void **state)
{
    static const struct {
        const char *fields;
        enum error_code code;
    } cases[] = {
        {"Content-Length: 5\nTransfer-Encoding: chunked", ERROR_LENGTH_REQUIRED},
        {"Transfer-Encoding: chunked\nContent-Length: 5", ERROR_LENGTH_REQUIRED},
        {"Transfer-Encoding: chunked", ERROR_LENGTH_REQUIRED},
        {"Transfer-Encoding: identity", ERROR_LENGTH_REQUIRED},
        {"Transfer-Encoding: gzip, chunked", ERROR_LENGTH_REQUIRED},
        {"Transfer-Encoding: xchunked", ERROR_LENGTH_REQUIRED},
        {"tRANSFER-eNCODING: chunked\nContent-Length: 5", ERROR_LENGTH_REQUIRED},
        {"Transfer-Encoding: \nContent-Length: 5", ERROR_LENGTH_REQUIRED},
        {"Transfer-Encoding: chunked\nTransfer-Encoding: identity", ERROR_MALFORMED_REQUEST},
        {"Content-Length: 5\nContent-Length: 5", ERROR_MALFORMED_REQUEST},
        {"Content-Length: 5\nContent-Length: 6", ERROR_MALFORMED_REQUEST},
        {"Content-Length: 5\ncontent-length: 0", ERROR_MALFORMED_REQUEST},
        {"Content-Length: 5\nContent-Length: x", ERROR_MALFORMED_REQUEST},
        {"Content-Length : 5", ERROR_MALFORMED_REQUEST},
        {"Content-Length\t: 5", ERROR_MALFORMED_REQUEST},
        {" Content-Length: 5", ERROR_MALFORMED_REQUEST},
        {"\x0B"
         "Content-Length: 5",
         ERROR_MALFORMED_REQUEST},
        {"Content_Length: 5", ERROR_LENGTH_REQUIRED},
        {"X: 1", ERROR_LENGTH_REQUIRED},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct request_head head = head_of("POST", "/", cases[i].fields);
        struct request request;
        add_field(&head, TEXT("Host"), TEXT("a"));
        assert_code(check(*state, &head, &request), cases[i].code, cases[i].fields);
    }
}

static void test_request_check_head__bodies_by_method(void **state)
{
    static const char *const with_body[] = {"POST", "PUT", "PATCH"};
    static const char *const without[] = {"GET", "HEAD", "DELETE", "OPTIONS"};
    for (size_t i = 0; i < COUNT_OF(with_body); i++) {
        assert_code(check_fields(*state, with_body[i], GOOD_HOST), ERROR_LENGTH_REQUIRED,
                    with_body[i]);
        assert_code(check_fields(*state, with_body[i], GOOD_HOST "\nContent-Length: 1"), ERROR_NONE,
                    with_body[i]);
    }
    for (size_t i = 0; i < COUNT_OF(without); i++) {
        assert_code(check_fields(*state, without[i], GOOD_HOST "\nContent-Length: 0"), ERROR_NONE,
                    without[i]);
        assert_code(check_fields(*state, without[i], GOOD_HOST "\nContent-Length: 1"),
                    ERROR_MALFORMED_REQUEST, without[i]);
        assert_code(check_fields(*state, without[i], GOOD_HOST "\nTransfer-Encoding: chunked"),
                    ERROR_LENGTH_REQUIRED, without[i]);
    }
}

static void test_request_check_head__repeats(void **state)
{
    static const char *const once[] = {"Authorization",  "Content-Type",      "Idempotency-Key",
                                       "If-Match",       "If-None-Match",     "Origin",
                                       "Content-Length", "Transfer-Encoding", "Upgrade",
                                       "Expect",         "Connection",        "Host"};
    for (size_t i = 0; i < COUNT_OF(once); i++) {
        struct request_head head = head_of("GET", "/", GOOD_HOST);
        struct request request;
        add_field(&head, text_of(once[i]), TEXT("0"));
        add_field(&head, text_of(once[i]), TEXT("0"));
        assert_code(check(*state, &head, &request), ERROR_MALFORMED_REQUEST, once[i]);
    }
    assert_int_equal(check_fields(*state, "GET", GOOD_HOST "\nAuthorization: \nAuthorization: a"),
                     ERROR_MALFORMED_REQUEST);
    assert_int_equal(check_fields(*state, "GET", GOOD_HOST "\nAccept: a\nAccept: b"), ERROR_NONE);
}

static void test_request_check_head__upgrade_and_expect(void **state)
{
    assert_int_equal(check_fields(*state, "GET", GOOD_HOST "\nUpgrade: websocket"),
                     ERROR_MALFORMED_REQUEST);
    assert_int_equal(check_fields(*state, "GET", GOOD_HOST "\nUpgrade: h2c"),
                     ERROR_MALFORMED_REQUEST);
    assert_int_equal(check_fields(*state, "GET", GOOD_HOST "\nUpgrade: "), ERROR_MALFORMED_REQUEST);
    assert_int_equal(check_fields(*state, "GET", GOOD_HOST "\nExpect: 100-continue"), ERROR_NONE);
    assert_int_equal(check_fields(*state, "GET", GOOD_HOST "\nExpect: 200-ok"),
                     ERROR_EXPECTATION_FAILED);
    assert_int_equal(check_fields(*state, "GET", GOOD_HOST "\nExpect: 100-continue, x"),
                     ERROR_EXPECTATION_FAILED);
    assert_int_equal(check_fields(*state, "GET", GOOD_HOST "\nExpect: "), ERROR_EXPECTATION_FAILED);
}

static void test_request_check_head__names_that_are_no_tokens(void **state)
{
    for (int byte = 0; byte < 256; byte++) {
        const char name[] = {'X', (char)byte, 'Y'};
        const bool is_token = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                              (byte >= 'a' && byte <= 'z') ||
                              (byte != 0 && strchr("!#$%&'*+-.^_`|~", byte) != NULL);
        struct request_head head = head_of("GET", "/", GOOD_HOST);
        struct request request;
        add_field(&head, (struct text){name, sizeof name}, TEXT("1"));
        assert_int_equal(check(*state, &head, &request),
                         is_token ? ERROR_NONE : ERROR_MALFORMED_REQUEST);
    }
    struct request_head nameless = head_of("GET", "/", GOOD_HOST);
    struct request request;
    add_field(&nameless, TEXT(""), TEXT("1"));
    assert_int_equal(check(*state, &nameless, &request), ERROR_MALFORMED_REQUEST);
}

static void test_request_check_head__values_with_bytes_that_must_not_be(void **state)
{
    for (int byte = 0; byte < 256; byte++) {
        const char value[] = {'1', (char)byte, '2'};
        const bool is_good = byte == '\t' || (byte >= 0x20 && byte < 0x7F);
        struct request_head head = head_of("GET", "/", GOOD_HOST);
        struct request request;
        add_field(&head, TEXT("X-Any"), (struct text){value, sizeof value});
        assert_int_equal(check(*state, &head, &request),
                         is_good ? ERROR_NONE : ERROR_MALFORMED_REQUEST);
    }
}

static void test_request_check_head__header_count_at_the_limit(void **state)
{
    for (size_t count = LIMIT_HEADERS - 1; count <= LIMIT_HEADERS + 1; count++) {
        struct request_head head = head_of("GET", "/", GOOD_HOST);
        struct request request;
        while (head.header_count < count) {
            add_field(&head, TEXT("X-Any"), TEXT("1"));
        }
        assert_int_equal(check(*state, &head, &request),
                         count <= LIMIT_HEADERS ? ERROR_NONE : ERROR_HEADERS_TOO_LARGE);
    }
}

/* What the library counts may be more than what it keeps. */
static void test_request_check_head__more_headers_than_there_is_room_for(void **state)
{
    struct request_head head = head_of("GET", "/", GOOD_HOST);
    struct request request;
    head.header_count = 1000000;
    assert_int_equal(check(*state, &head, &request), ERROR_HEADERS_TOO_LARGE);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_request_check_head__content_lengths),
        CASE(test_request_check_head__smuggling_pairs),
        CASE(test_request_check_head__bodies_by_method),
        CASE(test_request_check_head__repeats),
        CASE(test_request_check_head__upgrade_and_expect),
        CASE(test_request_check_head__names_that_are_no_tokens),
        CASE(test_request_check_head__values_with_bytes_that_must_not_be),
        CASE(test_request_check_head__header_count_at_the_limit),
        CASE(test_request_check_head__more_headers_than_there_is_room_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
