/* A recursive descent over the grammar
 *
 *   sum     = product { ( "+" | "-" ) product }
 *   product = signed { ( "*" | "/" ) signed }
 *   signed  = { "-" | "+" } power
 *   power   = primary [ "^" signed ]
 *   primary = number | "(" sum ")" | name "(" sum { "," sum } ")"
 *
 * The first fault stops it: every function returns at once when `why` is set. Depth is counted
 * where the grammar comes back to itself.
 */
#include "bank/expression.h"

#include <math.h>

#include "base/compiler.h"

enum { FRACTION_DIGITS_MAX = 30 }; /* read; the others change nothing */

static const double NOISE = 1e-9;

struct parser {
    struct text source;
    size_t at;
    size_t depth;
    struct expression_fault *fault;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

static char peek(struct parser *parser)
{
    while (parser->at < parser->source.len &&
           (parser->source.data[parser->at] == ' ' || parser->source.data[parser->at] == '\t')) {
        parser->at++;
    }
    if (parser->at == parser->source.len) {
        return '\0';
    }
    return parser->source.data[parser->at];
}

static bool take(struct parser *parser, char wanted)
{
    if (peek(parser) != wanted || parser->at >= parser->source.len) {
        return false;
    }
    parser->at++;
    return true;
}

/* Keeps the first fault. Returns false. */
static bool fail(struct parser *parser, size_t at, const char *why)
{
    if (parser->fault->why == NULL) {
        *parser->fault = (struct expression_fault){.column = at + 1, .why = why};
    }
    return false;
}

/* Digits with an optional fraction, as integer / power of ten: both are exact, so the quotient is
 * the nearest double. Returns the length, 0 where no number begins here. */
static size_t scan_number(struct text source, size_t at, double *value, size_t *digit_count)
{
    double digits = 0.0;
    double scale = 1.0;
    bool is_fraction = false;
    size_t end = at;
    *digit_count = 0;
    for (; end < source.len; end++) {
        const char c = source.data[end];
        if (c == '.' && !is_fraction && *digit_count > 0 && end + 1 < source.len &&
            is_digit(source.data[end + 1])) {
            is_fraction = true;
            continue;
        }
        if (!is_digit(c)) {
            break;
        }
        (*digit_count)++;
        if (is_fraction && *digit_count > FRACTION_DIGITS_MAX) {
            continue; /* so that the scale stays finite */
        }
        digits = digits * 10.0 + (c - '0');
        scale = is_fraction ? scale * 10.0 : scale;
    }
    *value = digits / scale;
    return end - at;
}

static bool read_number(struct parser *parser, double *value)
{
    size_t digit_count = 0;
    const size_t start = parser->at;
    parser->at += scan_number(parser->source, start, value, &digit_count);
    return digit_count <= EXPRESSION_DIGITS_MAX ||
           fail(parser, start, "this number has too many digits");
}

static bool read_sum(struct parser *parser, double *value);
static bool read_signed(struct parser *parser, double *value);

static double nearest_if_noise(double x)
{
    const double nearest = round(x);
    return fabs(x - nearest) <= NOISE * fmax(1.0, fabs(x)) ? nearest : x;
}

static double ceil_of(double x)
{
    return ceil(nearest_if_noise(x));
}

static double floor_of(double x)
{
    return floor(nearest_if_noise(x));
}

/* Functions of one argument, and those that fold any number of arguments into one. */
static const struct function {
    struct text name;
    double (*map)(double);
    double (*fold)(double, double);
} FUNCTIONS[] = {
    {TEXT_INIT("ceil"), ceil_of, NULL}, {TEXT_INIT("floor"), floor_of, NULL},
    {TEXT_INIT("round"), round, NULL},  {TEXT_INIT("min"), NULL, fmin},
    {TEXT_INIT("max"), NULL, fmax},
};

static const struct function *find_function(struct text name)
{
    for (size_t i = 0; i < COUNT_OF(FUNCTIONS); i++) {
        if (text_equal(FUNCTIONS[i].name, name)) {
            return &FUNCTIONS[i];
        }
    }
    return NULL;
}

/* What stands between the brackets of a call, and the closing one. */
static bool read_arguments(struct parser *parser, const struct function *function, double *value)
{
    if (!read_sum(parser, value)) {
        return false;
    }
    while (function->fold != NULL && take(parser, ',')) {
        double next = 0.0;
        if (!read_sum(parser, &next)) {
            return false;
        }
        *value = function->fold(*value, next);
    }
    if (!take(parser, ')')) {
        return fail(parser, parser->at,
                    peek(parser) == ',' ? "this function has one argument" : "a ')' is missing");
    }
    if (function->map != NULL) {
        *value = function->map(*value);
    }
    return true;
}

static bool read_call(struct parser *parser, double *value)
{
    const size_t start = parser->at;
    while (parser->at < parser->source.len && is_letter(parser->source.data[parser->at])) {
        parser->at++;
    }
    const struct function *function =
        find_function(text_slice(parser->source, start, parser->at - start));
    if (function == NULL) {
        return fail(parser, start, "there is no such function");
    }
    if (!take(parser, '(')) {
        return fail(parser, parser->at, "a '(' is missing");
    }
    return read_arguments(parser, function, value);
}

static bool read_primary(struct parser *parser, double *value)
{
    const char c = peek(parser);
    if (is_digit(c)) {
        return read_number(parser, value);
    }
    if (is_letter(c)) {
        return read_call(parser, value);
    }
    if (take(parser, '(')) {
        return read_sum(parser, value) &&
               (take(parser, ')') || fail(parser, parser->at, "a ')' is missing"));
    }
    return fail(parser, parser->at, "a number, a function or a '(' is missing");
}

static bool read_power(struct parser *parser, double *value)
{
    if (!read_primary(parser, value)) {
        return false;
    }
    if (peek(parser) != '^') {
        return true;
    }
    const size_t operator_at = parser->at++;
    double exponent = 0.0;
    if (!read_signed(parser, &exponent)) {
        return false;
    }
    *value = pow(*value, exponent);
    return isfinite(*value) || fail(parser, operator_at, "this power has no finite value");
}

static bool read_signed(struct parser *parser, double *value)
{
    bool is_negative = false;
    parser->depth++;
    if (parser->depth > EXPRESSION_DEPTH_MAX) {
        return fail(parser, parser->at, "this is nested too deep");
    }
    while (peek(parser) == '-' || peek(parser) == '+') {
        is_negative = take(parser, '-') ? !is_negative : is_negative;
        (void)take(parser, '+'); /* changes nothing */
    }
    if (!read_power(parser, value)) {
        return false;
    }
    parser->depth--;
    *value = is_negative ? -*value : *value;
    return true;
}

static bool read_product(struct parser *parser, double *value)
{
    if (!read_signed(parser, value)) {
        return false;
    }
    while (peek(parser) == '*' || peek(parser) == '/') {
        const size_t operator_at = parser->at;
        const bool is_division = take(parser, '/');
        double factor = 0.0;
        if ((!is_division && !take(parser, '*')) || !read_signed(parser, &factor)) {
            return false;
        }
        if (is_division && fpclassify(factor) == FP_ZERO) {
            return fail(parser, operator_at, "this divides by zero");
        }
        *value = is_division ? *value / factor : *value * factor;
        if (!isfinite(*value)) {
            return fail(parser, operator_at, "this has no finite value");
        }
    }
    return true;
}

static bool read_sum(struct parser *parser, double *value)
{
    if (!read_product(parser, value)) {
        return false;
    }
    while (peek(parser) == '+' || peek(parser) == '-') {
        const bool is_difference = take(parser, '-');
        double term = 0.0;
        if ((!is_difference && !take(parser, '+')) || !read_product(parser, &term)) {
            return false;
        }
        *value = is_difference ? *value - term : *value + term;
    }
    return true;
}

bool expression_evaluate(struct text source, double *value, struct expression_fault *fault)
{
    struct parser parser = {.source = source, .fault = fault};
    *fault = (struct expression_fault){.column = 0, .why = NULL};
    *value = 0.0;
    if (!read_sum(&parser, value)) {
        return false;
    }
    (void)peek(&parser); /* trailing blanks */
    if (parser.at < source.len) {
        return fail(&parser, parser.at, "an operator is missing");
    }
    return isfinite(*value) || fail(&parser, 0, "this has no finite value");
}

bool expression_next_number(struct text source, size_t *at, double *value)
{
    for (size_t i = *at; i < source.len; i++) {
        size_t digit_count = 0;
        const size_t length = scan_number(source, i, value, &digit_count);
        if (length > 0) {
            *at = i + length;
            return true;
        }
    }
    *at = source.len;
    return false;
}
