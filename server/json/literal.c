/*
 * Numbers and whole JSON values to text. Integers are written without printf, and nothing depends
 * on a locale (none is ever set).
 */
#include "json/literal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REAL_BYTES = 32 };

/* Below this every integer has at most 15 digits. */
static const double LARGEST_PLAIN = 1e15;

/* Estimates are rounded to a few decimals: what is a whole number of these, exactly, needs no
 * printf. */
static const double MICROS = 1e6;

/* `units` of the last of `decimals` places, without needless zeros. */
static struct text format_decimal(int64_t units, size_t decimals, char out[LITERAL_MILLI_BYTES])
{
    const uint64_t size = units < 0 ? UINT64_C(0) - (uint64_t)units : (uint64_t)units;
    size_t start = LITERAL_MILLI_BYTES - 1;
    size_t end = start;
    out[end] = '\0';
    uint64_t rest = size;
    for (size_t digit = 0; digit <= decimals || rest > 0; digit++) {
        start--;
        out[start] = (char)('0' + (char)(rest % 10));
        rest /= 10;
        if (digit == decimals - 1) {
            start--;
            out[start] = '.';
        }
    }
    while (out[end - 1] == '0') {
        end--;
    }
    end -= out[end - 1] == '.' ? 1U : 0U;
    out[end] = '\0';
    if (units < 0) {
        start--;
        out[start] = '-';
    }
    return (struct text){.data = out + start, .len = end - start};
}

struct text literal_format_milli(int64_t thousandths, char out[LITERAL_MILLI_BYTES])
{
    return format_decimal(thousandths, 3, out);
}

void literal_append_milli(struct buffer *buffer, int64_t thousandths)
{
    char out[LITERAL_MILLI_BYTES];
    buffer_append(buffer, literal_format_milli(thousandths, out));
}

static void append_digits(struct buffer *buffer, double value, int digits)
{
    char out[REAL_BYTES];
    const int length = snprintf(out, sizeof out, "%.*g", digits, value); /* at most 24 bytes */
    buffer_append(buffer, (struct text){.data = out, .len = length < 0 ? 0 : (size_t)length});
}

void literal_append_real(struct buffer *buffer, double value)
{
    if (!isfinite(value)) {
        buffer_append(buffer, TEXT("null"));
        return;
    }
    if (value == floor(value) && fabs(value) < LARGEST_PLAIN) {
        buffer_append_i64(buffer, (int64_t)value); /* minus zero becomes 0 */
        return;
    }
    const double micros = round(value * MICROS);
    if (fabs(micros) < LARGEST_PLAIN && micros / MICROS == value) {
        char out[REAL_BYTES];
        buffer_append(buffer, format_decimal((int64_t)micros, 6, out));
        return;
    }
    append_digits(buffer, value, 15);
}

void literal_append_exact(struct buffer *buffer, double value)
{
    char out[REAL_BYTES];
    if (!isfinite(value)) {
        buffer_append(buffer, TEXT("null"));
        return;
    }
    (void)snprintf(out, sizeof out, "%.15g", value); /* fits: at most 22 bytes */
    if (strtod(out, NULL) == value) {
        literal_append_real(buffer, value);
        return;
    }
    append_digits(buffer, value, 17);
}

json_t *literal_iterable(const json_t *object)
{
    json_t *same = NULL;
    memcpy(&same, &object, sizeof(void *));
    return same;
}

void literal_release(void *value)
{
    json_decref(value);
}

static void append_array(struct buffer *buffer, const json_t *array)
{
    buffer_append_char(buffer, '[');
    for (size_t i = 0; i < json_array_size(array); i++) {
        if (i > 0) {
            buffer_append_char(buffer, ',');
        }
        literal_append_json(buffer, json_array_get(array, i));
    }
    buffer_append_char(buffer, ']');
}

static void append_object(struct buffer *buffer, const json_t *object)
{
    buffer_append_char(buffer, '{');
    const char *separator = "";
    const char *key = NULL;
    const json_t *item = NULL;
    json_object_foreach (literal_iterable(object), key, item) {
        buffer_append(buffer, text_of(separator));
        buffer_append_json_string(buffer, text_of(key));
        buffer_append_char(buffer, ':');
        literal_append_json(buffer, item);
        separator = ",";
    }
    buffer_append_char(buffer, '}');
}

void literal_append_json(struct buffer *buffer, const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        append_object(buffer, value);
        break;
    case JSON_ARRAY:
        append_array(buffer, value);
        break;
    case JSON_STRING:
        buffer_append_json_string(buffer, (struct text){.data = json_string_value(value),
                                                        .len = json_string_length(value)});
        break;
    case JSON_INTEGER:
        buffer_append_i64(buffer, json_integer_value(value));
        break;
    case JSON_REAL:
        literal_append_exact(buffer, json_real_value(value));
        break;
    case JSON_TRUE:
        buffer_append(buffer, TEXT("true"));
        break;
    case JSON_FALSE:
        buffer_append(buffer, TEXT("false"));
        break;
    case JSON_NULL:
        buffer_append(buffer, TEXT("null"));
        break;
    }
}
