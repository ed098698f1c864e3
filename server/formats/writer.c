/* The writers' common part, and bank JSON, which is what a question is stored as. */
#include "formats/writer_core.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "domain/question_shape.h"
#include "formats/answers.h"
#include "json/codec.h"

enum { MESSAGE_BYTES = 400 };

static const struct writer_kind *const KINDS[FORMAT_COUNT] = {
    [FORMAT_JSON] = &JSON_WRITER,     [FORMAT_JSON_LINES] = &JSON_LINES_WRITER,
    [FORMAT_GIFT] = &GIFT_WRITER,     [FORMAT_AIKEN] = &AIKEN_WRITER,
    [FORMAT_MOODLE] = &MOODLE_WRITER, [FORMAT_CSV] = &CSV_WRITER,
    [FORMAT_ANKI] = &ANKI_WRITER,
};

void format_write_begin(struct format_writer *writer, enum format format, struct buffer *out)
{
    *writer = (struct format_writer){.format = format};
    KINDS[format]->begin(out);
}

bool format_write_question(struct format_writer *writer, struct arena *arena,
                           const struct question *question, struct buffer *out,
                           struct diagnostics *losses)
{
    struct writing writing = {
        .writer = writer, .arena = arena, .question = question, .out = out, .losses = losses};
    if (!KINDS[writer->format]->write(&writing)) {
        return false;
    }
    writer->count++;
    return true;
}

void format_write_end(const struct format_writer *writer, struct buffer *out)
{
    KINDS[writer->format]->end(writer, out);
}

static struct spot spot_of(const struct writing *writing)
{
    return (struct spot){.file = writing->question->slug};
}

void writing_lose(struct writing *writing, const char *rule, const char *format, ...)
{
    char message[MESSAGE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    if (vsnprintf(message, sizeof message, format, arguments) < 0) {
        message[0] = '\0';
    }
    va_end(arguments);
    diagnostics_add(writing->losses, SEVERITY_WARNING, spot_of(writing), rule, "%s", message);
}

bool writing_refuse(struct writing *writing, const char *rule, const char *why)
{
    diagnostics_add(writing->losses, SEVERITY_ERROR, spot_of(writing), rule, "left out: %s", why);
    return false;
}

bool writing_is_new_section(struct writing *writing)
{
    struct format_writer *writer = writing->writer;
    const struct text section = text_slice(writing->question->section, 0, sizeof writer->section);
    const struct text before = {.data = writer->section, .len = writer->section_len};
    if (writer->count > 0 && text_equal(section, before)) {
        return false;
    }
    if (section.len > 0) {
        memcpy(writer->section, section.data, section.len);
    }
    writer->section_len = section.len;
    return true;
}

static bool has_own_ids(struct writing *writing)
{
    const struct question *q = writing->question;
    bool is_own = false;
    for (size_t i = 0; i < q->option_count && q->type != QUESTION_TRUE_FALSE; i++) {
        is_own = is_own || !text_equal(q->options[i].id, answers_letter(writing->arena, i));
    }
    for (size_t i = 0; i < q->premise_count; i++) {
        is_own = is_own || !text_equal(q->premises[i].id, answers_letter(writing->arena, i));
    }
    for (size_t i = 0; i < q->gap_count; i++) {
        is_own = is_own || !text_equal(q->gaps[i].id, answers_letter(writing->arena, i));
    }
    for (size_t i = 0; i < q->item_count; i++) {
        is_own = is_own || !text_equal(q->items[i].id, answers_letter(writing->arena, i));
    }
    return is_own;
}

void writing_check_ids(struct writing *writing)
{
    if (has_own_ids(writing)) {
        writing_lose(writing, "ids_lost",
                     "the ids of its parts are not in the file; an import gives "
                     "them new ones");
    }
}

bool writing_split_gap(const struct question *question, struct text *before, struct text *after)
{
    const struct text id = question->gaps[0].id;
    const struct text stem = question->stem;
    for (size_t at = 0; at + id.len + 4 <= stem.len; at++) {
        if (text_equal(text_slice(stem, at, 2), TEXT("[[")) &&
            text_equal(text_slice(stem, at + 2, id.len), id) &&
            text_equal(text_slice(stem, at + 2 + id.len, 2), TEXT("]]"))) {
            *before = text_slice(stem, 0, at);
            *after = text_slice(stem, at + id.len + 4, stem.len);
            return true;
        }
    }
    return false;
}

struct text writing_one_line(struct writing *writing, struct text text)
{
    const struct text trimmed = text_trim(text);
    char *out = arena_alloc_bytes(writing->arena, trimmed.len + 1);
    bool has_lines = false;
    for (size_t i = 0; i < trimmed.len; i++) {
        const char c = trimmed.data[i];
        has_lines = has_lines || c == '\n';
        out[i] = (char)(c == '\n' || c == '\r' || c == '\t' ? ' ' : c);
    }
    if (has_lines) {
        writing_lose(writing, "lines_lost", "its lines are joined to one");
    }
    return (struct text){.data = out, .len = trimmed.len};
}

/* --- bank JSON --- */

static void begin_json(struct buffer *out)
{
    buffer_append_char(out, '[');
}

static bool write_json(struct writing *writing)
{
    buffer_append(writing->out, writing->writer->count > 0 ? TEXT(",\n") : TEXT("\n"));
    codec_encode(writing->out, &QUESTION_SHAPE, writing->question);
    return true;
}

static void end_json(const struct format_writer *writer, struct buffer *out)
{
    buffer_append(out, writer->count > 0 ? TEXT("\n]\n") : TEXT("]\n"));
}

const struct writer_kind JSON_WRITER = {begin_json, write_json, end_json};

static void begin_lines(struct buffer *out)
{
    (void)out; /* nothing stands before the first line */
}

static bool write_line(struct writing *writing)
{
    codec_encode(writing->out, &QUESTION_SHAPE, writing->question);
    buffer_append_char(writing->out, '\n');
    return true;
}

static void end_lines(const struct format_writer *writer, struct buffer *out)
{
    (void)writer; /* nothing stands behind the last line */
    (void)out;
}

const struct writer_kind JSON_LINES_WRITER = {begin_lines, write_line, end_lines};
