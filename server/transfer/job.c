/* One job from its claim to its end. */
#include "transfer/job.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "store/jobs.h"
#include "transfer/export.h"
#include "transfer/import.h"
#include "json/codec.h"

enum { LEASE_MS = 10000, BEAT_MS = 2000, CLAIMS_MAX = 20 };

/* Why a job was left before its end. */
enum leaving { LEAVING_NOT, LEAVING_CANCELED, LEAVING_LOST, LEAVING_STOPPED };

struct run {
    const struct job_runner *runner;
    const struct claimed_job *job;
    struct arena *arena;
    enum leaving leaving;
    int64_t beat_us; /* of the last sign of life */
    int64_t offset;  /* in the file of an import */
    struct job_note note;
    struct buffer file; /* of an export */
};

static bool leave(struct run *run, enum leaving why, struct error *err)
{
    run->leaving = why;
    return error_set(err, ERROR_UNAVAILABLE, "the job was left");
}

static bool judge_hold(struct run *run, const struct job_hold *hold, struct error *err)
{
    if (hold->is_lost) {
        return leave(run, LEAVING_LOST, err);
    }
    if (hold->wants_cancel) {
        return leave(run, LEAVING_CANCELED, err);
    }
    return !run->runner->is_stopping(run->runner->context) || leave(run, LEAVING_STOPPED, err);
}

/* A sign of life over the lanes, now and then. */
static bool beat(struct run *run, struct error *err)
{
    const int64_t now_us = clock_monotonic_us();
    struct job_hold hold = {.is_lost = false};
    if (now_us - run->beat_us < BEAT_MS * INT64_C(1000)) {
        return true;
    }
    run->beat_us = now_us;
    return store_jobs_beat(run->runner->lanes, run->job, LEASE_MS, &hold, err) &&
           judge_hold(run, &hold, err);
}

static bool read_file(void *context, char *bytes, size_t size, size_t *count, struct error *err)
{
    struct run *run = context;
    struct job_piece piece = {.offset = run->offset, .size = size};
    piece.bytes = bytes;
    if (!store_jobs_read_file(run->runner->session, run->job, &piece, err)) {
        return false;
    }
    run->offset += (int64_t)piece.count;
    *count = piece.count;
    return true;
}

static bool rewind_file(void *context, struct error *err)
{
    struct run *run = context;
    (void)err; /* it is in the database */
    run->offset = 0;
    return true;
}

static bool show_import(void *context, const struct import_progress *progress, struct error *err)
{
    (void)progress; /* is kept with each batch */
    return beat(context, err);
}

static bool keep_import(void *context, const struct import_progress *progress,
                        const struct import_report *report, struct error *err)
{
    struct run *run = context;
    struct job_hold hold = {.is_lost = false};
    const struct job_note before = run->note;
    run->note = (struct job_note){.total = (int64_t)progress->total,
                                  .done = (int64_t)progress->done,
                                  .rejected = (int64_t)report->bad,
                                  .counts = report->counts};
    run->beat_us = clock_monotonic_us();
    if (store_jobs_note(run->runner->session, run->job, &run->note, LEASE_MS, &hold, err) &&
        judge_hold(run, &hold, err)) {
        return true;
    }
    run->note = before; /* the batch is rolled back */
    return false;
}

/* The first findings as the job keeps them. */
static bool write_report(struct run *run, const struct diagnostics *found, bool is_export,
                         struct job_end *end, struct error *err)
{
    struct job_finding *findings =
        arena_new_array(run->arena, LIMIT_DIAGNOSTICS, struct job_finding);
    struct job_report report = {.errors = findings};
    for (const struct diagnostic *d = found->first; d != NULL; d = d->next) {
        findings[report.count++] = (struct job_finding){
            .severity = d->severity == SEVERITY_ERROR ? TEXT("error") : TEXT("warning"),
            .line = (int64_t)d->spot.line,
            .column = (int64_t)d->spot.column,
            .code = text_of(d->code),
            .item = is_export ? d->spot.file : TEXT_ABSENT,
            .detail = d->message};
    }
    end->error_count = (int64_t)found->error_count;
    end->warning_count = (int64_t)found->warning_count;
    return codec_encode_text(run->arena, &JOB_REPORT_SHAPE, &report, &end->report, err);
}

static bool find_format(const struct claimed_job *job, enum format *format, struct error *err)
{
    unsigned value = 0;
    if (!enumeration_find(&FORMATS, job->format, &value)) {
        return error_set(err, ERROR_INVALID_INPUT, "this server does not know the format");
    }
    *format = (enum format)value;
    return true;
}

/* Whoever sends a file writes as he would question by question: nothing is published. */
static struct transfer_author drafts_of(const struct claimed_job *job, struct arena *arena)
{
    char id[UUID_TEXT_BYTES + 1];
    return (struct transfer_author){
        .id = job->user_id,
        .comment = arena_printf(arena, "import job %.*s", TEXT_ARG(uuid_format(job->id, id)))};
}

