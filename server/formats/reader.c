/*
 * The queue between a format's reader, which finds items while it is fed, and whoever wants them
 * one at a time. A piece is fed only when the queue is empty, so that its items can share an arena.
 */
#include "formats/reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "formats/id_set.h"
#include "formats/input.h"
#include "formats/reader_core.h"

enum { MESSAGE_BYTES = 400 };

static const char *const ITEM_STATUS_NAMES[] = {"ok", "warning", "error"};
const struct enumeration ITEM_STATUSES = {.names = ITEM_STATUS_NAMES,
                                          .count = COUNT_OF(ITEM_STATUS_NAMES)};

struct queued {
    struct format_item item;
    struct queued *next;
};

struct format_reader {
    const struct format_options *options;
    enum format format;
    const struct reader_kind *kind;
    void *state;
    struct input input;
    struct arena *items;
    struct arena *scratch; /* of the lint of one question */
    struct queued *first;
    struct queued *last;
    size_t item_count;
    struct id_set *ids;
    bool is_fed; /* all of it */
    bool has_failed;
};

static const struct reader_kind *const KINDS[FORMAT_COUNT] = {
    [FORMAT_JSON] = &JSON_READER,     [FORMAT_JSON_LINES] = &JSON_LINES_READER,
    [FORMAT_GIFT] = &GIFT_READER,     [FORMAT_AIKEN] = &AIKEN_READER,
    [FORMAT_MOODLE] = &MOODLE_READER, [FORMAT_CSV] = &CSV_READER,
    [FORMAT_ANKI] = &ANKI_READER,
};

static void release(void *arena)
{
    arena_free(arena);
}

struct format_reader *format_reader_open(struct arena *arena, enum format format,
                                         const struct format_options *options,
                                         struct format_source source)
{
    struct format_reader *reader = arena_new(arena, struct format_reader);
    *reader = (struct format_reader){.options = options,
                                     .format = format,
                                     .kind = KINDS[format],
                                     .items = arena_create(),
                                     .scratch = arena_create(),
                                     .ids = id_set_new(arena)};
    arena_defer(arena, release, reader->items);
    arena_defer(arena, release, reader->scratch);
    input_open(&reader->input, arena, format, source, options->piece_bytes);
    reader->state = reader->kind->open(reader, arena);
    return reader;
}

struct arena *reader_items(struct format_reader *reader)
{
    return reader->items;
}

const struct format_options *reader_options(const struct format_reader *reader)
{
    return reader->options;
}

bool reader_has_failed(const struct format_reader *reader)
{
    return reader->has_failed;
}

size_t format_reader_position(const struct format_reader *reader)
{
    return reader->input.position;
}

struct format_item *reader_item(struct format_reader *reader, size_t line, size_t column)
{
    struct queued *queued = arena_new(reader->items, struct queued);
    queued->item.line = line;
    queued->item.column = column;
    diagnostics_init(&queued->item.diagnostics, reader->items);
    return &queued->item;
}

void reader_settle(struct format_item *item)
{
    item->status = ITEM_OK;
    if (item->diagnostics.error_count > 0) {
        item->status = ITEM_ERROR;
    } else if (item->diagnostics.warning_count > 0) {
        item->status = ITEM_WARNING;
    }
}

static void lint(struct format_reader *reader, struct format_item *item)
{
    const struct format_options *options = reader->options;
    struct diagnostics found;
    if (options->lint == NULL || item->status == ITEM_ERROR) {
        return;
    }
    const struct bank_question asked = {.question = item->question,
                                        .file = options->file,
                                        .line = item->line,
                                        .column = item->column};
    arena_reset(reader->scratch);
    diagnostics_init(&found, reader->scratch);
    lint_bank_ask(options->lint, reader->scratch, &asked, &found);
    diagnostics_append(&item->diagnostics, &found);
    reader_settle(item);
}

static void refuse_second(struct format_reader *reader, struct format_item *item, size_t first_line)
{
    const struct spot spot = {
        .file = reader->options->file, .line = item->line, .column = item->column};
    diagnostics_add(&item->diagnostics, SEVERITY_ERROR, spot, "duplicate_id",
                    "the question in line %zu has the same id (\"%.*s\"): ids and titles must be "
                    "unique, because they tell whether a question is there already",
                    first_line, TEXT_ARG(item->question.slug));
    item->status = ITEM_ERROR;
}

