/*
 * Carrying decisions out, an attempt a transaction. Locks are taken in the order in which erasures,
 * answers and submits take theirs: the learner, attempts, tallies, evidence, the rest. All that the
 * attempt had left behind follows: evidence by what it said less and says more, memories by
 * replaying the question, activity by the difference, points by replaying the learner.
 */
#include "base/log.h"
#include "store/attempts.h"
#include "store/items.h"
#include "store/regrade_evidence.h"
#include "store/regrade_points.h"
#include "store/reviews.h"
#include "store/sql.h"

struct step_row {
    struct regrade_place place;
    struct text step; /* pending, undoing */
    struct regrade regrade;
};
static const struct shape_member STEP_MEMBERS[] = {
    MEMBER_UUID(struct step_row, place.user_id),
    MEMBER_UUID(struct step_row, place.attempt_id),
    MEMBER_I64(struct step_row, place.position),
    MEMBER_TEXT(struct step_row, step),
    MEMBER_UUID(struct step_row, regrade.id),
    MEMBER_UUID(struct step_row, regrade.bank_id),
    MEMBER_UUID(struct step_row, regrade.question_id),
    MEMBER_I64(struct step_row, regrade.version),
    MEMBER_I64(struct step_row, regrade.key_version),
    MEMBER_ENUM(struct step_row, regrade.policy, &REGRADE_POLICIES),
    MEMBER_UUID(struct step_row, regrade.created_by),
};
static const struct shape STEP_ROW = SHAPE_OF("RegradeStepRow", struct step_row, STEP_MEMBERS);

struct id_row {
    struct uuid id;
};
static const struct shape_member ID_MEMBERS[] = {MEMBER_UUID(struct id_row, id)};
static const struct shape ID_ROW = SHAPE_OF("RememberedRow", struct id_row, ID_MEMBERS);

struct work {
    const struct sweep *sweep;
    struct regrade_reader reader;
    struct step_row step;
    struct regrade_effect effect;
};

static bool call(const struct work *work, const struct statement *statement,
                 const struct db_params *params, struct db_rows *rows, struct error *err)
{
    return db_session_call(work->sweep->session, statement, params, work->sweep->arena, rows, err);
}

static void bind_place(const struct work *work, struct db_params *params)
{
    db_bind_uuid(params, work->step.place.user_id);
    db_bind_uuid(params, work->step.place.attempt_id);
    db_bind_i64(params, work->step.place.position);
}

static bool lock_attempts(const struct work *work, struct error *err)
{
    struct db_params learner = {.count = 0};
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&learner, work->step.place.user_id);
    if (!call(work, &SQL_regrades_lock_learner, &learner, &rows, err)) {
        return false;
    }
    db_bind_uuid(&params, work->step.place.user_id);
    db_bind_uuid(&params, work->step.place.attempt_id);
    db_bind_uuid(&params, work->step.regrade.bank_id);
    return call(work, &SQL_regrades_lock_attempts, &params, &rows, err);
}

static bool hold_open(const struct work *work, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, work->step.place.user_id);
    db_bind_uuid(&params, work->step.regrade.bank_id);
    return call(work, &SQL_regrades_hold_open, &params, &rows, err);
}

/* *is_mine: there is still something to do; else another server, or an erasure, came first. */
static bool recheck(const struct work *work, bool *is_mine, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    bind_place(work, &params);
    db_bind_text(&params, work->step.step);
    if (!call(work, &SQL_regrades_recheck, &params, &rows, err)) {
        return false;
    }
    *is_mine = rows.count > 0;
    return true;
}

static bool lock(const struct work *work, bool *is_mine, struct error *err)
{
    *is_mine = false;
    return lock_attempts(work, err) && hold_open(work, err) && recheck(work, is_mine, err);
}

/* ---- memories ---- */

