/* Checking a file, then writing it in batches. */
#include "transfer/import.h"

#include "bank/lint.h"
#include "domain/question_shape.h"
#include "json/codec.h"

enum { BATCH_QUESTIONS = 200 };

struct import {
    struct db_session *session;
    const struct import_plan *plan;
    const struct transfer_file *file;
    struct import_report *report;
    struct transfer_bank bank;
    struct format_options options;
    struct import_progress progress;
    struct arena *batch_arena; /* of the questions that wait to be written */
    const struct question **batch;
    size_t batch_count;
    struct transfer_counts counts; /* of what is committed or will be */
};

static struct format_bank *known_places(struct arena *arena, const struct transfer_bank *bank)
{
    struct format_section *sections =
        arena_new_array(arena, bank->section_count, struct format_section);
    for (size_t i = 0; i < bank->section_count; i++) {
        sections[i] = (struct format_section){.path = bank->sections[i].path,
                                              .first_line = bank->sections[i].first_line,
                                              .last_line = bank->sections[i].last_line};
    }
    return format_bank_new(arena, sections, bank->section_count, bank->domains, bank->domain_count);
}

/* The bank as the lint knows it: from its folder. */
static const struct lint_bank *known_notes(struct arena *arena, const struct transfer_bank *bank)
{
    struct bank_folder *folder = arena_new(arena, struct bank_folder);
    folder->slug = bank->slug;
    folder->domain_count = bank->domain_count;
    folder->notes.markdown = bank->notes;
    folder->notes.sections = bank->sections;
    folder->notes.section_count = bank->section_count;
    return lint_bank_new(arena, folder);
}

static bool prepare(struct import *import, struct arena *arena, struct error *err)
{
    const struct import_plan *plan = import->plan;
    if (!store_transfers_get_bank(import->session, plan->bank, arena, &import->bank, err)) {
        return false;
    }
    const struct format_bank *places = known_places(arena, &import->bank);
    if (plan->section.len > 0 && format_bank_find(places, plan->section) == NULL) {
        return error_set(err, ERROR_NOT_FOUND, "the notes of %.*s have no section \"%.*s\"",
                         TEXT_ARG(plan->bank), TEXT_ARG(text_slice(plan->section, 0, 100)));
    }
    import->options = (struct format_options){.file = import->file->name,
                                              .bank = places,
                                              .lint = known_notes(arena, &import->bank),
                                              .section = plan->section};
    return true;
}

static bool show(const struct import *import, struct error *err)
{
    const struct import_plan *plan = import->plan;
    return plan->show == NULL || plan->show(plan->context, &import->progress, err);
}

static void note(struct import *import, const struct format_item *item)
{
    struct import_report *report = import->report;
    diagnostics_append(&report->diagnostics, &item->diagnostics);
    report->items++;
    report->bad += item->status == ITEM_ERROR ? 1 : 0;
    report->warned += item->status == ITEM_WARNING ? 1 : 0;
    report->is_refused = report->is_refused || item->is_fatal;
}

/* Each item to `take`, until it returns false. */
static bool read_all(struct import *import,
                     bool (*take)(struct import *import, const struct format_item *item,
                                  struct error *err),
                     struct error *err)
{
    struct arena *arena = arena_create();
    const struct format_item *item = NULL;
    import->progress.done = 0;
    bool is_good = import->file->rewind(import->file->source.context, err);
    struct format_reader *reader =
        format_reader_open(arena, import->plan->format, &import->options, import->file->source);
    while (is_good) {
        is_good = format_reader_next(reader, &item, err);
        if (!is_good || item == NULL) {
            break;
        }
        import->progress.done++;
        import->progress.position = format_reader_position(reader);
        is_good = take(import, item, err);
    }
    arena_free(arena);
    return is_good;
}

static bool check_item(struct import *import, const struct format_item *item, struct error *err)
{
    note(import, item);
    return show(import, err);
}

static bool keep(struct import *import, struct error *err)
{
    const struct import_plan *plan = import->plan;
    import->report->counts = import->counts;
    return plan->keep == NULL || plan->keep(plan->context, &import->progress, import->report, err);
}

