/*
 * The key of a numeric question: a value with its tolerances, or a range with one bound or two. A
 * bound is there when it was given; that it is 0 makes no difference.
 */
#include "domain/question_key.h"

#include <math.h>

struct member {
    const char *name;
    const double *value; /* NULL: not given */
    bool is_tolerance;
};

static void check_finite(struct checker *c, const struct member *member)
{
    if (member->value == NULL) {
        return;
    }
    if (!isfinite(*member->value)) {
        checker_fault(c, FAULT_BAD_FORMAT, checker_at(c, "/number/%s", member->name),
                      "must be a finite number");
    } else if (member->is_tolerance && *member->value < 0.0) {
        checker_fault(c, FAULT_TOO_SMALL, checker_at(c, "/number/%s", member->name),
                      "must not be negative");
    }
}

static void check_range(struct checker *c, const struct number_key *number)
{
    if (number->tolerance > 0.0 || number->relative_tolerance > 0.0) {
        checker_fault(c, FAULT_NOT_ALLOWED, checker_at(c, "/number"),
                      "a range has no tolerance: move its bounds");
    }
    if (number->min != NULL && number->max != NULL && *number->min > *number->max) {
        checker_fault(c, FAULT_TOO_SMALL, checker_at(c, "/number/max"), "must not be below min");
    }
}

void question_check_number(struct checker *c, const struct number_key *number)
{
    const struct member members[] = {
        {"value", number->value, false},
        {"min", number->min, false},
        {"max", number->max, false},
        {"tolerance", &number->tolerance, true},
        {"relative_tolerance", &number->relative_tolerance, true},
    };
    const bool is_range = number->min != NULL || number->max != NULL;
    for (size_t i = 0; i < COUNT_OF(members); i++) {
        check_finite(c, &members[i]);
    }
    if (number->value == NULL && !is_range) {
        checker_fault(c, FAULT_REQUIRED, checker_at(c, "/number/value"),
                      "a value or a range is needed");
    } else if (number->value != NULL && is_range) {
        checker_fault(c, FAULT_NOT_ALLOWED, checker_at(c, "/number/value"),
                      "a range has no value beside it");
    } else if (is_range) {
        check_range(c, number);
    }
}
