/* Reading a bank page by page and writing it down. */
#include "transfer/export.h"

#include "base/limits.h"
#include "store/transfers.h"

enum { PAGE_QUESTIONS = 1000 };

struct export
{
    struct db_session *session;
    const struct export_plan *plan;
    struct export_report *report;
    struct transfer_bank bank;
    struct format_writer writer;
    struct arena *page; /* of some questions and what they were written as */
    struct arena *kept; /* of the cursor's slug */
    struct transfer_cursor cursor;
};

static bool has_section(const struct export *export)
{
    for (size_t i = 0; i < export->bank.section_count; i++) {
        if (text_equal(export->bank.sections[i].path, export->plan->section)) {
            return true;
        }
    }
    return export->plan->section.len == 0;
}

/* What is in the buffer goes out. */
static bool flush(struct export *export, struct buffer *out, struct error *err)
{
    struct text bytes = TEXT_ABSENT;
    return buffer_text(out, &bytes, err) &&
           (bytes.len == 0 || export->plan->write(export->plan->context, bytes, err));
}

static void advance(struct export *export, const struct transfer_question *last)
{
    arena_reset(export->kept);
    export->cursor.position = last->position;
    export->cursor.slug = arena_copy(export->kept, last->slug);
}

static bool write_page(struct export *export, size_t *count, struct error *err)
{
    struct transfer_page page = {.count = 0};
    struct buffer out;
    arena_reset(export->page);
    if (!store_transfers_read(export->session, &export->bank, &export->cursor, export->page, &page,
                              err)) {
        return false;
    }
    buffer_init(&out, export->page, (size_t)PAGE_QUESTIONS * LIMIT_FORMAT_ITEM_BYTES);
    for (size_t i = 0; i < page.count; i++) {
        const bool is_written =
            format_write_question(&export->writer, export->page, &page.questions[i].question, &out,
                                  &export->report->losses);
        export->report->left_out += is_written ? 0 : 1;
        export->report->done++;
    }
    if (page.count > 0) {
        advance(export, &page.questions[page.count - 1]);
    }
    *count = page.count;
    return flush(export, &out, err);
}

static bool write_edge(struct export *export, bool is_begin, struct error *err)
{
    struct buffer out;
    arena_reset(export->page);
    buffer_init(&out, export->page, LIMIT_FORMAT_ITEM_BYTES);
    if (is_begin) {
        format_write_begin(&export->writer, export->plan->format, &out);
    } else {
        format_write_end(&export->writer, &out);
    }
    return flush(export, &out, err);
}

static bool write_all(struct export *export, struct error *err)
{
    size_t count = 1;
    bool is_good = write_edge(export, true, err);
    while (is_good && count > 0) {
        is_good = write_page(export, &count, err) &&
                  (export->plan->show == NULL ||
                   export->plan->show(export->plan->context, export->report, err));
    }
    return is_good && write_edge(export, false, err);
}

static bool run(struct export *export, struct arena *arena, struct error *err)
{
    int64_t total = 0;
    if (!store_transfers_get_bank(export->session, export->plan->bank, arena, &export->bank, err)) {
        return false;
    }
    if (!has_section(export)) {
        return error_set(err, ERROR_NOT_FOUND, "the notes of %.*s have no section \"%.*s\"",
                         TEXT_ARG(export->plan->bank),
                         TEXT_ARG(text_slice(export->plan->section, 0, 100)));
    }
    if (!store_transfers_count(export->session, &export->bank, export->cursor.section, &total,
                               err)) {
        return false;
    }
    export->report->total = (size_t)total;
    return write_all(export, err);
}

bool transfer_export(struct db_session *session, const struct export_plan *plan,
                     struct arena *arena, struct export_report *report, struct error *err)
{
    struct export export = {.session = session,
                            .plan = plan,
                            .report = report,
                            .page = arena_create(),
                            .kept = arena_create(),
                            .cursor = {.position = -1, .slug = TEXT(""), .limit = PAGE_QUESTIONS}};
    struct error end_err = {.code = ERROR_NONE};
    export.cursor.section = plan->section.len > 0 ? plan->section : TEXT_ABSENT;
    *report = (struct export_report){.total = 0};
    diagnostics_init(&report->losses, arena);
    const bool is_good =
        db_session_run(session, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", err) &&
        run(&export, arena, err);
    const bool is_ended = db_session_run(session, "ROLLBACK", is_good ? err : &end_err);
    arena_free(export.page);
    arena_free(export.kept);
    return is_good && is_ended;
}
