/* Normal forms, case and classes of code points. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/unicode.h"

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

static void test_unicode_next__walks(void **state)
{
    const struct text t = TEXT("a\u00E9\u20AC\U0001F600");
    static const struct {
        int32_t code_point;
        size_t size;
    } EXPECTED[] = {{'a', 1}, {0xE9, 2}, {0x20AC, 3}, {0x1F600, 4}};
    size_t at = 0;
    for (size_t i = 0; i < COUNT_OF(EXPECTED); i++) {
        int32_t c = 0;
        assert_int_equal(unicode_next(t, at, &c), EXPECTED[i].size);
        assert_int_equal(c, EXPECTED[i].code_point);
        char bytes[UNICODE_UTF8_BYTES];
        assert_int_equal(unicode_encode(c, bytes), EXPECTED[i].size);
        assert_memory_equal(bytes, t.data + at, EXPECTED[i].size);
        at += EXPECTED[i].size;
    }
    assert_int_equal(at, t.len);
}

static void test_unicode_next__not_utf8(void **state)
{
    static const struct text CASES[] = {
        {"\x80", 1}, {"\xC3", 1}, {"\xC0\x80", 2}, {"\xED\xA0\x80", 3}, {"\xF5\x80\x80\x80", 4}};
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        int32_t c = 0;
        assert_int_equal(unicode_next(CASES[i], 0, &c), 0);
    }
}

static void test_unicode_normalize__forms(void **state)
{
    struct code_points points;
    assert_true(unicode_normalize(*state, TEXT("E\u0301\uFB01"), false, &points));
    static const int32_t KEPT[] = {0xC9, 'f', 'i'};
    assert_int_equal(points.count, COUNT_OF(KEPT));
    assert_memory_equal(points.data, KEPT, sizeof KEPT);
    assert_true(unicode_normalize(*state, TEXT("E\u0301\u00DF"), true, &points));
    static const int32_t FOLDED[] = {0xE9, 's', 's'};
    assert_int_equal(points.count, COUNT_OF(FOLDED));
    assert_memory_equal(points.data, FOLDED, sizeof FOLDED);
}

static void test_unicode_normalize__empty(void **state)
{
    struct code_points points = {.count = 9};
    assert_true(unicode_normalize(*state, TEXT(""), true, &points));
    assert_int_equal(points.count, 0);
}

static void test_unicode_normalize__not_utf8(void **state)
{
    struct code_points points;
    assert_false(unicode_normalize(*state, TEXT("a\xFFz"), false, &points));
}

/* U+FDFA becomes eighteen code points: the longest of all. */
static void test_unicode_normalize__grows(void **state)
{
    struct code_points points;
    assert_true(unicode_normalize(*state, TEXT("\uFDFA"), false, &points));
    assert_int_equal(points.count, 18);
}

static void test_unicode_lower__letters(void **state)
{
    assert_int_equal(unicode_lower('A'), 'a');
    assert_int_equal(unicode_lower('1'), '1');
    assert_int_equal(unicode_lower(0xC9), 0xE9);
    assert_int_equal(unicode_lower(0x23A), 0x2C65);
}

static void test_unicode_classes__examples(void **state)
{
    static const int32_t WORDS[] = {'a', 'Z', '0', '_', 0xE9, 0x4E2D, 0x0301, 0x2160, 0x0661};
    static const int32_t BLANKS[] = {' ', '\t', '\n', '\r', 0x85, 0xA0, 0x2003, 0x2028, 0x3000};
    static const int32_t OTHERS[] = {'-', '.', '!', 0x2013, 0x1F600, 0xB2, 0x200B, 0x7F};
    for (size_t i = 0; i < COUNT_OF(WORDS); i++) {
        assert_true(unicode_is_word(WORDS[i]) && !unicode_is_blank(WORDS[i]));
    }
    for (size_t i = 0; i < COUNT_OF(BLANKS); i++) {
        assert_true(!unicode_is_word(BLANKS[i]) && unicode_is_blank(BLANKS[i]));
    }
    for (size_t i = 0; i < COUNT_OF(OTHERS); i++) {
        assert_true(!unicode_is_word(OTHERS[i]) && !unicode_is_blank(OTHERS[i]));
    }
}

static void test_unicode_classes__ascii(void **state)
{
    static const char WORDS[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
    static const char BLANKS[] = " \t\n\v\f\r";
    for (int32_t c = 1; c < 0x80; c++) {
        assert_int_equal(unicode_is_word(c), strchr(WORDS, c) != NULL);
        assert_int_equal(unicode_is_blank(c), strchr(BLANKS, c) != NULL);
    }
    assert_false(unicode_is_word(0) || unicode_is_blank(0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unicode_next__walks),
        cmocka_unit_test(test_unicode_next__not_utf8),
        cmocka_unit_test_setup_teardown(test_unicode_normalize__forms, setup, teardown),
        cmocka_unit_test_setup_teardown(test_unicode_normalize__empty, setup, teardown),
        cmocka_unit_test_setup_teardown(test_unicode_normalize__not_utf8, setup, teardown),
        cmocka_unit_test_setup_teardown(test_unicode_normalize__grows, setup, teardown),
        cmocka_unit_test(test_unicode_lower__letters),
        cmocka_unit_test(test_unicode_classes__examples),
        cmocka_unit_test(test_unicode_classes__ascii),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
