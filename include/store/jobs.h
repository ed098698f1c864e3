/* Imports and exports that outlive their request: what their owners see, and what servers do. */
#ifndef STORE_JOBS_H
#define STORE_JOBS_H

#include "base/arena.h"
#include "base/error.h"
#include "base/shape.h"
#include "db/db.h"
#include "db/session.h"
#include "store/transfers.h"

enum job_kind { JOB_IMPORT, JOB_EXPORT };
extern const struct enumeration JOB_KINDS;

enum job_status { JOB_QUEUED, JOB_RUNNING, JOB_SUCCEEDED, JOB_FAILED, JOB_CANCELED };
extern const struct enumeration JOB_STATUSES;

/* An error or a warning. */
struct job_finding {
    struct text severity;
    int64_t line;
    int64_t column;
    struct text code;
    struct text item; /* the slug of an exported question; absent: none */
    struct text detail;
};
struct job_report {
    const struct job_finding *errors;
    size_t count;
};
extern const struct shape JOB_FINDING_SHAPE;
extern const struct shape JOB_REPORT_SHAPE; /* what a job's report is stored as */

struct job_request {
    struct uuid user_id;
    struct uuid bank_id;
    enum job_kind kind;
    struct text format;
    struct text section; /* absent: none */
    bool is_atomic;
    bool is_dry_run;
    struct text file; /* absent: none */
};

/* As its owner sees it. */
struct job {
    struct uuid id;
    enum job_kind kind;
    struct text bank; /* slug */
    struct text format;
    bool is_atomic;
    bool is_dry_run;
    enum job_status status;
    int64_t total;
    int64_t done;
    struct transfer_counts counts;
    int64_t rejected;
    int64_t error_count;
    int64_t warning_count;
    struct text report; /* JSON */
    struct text detail; /* absent: nothing to say */
    int64_t created_at;
    int64_t finished_at; /* 0: not yet */
};

NODISCARD bool store_jobs_create(struct db *db, struct arena *arena,
                                 const struct job_request *request, struct job *job,
                                 struct error *err);
/* The three: ERROR_NOT_FOUND where the user has no such job. */
NODISCARD bool store_jobs_get(struct db *db, struct arena *arena, struct uuid user_id,
                              struct uuid id, struct job *job, struct error *err);
NODISCARD bool store_jobs_cancel(struct db *db, struct arena *arena, struct uuid user_id,
                                 struct uuid id, struct error *err);
/* What an export that has succeeded made. */
NODISCARD bool store_jobs_get_file(struct db *db, struct arena *arena, struct uuid user_id,
                                   struct uuid id, struct text *content, struct error *err);

/* One that a server has claimed. */
struct claimed_job {
    struct uuid user_id;
    struct uuid id;
    struct text bank; /* slug */
    enum job_kind kind;
    struct text format;
    struct text section; /* absent: none */
    bool is_atomic;
    bool is_dry_run;
    int64_t claim;
    int64_t done; /* before this claim */
    struct transfer_counts counts;
    int64_t file_bytes;
};

struct job_note {
    int64_t total;
    int64_t done;
    int64_t rejected;
    struct transfer_counts counts;
};

struct job_end {
    enum job_status status;
    struct text detail; /* absent: none */
    struct text report; /* JSON */
    int64_t error_count;
    int64_t warning_count;
    struct job_note note;
    struct text file; /* of an export; absent: none */
};

/* Whether the claim still holds, and what its owner wants. */
struct job_hold {
    bool is_lost;
    bool wants_cancel;
};

/* *has_job false: there is nothing to do. */
NODISCARD bool store_jobs_claim(struct db_session *session, struct arena *arena, int64_t lease_ms,
                                struct claimed_job *job, bool *has_job, struct error *err);
/* In the transaction of what it notes. */
NODISCARD bool store_jobs_note(struct db_session *session, const struct claimed_job *job,
                               const struct job_note *note, int64_t lease_ms, struct job_hold *hold,
                               struct error *err);
NODISCARD bool store_jobs_beat(struct db *db, const struct claimed_job *job, int64_t lease_ms,
                               struct job_hold *hold, struct error *err);
/* Some bytes of a job's file: `size` at most, from `offset` on. */
struct job_piece {
    int64_t offset;
    size_t size;
    char *bytes;
    size_t count; /* 0: the file ends here */
};
NODISCARD bool store_jobs_read_file(struct db_session *session, const struct claimed_job *job,
                                    struct job_piece *piece, struct error *err);
NODISCARD bool store_jobs_finish(struct db_session *session, const struct claimed_job *job,
                                 const struct job_end *end, struct error *err);
NODISCARD bool store_jobs_release(struct db_session *session, const struct claimed_job *job,
                                  struct error *err);

#endif
