/* Enumerations, formats and sizes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/shape.h"

static const char *const COLOURS[] = {"red", "green"};
static const struct enumeration ENUMERATION = {COLOURS, COUNT_OF(COLOURS)};

static bool holds(const char *format, const char *value)
{
    const char *what = NULL;
    const bool result = shape_format_holds(format, text_of(value), &what);
    assert_non_null(what);
    return result;
}

static void test_enumeration__both_ways(void **state)
{
    unsigned value = 9;
    assert_string_equal(enumeration_name(&ENUMERATION, 1), "green");
    assert_null(enumeration_name(&ENUMERATION, 2));
    assert_true(enumeration_find(&ENUMERATION, TEXT("green"), &value));
    assert_int_equal(value, 1);
    assert_false(enumeration_find(&ENUMERATION, TEXT("Green"), &value));
    assert_false(enumeration_find(&ENUMERATION, TEXT(""), &value));
}

static void test_shape_format__email(void **state)
{
    static const char *const good[] = {"a@b", "a.b+c@example.com", "o'neil@x-1.example",
                                       "j\xC3\xBCrgen@b\xC3\xBC.de"};
    static const char *const bad[] = {
        "",      "a",       "@",      "a@",    "@b",    "a@b@c",   "a b@c",  "a@b c",  "a\t@b",
        ".a@b",  "a.@b",    "a..b@c", "a@.b",  "a@b.",  "a@b..c",  "a@-b",   "a@b-",   "\"a\"@b",
        "<a@b>", "a@[1.2]", "a@b\n",  "a,b@c", "a@b_c", "a\xFF@b", "a@\x01", "a\x7F@b"};
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        assert_true(holds("email", good[i]));
    }
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_false(holds("email", bad[i]));
    }
}

static void test_shape_format__email_lengths(void **state)
{
    char email[300];
    const char *domain = "@123456789.123456789.123456789.123456789.123456789.123456789.123456789."
                         "123456789.123456789.123456789."
                         "123456789.123456789.123456789.123456789.123456789.123456789.123456789."
                         "123456789.123456789"; /* 190 bytes */
    (void)snprintf(email, sizeof email, "%0*d%s", 64, 0, domain);
    assert_int_equal(strlen(email), 254);
    assert_true(holds("email", email));
    (void)snprintf(email, sizeof email, "%0*d%s1", 64, 0, domain);
    assert_false(holds("email", email));
    (void)snprintf(email, sizeof email, "%0*d@b", 65, 0);
    assert_false(holds("email", email));
    (void)snprintf(email, sizeof email, "a@%0*d", 63, 0);
    assert_true(holds("email", email));
    (void)snprintf(email, sizeof email, "a@%0*d", 64, 0);
    assert_false(holds("email", email));
}

static void test_shape_format__slug(void **state)
{
    char slug[80];
    assert_true(holds("slug", "aws-dva-c01"));
    assert_false(holds("slug", "aws_dva"));
    (void)snprintf(slug, sizeof slug, "%0*d", 64, 0);
    assert_true(holds("slug", slug));
    (void)snprintf(slug, sizeof slug, "%0*d", 65, 0);
    assert_false(holds("slug", slug));
}

static void test_shape_format__section_path(void **state)
{
    static const char *const good[] = {"a", "aws-dynamodb/streams", "a_b/-c-/1",
                                       "\xC3\x9F\xC3\xB6/\xE4\xB8\xAD", "a/b/c/d"};
    static const char *const bad[] = {"",    "/",   "a/",  "/a",    "a//b",          "A",
                                      "a b", "a/B", "a.b", "a\xFF", "a\xE2\x80\x94", "a/../b"};
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        assert_true(holds("section_path", good[i]));
    }
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_false(holds("section_path", bad[i]));
    }
}

static void test_shape_format__descriptive_formats_hold(void **state)
{
    assert_true(holds("markdown", "# a"));
    assert_true(holds(NULL, "anything"));
}

static void test_shape_type_size__of_every_type(void **state)
{
    assert_int_equal(shape_type_size(SHAPE_BOOL, NULL), sizeof(bool));
    assert_int_equal(shape_type_size(SHAPE_MILLI, NULL), 8);
    assert_int_equal(shape_type_size(SHAPE_REAL, NULL), 8);
    assert_int_equal(shape_type_size(SHAPE_UUID, NULL), 16);
    assert_int_equal(shape_type_size(SHAPE_TEXT, NULL), sizeof(struct text));
    assert_int_equal(shape_type_size(SHAPE_ENUM, NULL), sizeof(unsigned));
    assert_int_equal(shape_type_size(SHAPE_OBJECT, &SHAPE_TEXT_MAP), sizeof(struct shape_map));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_enumeration__both_ways),
        cmocka_unit_test(test_shape_format__email),
        cmocka_unit_test(test_shape_format__email_lengths),
        cmocka_unit_test(test_shape_format__slug),
        cmocka_unit_test(test_shape_format__section_path),
        cmocka_unit_test(test_shape_format__descriptive_formats_hold),
        cmocka_unit_test(test_shape_type_size__of_every_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
