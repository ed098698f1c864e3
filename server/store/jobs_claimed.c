/* Jobs as servers do them. Everything is written under the claim that it was begun with. */
#include "store/jobs.h"

#include <string.h>

#include "store/sql.h"

static const struct shape_member CLAIMED_MEMBERS[] = {
    MEMBER_UUID(struct claimed_job, user_id),
    MEMBER_UUID(struct claimed_job, id),
    MEMBER_TEXT(struct claimed_job, bank),
    MEMBER_ENUM(struct claimed_job, kind, &JOB_KINDS),
    MEMBER_TEXT(struct claimed_job, format),
    MEMBER_TEXT(struct claimed_job, section, .flags = SHAPE_NULLABLE),
    MEMBER_BOOL(struct claimed_job, is_atomic),
    MEMBER_BOOL(struct claimed_job, is_dry_run),
    MEMBER_I64(struct claimed_job, claim),
    MEMBER_I64(struct claimed_job, done),
    MEMBER_I64(struct claimed_job, counts.created),
    MEMBER_I64(struct claimed_job, counts.updated),
    MEMBER_I64(struct claimed_job, counts.unchanged),
    MEMBER_I64(struct claimed_job, file_bytes),
};
static const struct shape CLAIMED_ROW =
    SHAPE_OF("ClaimedJobRow", struct claimed_job, CLAIMED_MEMBERS);

struct hold_row {
    bool wants_cancel;
};
static const struct shape_member HOLD_MEMBERS[] = {MEMBER_BOOL(struct hold_row, wants_cancel)};
static const struct shape HOLD_ROW = SHAPE_OF("JobHoldRow", struct hold_row, HOLD_MEMBERS);

struct piece_row {
    struct text piece;
};
static const struct shape_member PIECE_MEMBERS[] = {MEMBER_TEXT(struct piece_row, piece)};
static const struct shape PIECE_ROW = SHAPE_OF("JobPieceRow", struct piece_row, PIECE_MEMBERS);

bool store_jobs_claim(struct db_session *session, struct arena *arena, int64_t lease_ms,
                      struct claimed_job *job, bool *has_job, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_i64(&params, lease_ms);
    if (!db_session_call(session, &SQL_jobs_claim, &params, arena, &rows, err)) {
        return false;
    }
    *has_job = rows.count > 0;
    return !*has_job || db_rows_read(&rows, 0, &CLAIMED_ROW, arena, job, err);
}

static void bind_claim(struct db_params *params, const struct claimed_job *job)
{
    params->count = 0;
    db_bind_uuid(params, job->user_id);
    db_bind_uuid(params, job->id);
    db_bind_i64(params, job->claim);
}

static void bind_counts(struct db_params *params, const struct transfer_counts *counts)
{
    db_bind_i64(params, counts->created);
    db_bind_i64(params, counts->updated);
    db_bind_i64(params, counts->unchanged);
}

static bool read_hold(const struct db_rows *rows, struct arena *arena, struct job_hold *hold,
                      struct error *err)
{
    struct hold_row row = {.wants_cancel = false};

    hold->is_lost = rows->count == 0;
    if (!hold->is_lost && !db_rows_read(rows, 0, &HOLD_ROW, arena, &row, err)) {
        return false;
    }
    hold->wants_cancel = row.wants_cancel;
    return true;
}

bool store_jobs_note(struct db_session *session, const struct claimed_job *job,
                     const struct job_note *note, int64_t lease_ms, struct job_hold *hold,
                     struct error *err)
{
    struct arena *scratch = arena_create();
    struct db_params params;
    struct db_rows rows;

    bind_claim(&params, job);
    db_bind_i64(&params, note->total);
    db_bind_i64(&params, note->done);
    bind_counts(&params, &note->counts);
    db_bind_i64(&params, note->rejected);
    db_bind_i64(&params, lease_ms);
    const bool is_good = db_session_call(session, &SQL_jobs_note, &params, scratch, &rows, err) &&
                         read_hold(&rows, scratch, hold, err);
    arena_free(scratch);
    return is_good;
}

bool store_jobs_beat(struct db *db, const struct claimed_job *job, int64_t lease_ms,
                     struct job_hold *hold, struct error *err)
{
    struct arena *scratch = arena_create();
    struct db_params params;
    struct db_rows rows;

    bind_claim(&params, job);
    db_bind_i64(&params, lease_ms);
    const bool is_good = db_call(db, &SQL_jobs_beat, &params, scratch, &rows, err) &&
                         read_hold(&rows, scratch, hold, err);
    arena_free(scratch);
    return is_good;
}

bool store_jobs_read_file(struct db_session *session, const struct claimed_job *job,
                          struct job_piece *piece, struct error *err)
{
    struct arena *scratch = arena_create();
    struct db_params params = {.count = 0};
    struct db_rows rows;
    struct piece_row row = {.piece = TEXT_ABSENT};

    db_bind_uuid(&params, job->id);
    db_bind_i64(&params, piece->offset + 1); /* SQL counts from 1 */
    db_bind_i64(&params, (int64_t)piece->size);
    piece->count = 0;
    bool is_good = db_session_call(session, &SQL_jobs_read_file, &params, scratch, &rows, err);
    if (is_good && rows.count > 0) {
        is_good = db_rows_read(&rows, 0, &PIECE_ROW, scratch, &row, err);
    }
    if (is_good && row.piece.len > 0 && row.piece.len <= piece->size) {
        memcpy(piece->bytes, row.piece.data, row.piece.len);
        piece->count = row.piece.len;
    }
    arena_free(scratch);
    return is_good;
}

bool store_jobs_finish(struct db_session *session, const struct claimed_job *job,
                       const struct job_end *end, struct error *err)
{
    struct arena *scratch = arena_create();
    struct db_params params;
    struct db_rows rows;

    bind_claim(&params, job);
    db_bind_text(&params, text_of(enumeration_name(&JOB_STATUSES, end->status)));
    db_bind_text(&params, end->detail);
    db_bind_json(&params, scratch, end->report);
    db_bind_i64(&params, end->error_count);
    db_bind_i64(&params, end->warning_count);
    db_bind_i64(&params, end->note.total);
    db_bind_i64(&params, end->note.done);
    db_bind_i64(&params, end->note.rejected);
    bind_counts(&params, &end->note.counts);
    db_bind_bytes(&params, end->file);
    const bool is_good = db_session_call(session, &SQL_jobs_finish, &params, scratch, &rows, err);
    arena_free(scratch);
    return is_good;
}

bool store_jobs_release(struct db_session *session, const struct claimed_job *job,
                        struct error *err)
{
    struct arena *scratch = arena_create();
    struct db_params params;
    struct db_rows rows;

    bind_claim(&params, job);
    const bool is_good = db_session_call(session, &SQL_jobs_release, &params, scratch, &rows, err);
    arena_free(scratch);
    return is_good;
}
