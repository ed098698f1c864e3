/* CSV: the first row names the columns, every other one is a question. */
#include <string.h>

#include "base/limits.h"
#include "formats/csv_columns.h"
#include "formats/lines.h"
#include "formats/reader_core.h"
#include "formats/table.h"

enum column_kind { COLUMN_UNKNOWN, COLUMN_FIELD, COLUMN_EXTRA };

struct column {
    enum column_kind kind;
    size_t offset; /* of the field in struct csv_fields */
    struct text name;
};

struct csv_state {
    struct format_reader *reader;
    struct arena *arena; /* of the names */
    struct lines lines;
    struct table *table;
    struct column columns[TABLE_CELLS_MAX];
    size_t column_count;
    bool has_header;
    bool has_reported;
};

static const struct {
    struct text name;
    size_t offset;
} FIELDS[] = {
    {TEXT_INIT("id"), offsetof(struct csv_fields, id)},
    {TEXT_INIT("slug"), offsetof(struct csv_fields, id)},
    {TEXT_INIT("type"), offsetof(struct csv_fields, type)},
    {TEXT_INIT("section"), offsetof(struct csv_fields, section)},
    {TEXT_INIT("category"), offsetof(struct csv_fields, category)},
    {TEXT_INIT("question"), offsetof(struct csv_fields, stem)},
    {TEXT_INIT("stem"), offsetof(struct csv_fields, stem)},
    {TEXT_INIT("answer"), offsetof(struct csv_fields, answer)},
    {TEXT_INIT("correct"), offsetof(struct csv_fields, answer)},
    {TEXT_INIT("explanation"), offsetof(struct csv_fields, explanation)},
    {TEXT_INIT("tags"), offsetof(struct csv_fields, tags)},
};

static const struct text EXTRAS[] = {
    TEXT_INIT("difficulty"), TEXT_INIT("domain"), TEXT_INIT("line"),     TEXT_INIT("url"),
    TEXT_INIT("sections"),   TEXT_INIT("unit"),   TEXT_INIT("check"),    TEXT_INIT("rule"),
    TEXT_INIT("penalty"),    TEXT_INIT("case"),   TEXT_INIT("relative"), TEXT_INIT("tolerance"),
};

static bool has_prefix(struct text name, struct text prefix)
{
    return text_equal_ignoring_case(text_slice(name, 0, prefix.len), prefix);
}

/* "a", "option_a" and "feedback_a" to "l", in any case. */
static bool find_part(struct text name, size_t *offset)
{
    const struct text option = TEXT("option_");
    const struct text feedback = TEXT("feedback_");
    const bool is_feedback = has_prefix(name, feedback);
    struct text letter = is_feedback ? text_slice(name, feedback.len, name.len) : name;
    if (has_prefix(name, option)) {
        letter = text_slice(name, option.len, name.len);
    }
    const char c = (char)(letter.len == 1 ? letter.data[0] | 0x20 : '\0');
    if (c < 'a' || c >= 'a' + CSV_PARTS) {
        return false;
    }
    *offset =
        (is_feedback ? offsetof(struct csv_fields, feedback) : offsetof(struct csv_fields, parts)) +
        (size_t)(c - 'a') * sizeof(struct text);
    return true;
}

static struct column find_column(struct arena *arena, struct text name)
{
    struct column column = {.kind = COLUMN_UNKNOWN, .name = arena_copy(arena, name)};
    if (find_part(name, &column.offset)) {
        column.kind = COLUMN_FIELD;
        return column;
    }
    for (size_t i = 0; i < COUNT_OF(FIELDS); i++) {
        if (text_equal_ignoring_case(name, FIELDS[i].name)) {
            column.kind = COLUMN_FIELD;
            column.offset = FIELDS[i].offset;
        }
    }
    for (size_t i = 0; i < COUNT_OF(EXTRAS); i++) {
        if (text_equal_ignoring_case(name, EXTRAS[i])) {
            column.kind = COLUMN_EXTRA;
            column.name = EXTRAS[i];
        }
    }
    return column;
}

static bool has_field(const struct csv_state *state, size_t offset)
{
    for (size_t i = 0; i < state->column_count; i++) {
        if (state->columns[i].kind == COLUMN_FIELD && state->columns[i].offset == offset) {
            return true;
        }
    }
    return false;
}

static void take_header(struct csv_state *state, const struct table_row *row)
{
    state->has_header = true;
    for (size_t i = 0; i < row->count; i++) {
        state->columns[i] = find_column(state->arena, row->cells[i]);
        state->column_count++;
    }
    if (!has_field(state, offsetof(struct csv_fields, stem))) {
        reader_put_fatal(state->reader, row->line, 1, "no_header",
                         "the first row has to name the columns: at least \"question\" and "
                         "\"answer\"");
    }
}

static void add_sections(struct draft *draft, struct text cell)
{
    struct text item = TEXT_ABSENT;
    while (csv_next(&cell, " ;,", &item)) {
        extras_add(&draft->extras, TEXT("section"), item);
    }
}

