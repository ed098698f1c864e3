/*
 * Reading the bytes of a notes file. CommonMark ends a line at LF, CR LF and a lone CR alike, so
 * all three become LF: section bodies, and with them the content hashes, do not depend on the
 * system the file was written on. NUL becomes U+FFFD, as CommonMark has it.
 */
#include "bank/notes_source.h"

#include <string.h>

#include "base/limits.h"
#include "base/unicode.h"

static const struct text BYTE_ORDER_MARK = {.data = "\xEF\xBB\xBF", .len = 3};
static const struct text REPLACEMENT = {.data = "\xEF\xBF\xBD", .len = 3};

/* Whether a line ends at `at`: its last byte. */
static bool is_line_end(struct text bytes, size_t at)
{
    const bool is_followed_by_lf = at + 1 < bytes.len && bytes.data[at + 1] == '\n';
    return bytes.data[at] == '\n' || (bytes.data[at] == '\r' && !is_followed_by_lf);
}

bool notes_source_find_bad_utf8(struct text bytes, size_t *line, size_t *column)
{
    if (text_is_utf8(bytes)) {
        return false;
    }
    *line = 1;
    *column = 1;
    int32_t code_point = 0;
    size_t used = 0;
    for (size_t at = 0; at < bytes.len; at += used) {
        used = unicode_next(bytes, at, &code_point);
        if (used == 0) {
            break;
        }
        *column += 1;
        if (is_line_end(bytes, at)) {
            *line += 1;
            *column = 1;
        }
    }
    return true;
}

/* A copy with LF line ends and without NUL; counts the lines. */
static struct text clean(struct arena *arena, struct text bytes, size_t *line_count,
                         size_t *nul_line)
{
    size_t nul_count = 0;
    for (size_t i = 0; i < bytes.len; i++) {
        nul_count += bytes.data[i] == '\0' ? 1 : 0;
    }
    char *out = arena_alloc_bytes(arena, bytes.len + nul_count * (REPLACEMENT.len - 1) + 1);
    size_t len = 0;
    *line_count = 0;
    *nul_line = 0;
    for (size_t i = 0; i < bytes.len; i++) {
        if (bytes.data[i] == '\0') {
            memcpy(out + len, REPLACEMENT.data, REPLACEMENT.len);
            len += REPLACEMENT.len;
            *nul_line = *nul_line == 0 ? *line_count + 1 : *nul_line;
        } else if (is_line_end(bytes, i)) {
            out[len++] = '\n';
            *line_count += 1;
        } else if (bytes.data[i] != '\r') {
            out[len++] = bytes.data[i];
        }
    }
    if (len > 0 && out[len - 1] != '\n') {
        *line_count += 1; /* the last line has no end */
    }
    return (struct text){.data = out, .len = len};
}

static void index_lines(struct arena *arena, struct notes_source *source)
{
    uint32_t *starts = arena_new_array(arena, source->line_count + 1, uint32_t);
    size_t line = 1;
    for (size_t i = 0; i < source->text.len && line < source->line_count; i++) {
        if (source->text.data[i] == '\n') {
            starts[line++] = (uint32_t)(i + 1);
        }
    }
    starts[source->line_count] = (uint32_t)source->text.len;
    source->line_starts = starts;
}

struct text notes_source_line(const struct notes_source *source, size_t line)
{
    const size_t start = source->line_starts[line - 1];
    size_t end = source->line_starts[line];
    if (end > start && source->text.data[end - 1] == '\n') {
        end--;
    }
    return text_slice(source->text, start, end - start);
}

static bool is_blank_line(const struct notes_source *source, size_t line)
{
    return text_trim(notes_source_line(source, line)).len == 0;
}

size_t notes_source_last_line(const struct notes_source *source, size_t from, size_t to)
{
    size_t last = to;
    while (last >= from && is_blank_line(source, last)) {
        last--;
    }
    return last;
}

struct text notes_source_lines(const struct notes_source *source, size_t from, size_t to)
{
    size_t first = from;
    while (first <= to && is_blank_line(source, first)) {
        first++;
    }
    if (first > to) {
        return TEXT("");
    }
    const struct text last = notes_source_line(source, notes_source_last_line(source, first, to));
    const size_t start = source->line_starts[first - 1];
    return text_slice(source->text, start,
                      (size_t)(last.data + last.len - (source->text.data + start)));
}

static bool is_front_matter_fence(struct text line, bool is_closing)
{
    while (line.len > 0 && (line.data[line.len - 1] == ' ' || line.data[line.len - 1] == '\t')) {
        line.len--;
    }
    return text_equal(line, TEXT("---")) || (is_closing && text_equal(line, TEXT("...")));
}

/* YAML front matter: between a first line "---" and the next line "---" or "...". Without the
 * second, the first is a thematic break. */
static size_t find_first_line(const struct notes_source *source)
{
    if (source->line_count == 0 || !is_front_matter_fence(notes_source_line(source, 1), false)) {
        return 1;
    }
    for (size_t line = 2; line <= source->line_count; line++) {
        if (is_front_matter_fence(notes_source_line(source, line), true)) {
            return line + 1;
        }
    }
    return 1;
}

bool notes_source_read(struct arena *arena, struct text name, struct text bytes,
                       struct notes_source *source, struct diagnostics *diagnostics)
{
    struct spot spot = {.file = name};
    if (bytes.len > LIMIT_NOTES_BYTES) {
        diagnostics_add(diagnostics, SEVERITY_ERROR, spot, "too_large",
                        "notes may have at most %d bytes, these have %zu", LIMIT_NOTES_BYTES,
                        bytes.len);
        return false;
    }
    if (notes_source_find_bad_utf8(bytes, &spot.line, &spot.column)) {
        diagnostics_add(diagnostics, SEVERITY_ERROR, spot, "not_utf8", "this byte is not UTF-8");
        return false;
    }
    if (text_starts_with(bytes, BYTE_ORDER_MARK)) {
        bytes = text_slice(bytes, BYTE_ORDER_MARK.len, bytes.len);
    }
    *source = (struct notes_source){.name = name};
    source->text = clean(arena, bytes, &source->line_count, &spot.line);
    if (spot.line > 0) {
        diagnostics_add(diagnostics, SEVERITY_WARNING, spot, "nul_character",
                        "NUL characters are read as U+FFFD");
    }
    index_lines(arena, source);
    source->first_line = find_first_line(source);
    return true;
}
