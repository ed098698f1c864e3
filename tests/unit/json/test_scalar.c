/* Decoding scalars: every type, every limit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec_fixture.h"

static void test_scalar_decode__bool(void **state)
{
    assert_true(accept(*state, "{\"flag\":true}").flag);
    assert_false(accept(*state, "{\"flag\":false}").flag);
    refuse(*state, "{\"flag\":1}", "/flag", FAULT_WRONG_TYPE);
    refuse(*state, "{\"flag\":\"true\"}", "/flag", FAULT_WRONG_TYPE);
}

static void test_scalar_decode__i64(void **state)
{
    assert_int_equal(accept(*state, "{\"count\":10}").count, 10);
    assert_int_equal(accept(*state, "{\"count\":-5}").count, -5);
    refuse(*state, "{\"count\":11}", "/count", FAULT_TOO_LARGE);
    refuse(*state, "{\"count\":-6}", "/count", FAULT_TOO_SMALL);
    refuse(*state, "{\"count\":3.0}", "/count", FAULT_WRONG_TYPE);
    refuse(*state, "{\"count\":1e1}", "/count", FAULT_WRONG_TYPE);
    refuse(*state, "{\"count\":\"3\"}", "/count", FAULT_WRONG_TYPE);
    refuse(*state, "{\"count\":null}", "/count", FAULT_WRONG_TYPE);
    refuse(*state, "{\"count\":[]}", "/count", FAULT_WRONG_TYPE);
}

static void test_scalar_decode__milli(void **state)
{
    assert_int_equal(accept(*state, "{\"share\":0.72}").share, 720);
    assert_int_equal(accept(*state, "{\"share\":1}").share, 1000);
    assert_int_equal(accept(*state, "{\"share\":1.0}").share, 1000);
    assert_int_equal(accept(*state, "{\"share\":0.001}").share, 1);
    assert_int_equal(accept(*state, "{\"share\":1e-3}").share, 1);
    for (int64_t milli = 1; milli <= 1000; milli++) { /* every value with three decimals is exact */
        const struct text json =
            arena_printf(*state, "{\"share\":%d.%03d}", (int)(milli / 1000), (int)(milli % 1000));
        assert_int_equal(accept(*state, json.data).share, milli);
    }
    refuse(*state, "{\"share\":0.7201}", "/share", FAULT_BAD_FORMAT);
    refuse(*state, "{\"share\":0.0001}", "/share", FAULT_BAD_FORMAT);
    refuse(*state, "{\"share\":0.3333333333}", "/share", FAULT_BAD_FORMAT);
    refuse(*state, "{\"share\":1.001}", "/share", FAULT_TOO_LARGE);
    refuse(*state, "{\"share\":0}", "/share", FAULT_TOO_SMALL);
    refuse(*state, "{\"share\":-0.5}", "/share", FAULT_TOO_SMALL);
    refuse(*state, "{\"share\":\"0.5\"}", "/share", FAULT_WRONG_TYPE);
}

static void test_scalar_decode__milli_without_limits(void **state)
{
    assert_int_equal(*accept(*state, "{\"part\":-12.345}").part, -12345);
    assert_true(*accept(*state, "{\"part\":9223372036854775}").part ==
                INT64_C(9223372036854775000));
    refuse(*state, "{\"part\":9223372036854776}", "/part", FAULT_TOO_LARGE);
    refuse(*state, "{\"part\":1e300}", "/part", FAULT_TOO_LARGE);
}

static void test_scalar_decode__real(void **state)
{
    assert_true(accept(*state, "{\"ratio\":0.1}").ratio == 0.1);
    assert_true(accept(*state, "{\"ratio\":2}").ratio == 2.0);
    assert_true(*accept(*state, "{\"factor\":-1e300}").factor == -1e300);
    assert_null(accept(*state, "{\"factor\":null}").factor);
    refuse(*state, "{\"ratio\":2.0000001}", "/ratio", FAULT_TOO_LARGE);
    refuse(*state, "{\"ratio\":-0.0000001}", "/ratio", FAULT_TOO_SMALL);
    refuse(*state, "{\"ratio\":true}", "/ratio", FAULT_WRONG_TYPE);
}

static void test_scalar_decode__text_is_counted_in_code_points(void **state)
{
    assert_string_equal(accept(*state, "{\"title\":\"\"}").title.data, "");
    assert_string_equal(
        accept(*state, "{\"title\":\"\xC3\xA4\xC3\xB6\xC3\xBC\xF0\x9F\x98\x80\"}").title.data,
        "\xC3\xA4\xC3\xB6\xC3\xBC\xF0\x9F\x98\x80");
    assert_null(accept(*state, "{\"title\":null}").title.data);
    refuse(*state, "{\"title\":\"\xC3\xA4\xC3\xB6\xC3\xBC\xC3\x9Fx\"}", "/title", FAULT_TOO_LONG);
    refuse(*state, "{\"title\":7}", "/title", FAULT_WRONG_TYPE);
    refuse(*state, "{\"inner\":{\"name\":\"\"}}", "/inner/name", FAULT_TOO_SHORT);
}

