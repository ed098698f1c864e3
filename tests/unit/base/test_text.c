/* Strings with their length. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"

static void test_text_of__null_is_absent(void **state)
{
    assert_null(text_of(NULL).data);
    assert_int_equal(text_of("").len, 0);
    assert_non_null(text_of("").data);
    assert_int_equal(text_of("abc").len, 3);
}

static void test_text_equal__compares_bytes_and_length(void **state)
{
    assert_true(text_equal(TEXT("abc"), TEXT("abc")));
    assert_false(text_equal(TEXT("abc"), TEXT("abd")));
    assert_false(text_equal(TEXT("abc"), TEXT("ab")));
    assert_true(text_equal(TEXT(""), TEXT_ABSENT));
    assert_false(text_equal(TEXT("a\0b"), TEXT("a\0c")));
}

static void test_text_equal_ignoring_case__ascii_only(void **state)
{
    assert_true(text_equal_ignoring_case(TEXT("Host"), TEXT("hOST")));
    assert_false(text_equal_ignoring_case(TEXT("Host"), TEXT("Hosts")));
    assert_false(text_equal_ignoring_case(TEXT("\xC3\x84"), TEXT("\xC3\xA4"))); /* Ä, ä */
    assert_false(text_equal_ignoring_case(TEXT("@"), TEXT("`"))); /* 0x20 apart, no letters */
}

static void test_text_starts_with__cases(void **state)
{
    assert_true(text_starts_with(TEXT("abc"), TEXT("ab")));
    assert_true(text_starts_with(TEXT("abc"), TEXT("")));
    assert_true(text_starts_with(TEXT("abc"), TEXT("abc")));
    assert_false(text_starts_with(TEXT("abc"), TEXT("abcd")));
    assert_false(text_starts_with(TEXT("abc"), TEXT("b")));
}

static void test_text_compare__orders_bytewise(void **state)
{
    assert_true(text_compare(TEXT("a"), TEXT("b")) < 0);
    assert_true(text_compare(TEXT("b"), TEXT("a")) > 0);
    assert_true(text_compare(TEXT("a"), TEXT("aa")) < 0);
    assert_true(text_compare(TEXT("aa"), TEXT("a")) > 0);
    assert_int_equal(text_compare(TEXT("aa"), TEXT("aa")), 0);
    assert_true(text_compare(TEXT("\xFF"), TEXT("a")) > 0);
    assert_int_equal(text_compare(TEXT(""), TEXT_ABSENT), 0);
}

static void test_text_trim__takes_blanks_at_both_ends(void **state)
{
    assert_true(text_equal(text_trim(TEXT(" \t\r\na b\n ")), TEXT("a b")));
    assert_true(text_equal(text_trim(TEXT("a")), TEXT("a")));
    assert_int_equal(text_trim(TEXT(" \n ")).len, 0);
    assert_null(text_trim(TEXT_ABSENT).data);
}

static void test_text_slice__is_cut_to_what_is_there(void **state)
{
    assert_true(text_equal(text_slice(TEXT("abcdef"), 1, 3), TEXT("bcd")));
    assert_true(text_equal(text_slice(TEXT("abcdef"), 4, SIZE_MAX), TEXT("ef")));
    assert_int_equal(text_slice(TEXT("abc"), 9, 1).len, 0);
    assert_non_null(text_slice(TEXT("abc"), 9, 1).data);
    assert_null(text_slice(TEXT_ABSENT, 0, 1).data);
}

static void test_text_split__at_the_first_separator(void **state)
{
    struct text head;
    struct text rest;

    assert_true(text_split(TEXT("a/b/c"), '/', &head, &rest));

    assert_true(text_equal(head, TEXT("a")));
    assert_true(text_equal(rest, TEXT("b/c")));
    assert_true(text_split(TEXT("/"), '/', &head, &rest));
    assert_int_equal(head.len, 0);
    assert_int_equal(rest.len, 0);
    assert_non_null(rest.data);
}

static void test_text_split__without_separator(void **state)
{
    struct text head;
    struct text rest = TEXT("before");

    assert_false(text_split(TEXT("abc"), '/', &head, &rest));

    assert_true(text_equal(head, TEXT("abc")));
    assert_null(rest.data);
    assert_false(text_split(TEXT_ABSENT, '/', &head, &rest));
    assert_null(head.data);
}

static void test_text_is_utf8__accepts_every_length(void **state)
{
    assert_true(text_is_utf8(TEXT("")));
    assert_true(text_is_utf8(TEXT("plain\x7F")));
    assert_true(text_is_utf8(TEXT("\xC2\x80\xDF\xBF")));
    assert_true(text_is_utf8(TEXT("\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF")));
    assert_true(text_is_utf8(TEXT("\xF0\x90\x80\x80\xF4\x8F\xBF\xBF")));
}