static bool run_import(struct run *run, struct job_end *end, struct error *err)
{
    const struct claimed_job *job = run->job;
    const struct transfer_author author = drafts_of(job, run->arena);
    const struct transfer_file file = {
        .name = TEXT("file"), .source = {.read = read_file, .context = run}, .rewind = rewind_file};
    struct import_plan plan = {.bank = job->bank,
                               .section = job->section,
                               .author = &author,
                               .is_atomic = job->is_atomic,
                               .is_dry_run = job->is_dry_run,
                               .skip = (size_t)job->done,
                               .before = job->counts,
                               .show = show_import,
                               .keep = keep_import,
                               .context = run};
    struct import_report report;
    if (!find_format(job, &plan.format, err) ||
        !transfer_import(run->runner->session, &plan, &file, run->arena, &report, err)) {
        return false;
    }
    end->status = report.is_refused ? JOB_FAILED : JOB_SUCCEEDED;
    end->detail =
        report.is_refused
            ? arena_printf(run->arena, "%zu of %zu questions refused: nothing is imported",
                           report.bad, report.items)
            : TEXT_ABSENT;
    end->note = run->note;
    return write_report(run, &report.diagnostics, false, end, err);
}

static bool write_export(void *context, struct text bytes, struct error *err)
{
    struct run *run = context;
    buffer_append(&run->file, bytes);
    return !run->file.is_over ||
           error_set(err, ERROR_PAYLOAD_TOO_LARGE,
                     "the file would have more than %d MiB: export section by section, or by the "
                     "command line",
                     LIMIT_REPLY_BYTES / (1024 * 1024));
}

static bool show_export(void *context, const struct export_report *report, struct error *err)
{
    (void)report; /* what is done shows at the end */
    return beat(context, err);
}

static bool run_export(struct run *run, struct job_end *end, struct error *err)
{
    struct export_plan plan = {.bank = run->job->bank,
                               .section = run->job->section,
                               .write = write_export,
                               .show = show_export,
                               .context = run};
    struct export_report report;
    buffer_init(&run->file, run->arena, LIMIT_REPLY_BYTES - LIMIT_REQUEST_HEAD_BYTES);
    if (!find_format(run->job, &plan.format, err) ||
        !transfer_export(run->runner->session, &plan, run->arena, &report, err) ||
        !buffer_text(&run->file, &end->file, err)) {
        return false;
    }
    end->status = JOB_SUCCEEDED;
    end->file = end->file.len == 0 ? TEXT("") : end->file;
    end->note = (struct job_note){.total = (int64_t)report.total,
                                  .done = (int64_t)report.done,
                                  .rejected = (int64_t)report.left_out};
    return write_report(run, &report.losses, true, end, err);
}

/* What came of a job that did not come to its end. */
static bool end_early(struct run *run, const struct error *why, struct error *err)
{
    struct job_end end = {.status = JOB_FAILED, .report = TEXT("{\"errors\":[]}")};
    end.note = run->note;
    if (run->leaving == LEAVING_LOST || !db_session_is_alive(run->runner->session)) {
        *err = *why;
        return false;
    }
    if (run->leaving == LEAVING_STOPPED) {
        return store_jobs_release(run->runner->session, run->job, err);
    }
    if (run->leaving == LEAVING_CANCELED) {
        end.status = JOB_CANCELED;
        end.detail = TEXT("it was canceled; what is counted was done before");
        end.note.done = run->job->done > end.note.done ? run->job->done : end.note.done;
    } else if (why->code == ERROR_UNAVAILABLE) {
        *err = *why; /* the database is busy or away: again, a little later */
        return false;
    } else {
        end.detail = why->code == ERROR_INTERNAL ? TEXT("something went wrong on our side")
                                                 : text_of(why->detail);
    }
    return store_jobs_finish(run->runner->session, run->job, &end, err);
}

static bool give_up(struct run *run, struct error *err)
{
    const struct job_end end = {.status = JOB_FAILED,
                                .detail = TEXT("given up: it ended every server that began it"),
                                .report = TEXT("{\"errors\":[]}"),
                                .note = run->note};
    return store_jobs_finish(run->runner->session, run->job, &end, err);
}

static bool run_job(struct run *run, struct error *err)
{
    struct job_end end = {.status = JOB_FAILED};
    struct error why = {.code = ERROR_NONE};
    run->note = (struct job_note){.done = run->job->done, .counts = run->job->counts};
    if (run->job->claim > CLAIMS_MAX) {
        return give_up(run, err);
    }
    const bool is_done =
        run->job->kind == JOB_IMPORT ? run_import(run, &end, &why) : run_export(run, &end, &why);
    if (!is_done) {
        log_info("job.left", log_string("detail", why.detail));
        return end_early(run, &why, err);
    }
    return store_jobs_finish(run->runner->session, run->job, &end, err);
}

bool transfer_run_job(const struct job_runner *runner, struct arena *arena, bool *has_job,
                      struct error *err)
{
    struct claimed_job job;
    struct run run = {.runner = runner, .job = &job, .arena = arena};
    if (!store_jobs_claim(runner->session, arena, LEASE_MS, &job, has_job, err)) {
        return false;
    }
    if (!*has_job) {
        return true;
    }
    run.beat_us = clock_monotonic_us();
    char id[UUID_TEXT_BYTES + 1];
    log_info("job.begun", log_text("job_id", uuid_format(job.id, id)), log_i64("claim", job.claim),
             log_i64("done", job.done));
    return run_job(&run, err);
}
