/*
 * Decoding one questions file. Every question gets its place from one walk over the bytes, in time
 * that grows with the file and not with its square; only the places of faults are looked up one by
 * one, and no more of them than are listed.
 */
#include "bank/questions_file.h"

#include <string.h>

#include "domain/question_shape.h"
#include "json/codec.h"

enum { LIST_MIN = 64 };

/* A place in the bytes of a JSON text. */
struct cursor {
    struct text bytes;
    size_t at;
    size_t line;
    size_t column; /* in code points */
};

static char cursor_next(struct cursor *cursor)
{
    const char c = cursor->bytes.data[cursor->at++];
    if (c == '\n') {
        cursor->line++;
        cursor->column = 1;
    } else if (((unsigned char)c & 0xC0U) != 0x80U) {
        cursor->column++;
    }
    return c;
}

static void skip_string(struct cursor *cursor)
{
    while (cursor->at < cursor->bytes.len) {
        const char c = cursor_next(cursor);
        if (c == '"') {
            return;
        }
        if (c == '\\' && cursor->at < cursor->bytes.len) {
            (void)cursor_next(cursor); /* escaped, whatever it is */
        }
    }
}

/* Moves to the next item of the array; false at its end. The text is known to be JSON. */
static bool find_item(struct cursor *cursor)
{
    while (cursor->at < cursor->bytes.len) {
        const char c = cursor->bytes.data[cursor->at];
        if (c == ']') {
            return false;
        }
        if (c != ',' && c != ' ' && c != '\t' && c != '\n' && c != '\r') {
            return true;
        }
        (void)cursor_next(cursor); /* seen above */
    }
    return false;
}

/* Moves behind the item that begins here. */
static void skip_item(struct cursor *cursor)
{
    size_t depth = 0;
    while (cursor->at < cursor->bytes.len) {
        const char ahead = cursor->bytes.data[cursor->at];
        if (depth == 0 && (ahead == ',' || ahead == ']')) {
            return;
        }
        const char c = cursor_next(cursor);
        if (c == '"') {
            skip_string(cursor);
        } else if (c == '[' || c == '{') {
            depth++;
        } else if (c == ']' || c == '}') {
            depth--;
        }
    }
}

static void reserve(struct arena *arena, struct question_list *list)
{
    if (list->count < list->capacity) {
        return;
    }
    const struct question_list old = *list;
    list->capacity = old.capacity == 0 ? LIST_MIN : 2 * old.capacity;
    list->items = arena_new_array(arena, list->capacity, struct bank_question);
    if (old.count > 0) {
        memcpy(list->items, old.items, old.count * sizeof *old.items);
    }
}

static bool read_question(struct arena *arena, const struct json_file *file, const json_t *value,
                          size_t index, struct question *question, struct diagnostics *diagnostics)
{
    struct error err = {.code = ERROR_NONE};
    const struct text prefix = arena_printf(arena, "/%zu", index);
    if (codec_decode_at(arena, value, &QUESTION_SHAPE, prefix, question, &err) &&
        question_check(question, arena, prefix, &err)) {
        return true;
    }
    json_file_report(file, &err, diagnostics);
    return false;
}

void questions_file_read(struct arena *arena, const struct json_file *file,
                         struct question_list *list, struct diagnostics *diagnostics)
{
    json_t *root = NULL;
    if (!json_file_parse(arena, file, &root, diagnostics)) {
        return;
    }
    if (!json_is_array(root)) {
        json_file_report_at(file, TEXT(""), fault_name(FAULT_WRONG_TYPE),
                            TEXT("a questions file is an array"), diagnostics);
        return;
    }
    struct cursor cursor = {.bytes = file->bytes, .line = 1, .column = 1};
    char opening = '\0';
    while (cursor.at < cursor.bytes.len && opening != '[') {
        opening = cursor_next(&cursor);
    }
    const size_t count = json_array_size(root);
    for (size_t i = 0; i < count && find_item(&cursor); i++) {
        reserve(arena, list);
        struct bank_question *item = &list->items[list->count];
        *item = (struct bank_question){.file = file->name,
                                       .line = cursor.line,
                                       .column = cursor.column,
                                       .json = file,
                                       .index = i};
        if (read_question(arena, file, json_array_get(root, i), i, &item->question, diagnostics)) {
            list->count++;
        }
        skip_item(&cursor);
    }
}
