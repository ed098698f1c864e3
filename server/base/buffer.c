/*
 * Growing text: capacity doubles inside the arena up to the declared ceiling, in place while
 * nothing else was allocated. A piece that would go past it is dropped whole, and so is everything
 * after it, so that what is kept is always a true beginning of what was written.
 *
 * A buffer without an arena writes into the bytes that its owner gave it (data, capacity = ceiling)
 * and never grows.
 */
#include "base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <utf8proc.h>

enum { BUFFER_BYTES_MIN = 256 };

void buffer_init(struct buffer *buffer, struct arena *arena, size_t ceiling_bytes)
{
    *buffer = (struct buffer){.arena = arena, .ceiling = ceiling_bytes};
}

static void grow(struct buffer *buffer, size_t needed)
{
    size_t capacity = buffer->capacity < BUFFER_BYTES_MIN ? BUFFER_BYTES_MIN : buffer->capacity;
    while (capacity < needed) {
        capacity = capacity > buffer->ceiling / 2 ? buffer->ceiling : capacity * 2;
    }
    if (buffer->capacity > 0 &&
        arena_extend(buffer->arena, buffer->data, buffer->capacity, capacity)) {
        buffer->capacity = capacity;
        return;
    }
    char *data = arena_alloc_bytes(buffer->arena, capacity);
    if (buffer->len > 0) {
        memcpy(data, buffer->data, buffer->len);
    }
    buffer->data = data;
    buffer->capacity = capacity;
}

/* Whether `size` more bytes may be written at data + len; makes the room for them. */
static bool reserve(struct buffer *buffer, size_t size)
{
    if (buffer->is_over || size > buffer->ceiling - buffer->len) {
        buffer->is_over = true;
        return false;
    }
    if (size > buffer->capacity - buffer->len) {
        grow(buffer, buffer->len + size);
    }
    return true;
}

void buffer_append(struct buffer *buffer, struct text piece)
{
    if (piece.len > 0 && reserve(buffer, piece.len)) {
        memcpy(buffer->data + buffer->len, piece.data, piece.len);
        buffer->len += piece.len;
    }
}

void buffer_append_char(struct buffer *buffer, char c)
{
    if (reserve(buffer, 1)) {
        buffer->data[buffer->len] = c;
        buffer->len++;
    }
}

void buffer_append_i64(struct buffer *buffer, int64_t value)
{
    char digits[20]; /* 19 digits and a sign */
    size_t start = sizeof digits;
    uint64_t rest = value < 0 ? UINT64_C(0) - (uint64_t)value : (uint64_t)value;
    do {
        start--;
        digits[start] = (char)('0' + (char)(rest % 10));
        rest /= 10;
    } while (rest > 0);
    if (value < 0) {
        start--;
        digits[start] = '-';
    }
    buffer_append(buffer, (struct text){.data = digits + start, .len = sizeof digits - start});
}

void buffer_printf(struct buffer *buffer, const char *format, ...)
{
    va_list arguments;
    va_list again;
    va_start(arguments, format);
    va_copy(again, arguments);
    char small[256];
    const int length = vsnprintf(small, sizeof small, format, arguments);
    va_end(arguments);
    if (length < 0) {
        buffer->is_over = true;
    } else if ((size_t)length < sizeof small) {
        buffer_append(buffer, (struct text){.data = small, .len = (size_t)length});
    } else if (reserve(buffer, (size_t)length + 1)) { /* vsnprintf insists on its NUL */
        (void)vsnprintf(buffer->data + buffer->len, (size_t)length + 1, format,
                        again); /* the same length again */
        buffer->len += (size_t)length;
    }
    va_end(again);
}

static void append_escaped(struct buffer *buffer, unsigned char c)
{
    static const char HEX[] = "0123456789abcdef";
    char short_form = '\0';
    switch (c) {
    case '"':
    case '\\':
        short_form = (char)c;
        break;
    case '\n':
        short_form = 'n';
        break;
    case '\r':
        short_form = 'r';
        break;
    case '\t':
        short_form = 't';
        break;
    case '\b':
        short_form = 'b';
        break;
    case '\f':
        short_form = 'f';
        break;
    default:
        break;
    }
    if (short_form != '\0') {
        const char pair[2] = {'\\', short_form};
        buffer_append(buffer, (struct text){.data = pair, .len = sizeof pair});
        return;
    }
    const char escape[6] = {'\\', 'u', '0', '0', HEX[c >> 4U], HEX[c & 0xFU]};
    buffer_append(buffer, (struct text){.data = escape, .len = sizeof escape});
}

/* How many bytes from `at` on need no escape and are UTF-8. */
static size_t plain_run(struct text value, size_t at)
{
    const size_t start = at;
    while (at < value.len) {
        const unsigned char c = (unsigned char)value.data[at];
        if (c < 0x80) {
            if (c < 0x20 || c == '"' || c == '\\') {
                break;
            }
            at++;
            continue;
        }
        const size_t room = value.len - at;
        utf8proc_int32_t code_point = 0;
        const utf8proc_ssize_t used =
            utf8proc_iterate((const utf8proc_uint8_t *)value.data + at,
                             room < 4 ? (utf8proc_ssize_t)room : 4, &code_point);
        if (used <= 0) {
            break;
        }
        at += (size_t)used;
    }
    return at - start;
}

void buffer_append_json_string(struct buffer *buffer, struct text value)
{
    buffer_append_char(buffer, '"');
    size_t at = 0;
    while (at < value.len) {
        const size_t run = plain_run(value, at);
        buffer_append(buffer, text_slice(value, at, run));
        at += run;
        if (at == value.len) {
            break;
        }
        const unsigned char c = (unsigned char)value.data[at];
        if (c < 0x80) {
            append_escaped(buffer, c);
        } else {
            buffer_append(buffer, TEXT("\xEF\xBF\xBD")); /* U+FFFD REPLACEMENT CHARACTER */
        }
        at++;
    }
    buffer_append_char(buffer, '"');
}

bool buffer_text(struct buffer *buffer, struct text *out, struct error *err)
{
    if (buffer->is_over) {
        return error_set(err, ERROR_INTERNAL, "The result is larger than %zu bytes.",
                         buffer->ceiling);
    }
    /* The NUL is not text: it may stand one past the ceiling. */
    if (buffer->len == buffer->capacity) {
        const struct text kept = {.data = buffer->len == 0 ? "" : buffer->data, .len = buffer->len};
        *out = arena_copy(buffer->arena, kept);
        return true;
    }
    buffer->data[buffer->len] = '\0';
    *out = (struct text){.data = buffer->data, .len = buffer->len};
    return true;
}
