/*
 * The bytes of a notes file, made fit for reading: UTF-8 for certain, without BOM and NUL, lines
 * ended by LF alone, an index of lines, and the front matter known. Lines keep the numbers that
 * they have in the file. Everything lives in the caller's arena.
 */
#ifndef BANK_NOTES_SOURCE_H
#define BANK_NOTES_SOURCE_H

#include "bank/diagnostic.h"

struct notes_source {
    struct text name; /* of the file, for diagnostics */
    struct text text;
    const uint32_t
        *line_starts; /* offsets of lines 1…line_count at [0]…; one more: the end of the text */
    size_t line_count;
    size_t first_line; /* the first after the front matter; line_count + 1: none */
};

/* False, with an error diagnostic, where the bytes are too many or not UTF-8. */
NODISCARD bool notes_source_read(struct arena *arena, struct text name, struct text bytes,
                                 struct notes_source *source, struct diagnostics *diagnostics);
/* A line (from 1) without its end. */
struct text notes_source_line(const struct notes_source *source, size_t line);
/* The lines from…to without leading and trailing blank ones and without the last line's end; ""
 * where nothing is left. */
struct text notes_source_lines(const struct notes_source *source, size_t from, size_t to);
/* The last line in from…to that is not blank; from - 1 where all are. */
size_t notes_source_last_line(const struct notes_source *source, size_t from, size_t to);
/* The first byte that is not UTF-8, as line and column (from 1, in code points). False where all
 * are. */
bool notes_source_find_bad_utf8(struct text bytes, size_t *line, size_t *column);

#endif