/* Adds what an attempt did to the memory of the question. */
static bool remember(const struct work *work, struct uuid attempt_id, struct review *review,
                     struct error *err)
{
    const struct regrade_place place = {work->step.place.user_id, attempt_id, 1};
    const bool is_this = uuid_equal(attempt_id, work->step.place.attempt_id);
    struct regrade_effect *effect = arena_new(work->sweep->arena, struct regrade_effect);
    struct review_event *events = NULL;

    if (is_this) {
        *effect = work->effect;
    } else if (!store_regrades_find_effect(&work->reader, &work->step.regrade, &place, true, effect,
                                           err)) {
        return false;
    }
    const size_t count = review_events(&effect->attempt, is_this ? &effect->after : &effect->before,
                                       work->sweep->arena, &events);
    for (size_t i = 0; i < count; i++) {
        if (uuid_equal(events[i].question_id, work->step.regrade.question_id)) {
            *review = review_add(review->review_count == 0 ? NULL : review, &events[i]);
        }
    }
    return true;
}

static bool write_memory(const struct work *work, const struct review *review, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, work->step.place.user_id);
    db_bind_uuid(&params, work->effect.bank->id);
    db_bind_uuid(&params, work->step.regrade.question_id);
    db_bind_real(&params, review->memory.stability);
    db_bind_real(&params, review->memory.difficulty);
    db_bind_time(&params, review->memory.reviewed_at);
    db_bind_i64(&params, review->review_count);
    db_bind_i64(&params, review->lapse_count);
    db_bind_bool(&params, review->is_sure_and_wrong);
    db_bind_bool(&params, review->has_credit);
    return call(work, &SQL_regrades_write_memory, &params, &rows, err);
}

static bool move_memory(const struct work *work, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *items = NULL;
    struct review review = {.review_count = 0};

    if (work->effect.attempt.settled_at == 0 || work->effect.credit_change == 0) {
        return true;
    }
    db_bind_uuid(&params, work->step.place.user_id);
    db_bind_uuid(&params, work->effect.bank->id);
    db_bind_uuid(&params, work->step.regrade.question_id);
    if (!call(work, &SQL_regrades_list_remembered, &params, &rows, err) ||
        !db_rows_read_all(&rows, &ID_ROW, work->sweep->arena, &items, err)) {
        return false;
    }
    const struct id_row *attempts = items;
    for (size_t i = 0; i < rows.count; i++) {
        if (!remember(work, attempts[i].id, &review, err)) {
            return false;
        }
    }
    return review.review_count == 0 || write_memory(work, &review, err);
}

/* ---- the rest ---- */

static int64_t number_of(const bool *flag)
{
    return flag != NULL && *flag ? 1 : 0;
}

static void bind_flag(struct db_params *params, const bool *flag)
{
    const int64_t value = number_of(flag);

    db_bind_i64_ref(params, flag == NULL ? NULL : &value);
}

/* The quarter whose activity has this answer: where the attempt has left any. */
static int64_t quarter_of(const struct regrade_effect *effect)
{
    return effect->recorded_at == 0 || effect->attempt.evidence_due_at != 0
               ? 0
               : activity_bucket(effect->recorded_at);
}

static int64_t correct_change(const struct regrade_effect *effect)
{
    const int64_t before = effect->mark.credit - effect->credit_change;

    return (effect->mark.credit == CREDIT_FULL ? 1 : 0) - (before == CREDIT_FULL ? 1 : 0);
}

static bool settle(const struct work *work, struct error *err)
{
    const struct regrade_effect *effect = &work->effect;
    const struct regraded_answer *change = &effect->change;
    struct db_params params = {.count = 0};
    struct db_rows rows;

    bind_place(work, &params);
    db_bind_i64(&params, effect->mark.credit);
    db_bind_i64(&params, change->new_points);
    db_bind_i64(&params, change->new_raw);
    db_bind_i64(&params, change->new_max);
    db_bind_i64(&params, effect->is_dropped ? 1 : 0);
    db_bind_time(&params, quarter_of(effect));
    db_bind_i64(&params, correct_change(effect));
    db_bind_i64(&params, effect->credit_change);
    db_bind_text(&params, work->step.step);
    db_bind_i64(&params, change->old_points);
    db_bind_i64(&params, change->old_raw);
    db_bind_i64(&params, change->old_max);
    bind_flag(&params, change->was_passed);
    bind_flag(&params, change->is_passed);
    db_bind_uuid(&params, uuid_new());
    db_bind_uuid(&params, work->step.regrade.created_by);
    db_bind_uuid(&params, work->step.regrade.id);
    db_bind_i64(&params, effect->is_change ? 1 : 0);
    return call(work, &SQL_regrades_write, &params, &rows, err);
}

