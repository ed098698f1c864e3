/*
 * Code points: normal forms for comparing what people type, classes and case for slugs. The only
 * file besides text, shape and buffer that knows utf8proc. Results live in the caller's arena.
 */
#ifndef BASE_UNICODE_H
#define BASE_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/text.h"

enum { UNICODE_UTF8_BYTES = 4 };

struct code_points {
    int32_t *data;
    size_t count;
};

/* The code point at `at` (< t.len); returns its length in bytes, 0 where the bytes are not UTF-8.
 */
size_t unicode_next(struct text t, size_t at, int32_t *code_point);
/* Writes the code point as UTF-8; returns its length in bytes. */
size_t unicode_encode(int32_t code_point, char out[UNICODE_UTF8_BYTES]);
/* NFKC, with case folding where asked for. False where the bytes are not UTF-8. */
NODISCARD bool unicode_normalize(struct arena *arena, struct text t, bool is_folding,
                                 struct code_points *out);
/* Simple lower case. */
int32_t unicode_lower(int32_t code_point);
/* Letter, mark, decimal or letter number, or connector punctuation such as '_'. */
bool unicode_is_word(int32_t code_point);
/* White space: separators of any script, tab, line ends. */
bool unicode_is_blank(int32_t code_point);

#endif
