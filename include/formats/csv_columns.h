/*
 * The columns of a questions table, which the first row names. Options, items, pairs and gaps stand
 * in the columns a to l; `answer` has the key:
 *   single_choice    c                       multiple_choice  a;c   with weights: a=50;c=50;b=-25
 *   true_false       true                    numeric          6 · 6:0.5 · 1..5 · 1.. · ..5
 *   short_text       NoEcho|no echo          ordering         c;a;b
 *   matching         (pairs are written "premise -> choice")
 *   cloze            (gaps are written as short texts)
 * Only for the files of this layer.
 */
#ifndef FORMATS_CSV_COLUMNS_H
#define FORMATS_CSV_COLUMNS_H

#include "formats/draft.h"

enum { CSV_PARTS = 12 };

/* A row, cell by cell; absent or empty: nothing. */
struct csv_fields {
    struct text id;
    struct text type;
    struct text section;
    struct text category;
    struct text stem;
    struct text answer;
    struct text explanation;
    struct text tags;
    struct text parts[CSV_PARTS];
    struct text feedback[CSV_PARTS];
};

/* The key and type of the draft's question. */
void csv_read_key(struct draft *draft, const struct csv_fields *fields);
/* Cuts the next of a list off: what stands before one of the separators. False at the end. */
bool csv_next(struct text *rest, const char *separators, struct text *item);

#endif
