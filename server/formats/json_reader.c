/*
 * Bank JSON and JSON Lines. The array of a questions file is cut into its items by counting
 * brackets outside of strings; each item is then read like a questions file of its own, and the
 * places of its faults are moved to where it stands. An item that is no JSON is refused alone;
 * where that makes the brackets miscount, what follows is no array any more, and the file is
 * refused.
 */
#include <string.h>

#include "bank/json_file.h"
#include "base/limits.h"
#include "domain/question_shape.h"
#include "formats/lines.h"
#include "formats/reader_core.h"
#include "json/codec.h"

enum phase { PHASE_BEFORE, PHASE_FIRST, PHASE_NEXT, PHASE_ITEM, PHASE_BEHIND_ITEM, PHASE_AFTER };

struct json_state {
    struct arena *arena; /* of an item that pieces cut */
    struct buffer carry;
    enum phase phase;
    size_t line;
    size_t column;
    size_t item_line;
    size_t item_column;
    size_t depth;
    bool is_in_string;
    bool is_escaped;
};

static void release(void *arena)
{
    arena_free(arena);
}

static void restart(struct json_state *state)
{
    arena_reset(state->arena);
    buffer_init(&state->carry, state->arena, LIMIT_FORMAT_ITEM_BYTES);
}

static void *open_json(struct format_reader *reader, struct arena *arena)
{
    struct json_state *state = arena_new(arena, struct json_state);
    (void)reader; /* the state is all there is */
    *state = (struct json_state){.arena = arena_create(), .line = 1, .column = 1};
    arena_defer(arena, release, state->arena);
    restart(state);
    return state;
}

/* From places in the item to places in the file. */
static void move_places(struct format_item *item)
{
    for (struct diagnostic *entry = item->diagnostics.first; entry != NULL; entry = entry->next) {
        if (entry->spot.line <= 1) {
            entry->spot.column += entry->spot.column > 0 ? item->column - 1 : item->column;
        }
        entry->spot.line += entry->spot.line > 0 ? item->line - 1 : item->line;
    }
}

static void read_question(struct format_reader *reader, const struct json_file *file,
                          const json_t *root, struct format_item *item)
{
    struct arena *arena = reader_items(reader);
    struct error err = {.code = ERROR_NONE};
    if (codec_decode(arena, root, &QUESTION_SHAPE, &item->question, &err) &&
        question_check(&item->question, arena, TEXT(""), &err)) {
        struct draft *draft = arena_new(arena, struct draft);
        draft_start(draft, arena, reader_options(reader), item);
        draft_check_places(draft, &item->question);
        return;
    }
    json_file_report(file, &err, &item->diagnostics);
    move_places(item);
}

static void put_question(struct format_reader *reader, struct text bytes, struct spot place)
{
    struct arena *arena = reader_items(reader);
    struct format_item *item = reader_item(reader, place.line, place.column);
    const struct json_file file = {.name = reader_options(reader)->file,
                                   .bytes = arena_copy(arena, bytes)};
    json_t *root = NULL;
    if (json_file_parse(arena, &file, &root, &item->diagnostics)) {
        read_question(reader, &file, root, item);
    } else {
        move_places(item);
    }
    reader_settle(item);
    reader_put(reader, item);
}

static void put_item(struct format_reader *reader, struct json_state *state)
{
    const struct spot place = {.line = state->item_line, .column = state->item_column};
    if (state->carry.is_over) {
        reader_put_error(reader, place.line, place.column, "too_large",
                         "a question has more than %d bytes", LIMIT_FORMAT_ITEM_BYTES);
    } else if (state->carry.data[0] != '{') {
        reader_put_error(reader, place.line, place.column, "wrong_type", "a question is an object");
    } else {
        put_question(reader, (struct text){state->carry.data, state->carry.len}, place);
    }
    restart(state);
}

static void refuse(struct format_reader *reader, const struct json_state *state, const char *what)
{
    reader_put_fatal(reader, state->line, state->column, "malformed_json", "%s", what);
}

/* Inside a string. */
static void step_string(struct json_state *state, char c)
{
    if (state->is_escaped) {
        state->is_escaped = false;
    } else if (c == '\\') {
        state->is_escaped = true;
    } else if (c == '"') {
        state->is_in_string = false;
    }
}