void reader_put(struct format_reader *reader, struct format_item *item)
{
    struct queued *queued = (struct queued *)(void *)item; /* its first member */
    if (reader->has_failed) {
        return;
    }
    reader->item_count++;
    item->number = reader->item_count;
    lint(reader, item);
    if (item->status != ITEM_ERROR) {
        const size_t first = id_set_add(reader->ids, item->question.slug, item->line);
        if (first > 0) {
            refuse_second(reader, item, first);
        }
    }
    if (reader->last == NULL) {
        reader->first = queued;
    } else {
        reader->last->next = queued;
    }
    reader->last = queued;
    reader->has_failed = item->is_fatal;
}

void reader_put_draft(struct format_reader *reader, struct format_item *item, struct draft *draft)
{
    draft_finish(draft, item);
    reader_put(reader, item);
}

static struct format_item *error_item(struct format_reader *reader, struct spot place,
                                      const char *rule, const char *format, va_list arguments)
    PRINTF_LIKE(4, 0);

static struct format_item *error_item(struct format_reader *reader, struct spot place,
                                      const char *rule, const char *format, va_list arguments)
{
    char message[MESSAGE_BYTES];
    struct format_item *item = reader_item(reader, place.line, place.column);
    if (vsnprintf(message, sizeof message, format, arguments) < 0) {
        message[0] = '\0';
    }
    struct text text = text_of(message);
    while (!text_is_utf8(text)) { /* cut inside a character */
        text.len--;
    }
    place.file = reader->options->file;
    diagnostics_add(&item->diagnostics, SEVERITY_ERROR, place, rule, "%.*s", TEXT_ARG(text));
    item->status = ITEM_ERROR;
    return item;
}

void reader_put_error(struct format_reader *reader, size_t line, size_t column, const char *rule,
                      const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    reader_put(reader, error_item(reader, (struct spot){.line = line, .column = column}, rule,
                                  format, arguments));
    va_end(arguments);
}

void reader_put_fatal(struct format_reader *reader, size_t line, size_t column, const char *rule,
                      const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    struct format_item *item =
        error_item(reader, (struct spot){.line = line, .column = column}, rule, format, arguments);
    va_end(arguments);
    item->is_fatal = true;
    reader_put(reader, item);
}

static void report_fault(struct format_reader *reader, const struct input_fault *fault)
{
    if (strcmp(fault->rule, "wrong_format") == 0) {
        reader_put_fatal(reader, fault->line, fault->column, fault->rule,
                         "this is not %s: it looks like %.*s",
                         enumeration_name(&FORMATS, reader->format), TEXT_ARG(fault->message));
    } else {
        reader_put_fatal(reader, fault->line, fault->column, fault->rule, "%.*s",
                         TEXT_ARG(fault->message));
    }
}

/* One more piece for the format's reader. */
static bool feed(struct format_reader *reader, struct error *err)
{
    struct text piece = TEXT_ABSENT;
    struct input_fault fault = {.rule = NULL};
    arena_reset(reader->items);
    reader->last = NULL;
    if (!input_next(&reader->input, &piece, &fault, err)) {
        return false;
    }
    if (fault.rule != NULL) {
        report_fault(reader, &fault);
    } else if (piece.data == NULL) {
        reader->is_fed = true;
        reader->kind->finish(reader, reader->state);
    } else {
        reader->kind->feed(reader, reader->state, piece);
        input_keep(&reader->input, piece);
    }
    return true;
}

bool format_reader_next(struct format_reader *reader, const struct format_item **item,
                        struct error *err)
{
    *item = NULL;
    while (reader->first == NULL && !reader->is_fed && !reader->has_failed) {
        if (!feed(reader, err)) {
            return false;
        }
    }
    if (reader->first != NULL) {
        *item = &reader->first->item;
        reader->first = reader->first->next;
    }
    return true;
}

static bool read_memory(void *context, char *bytes, size_t size, size_t *count, struct error *err)
{
    struct format_memory *memory = context;
    const struct text rest = text_slice(memory->bytes, memory->at, size);
    (void)err; /* memory does not fail */
    if (rest.len > 0) {
        memcpy(bytes, rest.data, rest.len);
    }
    memory->at += rest.len;
    *count = rest.len;
    return true;
}

struct format_source format_source_memory(struct format_memory *memory)
{
    return (struct format_source){.read = read_memory, .context = memory};
}
