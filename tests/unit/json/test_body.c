/* Bytes from outside: what is refused, and where it stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <string.h>

#include "base/limits.h"
#include "json/body.h"

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

static void assert_malformed(struct arena *arena, struct text bytes, const char *detail)
{
    json_t *root = NULL;
    struct error err = {.code = ERROR_NONE};
    assert_false(body_parse(arena, bytes, LIMIT_BODY_BYTES, &root, &err));
    assert_null(root);
    assert_int_equal(err.code, ERROR_MALFORMED_JSON);
    if (detail != NULL) {
        assert_string_equal(err.detail, detail);
    }
}

static void test_body_parse__object_and_array(void **state)
{
    json_t *root = NULL;
    struct error err = {.code = ERROR_NONE};
    assert_true(body_parse(*state, TEXT(" {\"a\": [1, \"x\"]}\n"), 100, &root, &err));
    assert_int_equal(json_array_size(json_object_get(root, "a")), 2);
    assert_true(body_parse(*state, TEXT("[]"), 100, &root, &err));
    assert_true(json_is_array(root));
}

static void test_body_parse__syntax(void **state)
{
    assert_malformed(*state, TEXT(""), "There is no JSON.");
    assert_malformed(*state, TEXT_ABSENT, "There is no JSON.");
    assert_malformed(*state, TEXT(" \n\t"), "There is no JSON.");
    assert_malformed(*state, TEXT("{\n  \"a\": ,}"), "This is not valid JSON (line 2, column 8).");
    assert_malformed(*state, TEXT("{\"a\":1"), NULL);
    assert_malformed(*state, TEXT("{\"a\":1,}"), NULL);
    assert_malformed(*state, TEXT("{'a':1}"), NULL);
    assert_malformed(*state, TEXT("[01]"), NULL);
    assert_malformed(*state, TEXT("[1.]"), NULL);
    assert_malformed(*state, TEXT("[NaN]"), NULL);
    assert_malformed(*state, TEXT("[+1]"), NULL);
    assert_malformed(*state, TEXT("[\"a\nb\"]"), NULL);
    assert_malformed(*state, TEXT("[\"\\x\"]"), NULL);
    assert_malformed(*state, TEXT("\xEF\xBB\xBF{}"), NULL); /* byte order mark */
}

static void test_body_parse__scalar_at_the_top(void **state)
{
    assert_malformed(*state, TEXT("1"), NULL);
    assert_malformed(*state, TEXT("\"a\""), NULL);
    assert_malformed(*state, TEXT("null"), NULL);
}

static void test_body_parse__trailing_bytes(void **state)
{
    assert_malformed(*state, TEXT("{} x"), "Something follows the JSON value (line 1, column 4).");
    assert_malformed(*state, TEXT("{}{}"), NULL);
    assert_malformed(*state, TEXT("[]]"), NULL);
}

static void test_body_parse__duplicate_member(void **state)
{
    assert_malformed(*state, TEXT("{\"a\":1,\"a\":2}"),
                     "A member is there twice (line 1, column 10).");
    assert_malformed(*state, TEXT("{\"a\":1,\"\\u0061\":2}"), NULL);
    assert_malformed(*state, TEXT("[{\"b\":{\"a\":1,\"a\":2}}]"), NULL);
}

/* The place of what stops the parser, as a pointer. */
static void test_body_parse__pointers(void **state)
{
    static const struct {
        const char *json;
        const char *pointer;
        enum fault_code code;
    } CASES[] = {
        {"{\"a\":1,\"a\":2}", "/a", FAULT_DUPLICATE},
        {"[0,{\"b\":{\"x\":[1],\"a/~\":1,\"a/~\":2}}]", "/1/b/a~1~0", FAULT_DUPLICATE},
        {"{\"\\u0061\":1,\"a\":2}", "/a", FAULT_DUPLICATE},
        {"{\"r\":{\"number\":1e400}}", "/r/number", FAULT_TOO_LARGE},
        {"{\"r\":{\"number\":-1e400},\"s\":1}", "/r/number", FAULT_TOO_LARGE},
        {"{\"n\":99999999999999999999}", "/n", FAULT_TOO_LARGE},
        {"{\"r\":[1,[2,3],NaN]}", "/r/2", FAULT_BAD_FORMAT},
        {"{\"r\":{\"s\":\"}],\\\"\",\"n\":Infinity}}", "/r/n", FAULT_BAD_FORMAT},
        {"{\"a\":[1,2", "/a/1", FAULT_BAD_FORMAT},
        {"{", "", FAULT_BAD_FORMAT},
        {"{\"a", "", FAULT_BAD_FORMAT},
        {"{} x", "", FAULT_BAD_FORMAT},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        json_t *root = NULL;
        struct error err = {.code = ERROR_NONE};
        assert_false(body_parse(*state, text_of(CASES[i].json), 100, &root, &err));
        assert_int_equal(err.code, ERROR_MALFORMED_JSON);
        assert_non_null(err.faults);
        assert_string_equal(err.faults->place.data, CASES[i].pointer);
        assert_int_equal(err.faults->code, CASES[i].code);
    }
}