/* A character of an item. True where it is the last one. */
static bool step_item(struct json_state *state, char c)
{
    if (state->is_in_string) {
        step_string(state, c);
        return !state->is_in_string && state->depth == 0;
    }
    if (c == '"') {
        state->is_in_string = true;
    } else if (c == '{' || c == '[') {
        state->depth++;
    } else if ((c == '}' || c == ']') && state->depth > 0) {
        state->depth--;
        return state->depth == 0;
    }
    return false;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool ends_scalar(const struct json_state *state, char c)
{
    return state->depth == 0 && !state->is_in_string && (is_blank(c) || c == ',' || c == ']');
}

/* Between the items. */
static void step_between(struct format_reader *reader, struct json_state *state, char c)
{
    const bool may_begin = state->phase == PHASE_FIRST || state->phase == PHASE_NEXT;
    if (is_blank(c)) {
        return;
    }
    if (state->phase == PHASE_BEFORE && c == '[') {
        state->phase = PHASE_FIRST;
    } else if (state->phase == PHASE_BEFORE) {
        refuse(reader, state,
               "a questions file is an array of questions (for a question a line the format is "
               "jsonl)");
    } else if (c == ']' && (state->phase == PHASE_FIRST || state->phase == PHASE_BEHIND_ITEM)) {
        state->phase = PHASE_AFTER;
    } else if (c == ',' && state->phase == PHASE_BEHIND_ITEM) {
        state->phase = PHASE_NEXT;
    } else if (may_begin && c != ',' && c != ']' && c != '}') {
        state->phase = PHASE_ITEM;
        state->item_line = state->line;
        state->item_column = state->column;
    } else if (state->phase == PHASE_AFTER) {
        refuse(reader, state, "something stands behind the end of the array");
    } else {
        refuse(reader, state, "a question, a comma or the end of the array is expected here");
    }
}

static void step(struct format_reader *reader, struct json_state *state, char c)
{
    if (state->phase == PHASE_ITEM && ends_scalar(state, c)) {
        put_item(reader, state);
        state->phase = PHASE_BEHIND_ITEM;
    }
    if (state->phase != PHASE_ITEM) {
        step_between(reader, state, c);
    }
    if (state->phase == PHASE_ITEM) {
        buffer_append_char(&state->carry, c);
        if (step_item(state, c)) {
            put_item(reader, state);
            state->phase = PHASE_BEHIND_ITEM;
        }
    }
}

static void feed_json(struct format_reader *reader, void *context, struct text piece)
{
    struct json_state *state = context;
    for (size_t i = 0; i < piece.len && !reader_has_failed(reader); i++) {
        const char c = piece.data[i];
        step(reader, state, c);
        if (c == '\n') {
            state->line++;
            state->column = 1;
        } else if (((unsigned char)c & 0xC0U) != 0x80U) {
            state->column++;
        }
    }
}

static void finish_json(struct format_reader *reader, void *context)
{
    const struct json_state *state = context;
    if (state->phase == PHASE_BEFORE) {
        refuse(reader, state, "the file is empty: a questions file is an array of questions");
    } else if (state->phase != PHASE_AFTER) {
        reader_put_fatal(reader, state->line, state->column, "truncated",
                         "the file ends in the middle%s: a part of it is missing",
                         state->phase == PHASE_ITEM ? " of a question" : "");
    }
}

const struct reader_kind JSON_READER = {open_json, feed_json, finish_json};

/* --- JSON Lines --- */

static void take_line(void *context, struct text line, size_t number, bool is_too_long)
{
    struct format_reader *reader = context;
    const struct text trimmed = text_trim(line);
    if (reader_has_failed(reader)) {
        return;
    }
    if (is_too_long) {
        reader_put_error(reader, number, 1, "too_large", "a question has more than %d bytes",
                         LIMIT_FORMAT_ITEM_BYTES);
    } else if (trimmed.len > 0 && trimmed.data[0] != '{') {
        reader_put_error(reader, number, 1, "wrong_type", "every line is a question, an object");
    } else if (trimmed.len > 0) {
        const size_t column = (size_t)(trimmed.data - line.data) + 1;
        put_question(reader, trimmed, (struct spot){.line = number, .column = column});
    }
}

static void *open_lines(struct format_reader *reader, struct arena *arena)
{
    struct lines *lines = arena_new(arena, struct lines);
    (void)reader; /* the lines are all there is */
    lines_open(lines, arena);
    return lines;
}

static void feed_lines(struct format_reader *reader, void *context, struct text piece)
{
    lines_feed(context, piece, take_line, reader);
}

static void finish_lines(struct format_reader *reader, void *context)
{
    lines_finish(context, take_line, reader);
}

const struct reader_kind JSON_LINES_READER = {open_lines, feed_lines, finish_lines};
