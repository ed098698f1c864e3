/* Jobs: HTTP words to those of store/jobs.h. */
#include "api/jobs.h"

#include "api/banks.h"
#include "formats/format.h"
#include "store/jobs.h"
#include "json/codec.h"

enum { SECTION_BYTES_MAX = 1000 };

static const struct shape_member JOB_PATH_MEMBERS[] = {MEMBER_UUID(struct job_path, job_id)};
const struct shape JOB_PATH_SHAPE = SHAPE_OF("JobPath", struct job_path, JOB_PATH_MEMBERS);

struct import_query {
    enum format format;
    struct text section;
    bool atomic;
    bool dry_run;
};
static const struct shape_member IMPORT_QUERY_MEMBERS[] = {
    MEMBER_ENUM(struct import_query, format, &FORMATS),
    MEMBER_TEXT(struct import_query, section, .flags = SHAPE_OPTIONAL, .min = 1,
                .max = SECTION_BYTES_MAX, .format = "section_path",
                .about = "The section of the notes for questions that name none."),
    MEMBER_BOOL(struct import_query, atomic, .flags = SHAPE_OPTIONAL,
                .about = "Import nothing unless all is good."),
    MEMBER_BOOL(struct import_query, dry_run, .flags = SHAPE_OPTIONAL,
                .about = "Check and count, but change nothing."),
};
const struct shape IMPORT_QUERY_SHAPE =
    SHAPE_OF("ImportQuery", struct import_query, IMPORT_QUERY_MEMBERS);

struct export_query {
    enum format format;
    struct text section;
};
static const struct shape_member EXPORT_QUERY_MEMBERS[] = {
    MEMBER_ENUM(struct export_query, format, &FORMATS),
    MEMBER_TEXT(struct export_query, section, .flags = SHAPE_OPTIONAL, .min = 1,
                .max = SECTION_BYTES_MAX, .format = "section_path",
                .about = "Only this section of the notes and all below it."),
};
const struct shape EXPORT_QUERY_SHAPE =
    SHAPE_OF("ExportQuery", struct export_query, EXPORT_QUERY_MEMBERS);

struct job_progress {
    int64_t total; /* 0: not known yet */
    int64_t done;
};
static const struct shape_member PROGRESS_MEMBERS[] = {
    MEMBER_I64(struct job_progress, total, .about = "Questions; 0 before they were counted."),
    MEMBER_I64(struct job_progress, done),
};
static const struct shape PROGRESS_SHAPE =
    SHAPE_OF("JobProgress", struct job_progress, PROGRESS_MEMBERS);

struct job_counts {
    int64_t created;
    int64_t updated;
    int64_t unchanged;
    int64_t rejected;
};
static const struct shape_member COUNTS_MEMBERS[] = {
    MEMBER_I64(struct job_counts, created),
    MEMBER_I64(struct job_counts, updated),
    MEMBER_I64(struct job_counts, unchanged),
    MEMBER_I64(struct job_counts, rejected,
               .about = "Refused, or left out because the format cannot carry them."),
};
static const struct shape COUNTS_SHAPE = SHAPE_OF("JobCounts", struct job_counts, COUNTS_MEMBERS);

struct job_reply {
    struct uuid id;
    enum job_kind kind;
    struct text bank;
    struct text format;
    bool atomic;
    bool dry_run;
    enum job_status status;
    struct job_progress progress;
    struct job_counts counts;
    struct text arrives_as;
    int64_t error_count;
    int64_t warning_count;
    const struct job_finding *errors;
    size_t listed_count;
    struct text detail;
    int64_t created_at;
    int64_t finished_at;
};
static const struct shape_member REPLY_MEMBERS[] = {
    MEMBER_UUID(struct job_reply, id),
    MEMBER_ENUM(struct job_reply, kind, &JOB_KINDS),
    MEMBER_TEXT(struct job_reply, bank),
    MEMBER_TEXT(struct job_reply, format),
    MEMBER_BOOL(struct job_reply, atomic, .about = "As it was asked for; false: an export."),
    MEMBER_BOOL(struct job_reply, dry_run, .about = "As it was asked for; false: an export."),
    MEMBER_ENUM(struct job_reply, status, &JOB_STATUSES),
    MEMBER_OBJECT(struct job_reply, progress, struct job_progress, &PROGRESS_SHAPE),
    MEMBER_OBJECT(struct job_reply, counts, struct job_counts, &COUNTS_SHAPE),
    MEMBER_TEXT(struct job_reply, arrives_as, .flags = SHAPE_NULLABLE,
                .about = "draft: what an import writes is new drafts, and edits beside what is "
                         "published; POST /v1/banks/{bank}/questions/bulk takes 100 at once to "
                         "review and publishes them. null: an export."),
    MEMBER_I64(struct job_reply, error_count),
    MEMBER_I64(struct job_reply, warning_count),
    MEMBER_LIST(struct job_reply, errors, listed_count, struct job_finding, &JOB_FINDING_SHAPE,
                .about = "A hundred of them in the order of the file; errors go before warnings."),
    MEMBER_TEXT(struct job_reply, detail, .flags = SHAPE_NULLABLE, .about = "Why it failed."),
    MEMBER_TIME(struct job_reply, created_at),
    MEMBER_TIME(struct job_reply, finished_at, .flags = SHAPE_NULLABLE),
};
const struct shape JOB_REPLY_SHAPE = SHAPE_OF("Job", struct job_reply, REPLY_MEMBERS);

