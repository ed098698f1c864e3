/* The lines of a file through libcsv, one by one, so that every row knows its place. */
#include "formats/table.h"

#include <string.h>

#include <csv.h>

#include "base/limits.h"

struct table {
    struct csv_parser parser;
    struct arena *arena; /* of a row */
    table_taker *take;
    void *context;
    struct table_row *row; /* in the arena the table was opened with */
    size_t row_bytes;
    bool has_failed;
};

static void release(void *context)
{
    struct table *table = context;
    csv_free(&table->parser);
    arena_free(table->arena);
}

struct table *table_open(struct arena *arena, table_taker *take, void *context)
{
    struct table *table = arena_new(arena, struct table);
    table->arena = arena_create();
    table->take = take;
    table->context = context;
    table->row = arena_new(arena, struct table_row);
    table->has_failed = csv_init(&table->parser, 0) != 0;
    arena_defer(arena, release, table);
    return table;
}

void table_set_delimiter(struct table *table, char delimiter)
{
    csv_set_delim(&table->parser, (unsigned char)delimiter);
}

static void on_cell(void *bytes, size_t len, void *context)
{
    struct table *table = context;
    struct table_row *row = table->row;
    if (row->count == TABLE_CELLS_MAX) {
        row->has_too_many = true;
        return;
    }
    const struct text cell = {.data = len == 0 ? "" : bytes, .len = len};
    row->cells[row->count++] = text_trim(arena_copy(table->arena, cell));
}

static void on_row(int end, void *context)
{
    struct table *table = context;
    (void)end; /* every line ends in the same way */
    table->take(table->context, table->row);
    /* a lone CR ends a row, too: the next one begins in the same line */
    *table->row = (struct table_row){.line = table->row->line};
    arena_reset(table->arena);
}

bool table_feed(struct table *table, struct text line, size_t number, size_t *begin)
{
    const bool is_inside = table->parser.pstate != 0; /* a quoted cell goes on in this line */
    if (!is_inside) {
        table->row->line = number;
        table->row_bytes = 0;
    }
    *begin = table->row->line;
    table->row_bytes += line.len + 1;
    if (table->has_failed || table->row_bytes > LIMIT_FORMAT_ITEM_BYTES) {
        table->has_failed = true;
        return false;
    }
    return csv_parse(&table->parser, line.data, line.len, on_cell, on_row, table) == line.len &&
           csv_parse(&table->parser, "\n", 1, on_cell, on_row, table) == 1;
}

void table_finish(struct table *table)
{
    if (table->has_failed) {
        return;
    }
    /* every line was fed with its end, so that a row can be open only inside of quotes */
    if (table->parser.pstate != 0) {
        table->row->is_cut_off = true;
        on_row(0, table);
    }
}

void table_append_cell(struct buffer *out, struct text cell, char delimiter)
{
    const struct text trimmed = text_trim(cell);
    bool needs_quotes = trimmed.len > 0 && trimmed.data[0] == '#';
    for (size_t i = 0; i < trimmed.len; i++) {
        const char c = trimmed.data[i];
        needs_quotes = needs_quotes || c == delimiter || c == '"' || c == '\n' || c == '\r';
    }
    if (!needs_quotes) {
        buffer_append(out, trimmed);
        return;
    }
    buffer_append_char(out, '"');
    for (size_t i = 0; i < trimmed.len; i++) {
        if (trimmed.data[i] == '"') {
            buffer_append_char(out, '"');
        }
        buffer_append_char(out, trimmed.data[i]);
    }
    buffer_append_char(out, '"');
}
