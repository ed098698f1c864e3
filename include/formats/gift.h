/* The syntax of GIFT. Only for the files of this layer. */
#ifndef FORMATS_GIFT_H
#define FORMATS_GIFT_H

#include "formats/draft.h"
#include "formats/markdown.h"

/* Stands where the gap of a missing word is while its text is converted: a private character. */
#define GIFT_GAP "\xEE\x80\x80"

/* A question's text, taken apart. */
struct gift {
    struct draft *draft;
    struct text block;
    size_t line; /* of the block's first */
    enum markup markup;
    struct text stem;    /* raw, with GIFT_GAP where an answer stands inside it */
    bool has_mark;       /* there is a GIFT_GAP */
    bool has_gap;        /* words follow it */
    struct text answers; /* raw, trimmed, without general feedback */
};

/* The first of these characters at or behind `from` without a backslash before it; text.len where
 * there is none. */
size_t gift_find(struct text text, size_t from, const char *characters);
struct text gift_unescape(struct arena *arena, struct text text);
/* Appends trimmed text that is read as it is. */
void gift_escape(struct buffer *out, struct text text);
/* The same, trimmed only at the ends of the whole that it is a part of. */
void gift_escape_ends(struct buffer *out, struct text text, bool is_first, bool is_last);
/* Takes "[html]" and the like from the front. */
struct text gift_take_markup(struct text text, enum markup *markup);
/* Text with its markup to Markdown. */
struct text gift_markdown(struct gift *gift, struct text raw);
/* An error at a place of the block. Returns false. */
bool gift_refuse(struct gift *gift, size_t at, const char *rule, const char *words);

/* The key of the question from what stands between its braces; its stem. */
void gift_read_answers(struct gift *gift);
/* "#…": numbers. */
void gift_read_numbers(struct gift *gift);
/* "%50%" from the front of an answer; false, and nothing changes, where there is none. */
bool gift_take_weight(struct text *text, int64_t *fraction);
/* Splits at the first '#' that is not escaped. */
void gift_split_feedback(struct text whole, struct text *answer, struct text *feedback);

#endif