static bool uncount(const struct work *work, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, work->step.place.user_id);
    db_bind_uuid(&params, work->step.place.attempt_id);
    return call(work, &SQL_statistics_uncount, &params, &rows, err);
}

static bool carry_out(struct work *work, struct error *err)
{
    const bool is_undo = text_equal(work->step.step, TEXT("undoing"));

    return store_regrades_find_effect(&work->reader, &work->step.regrade, &work->step.place,
                                      is_undo, &work->effect, err) &&
           uncount(work, err) && regrade_move_evidence(work->sweep, &work->effect, err) &&
           move_memory(work, err) && settle(work, err) &&
           regrade_move_points(&work->reader, &work->effect, err);
}

static bool give_up(const struct work *work, const struct error *why, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    log_error("regrade.failed", log_uuid("attempt_id", work->step.place.attempt_id),
              log_string("detail", why->detail));
    bind_place(work, &params);
    return call(work, &SQL_regrades_fail, &params, &rows, err);
}

/* Whatever is wrong with one attempt must not keep the others. */
static bool try_step(struct work *work, bool *is_mine, struct error *err)
{
    struct error why = {.code = ERROR_NONE};

    if (!lock(work, is_mine, err) || !*is_mine) {
        return err->code == ERROR_NONE;
    }
    if (!db_session_run(work->sweep->session, "SAVEPOINT answer", err)) {
        return false;
    }
    if (carry_out(work, &why)) {
        return true;
    }
    return db_session_run(work->sweep->session, "ROLLBACK TO SAVEPOINT answer", err) &&
           give_up(work, &why, err);
}

static bool run_step(struct work *work, bool *is_mine, struct error *err)
{
    struct error end_err = {.code = ERROR_NONE};

    if (!db_session_run(work->sweep->session, "BEGIN", err)) {
        return false;
    }
    const bool is_good = try_step(work, is_mine, err);
    const bool is_ended = is_good ? db_session_run(work->sweep->session, "COMMIT", err)
                                  : db_session_run(work->sweep->session, "ROLLBACK", &end_err);
    return is_good && is_ended;
}

static bool find_next(struct work *work, bool *is_found, struct error *err)
{
    static const struct db_params none = {.count = 0};
    struct db_rows rows;

    if (!call(work, &SQL_regrades_next, &none, &rows, err)) {
        return false;
    }
    *is_found = rows.count > 0;
    return !*is_found || db_rows_read(&rows, 0, &STEP_ROW, work->sweep->arena, &work->step, err);
}

bool store_regrades_work(const struct sweep *sweep, size_t limit, size_t *done, struct error *err)
{
    static const struct db_params none = {.count = 0};
    struct db_rows rows;
    bool is_mine = true;

    for (*done = 0; *done < limit && is_mine; (*done)++) {
        bool is_found = false;
        arena_reset(sweep->arena);
        struct work *work = arena_new(sweep->arena, struct work);
        work->sweep = sweep;
        work->reader = (struct regrade_reader){.db = db_over_session(sweep->session, sweep->arena),
                                               .items_db = sweep->db,
                                               .arena = sweep->arena};
        if (!snapshots_take(sweep->snapshots, sweep->arena, &work->reader.snapshot, err) ||
            !find_next(work, &is_found, err)) {
            return false;
        }
        if (!is_found) {
            break;
        }
        if (!run_step(work, &is_mine, err)) {
            return false;
        }
    }
    return db_session_call(sweep->session, &SQL_regrades_finish, &none, sweep->arena, &rows, err);
}
