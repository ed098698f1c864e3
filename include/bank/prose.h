/*
 * Markdown as a reader sees it, for rules about words: words, code and link destinations one after
 * the other, with what stands between them. It knows as much of Markdown as these rules need
 * (fences, code spans, inline links, autolinks, bare URLs) and allocates nothing. For authors' own
 * texts: what is full of brackets and backticks that never close is read many times over.
 */
#ifndef BANK_PROSE_H
#define BANK_PROSE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "base/text.h"

enum prose_kind {
    PROSE_WORD, /* letters, marks, digits; inner apostrophes and hyphens belong to it */
    PROSE_CODE, /* what stands in a code span or a fence */
    PROSE_LINK  /* the destination of a link, an autolink, or a bare URL */
};

/* What separates a token from the one before it, the stronger the higher. */
enum prose_break { PROSE_BLANK, PROSE_CLAUSE, PROSE_SENTENCE };

struct prose_token {
    enum prose_kind kind;
    enum prose_break before;
    struct text text;
    size_t at; /* offset of the text */
};

struct prose {
    struct text source;
    size_t at;
    enum prose_break pending;
};

struct prose prose_start(struct text markdown);
/* False at the end. */
NODISCARD bool prose_next(struct prose *prose, struct prose_token *token);
/* The same, words alone. */
NODISCARD bool prose_next_word(struct prose *prose, struct prose_token *token);

#endif
