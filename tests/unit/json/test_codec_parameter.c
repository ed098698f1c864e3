/* Decoding query and path parameters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "codec_fixture.h"

static const struct shape_member *member(const char *name)
{
    for (size_t i = 0; i < OUTER.count; i++) {
        if (strcmp(OUTER.members[i].name, name) == 0) {
            return &OUTER.members[i];
        }
    }
    fail();
    return NULL;
}

static struct outer accept_parameter(struct arena *arena, const char *name, const char *value)
{
    struct outer out = {.flag = false};
    struct error err = {.code = ERROR_NONE};
    assert_true(codec_decode_parameter(arena, text_of(value), member(name), &out, &err));
    return out;
}

static void refuse_parameter(struct arena *arena, const char *name, struct text value,
                             enum fault_code code)
{
    struct outer out = {.flag = false};
    struct error err = {.code = ERROR_NONE};
    assert_false(codec_decode_parameter(arena, value, member(name), &out, &err));
    assert_int_equal(err.fault_count, 1);
    assert_true(err.faults->is_parameter);
    assert_string_equal(err.faults->place.data, name);
    assert_string_equal(fault_name(err.faults->code), fault_name(code));
}

static void test_codec_decode_parameter__scalars(void **state)
{
    assert_true(accept_parameter(*state, "flag", "true").flag);
    assert_int_equal(accept_parameter(*state, "count", "-3").count, -3);
    assert_int_equal(accept_parameter(*state, "share", "0.72").share, 720);
    assert_true(accept_parameter(*state, "ratio", "1.5").ratio == 1.5);
    assert_string_equal(accept_parameter(*state, "title", "12").title.data, "12");
    assert_string_equal(accept_parameter(*state, "title", "").title.data, "");
    assert_int_equal(accept_parameter(*state, "colour", "green").colour, GREEN);
    assert_int_equal(
        accept_parameter(*state, "id", "0190a5c0-7e1f-7abc-8def-0123456789ab").id.bytes[0], 1);
    assert_true(accept_parameter(*state, "made_at", "1970-01-01T00:00:01Z").made_at == 1000000);
    assert_int_equal(*accept_parameter(*state, "limit", "7").limit, 7);
}

static void test_codec_decode_parameter__refuses(void **state)
{
    refuse_parameter(*state, "flag", TEXT("1"), FAULT_WRONG_TYPE);
    refuse_parameter(*state, "count", TEXT(""), FAULT_WRONG_TYPE);
    refuse_parameter(*state, "count", TEXT_ABSENT, FAULT_WRONG_TYPE);
    refuse_parameter(*state, "count", TEXT("x"), FAULT_WRONG_TYPE);
    refuse_parameter(*state, "count", TEXT(" 1"), FAULT_WRONG_TYPE);
    refuse_parameter(*state, "count", TEXT("1 "), FAULT_WRONG_TYPE);
    refuse_parameter(*state, "count", TEXT("+1"), FAULT_WRONG_TYPE);
    refuse_parameter(*state, "count", TEXT("01"), FAULT_WRONG_TYPE);
    refuse_parameter(*state, "count", TEXT("1.0"), FAULT_WRONG_TYPE);
    refuse_parameter(*state, "count", TEXT("1\0"), FAULT_WRONG_TYPE);
    refuse_parameter(*state, "count", TEXT("[1]"), FAULT_WRONG_TYPE);
    refuse_parameter(*state, "count", TEXT("99999999999999999999"), FAULT_WRONG_TYPE);
    refuse_parameter(*state, "count", TEXT("11"), FAULT_TOO_LARGE);
    refuse_parameter(*state, "limit", TEXT("0"), FAULT_TOO_SMALL);
    refuse_parameter(*state, "share", TEXT("0.0001"), FAULT_BAD_FORMAT);
    refuse_parameter(*state, "title", TEXT("12345"), FAULT_TOO_LONG);
    refuse_parameter(*state, "title", TEXT("\xFF"), FAULT_BAD_FORMAT);
    refuse_parameter(*state, "title", TEXT("a\0b"), FAULT_BAD_FORMAT);
    refuse_parameter(*state, "colour", TEXT("blue"), FAULT_NOT_ALLOWED);
    refuse_parameter(*state, "id", TEXT("x"), FAULT_BAD_FORMAT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_codec_decode_parameter__scalars, setup, teardown),
        cmocka_unit_test_setup_teardown(test_codec_decode_parameter__refuses, setup, teardown),
    };
    body_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
