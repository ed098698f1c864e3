/* Query strings: splitting, decoding, refusing. */
#include "http_fixture.h"

#include <string.h>

static size_t parse(struct arena *arena, const char *query, struct query_parameter *parameters)
{
    struct error err = {.code = ERROR_NONE};
    size_t count = 99;
    if (!request_parse_query(text_of(query), arena, parameters, &count, &err)) {
        fail_msg("%s: %s", query, err.detail);
    }
    return count;
}

static enum error_code refuse(struct arena *arena, struct text query, struct error *err)
{
    struct query_parameter parameters[LIMIT_PARAMETERS];
    size_t count = 0;
    *err = (struct error){.code = ERROR_NONE};
    assert_false(request_parse_query(query, arena, parameters, &count, err));
    return err->code;
}

static void test_request_parse_query__nothing(void **state)
{
    struct query_parameter parameters[LIMIT_PARAMETERS];
    assert_int_equal(parse(*state, NULL, parameters), 0);
    assert_int_equal(parse(*state, "", parameters), 0);
}

static void test_request_parse_query__decodes_in_order(void **state)
{
    struct query_parameter parameters[LIMIT_PARAMETERS];
    assert_int_equal(parse(*state, "b=2&a=x+y%20z&c=%C3%a9%2B%26%3D&d&e=&f=1=2", parameters), 6);
    static const struct {
        const char *name;
        const char *value;
    } expected[] = {{"b", "2"}, {"a", "x y z"}, {"c", "\xC3\xA9+&="},
                    {"d", ""},  {"e", ""},      {"f", "1=2"}};
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        assert_string_equal(parameters[i].name.data, expected[i].name);
        assert_string_equal(parameters[i].value.data, expected[i].value);
        assert_true(text_equal(parameters[i].value, text_of(expected[i].value)));
    }
}

static void test_request_parse_query__names_are_decoded_too(void **state)
{
    struct query_parameter parameters[LIMIT_PARAMETERS];
    assert_int_equal(parse(*state, "%61%2D+b=1", parameters), 1);
    assert_string_equal(parameters[0].name.data, "a- b");
}

static void test_request_parse_query__empty_pairs_have_empty_names(void **state)
{
    struct query_parameter parameters[LIMIT_PARAMETERS];
    struct error err;
    assert_int_equal(parse(*state, "a=1&", parameters), 2);
    assert_int_equal(parameters[1].name.len, 0);
    assert_non_null(parameters[1].name.data);
    assert_int_equal(parse(*state, "=1", parameters), 1);
    assert_int_equal(refuse(*state, TEXT("&&"), &err), ERROR_INVALID_INPUT); /* "" twice */
}

static void test_request_parse_query__every_byte_value(void **state)
{
    static const char digits[] = "0123456789abcdef";
    for (int byte = 1; byte < 0x80; byte++) {
        const char query[] = {'a', '=', '%', digits[byte / 16], digits[byte % 16], '\0'};
        struct query_parameter parameters[LIMIT_PARAMETERS];
        assert_int_equal(parse(*state, query, parameters), 1);
        assert_int_equal(parameters[0].value.len, 1);
        assert_int_equal(parameters[0].value.data[0], byte);
    }
}

static void test_request_parse_query__malformed(void **state)
{
    static const char *const bad[] = {
        "a=%",     "a=%4",  "a=%4g",       "a=%g4",       "a=%%41",         "a=%u0041",
        "%=1",     "a=%00", "%00=1",       "a=%4%",       "a=% 1",          "a=%+1",
        "a=%-1",   "a=b c", "a=\x01",      "a=\x7F",      "a=\xC3\xA9",     "a=\t",
        "a=%C3",   "a=%FF", "a=%C0%80",    "a=%ED%A0%80", "a=%F4%90%80%80", "%C3=1",
        "a=1&b=%", "a=%0",  "a=%C3&b=%A9",
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct error err;
        assert_code(refuse(*state, text_of(bad[i]), &err), ERROR_MALFORMED_REQUEST, bad[i]);
        assert_true(err.detail[0] != '\0');
    }
}

/* The escape must not be completed by what stands behind the query in memory. */
static void test_request_parse_query__escape_cut_by_the_end(void **state)
{
    struct error err;
    assert_int_equal(refuse(*state, (struct text){"a=%41", 4}, &err), ERROR_MALFORMED_REQUEST);
    assert_int_equal(refuse(*state, (struct text){"a=%41", 3}, &err), ERROR_MALFORMED_REQUEST);
}

static void test_request_parse_query__repeats(void **state)
{
    static const char *const bad[] = {"limit=1&limit=1", "limit=1&limit=2", "limit&limit=2",
                                      "limit=1&x=2&%6Cimit=3"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct error err;
        assert_code(refuse(*state, text_of(bad[i]), &err), ERROR_INVALID_INPUT, bad[i]);
        assert_int_equal(err.fault_count, 1);
        assert_true(err.faults->is_parameter);
        assert_string_equal(err.faults->place.data, "limit");
        assert_int_equal(err.faults->code, FAULT_DUPLICATE);
    }
    struct query_parameter parameters[LIMIT_PARAMETERS];
    assert_int_equal(parse(*state, "limit=1&LIMIT=1", parameters), 2);
}

static void test_request_parse_query__count_at_the_limit(void **state)
{
    struct buffer_of_pairs {
        char bytes[LIMIT_PARAMETERS * 8];
    } query = {.bytes = ""};
    size_t len = 0;
    for (int count = 1; count <= LIMIT_PARAMETERS + 1; count++) {
        struct query_parameter parameters[LIMIT_PARAMETERS];
        const struct text pair = arena_printf(*state, "%sp%d=1", count == 1 ? "" : "&", count);
        memcpy(query.bytes + len, pair.data, pair.len);
        len += pair.len;
        if (count <= LIMIT_PARAMETERS) {
            assert_int_equal(
                parse(*state, arena_string(*state, (struct text){query.bytes, len}), parameters),
                count);
        } else {
            struct error err;
            assert_int_equal(refuse(*state, (struct text){query.bytes, len}, &err),
                             ERROR_MALFORMED_REQUEST);
        }
    }
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_request_parse_query__nothing),
        CASE(test_request_parse_query__decodes_in_order),
        CASE(test_request_parse_query__names_are_decoded_too),
        CASE(test_request_parse_query__empty_pairs_have_empty_names),
        CASE(test_request_parse_query__every_byte_value),
        CASE(test_request_parse_query__malformed),
        CASE(test_request_parse_query__escape_cut_by_the_end),
        CASE(test_request_parse_query__repeats),
        CASE(test_request_parse_query__count_at_the_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