static void test_body_parse__nul(void **state)
{
    assert_malformed(*state, TEXT("{\"a\":\"x\\u0000y\"}"), NULL);
    assert_malformed(*state, TEXT("{\"a\\u0000b\":1}"), NULL);
    assert_malformed(*state, TEXT("{\"a\":\"x\0y\"}"), NULL);
    assert_malformed(*state, TEXT("{}\0"), NULL);
    assert_malformed(*state, TEXT("[1\0]"), "NUL characters are not allowed.");
}

static void test_body_parse__bad_utf8(void **state)
{
    assert_malformed(*state, TEXT("{\"a\":\"\xFF\"}"), "The JSON is not UTF-8.");
    assert_malformed(*state, TEXT("{\"a\":\"\xED\xA0\x80\"}"), "The JSON is not UTF-8.");
    assert_malformed(*state, TEXT("{\"a\":\"\\ud800\"}"), NULL); /* half a surrogate pair */
    assert_malformed(*state, TEXT("{\"a\":\"\\udc00\\ud800\"}"), NULL);
}

static void test_body_parse__number_out_of_range(void **state)
{
    assert_malformed(*state, TEXT("[9223372036854775808]"),
                     "A number is out of range (line 1, column 20).");
    assert_malformed(*state, TEXT("[1e999]"), "A number is out of range (line 1, column 6).");
}

/* `depth` opening brackets, something inside, as many closing ones. */
static struct text nest(struct arena *arena, size_t depth, struct text inside)
{
    char *bytes = arena_alloc_bytes(arena, 2 * depth + inside.len);
    (void)memset(bytes, '[', depth);
    (void)memcpy(bytes + depth, inside.data, inside.len);
    (void)memset(bytes + depth + inside.len, ']', depth);
    return (struct text){.data = bytes, .len = 2 * depth + inside.len};
}

static void test_body_parse__depth_at_the_limit(void **state)
{
    json_t *root = NULL;
    struct error err = {.code = ERROR_NONE};
    assert_true(
        body_parse(*state, nest(*state, LIMIT_JSON_DEPTH - 1, TEXT("1")), 1000, &root, &err));
    assert_true(body_parse(*state, nest(*state, LIMIT_JSON_DEPTH, TEXT("\"[[[\\\"[[[\"")), 1000,
                           &root, &err));
    assert_malformed(*state, nest(*state, LIMIT_JSON_DEPTH + 1, TEXT("1")),
                     "The JSON is nested deeper than 16 levels (line 1, column 17).");
}

static void test_body_parse__depth_counts_what_is_open(void **state)
{
    json_t *root = NULL;
    struct error err = {.code = ERROR_NONE};
    assert_true(body_parse(*state,
                           TEXT("[[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[]]"),
                           1000, &root, &err));
    assert_malformed(*state, TEXT("]]]]]]]]]]]]]]]]]]]][[[[[[[[[[[[[[[[[[[[[["),
                     "The JSON is nested deeper than 16 levels (line 1, column 37).");
}

static void *parse_deep(void *argument)
{
    struct arena *arena = arena_create();
    char *bytes = arena_alloc_bytes(arena, 100000);
    (void)memset(bytes, '[', 100000);
    json_t *root = NULL;
    struct error err = {.code = ERROR_NONE};
    const bool is_parsed =
        body_parse(arena, (struct text){.data = bytes, .len = 100000}, 1000000, &root, &err);
    *(enum error_code *)argument = is_parsed ? ERROR_NONE : err.code;
    arena_free(arena);
    return NULL;
}

