/*
 * A thin layer over utf8proc: no allocation of its own (its mapping functions that call malloc are
 * not used), lengths instead of terminators, and no error codes beyond "these bytes are not UTF-8".
 */
#include "base/unicode.h"

#include <utf8proc.h>

/* Most text is ASCII: it is told without a table. */
static bool is_ascii(int32_t code_point)
{
    return code_point >= 0 && code_point < 0x80;
}

size_t unicode_next(struct text t, size_t at, int32_t *code_point)
{
    if (at < t.len && (unsigned char)t.data[at] < 0x80U) {
        *code_point = (unsigned char)t.data[at];
        return 1;
    }
    const utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)t.data + at,
                                                   (utf8proc_ssize_t)(t.len - at), code_point);
    return used > 0 ? (size_t)used : 0;
}

size_t unicode_encode(int32_t code_point, char out[UNICODE_UTF8_BYTES])
{
    const utf8proc_ssize_t length = utf8proc_encode_char(code_point, (utf8proc_uint8_t *)out);
    return length > 0 ? (size_t)length : 0;
}

bool unicode_normalize(struct arena *arena, struct text t, bool is_folding, struct code_points *out)
{
    const int form = UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE;
    const utf8proc_option_t options =
        (utf8proc_option_t)(is_folding ? form | UTF8PROC_CASEFOLD : form);
    const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)t.data;
    *out = (struct code_points){.data = NULL, .count = 0};
    if (t.len == 0) {
        return true;
    }
    const utf8proc_ssize_t size =
        utf8proc_decompose(bytes, (utf8proc_ssize_t)t.len, NULL, 0, options);
    if (size < 0) {
        return false;
    }
    out->data = arena_new_array(arena, (size_t)size, int32_t);
    const utf8proc_ssize_t decomposed =
        utf8proc_decompose(bytes, (utf8proc_ssize_t)t.len, out->data, size, options);
    if (decomposed != size) {
        return false;
    }
    const utf8proc_ssize_t count = utf8proc_normalize_utf32(out->data, size, options);
    out->count = count > 0 ? (size_t)count : 0;
    return count >= 0;
}

int32_t unicode_lower(int32_t code_point)
{
    return utf8proc_tolower(code_point);
}

bool unicode_is_word(int32_t code_point)
{
    if (is_ascii(code_point)) {
        return (code_point >= 'a' && code_point <= 'z') ||
               (code_point >= 'A' && code_point <= 'Z') ||
               (code_point >= '0' && code_point <= '9') || code_point == '_';
    }
    const utf8proc_category_t category = utf8proc_category(code_point);
    return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NL) ||
           category == UTF8PROC_CATEGORY_PC;
}

bool unicode_is_blank(int32_t code_point)
{
    if (is_ascii(code_point)) {
        return code_point == ' ' || (code_point >= '\t' && code_point <= '\r');
    }
    const utf8proc_category_t category = utf8proc_category(code_point);
    return code_point == 0x85 ||
           (category >= UTF8PROC_CATEGORY_ZS && category <= UTF8PROC_CATEGORY_ZP);
}
