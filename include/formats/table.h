/* Rows of cells by libcsv, with the line each begins in. Only for the files of this layer. */
#ifndef FORMATS_TABLE_H
#define FORMATS_TABLE_H

#include "base/buffer.h"

enum { TABLE_CELLS_MAX = 64 };

struct table_row {
    struct text cells[TABLE_CELLS_MAX];
    size_t count;
    size_t line;
    bool has_too_many; /* the rest is not there */
    bool is_cut_off;   /* the file ends inside of a quoted cell */
};

struct table;

typedef void table_taker(void *context, const struct table_row *row);

struct table *table_open(struct arena *arena, table_taker *take, void *context);
void table_set_delimiter(struct table *table, char delimiter);
/* A line of the file. False where a quoted cell never ends; *line says where it begins. */
NODISCARD bool table_feed(struct table *table, struct text line, size_t number, size_t *begin);
void table_finish(struct table *table);
/* Appends a cell, in quotes where it needs them. */
void table_append_cell(struct buffer *out, struct text cell, char delimiter);

#endif
