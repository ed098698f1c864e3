/* Anki's notes. Only for the files of this layer. */
#ifndef FORMATS_ANKI_H
#define FORMATS_ANKI_H

#include "formats/draft.h"
#include "formats/table.h"

/* What the lines at the top of a file say; columns from 1, 0: there is none. */
struct anki_headers {
    bool is_html;
    size_t tags_column;
    size_t deck_column;
    size_t notetype_column;
    size_t guid_column;
    struct text deck;
    struct text tags;
};

/* Fills the draft from a note. */
void anki_read(struct draft *draft, const struct anki_headers *headers,
               const struct table_row *row);

#endif