static void test_scalar_decode__control_characters(void **state)
{
    assert_string_equal(accept(*state, "{\"title\":\"a\\n\\tb\"}").title.data, "a\n\tb");
    refuse(*state, "{\"title\":\"\\r\"}", "/title", FAULT_BAD_FORMAT);
    refuse(*state, "{\"title\":\"\\u0001\"}", "/title", FAULT_BAD_FORMAT);
    refuse(*state, "{\"title\":\"\\u007f\"}", "/title", FAULT_BAD_FORMAT);
    refuse(*state, "{\"title\":\"\\u0085\"}", "/title", FAULT_BAD_FORMAT);
    assert_string_equal(accept(*state, "{\"title\":\"\\u00a0\"}").title.data, "\xC2\xA0");
}

static void test_scalar_decode__formats(void **state)
{
    assert_string_equal(accept(*state, "{\"email\":\"a@b.c\"}").email.data, "a@b.c");
    refuse(*state, "{\"email\":\"a\"}", "/email", FAULT_BAD_FORMAT);
    refuse(*state, "{\"tags\":[\"a\",\"B\"]}", "/tags/1", FAULT_BAD_FORMAT);
}

static void test_scalar_decode__uuid(void **state)
{
    assert_int_equal(
        accept(*state, "{\"id\":\"0190a5c0-7e1f-7abc-8def-0123456789ab\"}").id.bytes[0], 1);
    refuse(*state, "{\"id\":\"0190A5C0-7E1F-7ABC-8DEF-0123456789AB\"}", "/id", FAULT_BAD_FORMAT);
    refuse(*state, "{\"id\":\"00000000-0000-0000-0000-000000000000\"}", "/id", FAULT_BAD_FORMAT);
    refuse(*state, "{\"id\":5}", "/id", FAULT_WRONG_TYPE);
}

static void test_scalar_decode__time(void **state)
{
    assert_true(accept(*state, "{\"made_at\":\"2026-11-22T23:30:00Z\"}").made_at ==
                INT64_C(1795390200000000));
    refuse(*state, "{\"made_at\":\"2026-11-22\"}", "/made_at", FAULT_BAD_FORMAT);
    refuse(*state, "{\"made_at\":1}", "/made_at", FAULT_WRONG_TYPE);
}

static void test_scalar_decode__enum(void **state)
{
    assert_int_equal(accept(*state, "{\"colour\":\"green\"}").colour, GREEN);
    refuse(*state, "{\"colour\":\"blue\"}", "/colour", FAULT_NOT_ALLOWED);
    refuse(*state, "{\"colour\":1}", "/colour", FAULT_WRONG_TYPE);
}

static void test_scalar_decode__enum_says_what_is_allowed(void **state)
{
    struct outer out = {.flag = false};
    struct error err;
    assert_false(decode(*state, "{\"colour\":\"blue\"}", &OUTER, &out, &err));
    assert_string_equal(err.detail, "must be one of: red, green");
}

static void test_scalar_decode__any_json(void **state)
{
    assert_string_equal(
        accept(*state,
               "{\"any\": {\"a\" : [1, 0.1, 2.50, true, false, null, \"\\u00e4\\n\"], \"b\": {}}}")
            .any.data,
        "{\"a\":[1,0.1,2.5,true,false,null,\"\xC3\xA4\\n\"],\"b\":{}}");
    assert_string_equal(accept(*state, "{\"any\":7}").any.data, "7");
    refuse(*state, "{\"any\":null}", "/any", FAULT_WRONG_TYPE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_scalar_decode__bool, setup, teardown),
        cmocka_unit_test_setup_teardown(test_scalar_decode__i64, setup, teardown),
        cmocka_unit_test_setup_teardown(test_scalar_decode__milli, setup, teardown),
        cmocka_unit_test_setup_teardown(test_scalar_decode__milli_without_limits, setup, teardown),
        cmocka_unit_test_setup_teardown(test_scalar_decode__real, setup, teardown),
        cmocka_unit_test_setup_teardown(test_scalar_decode__text_is_counted_in_code_points, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_scalar_decode__control_characters, setup, teardown),
        cmocka_unit_test_setup_teardown(test_scalar_decode__formats, setup, teardown),
        cmocka_unit_test_setup_teardown(test_scalar_decode__uuid, setup, teardown),
        cmocka_unit_test_setup_teardown(test_scalar_decode__time, setup, teardown),
        cmocka_unit_test_setup_teardown(test_scalar_decode__enum, setup, teardown),
        cmocka_unit_test_setup_teardown(test_scalar_decode__enum_says_what_is_allowed, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_scalar_decode__any_json, setup, teardown),
    };
    body_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
