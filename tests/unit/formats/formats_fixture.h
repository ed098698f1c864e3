/*
 * Files in memory for the tests of the readers. Each item is summed up as one line: its status,
 * place and rules; beside it stands its JSON. Two rules that nearly every short sample breaks
 * (no_id, no_explanation) are left out of the sum.
 */
#ifndef TESTS_UNIT_FORMATS_FIXTURE_H
#define TESTS_UNIT_FORMATS_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "bank/notes.h"
#include "domain/question_shape.h"
#include "formats/reader.h"
#include "formats/writer.h"
#include "json/body.h"
#include "json/codec.h"

struct fixture {
    struct arena *arena;
    struct format_options options;
    size_t good_count;
    size_t bad_count;
    bool is_fatal;
    const char *json; /* of the good ones, a line each */
    const struct question **questions;
};

enum { QUESTIONS_MAX = 2000 };

static inline int setup(void **state)
{
    struct arena *arena = arena_create();
    struct fixture *f = arena_new(arena, struct fixture);
    f->arena = arena;
    f->options = (struct format_options){.file = TEXT("f"), .section = TEXT("one")};
    f->questions = arena_new_array(arena, QUESTIONS_MAX, const struct question *);
    *state = f;
    return 0;
}

static inline int teardown(void **state)
{
    struct fixture *f = *state;
    arena_free(f->arena);
    return 0;
}

/* Lets the lint be asked, too, about a bank with a section "one" of three lines. */
static inline void ask_lint(struct fixture *f)
{
    struct bank_folder *folder = arena_new(f->arena, struct bank_folder);
    struct diagnostics diagnostics;
    diagnostics_init(&diagnostics, f->arena);
    assert_true(notes_parse(f->arena, TEXT("notes.md"), TEXT("## One\n\nA fact of 7 KB.\n"),
                            &folder->notes, &diagnostics));
    f->options.lint = lint_bank_new(f->arena, folder);
}

static inline const struct question *copy_question(struct fixture *f, const struct question *q,
                                                   struct text *json)
{
    struct question *copy = arena_new(f->arena, struct question);
    struct error err = {.code = ERROR_NONE};
    assert_true(codec_encode_text(f->arena, &QUESTION_SHAPE, q, json, &err));
    assert_true(codec_decode_text(f->arena, *json, &QUESTION_SHAPE, copy, &err));
    return copy;
}

static inline void sum_up(struct fixture *f, struct buffer *sum, const struct format_item *item)
{
    const struct diagnostic *d = item->diagnostics.first;
    buffer_printf(sum, "%s%s %zu:%zu", sum->len > 0 ? "\n" : "",
                  item->is_fatal ? "fatal" : enumeration_name(&ITEM_STATUSES, item->status),
                  d == NULL ? item->line : d->spot.line, d == NULL ? item->column : d->spot.column);
    for (; d != NULL; d = d->next) {
        if (strcmp(d->code, "no_id") != 0 && strcmp(d->code, "no_explanation") != 0) {
            buffer_printf(sum, " %s", d->code);
        }
        assert_true(d->message.len > 0 && text_is_utf8(d->message));
    }
}

/* Reads all of it; returns the sum. */
static inline const char *read_text(struct fixture *f, enum format format, struct text bytes)
{
    struct format_memory memory = {.bytes = bytes};
    struct format_reader *reader =
        format_reader_open(f->arena, format, &f->options, format_source_memory(&memory));
    const struct format_item *item = NULL;
    struct error err = {.code = ERROR_NONE};
    struct buffer sum;
    struct buffer json;
    size_t number = 0;
    buffer_init(&sum, f->arena, (size_t)64 * 1024 * 1024);
    buffer_init(&json, f->arena, (size_t)64 * 1024 * 1024);
    f->good_count = 0;
    f->bad_count = 0;
    f->is_fatal = false;
    for (;;) {
        struct text encoded = TEXT("");
        assert_true(format_reader_next(reader, &item, &err));
        if (item == NULL) {
            break;
        }
        assert_false(f->is_fatal);
        assert_int_equal(item->number, ++number);
        sum_up(f, &sum, item);
        if (item->status == ITEM_ERROR) {
            f->bad_count++;
            f->is_fatal = item->is_fatal;
            continue;
        }
        const struct question *copy = copy_question(f, &item->question, &encoded);
        if (f->good_count < QUESTIONS_MAX) {
            f->questions[f->good_count] = copy;
        }
        f->good_count++;
        buffer_append(&json, encoded);
        buffer_append_char(&json, '\n');
    }
    struct text text = TEXT("");
    assert_true(buffer_text(&json, &text, &err));
    f->json = arena_string(f->arena, text);
    assert_true(buffer_text(&sum, &text, &err));
    return arena_string(f->arena, text);
}

/* A sample: what it is summed up as, and a part of its JSON (with ' for "). */
struct sample {
    const char *input;
    const char *sum;
    const char *json; /* NULL: none is looked for */
};

static inline const char *with_quotes(struct fixture *f, const char *json)
{
    char *out = arena_alloc_bytes(f->arena, strlen(json) + 1);
    memcpy(out, json, strlen(json) + 1);
    for (char *c = out; *c != '\0'; c++) {
        *c = (char)(*c == '\'' ? '"' : *c);
    }
    return out;
}

static inline void check_samples(struct fixture *f, enum format format,
                                 const struct sample *samples, size_t count)
{
    size_t failed = 0;
    for (size_t i = 0; i < count; i++) {
        const char *sum = read_text(f, format, text_of(samples[i].input));
        const char *wanted = samples[i].json == NULL ? "" : with_quotes(f, samples[i].json);
        if (strcmp(sum, samples[i].sum) != 0 || strstr(f->json, wanted) == NULL) {
            print_error("sample %zu: %s\n  is:     %s\n  wanted: %s\n  json:   %s\n  wanted: %s\n",
                        i, samples[i].input, sum, samples[i].sum, f->json, wanted);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

/* Writes questions; `losses` may be NULL. */
static inline struct text write_questions(struct fixture *f, enum format format,
                                          const struct question *const *questions, size_t count,
                                          struct diagnostics *losses)
{
    struct format_writer writer;
    struct buffer out;
    struct diagnostics ignored;
    struct text text = TEXT("");
    struct error err = {.code = ERROR_NONE};
    diagnostics_init(&ignored, f->arena);
    buffer_init(&out, f->arena, (size_t)64 * 1024 * 1024);
    format_write_begin(&writer, format, &out);
    for (size_t i = 0; i < count; i++) {
        (void)format_write_question(&writer, f->arena, questions[i], &out,
                                    losses == NULL ? &ignored : losses);
    }
    format_write_end(&writer, &out);
    assert_true(buffer_text(&out, &text, &err));
    return text;
}

#endif
