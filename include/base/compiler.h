/*
 * The compiler extensions the project allows itself, behind names, so that the rest of the code is
 * plain C17.
 */
#ifndef BASE_COMPILER_H
#define BASE_COMPILER_H

#define NODISCARD __attribute__((warn_unused_result))
#define PRINTF_LIKE(format_index, first_argument) \
    __attribute__((format(printf, format_index, first_argument)))
#define NOINLINE __attribute__((noinline))
#define NORETURN __attribute__((noreturn))
#define UNUSED __attribute__((unused))
#define NONNULL_RETURN __attribute__((returns_nonnull))

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Checked arithmetic: true when the result does not fit. */
#define add_overflows(a, b, result) __builtin_add_overflow(a, b, result)
#define sub_overflows(a, b, result) __builtin_sub_overflow(a, b, result)
#define mul_overflows(a, b, result) __builtin_mul_overflow(a, b, result)

#endif
