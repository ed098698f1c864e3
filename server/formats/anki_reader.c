/*
 * Anki's "notes in plain text": headers such as "#separator:tab" and "#tags column:3", then rows. A
 * card becomes a question with a short answer, its gaps ("{{c1::…}}") a cloze.
 */
#include <string.h>

#include "base/limits.h"
#include "formats/anki.h"
#include "formats/lines.h"
#include "formats/reader_core.h"
#include "formats/table.h"

struct anki_state {
    struct format_reader *reader;
    struct arena *arena; /* of the headers */
    struct lines lines;
    struct table *table;
    struct anki_headers headers;
    bool has_rows;
};

static const struct {
    struct text name;
    char separator;
} SEPARATORS[] = {
    {TEXT_INIT("tab"), '\t'},  {TEXT_INIT("comma"), ','}, {TEXT_INIT("semicolon"), ';'},
    {TEXT_INIT("space"), ' '}, {TEXT_INIT("pipe"), '|'},  {TEXT_INIT("colon"), ':'},
    {TEXT_INIT("\\t"), '\t'},
};

static void set_separator(struct anki_state *state, struct text value)
{
    char separator = (char)(value.len == 1 ? value.data[0] : '\t');
    for (size_t i = 0; i < COUNT_OF(SEPARATORS); i++) {
        if (text_equal_ignoring_case(value, SEPARATORS[i].name)) {
            separator = SEPARATORS[i].separator;
        }
    }
    table_set_delimiter(state->table, separator);
}

/* A column's number, from 1; 0 where it is none. */
static size_t column_of(struct text value)
{
    int64_t number = 0;
    return text_to_i64(value, &number) && number > 0 && number <= TABLE_CELLS_MAX ? (size_t)number
                                                                                  : 0;
}

static void take_header(struct anki_state *state, struct text line)
{
    struct text name = TEXT_ABSENT;
    struct text value = TEXT_ABSENT;
    struct anki_headers *headers = &state->headers;
    const struct {
        struct text name;
        size_t *column;
    } columns[] = {
        {TEXT("tags column"), &headers->tags_column},
        {TEXT("deck column"), &headers->deck_column},
        {TEXT("notetype column"), &headers->notetype_column},
        {TEXT("guid column"), &headers->guid_column},
    };
    if (!text_split(text_slice(line, 1, line.len), ':', &name, &value)) {
        return; /* a comment */
    }
    value = text_trim(value);
    for (size_t i = 0; i < COUNT_OF(columns); i++) {
        if (text_equal_ignoring_case(name, columns[i].name)) {
            *columns[i].column = column_of(value);
        }
    }
    if (text_equal_ignoring_case(name, TEXT("separator"))) {
        set_separator(state, value);
    } else if (text_equal_ignoring_case(name, TEXT("html"))) {
        headers->is_html = text_equal_ignoring_case(value, TEXT("true"));
    } else if (text_equal_ignoring_case(name, TEXT("deck"))) {
        headers->deck = arena_copy(state->arena, value);
    } else if (text_equal_ignoring_case(name, TEXT("tags"))) {
        headers->tags = arena_copy(state->arena, value);
    }
}

static void take_row(void *context, const struct table_row *row)
{
    struct anki_state *state = context;
    struct format_reader *reader = state->reader;
    if (reader_has_failed(reader)) {
        return;
    }
    if (row->is_cut_off) {
        reader_put_error(reader, row->line, 1, "unclosed_quote",
                         "the file ends inside of a quoted field: a part is missing");
        return;
    }
    struct arena *arena = reader_items(reader);
    struct format_item *item = reader_item(reader, row->line, 1);
    struct draft *draft = arena_new(arena, struct draft);
    draft_start(draft, arena, reader_options(reader), item);
    anki_read(draft, &state->headers, row);
    reader_put_draft(reader, item, draft);
}

static void take_line(void *context, struct text line, size_t number, bool is_too_long)
{
    struct anki_state *state = context;
    size_t begin = number;
    if (reader_has_failed(state->reader)) {
        return;
    }
    if (!state->has_rows && line.len > 0 && line.data[0] == '#') {
        take_header(state, line);
        return;
    }
    state->has_rows = state->has_rows || text_trim(line).len > 0;
    if (is_too_long || !table_feed(state->table, line, number, &begin)) {
        reader_put_fatal(state->reader, begin, 1, "too_large",
                         "a note has more than %d bytes: a quote in it is not closed",
                         LIMIT_FORMAT_ITEM_BYTES);
    }
}

static void *open_anki(struct format_reader *reader, struct arena *arena)
{
    struct anki_state *state = arena_new(arena, struct anki_state);
    state->reader = reader;
    state->arena = arena;
    state->table = table_open(arena, take_row, state);
    table_set_delimiter(state->table, '\t');
    lines_open(&state->lines, arena);
    return state;
}

static void feed_anki(struct format_reader *reader, void *context, struct text piece)
{
    struct anki_state *state = context;
    (void)reader; /* the state has it */
    lines_feed(&state->lines, piece, take_line, state);
}

static void finish_anki(struct format_reader *reader, void *context)
{
    struct anki_state *state = context;
    lines_finish(&state->lines, take_line, state);
    if (!reader_has_failed(reader)) {
        table_finish(state->table);
    }
}

const struct reader_kind ANKI_READER = {open_anki, feed_anki, finish_anki};
