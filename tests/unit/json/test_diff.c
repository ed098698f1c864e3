/* The difference between two JSON values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "json/diff.h"

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

/* "pointer from>to; …" with '-' for what is not there. */
static const char *diff(struct arena *arena, const char *before, const char *after)
{
    const struct json_change *changes = NULL;
    size_t count = 0;
    struct error err = {.code = ERROR_NONE};
    struct text all = TEXT("");

    assert_true(json_diff(arena, text_of(before), text_of(after), &changes, &count, &err));
    for (size_t i = 0; i < count; i++) {
        const struct text from = changes[i].from.data == NULL ? TEXT("-") : changes[i].from;
        const struct text to = changes[i].to.data == NULL ? TEXT("-") : changes[i].to;
        all = arena_printf(arena, "%.*s%s%.*s %.*s>%.*s", TEXT_ARG(all), i > 0 ? "; " : "",
                           TEXT_ARG(changes[i].pointer), TEXT_ARG(from), TEXT_ARG(to));
    }
    return all.data;
}

static void test_json_diff__nothing(void **state)
{
    assert_string_equal(diff(*state, "{}", "{}"), "");
    assert_string_equal(diff(*state, "{\"a\":1,\"b\":[2]}", "{ \"b\": [2], \"a\": 1 }"), "");
}

static void test_json_diff__members(void **state)
{
    assert_string_equal(diff(*state, "{\"a\":1}", "{\"a\":2}"), "/a 1>2");
    assert_string_equal(diff(*state, "{\"a\":1}", "{\"b\":1}"), "/a 1>-; /b ->1");
    assert_string_equal(diff(*state, "{\"a\":\"x\"}", "{\"a\":null}"), "/a \"x\">null");
    assert_string_equal(diff(*state, "{\"a\":0.1}", "{\"a\":{\"b\":0.1}}"), "/a 0.1>{\"b\":0.1}");
    assert_string_equal(diff(*state, "{\"z\":1,\"a\":1}", "{}"), "/a 1>-; /z 1>-");
}

static void test_json_diff__deep(void **state)
{
    assert_string_equal(diff(*state, "{\"o\":[{\"t\":\"x\"},{\"t\":\"y\"}]}",
                             "{\"o\":[{\"t\":\"x\"},{\"t\":\"z\"},{\"t\":\"w\"}]}"),
                        "/o/1/t \"y\">\"z\"; /o/2 ->{\"t\":\"w\"}");
    assert_string_equal(diff(*state, "[1,2,3]", "[1]"), "/1 2>-; /2 3>-");
}

static void test_json_diff__names_are_escaped(void **state)
{
    assert_string_equal(diff(*state, "{\"a/b~c\":1}", "{}"), "/a~1b~0c 1>-");
}

static void test_json_diff__many(void **state)
{
    struct arena *arena = *state;
    struct text before = TEXT("[0");
    for (int i = 1; i < 100; i++) {
        before = arena_printf(arena, "%.*s,%d", TEXT_ARG(before), i);
    }
    before = arena_printf(arena, "%.*s]", TEXT_ARG(before));
    const struct json_change *changes = NULL;
    size_t count = 0;
    struct error err = {.code = ERROR_NONE};
    assert_true(json_diff(arena, before, TEXT("[]"), &changes, &count, &err));
    assert_int_equal(count, 100);
}

static void test_json_diff__what_is_no_json(void **state)
{
    const struct json_change *changes = NULL;
    size_t count = 0;
    struct error err = {.code = ERROR_NONE};
    assert_false(json_diff(*state, TEXT("{"), TEXT("{}"), &changes, &count, &err));
    assert_int_equal(err.code, ERROR_MALFORMED_JSON);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_json_diff__nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_json_diff__members, setup, teardown),
        cmocka_unit_test_setup_teardown(test_json_diff__deep, setup, teardown),
        cmocka_unit_test_setup_teardown(test_json_diff__names_are_escaped, setup, teardown),
        cmocka_unit_test_setup_teardown(test_json_diff__many, setup, teardown),
        cmocka_unit_test_setup_teardown(test_json_diff__what_is_no_json, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
