/* Growing text with a ceiling. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buffer.h"

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

static const char *finish(struct buffer *buffer)
{
    struct text out = TEXT_ABSENT;
    struct error err = {.code = ERROR_NONE};
    assert_true(buffer_text(buffer, &out, &err));
    assert_int_equal(text_of(out.data).len, out.len);
    return out.data;
}

static void test_buffer_append__grows(void **state)
{
    struct buffer buffer;
    buffer_init(&buffer, *state, 100000);
    for (int i = 0; i < 5000; i++) {
        buffer_append(&buffer, TEXT("0123456789"));
    }
    struct text out = TEXT_ABSENT;
    struct error err = {.code = ERROR_NONE};

    assert_true(buffer_text(&buffer, &out, &err));

    assert_int_equal(out.len, 50000);
    assert_memory_equal(out.data + 49990, "0123456789", 11); /* with the NUL */
}

static void test_buffer_text__empty(void **state)
{
    struct buffer buffer;
    buffer_init(&buffer, *state, 0);
    assert_string_equal(finish(&buffer), "");
    buffer_append(&buffer, TEXT_ABSENT);
    assert_string_equal(finish(&buffer), "");
}

static void test_buffer_text__at_the_ceiling(void **state)
{
    for (size_t ceiling = 255; ceiling < 258; ceiling++) {
        struct buffer buffer;
        buffer_init(&buffer, *state, ceiling);
        for (size_t i = 0; i < ceiling; i++) {
            buffer_append_char(&buffer, 'x');
        }
        assert_int_equal(text_of(finish(&buffer)).len, ceiling);
        buffer_append_char(&buffer, 'x');
        struct text out = TEXT_ABSENT;
        struct error err = {.code = ERROR_NONE};
        assert_false(buffer_text(&buffer, &out, &err));
        assert_int_equal(err.code, ERROR_INTERNAL);
    }
}

static void test_buffer_append__past_the_ceiling_drops_all_that_follows(void **state)
{
    struct buffer buffer;
    buffer_init(&buffer, *state, 4);
    buffer_append(&buffer, TEXT("abc"));
    buffer_append(&buffer, TEXT("de"));
    buffer_append(&buffer, TEXT("f"));
    assert_true(buffer.is_over);
    assert_int_equal(buffer.len, 3);
}

static void test_buffer_append_i64__extremes(void **state)
{
    struct buffer buffer;
    buffer_init(&buffer, *state, 100);
    buffer_append_i64(&buffer, 0);
    buffer_append_char(&buffer, ' ');
    buffer_append_i64(&buffer, INT64_MAX);
    buffer_append_char(&buffer, ' ');
    buffer_append_i64(&buffer, INT64_MIN);
    buffer_append_char(&buffer, ' ');
    buffer_append_i64(&buffer, -10);
    assert_string_equal(finish(&buffer), "0 9223372036854775807 -9223372036854775808 -10");
}

static void test_buffer_printf__short_and_long(void **state)
{
    struct buffer buffer;
    buffer_init(&buffer, *state, 2000);
    buffer_printf(&buffer, "%s=%d;", "a", 1);
    buffer_printf(&buffer, "%0300d", 7);
    const char *out = finish(&buffer);
    assert_memory_equal(out, "a=1;0", 5);
    assert_string_equal(out + 302, "07");
    buffer_printf(&buffer, "%02000d", 7);
    assert_true(buffer.is_over);
}

static void test_buffer_append_json_string__escapes_what_must_be(void **state)
{
    struct buffer buffer;
    buffer_init(&buffer, *state, 1000);
    buffer_append_json_string(&buffer,
                              TEXT("a\"b\\c/\n\r\t\b\f\x01\x1F\x7F\xC3\xA4\xF0\x9F\x98\x80<"));
    assert_string_equal(
        finish(&buffer),
        "\"a\\\"b\\\\c/\\n\\r\\t\\b\\f\\u0001\\u001f\x7F\xC3\xA4\xF0\x9F\x98\x80<\"");
}

static void test_buffer_append_json_string__replaces_bad_utf8(void **state)
{
    struct buffer buffer;
    buffer_init(&buffer, *state, 1000);
    buffer_append_json_string(&buffer, TEXT("a\xFF"
                                            "b\xC3"));
    assert_string_equal(finish(&buffer), "\"a\xEF\xBF\xBD"
                                         "b\xEF\xBF\xBD\"");
}

static void test_buffer_append_json_string__nul_and_empty(void **state)
{
    struct buffer buffer;
    buffer_init(&buffer, *state, 1000);
    buffer_append_json_string(&buffer, TEXT("a\0b"));
    buffer_append_json_string(&buffer, TEXT_ABSENT);
    assert_string_equal(finish(&buffer), "\"a\\u0000b\"\"\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_buffer_append__grows, setup, teardown),
        cmocka_unit_test_setup_teardown(test_buffer_text__empty, setup, teardown),
        cmocka_unit_test_setup_teardown(test_buffer_text__at_the_ceiling, setup, teardown),
        cmocka_unit_test_setup_teardown(test_buffer_append__past_the_ceiling_drops_all_that_follows,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_buffer_append_i64__extremes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_buffer_printf__short_and_long, setup, teardown),
        cmocka_unit_test_setup_teardown(test_buffer_append_json_string__escapes_what_must_be, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_buffer_append_json_string__replaces_bad_utf8, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_buffer_append_json_string__nul_and_empty, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
