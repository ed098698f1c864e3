/*
 * A string with its length. The bytes belong to somebody else (an arena, a literal, a message
 * buffer), and whoever makes a `struct text` says to whom. `data == NULL` means absent; an empty
 * string has `len == 0` and `data != NULL`.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

struct text {
    const char *data;
    size_t len;
};

#define TEXT(literal) ((struct text){.data = "" literal, .len = sizeof(literal) - 1})
/* The same in the initialiser of a static table. */
#define TEXT_INIT(literal)                             \
    {                                                  \
        .data = "" literal, .len = sizeof(literal) - 1 \
    }
#define TEXT_ABSENT ((struct text){.data = NULL, .len = 0})
/* For printf's "%.*s". */
#define TEXT_ARG(t) (int)(t).len, (t).data == NULL ? "" : (t).data

/* The text of a C string; absent for NULL. */
struct text text_of(const char *string);
bool text_equal(struct text a, struct text b);
/* ASCII letters only. */
bool text_equal_ignoring_case(struct text a, struct text b);
bool text_starts_with(struct text whole, struct text prefix);
/* Bytewise order: negative, 0, positive. */
int text_compare(struct text a, struct text b);
/* Without ASCII blanks (space, tab, CR, LF) at both ends. */
struct text text_trim(struct text whole);
/* The bytes [from, from + count), cut to what is there. */
struct text text_slice(struct text whole, size_t from, size_t count);
/* Splits at the first `separator`: *head is what stands before it, *rest what follows; false (and
 * *head = whole, *rest = absent) where there is none. */
bool text_split(struct text whole, char separator, struct text *head, struct text *rest);
/* Whether the bytes are UTF-8 (no surrogates, no overlong forms, nothing above U+10FFFF). */
bool text_is_utf8(struct text t);
/* Number of code points; the text must be UTF-8. */
size_t text_count_code_points(struct text t);
/* Decimal digits with an optional minus, nothing else, in range. */
NODISCARD bool text_to_i64(struct text t, int64_t *value);
/* A slug: 1..max_len of a-z, 0-9, '-', beginning and ending with a letter or digit. */
bool text_is_slug(struct text t, size_t max_len);
/* 64-bit FNV-1a of the bytes: for hash tables and seeds, not for secrets. */
uint64_t text_hash(struct text t);

#endif
