/*
 * Wildcard matching over normalized code points. '*' is found in the raw pattern, before
 * normalization: NFKC turns other characters (U+FF0A, U+FE61) into asterisks, and those are not
 * wildcards. The pieces between wildcards are then looked for from left to right, each at its first
 * place (Knuth, Morris & Pratt 1977): with '*' as the only wildcard the first place is always good
 * enough.
 */
#include "domain/text_match.h"

#include <string.h>

#include "base/unicode.h"

enum { BLANK = ' ' };

/* Makes one blank of each run of blanks, in place; the ends are trimmed where they are ends of the
 * whole. */
static void collapse_blanks(struct code_points *points, bool is_first, bool is_last)
{
    size_t kept = 0;
    bool is_pending = false;
    for (size_t i = 0; i < points->count; i++) {
        if (unicode_is_blank(points->data[i])) {
            is_pending = kept > 0 || !is_first;
            continue;
        }
        if (is_pending) {
            points->data[kept++] = BLANK;
            is_pending = false;
        }
        points->data[kept++] = points->data[i];
    }
    if (is_pending && !is_last) {
        points->data[kept++] = BLANK;
    }
    points->count = kept;
}

struct pieces {
    struct code_points *items;
    size_t count;
};

/* Unescapes up to the next wildcard into `bytes` and returns what was written; *at is left on the
 * wildcard or at the end. */
static struct text take_piece(struct text pattern, size_t *at, char *bytes)
{
    size_t len = 0;
    for (; *at < pattern.len && pattern.data[*at] != '*'; (*at)++) {
        if (pattern.data[*at] == '\\' && *at + 1 < pattern.len && pattern.data[*at + 1] == '*') {
            (*at)++;
        }
        bytes[len++] = pattern.data[*at];
    }
    return (struct text){.data = bytes, .len = len};
}

static bool compile(struct arena *arena, struct text pattern, bool is_folding,
                    struct pieces *pieces)
{
    size_t wildcards_at_most = 0;
    for (size_t i = 0; i < pattern.len; i++) {
        wildcards_at_most += pattern.data[i] == '*' ? 1 : 0;
    }
    char *bytes = arena_alloc_bytes(arena, pattern.len + 1);
    pieces->items = arena_new_array(arena, wildcards_at_most + 1, struct code_points);
    pieces->count = 0;
    bool is_last = false;
    for (size_t at = 0; !is_last; at++) {
        const struct text raw = take_piece(pattern, &at, bytes);
        is_last = at >= pattern.len;
        struct code_points *piece = &pieces->items[pieces->count];
        if (!unicode_normalize(arena, raw, is_folding, piece)) {
            return false;
        }
        collapse_blanks(piece, pieces->count == 0, is_last);
        pieces->count++;
    }
    return true;
}

/* Whether `piece` stands in `whole` at `at`. */
static bool stands_at(const struct code_points *whole, size_t at, const struct code_points *piece)
{
    return piece->count == 0 ||
           (whole->count - at >= piece->count &&
            memcmp(whole->data + at, piece->data, piece->count * sizeof *piece->data) == 0);
}

/* border[i]: the length of the longest proper prefix of piece[0…i] that is also its end. */
static size_t *find_borders(struct arena *arena, const struct code_points *piece)
{
    size_t *border = arena_new_array(arena, piece->count, size_t);
    size_t length = 0;
    for (size_t i = 1; i < piece->count; i++) {
        while (length > 0 && piece->data[i] != piece->data[length]) {
            length = border[length - 1];
        }
        length += piece->data[i] == piece->data[length] ? 1 : 0;
        border[i] = length;
    }
    return border;
}

/* Moves *from behind the first place of `piece` in whole[*from … end); false where there is none.
 */
static bool skip_to_piece(struct arena *arena, const struct code_points *whole, size_t end,
                          const struct code_points *piece, size_t *from)
{
    if (piece->count == 0) {
        return true;
    }
    const size_t *border = find_borders(arena, piece);
    size_t length = 0;
    for (size_t i = *from; i < end; i++) {
        while (length > 0 && whole->data[i] != piece->data[length]) {
            length = border[length - 1];
        }
        length += whole->data[i] == piece->data[length] ? 1 : 0;
        if (length == piece->count) {
            *from = i + 1;
            return true;
        }
    }
    return false;
}

static bool match(struct arena *arena, const struct code_points *whole, const struct pieces *pieces)
{
    const struct code_points *first = &pieces->items[0];
    const struct code_points *last = &pieces->items[pieces->count - 1];
    if (pieces->count == 1) {
        return whole->count == first->count && stands_at(whole, 0, first);
    }
    if (whole->count < first->count + last->count || !stands_at(whole, 0, first) ||
        !stands_at(whole, whole->count - last->count, last)) {
        return false;
    }
    size_t at = first->count;
    for (size_t i = 1; i + 1 < pieces->count; i++) {
        if (!skip_to_piece(arena, whole, whole->count - last->count, &pieces->items[i], &at)) {
            return false;
        }
    }
    return true;
}

bool text_match_holds(struct arena *arena, struct text response, struct text accepted,
                      bool is_case_sensitive)
{
    struct code_points whole;
    struct pieces pieces;
    if (!unicode_normalize(arena, response, !is_case_sensitive, &whole) ||
        !compile(arena, accepted, !is_case_sensitive, &pieces)) {
        return false;
    }
    collapse_blanks(&whole, true, true);
    return match(arena, &whole, &pieces);
}