static bool fill_reply(const struct call *call, const struct job *job, struct job_reply *reply,
                       struct error *err)
{
    struct job_report report = {.errors = NULL};

    if (!codec_decode_text(call->arena, job->report, &JOB_REPORT_SHAPE, &report, err)) {
        return false;
    }
    *reply = (struct job_reply){.id = job->id,
                                .kind = job->kind,
                                .bank = job->bank,
                                .format = job->format,
                                .atomic = job->is_atomic,
                                .dry_run = job->is_dry_run,
                                .status = job->status,
                                .progress = {.total = job->total, .done = job->done},
                                .counts = {.created = job->counts.created,
                                           .updated = job->counts.updated,
                                           .unchanged = job->counts.unchanged,
                                           .rejected = job->rejected},
                                .arrives_as = job->kind == JOB_IMPORT ? TEXT("draft") : TEXT_ABSENT,
                                .error_count = job->error_count,
                                .warning_count = job->warning_count,
                                .errors = report.errors,
                                .listed_count = report.count,
                                .detail = job->detail,
                                .created_at = job->created_at,
                                .finished_at = job->finished_at};
    return true;
}

/* A file is no load for the lanes, which everybody shares. */
static bool create(struct call *call, const struct job_request *request, struct job *job,
                   struct error *err)
{
    struct db_session *session = NULL;

    if (call->db != call->app->lanes) {
        return store_jobs_create(call->db, call->arena, request, job, err);
    }
    if (!db_pool_take(call->app->scans, &session, err)) {
        return false;
    }
    const bool is_created =
        store_jobs_create(db_over_session(session, call->arena), call->arena, request, job, err);
    db_pool_give_back(call->app->scans, session);
    return is_created;
}

/* What no server could do anything with; what else is wrong the job says. */
static bool check_request(struct call *call, const struct bank *bank,
                          const struct job_request *request, struct error *err)
{
    if (request->section.data != NULL) {
        const int64_t index = bank_find_section(bank, request->section);
        if (index == BANK_NO_SECTION || bank->sections[index].is_removed) {
            return error_add_parameter_fault(err, call->arena, TEXT("section"), FAULT_NOT_FOUND,
                                             "the notes have no such section");
        }
    }
    return request->kind == JOB_EXPORT || request->file.len > 0 ||
           error_add_fault(err, call->arena, TEXT(""), FAULT_REQUIRED, "the file is empty");
}

static bool create_job(struct call *call, struct job_request *request, struct job_reply *reply,
                       struct error *err)
{
    const struct bank_path *path = call->path;
    const struct bank *bank = NULL;
    struct job job = {.id = UUID_NIL};
    char id[UUID_TEXT_BYTES + 1];

    if (!call_find_bank(call, path->bank, &bank, err)) {
        return false;
    }
    request->user_id = call->user_id;
    request->bank_id = bank->id;
    if (!check_request(call, bank, request, err) || !create(call, request, &job, err)) {
        return false;
    }
    response_add_header(
        call->response, "Location",
        arena_printf(call->arena, "/v1/jobs/%.*s", TEXT_ARG(uuid_format(job.id, id))));
    return fill_reply(call, &job, reply, err);
}

bool api_create_import(struct call *call, void *reply, struct error *err)
{
    const struct import_query *query = call->query;
    struct job_request request = {.kind = JOB_IMPORT,
                                  .format = text_of(enumeration_name(&FORMATS, query->format)),
                                  .section = query->section,
                                  .is_atomic = query->atomic,
                                  .is_dry_run = query->dry_run,
                                  .file = call->request->body};

    return create_job(call, &request, reply, err);
}

bool api_create_export(struct call *call, void *reply, struct error *err)
{
    const struct export_query *query = call->query;
    struct job_request request = {.kind = JOB_EXPORT,
                                  .format = text_of(enumeration_name(&FORMATS, query->format)),
                                  .section = query->section};

    return create_job(call, &request, reply, err);
}

bool api_get_job(struct call *call, void *reply, struct error *err)
{
    const struct job_path *path = call->path;
    struct job job;

    return store_jobs_get(call->db, call->arena, call->user_id, path->job_id, &job, err) &&
           fill_reply(call, &job, reply, err);
}

bool api_cancel_job(struct call *call, void *reply, struct error *err)
{
    const struct job_path *path = call->path;

    return store_jobs_cancel(call->db, call->arena, call->user_id, path->job_id, err) &&
           api_get_job(call, reply, err);
}

bool api_get_job_result(struct call *call, void *reply, struct error *err)
{
    const struct job_path *path = call->path;
    struct db_session *session = NULL;

    (void)reply; /* a file */
    if (!db_pool_take(call->app->scans, &session, err)) {
        return false;
    }
    const bool is_read =
        store_jobs_get_file(db_over_session(session, call->arena), call->arena, call->user_id,
                            path->job_id, &call->response->body, err);
    db_pool_give_back(call->app->scans, session);
    call->response->content_type = TEXT("application/octet-stream");
    return is_read;
}