static void test_text_is_utf8__refuses(void **state)
{
    const struct text bad[] = {
        TEXT("\x80"),             /* continuation alone */
        TEXT("\xC3"),             /* cut */
        TEXT("\xE2\x82"),         /* cut */
        TEXT("\xF0\x9F\x98"),     /* cut */
        TEXT("\xC0\xAF"),         /* overlong */
        TEXT("\xE0\x80\xAF"),     /* overlong */
        TEXT("\xF0\x80\x80\xAF"), /* overlong */
        TEXT("\xED\xA0\x80"),     /* surrogate */
        TEXT("\xF4\x90\x80\x80"), /* above U+10FFFF */
        TEXT("\xFF"),
        TEXT("a\xC3(b"),
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_false(text_is_utf8(bad[i]));
    }
}

static void test_text_is_utf8__looks_at_no_byte_behind(void **state)
{
    const struct text whole = TEXT("\xF0\x9F\x98\x80");
    for (size_t len = 1; len < 4; len++) {
        assert_false(text_is_utf8(text_slice(whole, 0, len)));
    }
    assert_true(text_is_utf8(whole));
}

static void test_text_count_code_points__of_each_length(void **state)
{
    assert_int_equal(text_count_code_points(TEXT("")), 0);
    assert_int_equal(text_count_code_points(TEXT("abc")), 3);
    assert_int_equal(text_count_code_points(TEXT("\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80")), 3);
}

static void test_text_to_i64__whole_range(void **state)
{
    int64_t value = 7;
    assert_true(text_to_i64(TEXT("0"), &value));
    assert_int_equal(value, 0);
    assert_true(text_to_i64(TEXT("-42"), &value));
    assert_int_equal(value, -42);
    assert_true(text_to_i64(TEXT("9223372036854775807"), &value));
    assert_true(value == INT64_MAX);
    assert_true(text_to_i64(TEXT("-9223372036854775808"), &value));
    assert_true(value == INT64_MIN);
}

static void test_text_to_i64__refuses(void **state)
{
    const struct text bad[] = {TEXT(""),
                               TEXT("-"),
                               TEXT("+1"),
                               TEXT(" 1"),
                               TEXT("1 "),
                               TEXT("1_0"),
                               TEXT("1.0"),
                               TEXT("9223372036854775808"),
                               TEXT("-9223372036854775809"),
                               TEXT("99999999999999999999"),
                               TEXT_ABSENT};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        int64_t value = 7;
        assert_false(text_to_i64(bad[i], &value));
        assert_int_equal(value, 7);
    }
}

static void test_text_is_slug__cases(void **state)
{
    assert_true(text_is_slug(TEXT("aws-dva-c01"), 64));
    assert_true(text_is_slug(TEXT("a"), 1));
    assert_false(text_is_slug(TEXT("ab"), 1));
    assert_false(text_is_slug(TEXT(""), 64));
    assert_false(text_is_slug(TEXT("-a"), 64));
    assert_false(text_is_slug(TEXT("a-"), 64));
    assert_false(text_is_slug(TEXT("A"), 64));
    assert_false(text_is_slug(TEXT("a_b"), 64));
    assert_false(text_is_slug(TEXT("a b"), 64));
}

static void test_text_hash__known_values(void **state)
{
    /* From the test vectors of the FNV reference. */
    assert_true(text_hash(TEXT("")) == UINT64_C(0xcbf29ce484222325));
    assert_true(text_hash(TEXT("a")) == UINT64_C(0xaf63dc4c8601ec8c));
    assert_true(text_hash(TEXT("foobar")) == UINT64_C(0x85944171f73967e8));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_of__null_is_absent),
        cmocka_unit_test(test_text_equal__compares_bytes_and_length),
        cmocka_unit_test(test_text_equal_ignoring_case__ascii_only),
        cmocka_unit_test(test_text_starts_with__cases),
        cmocka_unit_test(test_text_compare__orders_bytewise),
        cmocka_unit_test(test_text_trim__takes_blanks_at_both_ends),
        cmocka_unit_test(test_text_slice__is_cut_to_what_is_there),
        cmocka_unit_test(test_text_split__at_the_first_separator),
        cmocka_unit_test(test_text_split__without_separator),
        cmocka_unit_test(test_text_is_utf8__accepts_every_length),
        cmocka_unit_test(test_text_is_utf8__refuses),
        cmocka_unit_test(test_text_is_utf8__looks_at_no_byte_behind),
        cmocka_unit_test(test_text_count_code_points__of_each_length),
        cmocka_unit_test(test_text_to_i64__whole_range),
        cmocka_unit_test(test_text_to_i64__refuses),
        cmocka_unit_test(test_text_is_slug__cases),
        cmocka_unit_test(test_text_hash__known_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
