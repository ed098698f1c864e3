/* Errors and faults. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/limits.h"

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

static void test_error_set__fills_and_returns_false(void **state)
{
    struct error err = {.code = ERROR_INTERNAL, .retry_after_s = 9, .fault_count = 3};

    assert_false(error_set(&err, ERROR_NOT_FOUND, "No %s.", "bank"));

    assert_int_equal(err.code, ERROR_NOT_FOUND);
    assert_string_equal(err.detail, "No bank.");
    assert_int_equal(err.retry_after_s, 0);
    assert_int_equal(err.fault_count, 0);
    assert_null(err.faults);
}

static void test_error_set__cuts_at_a_code_point(void **state)
{
    /* 199 bytes fit: after `fill` letters, how many of the bytes of one code point and an "x" are
     * left? */
    static const struct {
        int fill;
        const char *tail;
        size_t kept;
    } cases[] = {
        {199, "xx", 199},
        {198, "\xC3\xA4", 198},
        {197, "\xC3\xA4x", 199},
        {198, "\xE2\x82\xAC", 198},
        {197, "\xE2\x82\xAC", 197},
        {196, "\xE2\x82\xACx", 199},
        {198, "\xF0\x9F\x98\x80", 198},
        {197, "\xF0\x9F\x98\x80", 197},
        {196, "\xF0\x9F\x98\x80", 196},
        {195, "\xF0\x9F\x98\x80x", 199},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct error err = {.code = ERROR_NONE};
        assert_false(error_set(&err, ERROR_INTERNAL, "%0*d%s", cases[i].fill, 0, cases[i].tail));
        assert_int_equal(text_of(err.detail).len, cases[i].kept);
        assert_true(text_is_utf8(text_of(err.detail)));
    }
}

static void test_error_set_unavailable__has_retry_after(void **state)
{
    struct error err = {.code = ERROR_NONE};

    assert_false(error_set_unavailable(&err, 3, "Later."));

    assert_int_equal(err.code, ERROR_UNAVAILABLE);
    assert_int_equal(err.retry_after_s, 3);
    assert_string_equal(err.detail, "Later.");
}

static void test_error_add_fault__keeps_the_order(void **state)
{
    struct error err = {.code = ERROR_NONE};

    assert_false(
        error_add_fault(&err, *state, TEXT("/a"), FAULT_TOO_LARGE, "must be at most %d", 5));
    assert_false(error_add_parameter_fault(&err, *state, TEXT("limit"), FAULT_WRONG_TYPE,
                                           "must be an integer"));

    assert_int_equal(err.code, ERROR_INVALID_INPUT);
    assert_string_equal(err.detail, "must be at most 5");
    assert_int_equal(err.fault_count, 2);
    assert_string_equal(err.faults->place.data, "/a");
    assert_int_equal(err.faults->code, FAULT_TOO_LARGE);
    assert_false(err.faults->is_parameter);
    assert_string_equal(err.faults->detail.data, "must be at most 5");
    assert_string_equal(err.faults->next->place.data, "limit");
    assert_true(err.faults->next->is_parameter);
    assert_null(err.faults->next->next);
}

static void test_error_add_fault__beyond_the_limit_is_only_counted(void **state)
{
    struct error err = {.code = ERROR_NONE};
    for (int i = 0; i < LIMIT_FAULTS + 1; i++) {
        assert_false(error_add_fault(&err, *state, TEXT("/x"), FAULT_UNKNOWN, "%d", i));
    }
    size_t listed = 0;
    for (const struct fault *fault = err.faults; fault != NULL; fault = fault->next) {
        listed++;
    }
    assert_int_equal(listed, LIMIT_FAULTS);
    assert_int_equal(err.fault_count, LIMIT_FAULTS + 1);
}

static void test_error_add_fault__replaces_another_error(void **state)
{
    struct error err = {.code = ERROR_NONE};
    assert_false(error_set(&err, ERROR_UNAVAILABLE, "Later."));

    assert_false(error_add_fault(&err, *state, TEXT_ABSENT, FAULT_REQUIRED, "is required"));

    assert_int_equal(err.code, ERROR_INVALID_INPUT);
    assert_string_equal(err.detail, "is required");
    assert_string_equal(err.faults->place.data, "");
}

static void test_error_tables__every_code_has_words(void **state)
{
    for (unsigned code = ERROR_NONE + 1; code < ERROR_CODE_COUNT; code++) {
        assert_in_range(error_status((enum error_code)code), 400, 599);
        assert_non_null(error_name((enum error_code)code));
        assert_non_null(error_title((enum error_code)code));
    }
    for (unsigned code = 0; code < FAULT_CODE_COUNT; code++) {
        assert_non_null(fault_name((enum fault_code)code));
    }
    assert_int_equal(error_status(ERROR_EMAIL_TAKEN), 409);
    assert_string_equal(error_name(ERROR_EMAIL_TAKEN), "email_taken");
    assert_string_equal(fault_name(FAULT_TOO_FEW), "too_few");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_error_set__fills_and_returns_false),
        cmocka_unit_test(test_error_set__cuts_at_a_code_point),
        cmocka_unit_test(test_error_set_unavailable__has_retry_after),
        cmocka_unit_test_setup_teardown(test_error_add_fault__keeps_the_order, setup, teardown),
        cmocka_unit_test_setup_teardown(test_error_add_fault__beyond_the_limit_is_only_counted,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_error_add_fault__replaces_another_error, setup,
                                        teardown),
        cmocka_unit_test(test_error_tables__every_code_has_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
