/*
 * A growing piece of text in an arena, with a ceiling that is declared when it is made. Appending
 * never fails on the spot: what goes past the ceiling is dropped and remembered, and `buffer_text`
 * reports it once at the end.
 */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

struct buffer {
    struct arena *arena;
    char *data;
    size_t len;
    size_t capacity;
    size_t ceiling;
    bool is_over;
};

void buffer_init(struct buffer *buffer, struct arena *arena, size_t ceiling_bytes);
void buffer_append(struct buffer *buffer, struct text piece);
void buffer_append_char(struct buffer *buffer, char c);
void buffer_append_i64(struct buffer *buffer, int64_t value);
void buffer_printf(struct buffer *buffer, const char *format, ...) PRINTF_LIKE(2, 3);
/* A JSON string with its quotes. The text must be UTF-8; bytes that are not are replaced by U+FFFD.
 */
void buffer_append_json_string(struct buffer *buffer, struct text value);
/* What was written, NUL-terminated, in the arena. ERROR_INTERNAL where it went past the ceiling. */
NODISCARD bool buffer_text(struct buffer *buffer, struct text *out, struct error *err);

#endif