static void test_body_parse__hundred_thousand_brackets_on_a_small_stack(void **state)
{
    enum error_code code = ERROR_NONE;
    pthread_attr_t attributes;
    pthread_t thread;
    assert_int_equal(pthread_attr_init(&attributes), 0);
    assert_int_equal(pthread_attr_setstacksize(&attributes, 102400),
                     0); /* as civetweb's workers have */
    assert_int_equal(pthread_create(&thread, &attributes, parse_deep, &code), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(pthread_attr_destroy(&attributes), 0);
    assert_int_equal(code, ERROR_MALFORMED_JSON);
}

static void test_body_parse__size_at_the_limit(void **state)
{
    json_t *root = NULL;
    struct error err = {.code = ERROR_NONE};
    assert_true(body_parse(*state, TEXT("[1,2]"), 6, &root, &err));
    assert_true(body_parse(*state, TEXT("[1,2]"), 5, &root, &err));
    assert_false(body_parse(*state, TEXT("[1,2]"), 4, &root, &err));
    assert_int_equal(err.code, ERROR_PAYLOAD_TOO_LARGE);
}

static void assert_located(const char *bytes, const char *pointer, size_t line, size_t column)
{
    size_t found_line = 0;
    size_t found_column = 0;
    body_locate(text_of(bytes), text_of(pointer), &found_line, &found_column);
    if (found_line != line || found_column != column) {
        fail_msg("%s: %zu:%zu instead of %zu:%zu", pointer, found_line, found_column, line, column);
    }
}

static const char DOCUMENT[] =
    "{\n"
    "  \"a\": [1, {\"b\": \"]}\\\"\"}, [ ] ],\n"
    "  \"x/y\" : true ,\n"
    "  \"t~\": {\"\\u00e4\": null, \"\xC3\xA4\xC3\xB6\": 7, \"last\":-1.5e3}\n"
    "}\n";

static void test_body_locate__members_and_items(void **state)
{
    assert_located(DOCUMENT, "", 1, 1);
    assert_located(DOCUMENT, "/a", 2, 8);
    assert_located(DOCUMENT, "/a/0", 2, 9);
    assert_located(DOCUMENT, "/a/1", 2, 12);
    assert_located(DOCUMENT, "/a/1/b", 2, 18);
    assert_located(DOCUMENT, "/a/2", 2, 27);
}

static void test_body_locate__escapes(void **state)
{
    assert_located(DOCUMENT, "/x~1y", 3, 11);
    assert_located(DOCUMENT, "/t~0", 4, 9);
    assert_located(DOCUMENT, "/t~0/\xC3\xA4", 4, 20);
    assert_located(DOCUMENT, "/t~0/\xC3\xA4\xC3\xB6", 4, 32); /* columns count code points */
    assert_located(DOCUMENT, "/t~0/last", 4, 42);
}

static void test_body_locate__missing_gives_the_deepest_place(void **state)
{
    assert_located(DOCUMENT, "/none", 1, 1);
    assert_located(DOCUMENT, "/a/9", 2, 8);
    assert_located(DOCUMENT, "/a/x", 2, 8);
    assert_located(DOCUMENT, "/a/-1", 2, 8);
    assert_located(DOCUMENT, "/a/1/none/deeper", 2, 12);
    assert_located(DOCUMENT, "/a/2/0", 2, 27);
    assert_located(DOCUMENT, "/a/0/b", 2, 9);
    assert_located(DOCUMENT, "/x", 1, 1);
    assert_located(DOCUMENT, "/x~1yz", 1, 1);
}

static void test_body_locate__survives_what_is_no_json(void **state)
{
    static const char *const bad[] = {
        "",       "   ", "{",  "{\"", "{\"a", "{\"a\"",         "{\"a\":",
        "{\"a\\", "[",   "[1", "[[",  "}",    "{\"\\ud800\":1}"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        size_t line = 0;
        size_t column = 0;
        body_locate(text_of(bad[i]), TEXT("/a/1/b"), &line, &column);
        assert_int_equal(line, 1);
        assert_in_range(column, 1, text_of(bad[i]).len + 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_body_parse__object_and_array, setup, teardown),
        cmocka_unit_test_setup_teardown(test_body_parse__syntax, setup, teardown),
        cmocka_unit_test_setup_teardown(test_body_parse__scalar_at_the_top, setup, teardown),
        cmocka_unit_test_setup_teardown(test_body_parse__trailing_bytes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_body_parse__duplicate_member, setup, teardown),
        cmocka_unit_test_setup_teardown(test_body_parse__pointers, setup, teardown),
        cmocka_unit_test_setup_teardown(test_body_parse__nul, setup, teardown),
        cmocka_unit_test_setup_teardown(test_body_parse__bad_utf8, setup, teardown),
        cmocka_unit_test_setup_teardown(test_body_parse__number_out_of_range, setup, teardown),
        cmocka_unit_test_setup_teardown(test_body_parse__depth_at_the_limit, setup, teardown),
        cmocka_unit_test_setup_teardown(test_body_parse__depth_counts_what_is_open, setup,
                                        teardown),
        cmocka_unit_test(test_body_parse__hundred_thousand_brackets_on_a_small_stack),
        cmocka_unit_test_setup_teardown(test_body_parse__size_at_the_limit, setup, teardown),
        cmocka_unit_test(test_body_locate__members_and_items),
        cmocka_unit_test(test_body_locate__escapes),
        cmocka_unit_test(test_body_locate__missing_gives_the_deepest_place),
        cmocka_unit_test(test_body_locate__survives_what_is_no_json),
    };
    body_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
