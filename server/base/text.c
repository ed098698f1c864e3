/*
 * Strings with their length: comparing, cutting, counting. Nothing here allocates or writes to the
 * bytes it is given; everything that returns a text returns a window onto its argument. Locale
 * plays no part: letters and digits are ASCII where nothing else is said.
 */
#include "base/text.h"

#include <string.h>

#include <utf8proc.h>

struct text text_of(const char *string)
{
    if (string == NULL) {
        return TEXT_ABSENT;
    }
    return (struct text){.data = string, .len = strlen(string)};
}

bool text_equal(struct text a, struct text b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

bool text_equal_ignoring_case(struct text a, struct text b)
{
    if (a.len != b.len) {
        return false;
    }
    for (size_t i = 0; i < a.len; i++) {
        if (lower(a.data[i]) != lower(b.data[i])) {
            return false;
        }
    }
    return true;
}

bool text_starts_with(struct text whole, struct text prefix)
{
    return whole.len >= prefix.len && text_equal(text_slice(whole, 0, prefix.len), prefix);
}

int text_compare(struct text a, struct text b)
{
    const size_t shorter = a.len < b.len ? a.len : b.len;
    const int order = shorter == 0 ? 0 : memcmp(a.data, b.data, shorter);
    if (order != 0) {
        return order;
    }
    return a.len < b.len ? -1 : (a.len > b.len ? 1 : 0);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct text text_trim(struct text whole)
{
    struct text inner = whole;
    while (inner.len > 0 && is_blank(inner.data[inner.len - 1])) {
        inner.len--;
    }
    while (inner.len > 0 && is_blank(inner.data[0])) {
        inner.data++;
        inner.len--;
    }
    return inner;
}

struct text text_slice(struct text whole, size_t from, size_t count)
{
    if (whole.data == NULL) {
        return TEXT_ABSENT;
    }
    const size_t start = from < whole.len ? from : whole.len;
    const size_t room = whole.len - start;
    return (struct text){.data = whole.data + start, .len = count < room ? count : room};
}

bool text_split(struct text whole, char separator, struct text *head, struct text *rest)
{
    const char *found = whole.len == 0 ? NULL : memchr(whole.data, separator, whole.len);
    if (found == NULL) {
        *head = whole;
        *rest = TEXT_ABSENT;
        return false;
    }
    const size_t at = (size_t)(found - whole.data);
    *head = text_slice(whole, 0, at);
    *rest = text_slice(whole, at + 1, whole.len);
    return true;
}

bool text_is_utf8(struct text t)
{
    size_t at = 0;
    while (at < t.len) {
        if ((unsigned char)t.data[at] < 0x80) {
            at++;
            continue;
        }
        const size_t room = t.len - at;
        utf8proc_int32_t code_point = 0;
        /* Four bytes are the longest form: the length given never needs to be more. */
        const utf8proc_ssize_t used =
            utf8proc_iterate((const utf8proc_uint8_t *)t.data + at,
                             room < 4 ? (utf8proc_ssize_t)room : 4, &code_point);
        if (used <= 0) {
            return false;
        }
        at += (size_t)used;
    }
    return true;
}

size_t text_count_code_points(struct text t)
{
    size_t count = 0;
    for (size_t i = 0; i < t.len; i++) {
        /* Every byte but a continuation byte (10xxxxxx) begins a code point. */
        count += ((unsigned char)t.data[i] & 0xC0U) != 0x80U ? 1U : 0U;
    }
    return count;
}

bool text_to_i64(struct text t, int64_t *value)
{
    const bool is_negative = t.len > 0 && t.data[0] == '-';
    size_t at = is_negative ? 1 : 0;
    if (at == t.len) {
        return false;
    }
    int64_t sum = 0;
    for (; at < t.len; at++) {
        const char c = t.data[at];
        if (c < '0' || c > '9' || mul_overflows(sum, 10, &sum)) {
            return false;
        }
        /* Towards the sign, so that the lowest int64_t is reached without overflow. */
        const int digit = c - '0';
        if (is_negative ? sub_overflows(sum, digit, &sum) : add_overflows(sum, digit, &sum)) {
            return false;
        }
    }
    *value = sum;
    return true;
}

static bool is_slug_end(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool text_is_slug(struct text t, size_t max_len)
{
    if (t.len == 0 || t.len > max_len || !is_slug_end(t.data[0]) ||
        !is_slug_end(t.data[t.len - 1])) {
        return false;
    }
    for (size_t i = 0; i < t.len; i++) {
        if (!is_slug_end(t.data[i]) && t.data[i] != '-') {
            return false;
        }
    }
    return true;
}

/* FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv/ (64-bit offset basis and prime). */
uint64_t text_hash(struct text t)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < t.len; i++) {
        hash ^= (unsigned char)t.data[i];
        hash *= UINT64_C(0x100000001b3);
    }
    return hash;
}
