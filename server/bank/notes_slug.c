/* Slugs of headings, and the counter that makes them unique: github-slugger's, so that "a", "a",
 * "a-1" become "a", "a-1", "a-1-1". */
#include "bank/notes_slug.h"

#include <string.h>

#include "base/unicode.h"

static const struct text NAMELESS = {.data = "section", .len = 7};

/* Appends a kept code point in lower case. */
static size_t append_lower(char *out, size_t len, int32_t code_point)
{
    char bytes[UNICODE_UTF8_BYTES];
    const size_t size = unicode_encode(unicode_lower(code_point), bytes);
    memcpy(out + len, bytes, size);
    return len + size;
}

static struct text slug_of(struct arena *arena, struct text title, bool is_trimmed)
{
    /* Lower case may be one byte longer than upper case (U+023A: 2 bytes, its lower case 3). */
    char *out = arena_alloc_bytes(arena, 2 * title.len + 1);
    size_t len = 0;
    size_t kept_len = 0; /* up to the last code point that is no blank */
    size_t used = 0;
    for (size_t at = 0; at < title.len; at += used) {
        int32_t c = 0;
        used = unicode_next(title, at, &c);
        if (used == 0) {
            break;
        }
        if (c == '-' || unicode_is_word(c)) {
            len = append_lower(out, len, c);
            kept_len = len;
        } else if (c == ' ' && !(is_trimmed && len == 0)) {
            out[len++] = '-';
        }
    }
    const size_t end = is_trimmed ? kept_len : len;
    return end == 0 ? NAMELESS : (struct text){.data = out, .len = end};
}

struct text notes_slug_anchor(struct arena *arena, struct text title)
{
    return slug_of(arena, title, false);
}

struct text notes_slug_segment(struct arena *arena, struct text title)
{
    struct text slug = slug_of(arena, title, true);
    if (slug.len > NOTES_SEGMENT_BYTES_MAX) {
        slug.len = NOTES_SEGMENT_BYTES_MAX;
        while (!text_is_utf8(slug)) {
            slug.len--;
        }
    }
    return slug;
}

struct text notes_slug_unique(struct text_map *taken, struct text slug)
{
    const size_t *found = text_map_find(taken, slug);
    if (found == NULL) {
        text_map_add(taken, slug, 0);
        return slug;
    }
    size_t count = *found;
    struct text name = slug;
    while (text_map_find(taken, name) != NULL) {
        count++;
        name = arena_printf(taken->arena, "%.*s-%zu", TEXT_ARG(slug), count);
    }
    *text_map_find(taken, slug) = count;
    text_map_add(taken, name, 0);
    return name;
}