static bool write_batch(struct import *import, struct error *err)
{
    const struct transfer_batch batch = {.bank = &import->bank,
                                         .author = import->plan->author,
                                         .questions = import->batch,
                                         .count = import->batch_count};
    const bool is_good = store_transfers_write(import->session, &batch, &import->counts, err);
    import->batch_count = 0;
    arena_reset(import->batch_arena);
    import->batch = arena_new_array(import->batch_arena, BATCH_QUESTIONS, const struct question *);
    return is_good;
}

/* Whether each batch is a transaction of its own; otherwise there is one around all. */
static bool commits_batches(const struct import *import)
{
    return !import->plan->is_atomic && !import->plan->is_dry_run;
}

/* The batch with what is known of the progress, or nothing of both. */
static bool end_batch(struct import *import, struct error *err)
{
    struct error end_err = {.code = ERROR_NONE};
    if (!commits_batches(import)) {
        return write_batch(import, err);
    }
    const bool is_written = db_session_run(import->session, "BEGIN", err) &&
                            write_batch(import, err) && keep(import, err);
    const bool is_ended = is_written ? db_session_run(import->session, "COMMIT", err)
                                     : db_session_run(import->session, "ROLLBACK", &end_err);
    return is_written && is_ended;
}

/* The item's question outlives the item in the arena of the batch. */
static bool copy_question(struct import *import, const struct question *question, struct error *err)
{
    struct question *copy = arena_new(import->batch_arena, struct question);
    struct text json = TEXT_ABSENT;
    if (!codec_encode_text(import->batch_arena, &QUESTION_SHAPE, question, &json, err) ||
        !codec_decode_text(import->batch_arena, json, &QUESTION_SHAPE, copy, err)) {
        return false;
    }
    import->batch[import->batch_count++] = copy;
    return true;
}

static bool write_item(struct import *import, const struct format_item *item, struct error *err)
{
    if (import->progress.done <= import->plan->skip) {
        return true;
    }
    if (item->status != ITEM_ERROR && !copy_question(import, &item->question, err)) {
        return false;
    }
    const bool is_full = import->batch_count == BATCH_QUESTIONS;
    if (is_full && !end_batch(import, err)) {
        return false;
    }
    return show(import, err);
}

static bool write_all(struct import *import, struct error *err)
{
    import->progress.is_checking = false;
    import->counts = import->plan->before;
    import->batch = arena_new_array(import->batch_arena, BATCH_QUESTIONS, const struct question *);
    return read_all(import, write_item, err) && end_batch(import, err);
}

static bool write_in_one(struct import *import, struct error *err)
{
    struct error end_err = {.code = ERROR_NONE};
    const bool is_dry_run = import->plan->is_dry_run;
    const bool is_written = db_session_run(import->session, "BEGIN", err) &&
                            write_all(import, err) && (is_dry_run || keep(import, err));
    const bool is_ended = is_written && !is_dry_run
                              ? db_session_run(import->session, "COMMIT", err)
                              : db_session_run(import->session, "ROLLBACK", &end_err);
    return is_written && is_ended && (!is_dry_run || keep(import, err));
}

bool transfer_import(struct db_session *session, const struct import_plan *plan,
                     const struct transfer_file *file, struct arena *arena,
                     struct import_report *report, struct error *err)
{
    struct import import = {.session = session,
                            .plan = plan,
                            .file = file,
                            .report = report,
                            .progress = {.is_checking = true},
                            .batch_arena = arena_create()};
    *report = (struct import_report){.items = 0};
    diagnostics_init(&report->diagnostics, arena);
    bool is_good = prepare(&import, arena, err) && read_all(&import, check_item, err);
    import.progress.total = report->items;
    report->is_refused = report->is_refused || (plan->is_atomic && report->bad > 0);
    if (is_good && report->is_refused) {
        is_good = keep(&import, err);
    } else if (is_good) {
        is_good = commits_batches(&import) ? write_all(&import, err) : write_in_one(&import, err);
    }
    report->counts = import.counts;
    arena_free(import.batch_arena);
    return is_good;
}
