/*
 * The arithmetic of a numeric question's `check`: numbers, + - * / ^ ( ), ceil floor round min max.
 * Pure, bounded in depth, allocates nothing.
 *
 * ^ binds tightest and to the right, and -2^2 is -4, as in mathematics. ceil and floor forgive the
 * noise of binary fractions: what is within 1e-9 of an integer, relative to its size, is taken for
 * it, so that ceil(0.1 * 30) is 3.
 */
#ifndef BANK_EXPRESSION_H
#define BANK_EXPRESSION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "base/text.h"

enum {
    EXPRESSION_DEPTH_MAX = 32, /* of brackets, signs and exponents in one another */
    EXPRESSION_DIGITS_MAX = 15 /* of a number: what a double holds exactly */
};

struct expression_fault {
    size_t column;   /* from 1, in bytes */
    const char *why; /* "a ')' is missing" */
};

/* False, with the first fault, where the text is no such expression or has no finite value. */
NODISCARD bool expression_evaluate(struct text source, double *value,
                                   struct expression_fault *fault);
/* The next number written in the text at or behind *at, which moves behind it. False where there
 * is no more. */
NODISCARD bool expression_next_number(struct text source, size_t *at, double *value);

#endif
