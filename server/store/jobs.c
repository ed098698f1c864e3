/* Jobs as their owners see them: jobs.sql as functions. What servers do: jobs_claimed.c. */
#include "store/jobs.h"

#include "domain/bank_role.h"
#include "store/sql.h"

static const char *const KIND_NAMES[] = {"import", "export"};
const struct enumeration JOB_KINDS = {.names = KIND_NAMES, .count = COUNT_OF(KIND_NAMES)};

static const char *const STATUS_NAMES[] = {"queued", "running", "succeeded", "failed", "canceled"};
const struct enumeration JOB_STATUSES = {.names = STATUS_NAMES, .count = COUNT_OF(STATUS_NAMES)};

static const struct shape_member FINDING_MEMBERS[] = {
    MEMBER_TEXT(struct job_finding, severity, .about = "error or warning."),
    MEMBER_I64(struct job_finding, line, .about = "Of the file; 0: none in particular."),
    MEMBER_I64(struct job_finding, column),
    MEMBER_TEXT(struct job_finding, code),
    MEMBER_TEXT(struct job_finding, item, .flags = SHAPE_OPTIONAL,
                .about = "The slug of an exported question."),
    MEMBER_TEXT(struct job_finding, detail),
};
const struct shape JOB_FINDING_SHAPE = SHAPE_OF("JobFinding", struct job_finding, FINDING_MEMBERS);

static const struct shape_member REPORT_MEMBERS[] = {
    MEMBER_LIST(struct job_report, errors, count, struct job_finding, &JOB_FINDING_SHAPE),
};
const struct shape JOB_REPORT_SHAPE = SHAPE_OF("JobReport", struct job_report, REPORT_MEMBERS);

static const struct shape_member JOB_MEMBERS[] = {
    MEMBER_UUID(struct job, id),
    MEMBER_ENUM(struct job, kind, &JOB_KINDS),
    MEMBER_TEXT(struct job, bank),
    MEMBER_TEXT(struct job, format),
    MEMBER_BOOL(struct job, is_atomic),
    MEMBER_BOOL(struct job, is_dry_run),
    MEMBER_ENUM(struct job, status, &JOB_STATUSES),
    MEMBER_I64(struct job, total),
    MEMBER_I64(struct job, done),
    MEMBER_I64(struct job, counts.created),
    MEMBER_I64(struct job, counts.updated),
    MEMBER_I64(struct job, counts.unchanged),
    MEMBER_I64(struct job, rejected),
    MEMBER_I64(struct job, error_count),
    MEMBER_I64(struct job, warning_count),
    MEMBER_JSON(struct job, report),
    MEMBER_TEXT(struct job, detail, .flags = SHAPE_NULLABLE),
    MEMBER_TIME(struct job, created_at),
    MEMBER_TIME(struct job, finished_at, .flags = SHAPE_NULLABLE),
};
static const struct shape JOB_ROW = SHAPE_OF("JobRow", struct job, JOB_MEMBERS);

struct file_row {
    struct text content;
};
static const struct shape_member FILE_MEMBERS[] = {MEMBER_TEXT(struct file_row, content)};
static const struct shape FILE_ROW = SHAPE_OF("JobFileRow", struct file_row, FILE_MEMBERS);

static bool refuse_unknown(struct error *err)
{
    return error_set(err, ERROR_NOT_FOUND, "there is no such job");
}

bool store_jobs_create(struct db *db, struct arena *arena, const struct job_request *request,
                       struct job *job, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, request->user_id);
    db_bind_uuid(&params, uuid_new());
    db_bind_uuid(&params, request->bank_id);
    db_bind_text(&params, text_of(enumeration_name(&JOB_KINDS, request->kind)));
    db_bind_text(&params, request->format);
    db_bind_text(&params, request->section);
    db_bind_bool(&params, request->is_atomic);
    db_bind_bool(&params, request->is_dry_run);
    db_bind_bytes(&params, request->file);
    if (!db_call(db, &SQL_jobs_create, &params, arena, &rows, err)) {
        return false;
    }
    return rows.count == 0 ? bank_role_check(0, BANK_EDITOR, err)
                           : db_rows_read(&rows, 0, &JOB_ROW, arena, job, err);
}

static void bind_job(struct db_params *params, struct uuid user_id, struct uuid id)
{
    params->count = 0;
    db_bind_uuid(params, user_id);
    db_bind_uuid(params, id);
}

bool store_jobs_get(struct db *db, struct arena *arena, struct uuid user_id, struct uuid id,
                    struct job *job, struct error *err)
{
    struct db_params params;
    struct db_rows rows;

    bind_job(&params, user_id, id);
    if (!db_call(db, &SQL_jobs_get, &params, arena, &rows, err)) {
        return false;
    }
    return rows.count == 0 ? refuse_unknown(err)
                           : db_rows_read(&rows, 0, &JOB_ROW, arena, job, err);
}

bool store_jobs_cancel(struct db *db, struct arena *arena, struct uuid user_id, struct uuid id,
                       struct error *err)
{
    struct db_params params;
    struct db_rows rows;

    bind_job(&params, user_id, id);
    return db_call(db, &SQL_jobs_cancel, &params, arena, &rows, err);
}

bool store_jobs_get_file(struct db *db, struct arena *arena, struct uuid user_id, struct uuid id,
                         struct text *content, struct error *err)
{
    struct db_params params;
    struct db_rows rows;
    struct file_row row = {.content = TEXT_ABSENT};

    bind_job(&params, user_id, id);
    if (!db_call(db, &SQL_jobs_get_file, &params, arena, &rows, err)) {
        return false;
    }
    if (rows.count == 0) {
        return error_set(err, ERROR_NOT_FOUND, "there is no file of such a job (yet)");
    }
    if (!db_rows_read(&rows, 0, &FILE_ROW, arena, &row, err)) {
        return false;
    }
    *content = row.content;
    return true;
}
