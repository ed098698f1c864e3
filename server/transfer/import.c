/* Checking a file, then writing it in batches. */
#include "transfer/import.h"

#include "bank/lint.h"
#include "domain/question_shape.h"
#include "transfer/import_types.h"
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
    struct import_batch batch;     /* items that wait to be judged or written */
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

static void empty_batch(struct import *import)
{
    struct import_batch *batch = &import->batch;
    arena_reset(batch->arena);
    batch->items = arena_new_array(batch->arena, BATCH_QUESTIONS, struct format_item);
    batch->count = 0;
}

/* A copy of what is asked of the item in the batch; of its question no more than that. */
static struct format_item *add_item(struct import *import, const struct format_item *item)
{
    struct import_batch *batch = &import->batch;
    struct format_item *copy = &batch->items[batch->count++];
    *copy = *item;
    copy->question = (struct question){.type = item->question.type,
                                       .slug = arena_copy(batch->arena, item->question.slug)};
    diagnostics_init(&copy->diagnostics, batch->arena);
    diagnostics_append(&copy->diagnostics, &item->diagnostics);
    return copy;
}

static bool check_batch(struct import *import, struct error *err)
{
    const bool is_good = import_check_types(import->session, &import->bank, &import->batch, err);
    for (size_t i = 0; i < import->batch.count && is_good; i++) {
        note(import, &import->batch.items[i]);
    }
    empty_batch(import);
    return is_good;
}

static bool check_item(struct import *import, const struct format_item *item, struct error *err)
{
    (void)add_item(import, item); /* all there is to it, until the batch is full */
    return (import->batch.count < BATCH_QUESTIONS || check_batch(import, err)) && show(import, err);
}

static bool check_all(struct import *import, struct error *err)
{
    empty_batch(import);
    return read_all(import, check_item, err) && check_batch(import, err);
}

static bool keep(struct import *import, struct error *err)
{
    const struct import_plan *plan = import->plan;
    import->report->counts = import->counts;
    return plan->keep == NULL || plan->keep(plan->context, &import->progress, import->report, err);
}

static bool write_batch(struct import *import, struct error *err)
{
    const struct question *good[BATCH_QUESTIONS];
    struct transfer_batch batch = {
        .bank = &import->bank, .author = import->plan->author, .questions = good};
    bool is_good = import_check_types(import->session, &import->bank, &import->batch, err);
    for (size_t i = 0; i < import->batch.count; i++) {
        if (import->batch.items[i].status != ITEM_ERROR) {
            good[batch.count++] = &import->batch.items[i].question;
        }
    }
    is_good = is_good && store_transfers_write(import->session, &batch, &import->counts, err);
    empty_batch(import);
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
static bool add_question(struct import *import, const struct format_item *item, struct error *err)
{
    struct arena *arena = import->batch.arena;
    struct question *copy = &add_item(import, item)->question;
    struct text json = TEXT_ABSENT;
    return codec_encode_text(arena, &QUESTION_SHAPE, &item->question, &json, err) &&
           codec_decode_text(arena, json, &QUESTION_SHAPE, copy, err);
}

static bool write_item(struct import *import, const struct format_item *item, struct error *err)
{
    if (import->progress.done <= import->plan->skip) {
        return true;
    }
    if (item->status != ITEM_ERROR && !add_question(import, item, err)) {
        return false;
    }
    const bool is_full = import->batch.count == BATCH_QUESTIONS;
    if (is_full && !end_batch(import, err)) {
        return false;
    }
    return show(import, err);
}

static bool write_all(struct import *import, struct error *err)
{
    import->progress.is_checking = false;
    import->counts = import->plan->before;
    empty_batch(import);
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
    struct import import = {
        .session = session,
        .plan = plan,
        .file = file,
        .report = report,
        .progress = {.is_checking = true},
        .batch = {.arena = arena_create(), .file = file->name, .format = plan->format}};
    *report = (struct import_report){.items = 0};
    diagnostics_init(&report->diagnostics, arena);
    bool is_good = prepare(&import, arena, err) && check_all(&import, err);
    import.progress.total = report->items;
    report->is_refused = report->is_refused || (plan->is_atomic && report->bad > 0);
    if (is_good && report->is_refused) {
        is_good = keep(&import, err);
    } else if (is_good) {
        is_good = commits_batches(&import) ? write_all(&import, err) : write_in_one(&import, err);
    }
    report->counts = import.counts;
    arena_free(import.batch.arena);
    return is_good;
}
