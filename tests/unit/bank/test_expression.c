/* The arithmetic of checks: values, precedence, faults with their columns, and the ceilings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "bank/expression.h"

static void assert_value(const char *source, double expected)
{
    struct expression_fault fault;
    double value = -1.0;
    if (!expression_evaluate(text_of(source), &value, &fault)) {
        fail_msg("%s: column %zu: %s", source, fault.column, fault.why);
    }
    if (fabs(value - expected) > 1e-12 * fmax(1.0, fabs(expected))) {
        fail_msg("%s gives %.17g, not %.17g", source, value, expected);
    }
}

static void assert_fault(const char *source, size_t column, const char *why)
{
    struct expression_fault fault;
    double value = 0.0;
    assert_false(expression_evaluate(text_of(source), &value, &fault));
    assert_string_equal(fault.why, why);
    assert_int_equal(fault.column, column);
}

static void test_expression_evaluate__operators(void **state)
{
    assert_value("7", 7.0);
    assert_value(" 1 + 2 * 3 ", 7.0);
    assert_value("(1+2)*3", 9.0);
    assert_value("10 - 4 - 3", 3.0);
    assert_value("100 / 10 / 5", 2.0);
    assert_value("2 ^ 3 ^ 2", 512.0);
    assert_value("-2 ^ 2", -4.0);
    assert_value("(-2) ^ 2", 4.0);
    assert_value("2 ^ -1", 0.5);
    assert_value("--3 - -+2", 5.0);
    assert_value("2 * -3", -6.0);
    assert_value("0.15 * 100", 15.0);
    assert_value("\t6\t*\t7\t", 42.0);
}

static void test_expression_evaluate__functions(void **state)
{
    assert_value("ceil(20.1 / 4)", 6.0);
    assert_value("floor(9 / 2)", 4.0);
    assert_value("round(2.5) + round(-2.4)", 1.0);
    assert_value("min(4, 3)", 3.0);
    assert_value("max(1, ceil(6.4 / 1), ceil(4500 / 1000))", 7.0);
    assert_value("min(60, 4 * 3 ^ 3) + max(5)", 65.0);
    assert_value("ceil (1.2)", 2.0);
}

/* 0.1 * 30 and 0.07 * 100 are not whole in binary. */
static void test_expression_evaluate__forgives_binary_noise(void **state)
{
    assert_value("ceil(0.1 * 30)", 3.0);
    assert_value("ceil(0.07 * 100)", 7.0);
    assert_value("floor(0.29 * 100)", 29.0);
    assert_value("ceil(3.001)", 4.0);
    assert_value("floor(2.999)", 2.0);
}

static void test_expression_evaluate__faults(void **state)
{
    assert_fault("", 1, "a number, a function or a '(' is missing");
    assert_fault("1 +", 4, "a number, a function or a '(' is missing");
    assert_fault("(1 + 2", 7, "a ')' is missing");
    assert_fault("1 2", 3, "an operator is missing");
    assert_fault("1.2.3", 4, "an operator is missing");
    assert_fault(".5", 1, "a number, a function or a '(' is missing");
    assert_fault("4 + sqrt(4)", 5, "there is no such function");
    assert_fault("ceil 4", 6, "a '(' is missing");
    assert_fault("ceil(4, 5)", 7, "this function has one argument");
    assert_fault("max()", 5, "a number, a function or a '(' is missing");
    assert_fault("8 / (3 - 3)", 3, "this divides by zero");
    assert_fault("(0 - 1) ^ 0.5", 9, "this power has no finite value");
    assert_fault("10 ^ 999", 4, "this power has no finite value");
    assert_fault("min(1, 10 ^ 300 * 10 ^ 300)", 17, "this has no finite value");
    assert_fault("10^308 * 1 + 10^308 * 1 - 1", 1, "this has no finite value");
    assert_fault("2 x 3", 3, "an operator is missing");
    assert_fault("2 * RATE", 5, "a number, a function or a '(' is missing");
}

/* A NUL in the text is no end of it. */
static void test_expression_evaluate__nul(void **state)
{
    struct expression_fault fault;
    double value = 0.0;
    assert_false(expression_evaluate(TEXT("1\0"), &value, &fault));
    assert_int_equal(fault.column, 2);
}

static void test_expression_evaluate__digits(void **state)
{
    assert_value("999999999999999", 999999999999999.0);
    assert_fault("1 + 1234567890123456", 5, "this number has too many digits");
    assert_value("0.00000000000001", 1e-14);
}

static void test_expression_evaluate__depth(void **state)
{
    char source[2 * (EXPRESSION_DEPTH_MAX + 1) + 2] = {0};
    for (size_t depth = EXPRESSION_DEPTH_MAX - 2; depth <= EXPRESSION_DEPTH_MAX; depth++) {
        memset(source, '(', depth);
        source[depth] = '1';
        memset(source + depth + 1, ')', depth);
        source[2 * depth + 1] = '\0';
        if (depth < EXPRESSION_DEPTH_MAX) {
            assert_value(source, 1.0);
        } else {
            assert_fault(source, depth + 1, "this is nested too deep");
        }
    }
}

static void test_expression_next_number__all(void **state)
{
    static const double EXPECTED[] = {2.0, 1.5, 4500.0, 0.25};
    const struct text source = TEXT("2 * ceil(1.5) - max(4500, x) / 0.25.");
    size_t at = 0;
    double value = 0.0;
    for (size_t i = 0; i < COUNT_OF(EXPECTED); i++) {
        assert_true(expression_next_number(source, &at, &value));
        assert_true(fabs(value - EXPECTED[i]) < 1e-12);
    }
    assert_false(expression_next_number(source, &at, &value));
    assert_int_equal(at, source.len);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_expression_evaluate__operators),
        cmocka_unit_test(test_expression_evaluate__functions),
        cmocka_unit_test(test_expression_evaluate__forgives_binary_noise),
        cmocka_unit_test(test_expression_evaluate__faults),
        cmocka_unit_test(test_expression_evaluate__nul),
        cmocka_unit_test(test_expression_evaluate__digits),
        cmocka_unit_test(test_expression_evaluate__depth),
        cmocka_unit_test(test_expression_next_number__all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
