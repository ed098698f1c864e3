/* One round of the sweeper. The rows of the attempts are locked for the whole transaction,
 * so an answer or a submit that comes in meanwhile waits, and then finds the attempt closed. */
#include "store/sweep.h"

#include "base/clock.h"
#include "base/log.h"
#include "domain/exam_paper.h"
#include "store/attempts.h"
#include "store/items.h"
#include "store/sql.h"

enum { BATCH = 50 };

static const double MS_PER_S = 1000.0;

struct locked_row {
    struct uuid user_id;
    struct uuid id;
    int64_t at; /* what the batch is ordered by */
};
static const struct shape_member LOCKED_MEMBERS[] = {
    MEMBER_UUID(struct locked_row, user_id),
    MEMBER_UUID(struct locked_row, id),
    MEMBER_TIME(struct locked_row, at),
};
static const struct shape LOCKED_ROW = SHAPE_OF("LockedRow", struct locked_row, LOCKED_MEMBERS);

/* False where its questions cannot be had. */
static bool find_items(const struct sweep *sweep, const struct bank *bank,
                       const struct attempt *attempt, const struct item_versions *old,
                       const struct item *const **items, struct error *err)
{
    const struct item_keys keys = {attempt->question_ids, attempt->versions,
                                   attempt->question_count, old};

    if (bank == NULL) {
        return error_set(err, ERROR_INTERNAL, "the bank of an attempt is gone");
    }
    return store_items_get(sweep->db, sweep->arena, bank, &keys, items, err);
}

static bool settle_locked(const struct sweep *sweep, const struct snapshot *snapshot,
                          const struct locked_row *which, struct error *err)
{
    struct db *db = db_over_session(sweep->session, sweep->arena); /* in the transaction */
    struct attempt attempt = {.user_id = which->user_id, .id = which->id};
    struct attempt_answers answers;
    struct attempt_leavings leavings;
    const struct item *const *items = NULL;
    int64_t submitted_at = 0;

    if (!store_attempts_get_to_close(db, sweep->arena, &attempt, &answers, &leavings, err)) {
        return false;
    }
    const struct bank *bank = snapshot_find_bank_by_id(snapshot, attempt.bank_id);
    if (!find_items(sweep, bank, &attempt, &leavings.old, &items, err)) {
        return false;
    }
    exam_rules_wait(&attempt.rules, bank, sweep->grace_ms * CLOCK_US_PER_MS);
    const struct attempt_sheet sheet = {.items = items,
                                        .item_count = attempt.question_count,
                                        .answers = answers.answers,
                                        .answer_count = answers.count,
                                        .rules = &attempt.rules};
    const struct attempt_closing closing =
        store_attempts_closing(&attempt, &sheet, bank, leavings.memories, sweep->arena);
    return store_attempts_close(db, sweep->arena, &closing, &submitted_at, err);
}

/* Settles one of those that are locked, or leaves it as it is: one that cannot be scored must not
 * keep the others from their end. */
static bool try_locked(const struct sweep *sweep, const struct snapshot *snapshot,
                       const struct locked_row *which, struct sweep_batch *batch, struct error *err)
{
    struct error why = {.code = ERROR_NONE};

    if (!db_session_run(sweep->session, "SAVEPOINT attempt", err)) {
        return false;
    }
    if (settle_locked(sweep, snapshot, which, &why)) {
        batch->settled++;
        return db_session_run(sweep->session, "RELEASE SAVEPOINT attempt", err);
    }
    log_error("sweeper.skipped", log_uuid("attempt_id", which->id),
              log_string("detail", why.detail));
    return db_session_run(sweep->session, "ROLLBACK TO SAVEPOINT attempt", err);
}

static bool settle_all(const struct sweep *sweep, const struct statement *lock,
                       struct db_params *params, struct sweep_batch *batch, struct error *err)
{
    const struct snapshot *snapshot = NULL;
    struct db_rows rows;
    void *items = NULL;

    db_bind_time(params, batch->after_at);
    db_bind_uuid(params, batch->after_id);
    db_bind_i64(params, BATCH);
    if (!snapshots_take(sweep->snapshots, sweep->arena, &snapshot, err) ||
        !db_session_call(sweep->session, lock, params, sweep->arena, &rows, err) ||
        !db_rows_read_all(&rows, &LOCKED_ROW, sweep->arena, &items, err)) {
        return false;
    }
    const struct locked_row *locked = items;
    batch->looked_at = rows.count;
    batch->settled = 0;
    for (size_t i = 0; i < rows.count; i++) {
        batch->after_at = locked[i].at;
        batch->after_id = locked[i].id;
        if (!try_locked(sweep, snapshot, &locked[i], batch, err)) {
            return false;
        }
    }
    return true;
}

static bool run_batch(const struct sweep *sweep, const struct statement *lock,
                      struct db_params *params, struct sweep_batch *batch, struct error *err)
{
    struct error end_err = {.code = ERROR_NONE};

    if (!db_session_run(sweep->session, "BEGIN", err)) {
        return false;
    }
    const bool is_good = settle_all(sweep, lock, params, batch, err);
    const bool is_ended = is_good ? db_session_run(sweep->session, "COMMIT", err)
                                  : db_session_run(sweep->session, "ROLLBACK", &end_err);
    return is_good && is_ended;
}

bool store_sweep_expired(const struct sweep *sweep, struct sweep_batch *batch, struct error *err)
{
    struct db_params params = {.count = 0};

    db_bind_real(&params, (double)sweep->grace_ms / MS_PER_S);
    return run_batch(sweep, &SQL_exams_lock_expired, &params, batch, err);
}

bool store_sweep_due(const struct sweep *sweep, struct sweep_batch *batch, struct error *err)
{
    struct db_params params = {.count = 0};

    return run_batch(sweep, &SQL_exams_lock_due, &params, batch, err);
}

bool store_sweep_exposure(const struct sweep *sweep, struct error *err)
{
    const struct db_params none = {.count = 0};
    struct db_rows rows;

    return db_session_call(sweep->session, &SQL_exams_count_exposure, &none, sweep->arena, &rows,
                           err);
}
