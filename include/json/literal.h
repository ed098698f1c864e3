/*
 * Values as they stand on the wire. Only for the files of this layer; callers use json/codec.h.
 */
#ifndef JSON_LITERAL_H
#define JSON_LITERAL_H

#include <jansson.h>

#include "base/buffer.h"

enum { LITERAL_MILLI_BYTES = 24 };

/* The shortest decimal: 1000 → 1, 660 → 0.66, -5 → -0.005; NUL-terminated over `out`. */
struct text literal_format_milli(int64_t thousandths, char out[LITERAL_MILLI_BYTES]);
void literal_append_milli(struct buffer *buffer, int64_t thousandths);
/* Up to 15 significant digits; null for what JSON cannot say (infinities, NaN). */
void literal_append_real(struct buffer *buffer, double value);
/* As many as it takes to read the same number again: for what somebody sent. */
void literal_append_exact(struct buffer *buffer, double value);
/* Any JSON value, its numbers exact. */
void literal_append_json(struct buffer *buffer, const json_t *value);
/* jansson's iterators take objects that are not const, though they change nothing. */
json_t *literal_iterable(const json_t *object);
/* json_decref in the form that arena_defer takes. */
void literal_release(void *value);

#endif
