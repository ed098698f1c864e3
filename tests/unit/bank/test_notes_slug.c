/* Anchors as GitHub makes them (github-slugger's examples), path segments, uniqueness; and the map
 * behind it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "bank/notes_slug.h"

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

static void test_notes_slug__examples(void **state)
{
    static const struct {
        const char *title;
        const char *anchor;
        const char *segment;
    } CASES[] = {
        {"foo", "foo", "foo"},
        {"Foo Bar", "foo-bar", "foo-bar"},
        {"foo_bar-baz", "foo_bar-baz", "foo_bar-baz"},
        {"What is AWS CloudFormation?", "what-is-aws-cloudformation", "what-is-aws-cloudformation"},
        {"Deployment, Rollback, Redeployment", "deployment-rollback-redeployment",
         "deployment-rollback-redeployment"},
        {"a  b", "a--b", "a--b"},
        {"a & b", "a--b", "a--b"},
        {"? How", "-how", "how"},
        {"How ?", "how-", "how"},
        {"--flag", "--flag", "--flag"},
        {"\u041F\u0440\u0438\u0432\u0435\u0442 non-latin \u4F60\u597D",
         "\u043F\u0440\u0438\u0432\u0435\u0442-non-latin-\u4F60\u597D",
         "\u043F\u0440\u0438\u0432\u0435\u0442-non-latin-\u4F60\u597D"},
        {"\U0001F604 emoji", "-emoji", "emoji"},
        {"\u00C9t\u00E9 \u2013 2024", "\u00E9t\u00E9--2024", "\u00E9t\u00E9--2024"},
        {"I \u2665 C++", "i--c", "i--c"},
        {"1.5 GB/s", "15-gbs", "15-gbs"},
        {"tab\there", "tabhere", "tabhere"},
        {"\u023A", "\u2C65", "\u2C65"},
        {"!?", "section", "section"},
        {" ! ", "--", "section"},
        {"", "section", "section"},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        const struct text title = text_of(CASES[i].title);
        assert_string_equal(arena_string(*state, notes_slug_anchor(*state, title)),
                            CASES[i].anchor);
        assert_string_equal(arena_string(*state, notes_slug_segment(*state, title)),
                            CASES[i].segment);
    }
}

static void test_notes_slug_segment__cut(void **state)
{
    char title[NOTES_SEGMENT_BYTES_MAX + 4];
    memset(title, 'a', sizeof title);
    const struct text fits = {title, NOTES_SEGMENT_BYTES_MAX};
    const struct text longer = {title, NOTES_SEGMENT_BYTES_MAX + 1};
    assert_int_equal(notes_slug_segment(*state, fits).len, NOTES_SEGMENT_BYTES_MAX);
    assert_int_equal(notes_slug_segment(*state, longer).len, NOTES_SEGMENT_BYTES_MAX);
    assert_int_equal(notes_slug_anchor(*state, longer).len, NOTES_SEGMENT_BYTES_MAX + 1);
    for (size_t i = 0; i < 3; i++) {
        title[NOTES_SEGMENT_BYTES_MAX - 1 + i] = "\u4F60"[i];
    }
    const struct text split = {title, NOTES_SEGMENT_BYTES_MAX + 2};
    assert_int_equal(notes_slug_segment(*state, split).len, NOTES_SEGMENT_BYTES_MAX - 1);
}

static void test_notes_slug_unique__suffixes(void **state)
{
    static const struct {
        const char *slug;
        const char *unique;
    } CASES[] = {{"a", "a"},   {"a", "a-1"},     {"b", "b"},   {"a-2", "a-2"},
                 {"a", "a-3"}, {"a-1", "a-1-1"}, {"a", "a-4"}, {"a-1", "a-1-2"}};
    struct text_map taken;
    text_map_init(&taken, *state);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        const struct text unique = notes_slug_unique(&taken, text_of(CASES[i].slug));
        assert_string_equal(arena_string(*state, unique), CASES[i].unique);
    }
}

static void test_text_map__grows(void **state)
{
    struct text_map map;
    text_map_init(&map, *state);
    assert_null(text_map_find(&map, TEXT("0")));
    for (size_t i = 0; i < 5000; i++) {
        text_map_add(&map, arena_printf(*state, "%zu", i), i * i);
    }
    for (size_t i = 0; i < 5000; i++) {
        const size_t *value = text_map_find(&map, arena_printf(*state, "%zu", i));
        assert_non_null(value);
        assert_int_equal(*value, i * i);
    }
    assert_null(text_map_find(&map, TEXT("5000")));
    assert_null(text_map_find(&map, TEXT("")));
}

static void test_text_map__empty_key(void **state)
{
    struct text_map map;
    text_map_init(&map, *state);
    text_map_add(&map, TEXT(""), 7);
    assert_int_equal(*text_map_find(&map, TEXT("")), 7);
    *text_map_find(&map, TEXT("")) = 8;
    assert_int_equal(*text_map_find(&map, TEXT("")), 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_notes_slug__examples, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_slug_segment__cut, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_slug_unique__suffixes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_text_map__grows, setup, teardown),
        cmocka_unit_test_setup_teardown(test_text_map__empty_key, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