static void set_cell(struct draft *draft, struct csv_fields *fields, const struct column *column,
                     struct text cell)
{
    if (cell.len == 0) {
        return;
    }
    if (column->kind == COLUMN_FIELD) {
        memcpy((char *)fields + column->offset, &cell, sizeof cell);
    } else if (column->kind == COLUMN_EXTRA && text_equal(column->name, TEXT("sections"))) {
        add_sections(draft, cell);
    } else if (column->kind == COLUMN_EXTRA) {
        extras_add(&draft->extras, column->name, cell);
    }
}

static void fill(struct draft *draft, const struct csv_fields *fields)
{
    struct text rest = fields->tags;
    struct text tag = TEXT_ABSENT;
    draft->id = fields->id;
    draft->section = fields->section;
    draft->category = fields->category;
    draft->question.stem = fields->stem;
    draft->question.explanation = fields->explanation;
    while (csv_next(&rest, " ;,", &tag)) {
        draft_add_label(draft, tag);
    }
    csv_read_key(draft, fields);
}

/* Once, beside the first question. */
static void report_columns(struct csv_state *state, struct draft *draft)
{
    for (size_t i = 0; i < state->column_count && !state->has_reported; i++) {
        if (state->columns[i].kind == COLUMN_UNKNOWN && state->columns[i].name.len > 0) {
            draft_warn(draft, "column_lost", "the column \"%.*s\" is not known: it is lost",
                       TEXT_ARG(text_slice(state->columns[i].name, 0, 60)));
        }
    }
    state->has_reported = true;
}

static void take_question(struct csv_state *state, const struct table_row *row)
{
    struct arena *arena = reader_items(state->reader);
    struct format_item *item = reader_item(state->reader, row->line, 1);
    struct draft *draft = arena_new(arena, struct draft);
    struct csv_fields *fields = arena_new(arena, struct csv_fields);
    draft_start(draft, arena, reader_options(state->reader), item);
    if (row->count > state->column_count || row->has_too_many) {
        (void)draft_refuse(draft, "too_many_cells", /* always false */
                           "the row has more cells than there are columns");
    }
    for (size_t i = 0; i < row->count && i < state->column_count; i++) {
        set_cell(draft, fields, &state->columns[i], row->cells[i]);
    }
    report_columns(state, draft);
    fill(draft, fields);
    reader_put_draft(state->reader, item, draft);
}

static bool is_empty(const struct table_row *row)
{
    for (size_t i = 0; i < row->count; i++) {
        if (row->cells[i].len > 0) {
            return false;
        }
    }
    return !row->has_too_many;
}

static void take_row(void *context, const struct table_row *row)
{
    struct csv_state *state = context;
    if (reader_has_failed(state->reader)) {
        return;
    }
    if (row->is_cut_off) {
        reader_put_error(state->reader, row->line, 1, "unclosed_quote",
                         "the file ends inside of a quoted cell: a part is missing");
    } else if (!state->has_header) {
        take_header(state, row);
    } else if (!is_empty(row)) {
        take_question(state, row);
    }
}

/* The separator that the first line has most of. */
static char find_delimiter(struct text line)
{
    static const char CANDIDATES[] = {',', ';', '\t'};
    size_t counts[COUNT_OF(CANDIDATES)] = {0};
    size_t best = 0;
    for (size_t i = 0; i < line.len; i++) {
        for (size_t k = 0; k < COUNT_OF(CANDIDATES); k++) {
            counts[k] += line.data[i] == CANDIDATES[k] ? 1 : 0;
        }
    }
    for (size_t k = 1; k < COUNT_OF(CANDIDATES); k++) {
        best = counts[k] > counts[best] ? k : best;
    }
    return CANDIDATES[best];
}

static void take_line(void *context, struct text line, size_t number, bool is_too_long)
{
    struct csv_state *state = context;
    size_t begin = number;
    if (reader_has_failed(state->reader)) {
        return;
    }
    if (!state->has_header) {
        table_set_delimiter(state->table, find_delimiter(line));
    }
    if (is_too_long || !table_feed(state->table, line, number, &begin)) {
        reader_put_fatal(state->reader, begin, 1, "too_large",
                         "a row has more than %d bytes: a quote in it is not closed",
                         LIMIT_FORMAT_ITEM_BYTES);
    }
}

static void *open_csv(struct format_reader *reader, struct arena *arena)
{
    struct csv_state *state = arena_new(arena, struct csv_state);
    state->reader = reader;
    state->arena = arena;
    state->table = table_open(arena, take_row, state);
    lines_open(&state->lines, arena);
    return state;
}

static void feed_csv(struct format_reader *reader, void *context, struct text piece)
{
    struct csv_state *state = context;
    (void)reader; /* the state has it */
    lines_feed(&state->lines, piece, take_line, state);
}

static void finish_csv(struct format_reader *reader, void *context)
{
    struct csv_state *state = context;
    lines_finish(&state->lines, take_line, state);
    if (!reader_has_failed(reader)) {
        table_finish(state->table);
    }
}

const struct reader_kind CSV_READER = {open_csv, feed_csv, finish_csv};
