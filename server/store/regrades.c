/* Decisions about answers whose key was wrong: regrades.sql as functions. */
#include "store/regrades.h"

#include "db/transaction.h"
#include "store/sql.h"

static const char *const STATE_NAMES[REGRADE_STATE_COUNT] = {"running", "done", "reverting",
                                                             "reverted"};
const struct enumeration REGRADE_STATES = {STATE_NAMES, REGRADE_STATE_COUNT};

static const struct shape_member REGRADE_MEMBERS[] = {
    MEMBER_UUID(struct regrade, id),
    MEMBER_UUID(struct regrade, bank_id),
    MEMBER_UUID(struct regrade, question_id),
    MEMBER_I64(struct regrade, version),
    MEMBER_I64(struct regrade, key_version),
    MEMBER_ENUM(struct regrade, policy, &REGRADE_POLICIES),
    MEMBER_ENUM(struct regrade, state, &REGRADE_STATES),
    MEMBER_UUID(struct regrade, created_by),
    MEMBER_TIME(struct regrade, created_at),
    MEMBER_TIME(struct regrade, finished_at, .flags = SHAPE_NULLABLE),
    MEMBER_UUID(struct regrade, reverted_by, .flags = SHAPE_NULLABLE),
    MEMBER_TIME(struct regrade, reverted_at, .flags = SHAPE_NULLABLE),
};
static const struct shape REGRADE_ROW = SHAPE_OF("RegradeRow", struct regrade, REGRADE_MEMBERS);

static const struct shape_member COUNT_MEMBERS[] = {
    MEMBER_I64(struct regrade_counts, attempts),
    MEMBER_I64(struct regrade_counts, left_to_do),
    MEMBER_I64(struct regrade_counts, failed),
    MEMBER_I64(struct regrade_counts, changed),
    MEMBER_I64(struct regrade_counts, raised),
    MEMBER_I64(struct regrade_counts, lowered),
    MEMBER_I64(struct regrade_counts, newly_passed),
    MEMBER_I64(struct regrade_counts, newly_failed),
};
static const struct shape COUNT_ROW =
    SHAPE_OF("RegradeCountsRow", struct regrade_counts, COUNT_MEMBERS);

static const struct shape_member CHANGE_MEMBERS[] = {
    MEMBER_UUID(struct regraded_answer, place.user_id),
    MEMBER_UUID(struct regraded_answer, place.attempt_id),
    MEMBER_I64(struct regraded_answer, place.position),
    MEMBER_I64(struct regraded_answer, old_points),
    MEMBER_I64(struct regraded_answer, new_points),
    MEMBER_I64(struct regraded_answer, old_raw),
    MEMBER_I64(struct regraded_answer, new_raw),
    MEMBER_I64(struct regraded_answer, old_max),
    MEMBER_I64(struct regraded_answer, new_max),
    MEMBER_BOOL_REF(struct regraded_answer, was_passed, .flags = SHAPE_REF | SHAPE_NULLABLE),
    MEMBER_BOOL_REF(struct regraded_answer, is_passed, .flags = SHAPE_REF | SHAPE_NULLABLE),
};
static const struct shape CHANGE_ROW =
    SHAPE_OF("RegradedAnswerRow", struct regraded_answer, CHANGE_MEMBERS);

static const struct shape_member PLACE_MEMBERS[] = {
    MEMBER_UUID(struct regrade_place, user_id),
    MEMBER_UUID(struct regrade_place, attempt_id),
    MEMBER_I64(struct regrade_place, position),
};
static const struct shape PLACE_ROW =
    SHAPE_OF("RegradePlaceRow", struct regrade_place, PLACE_MEMBERS);

static const struct shape_member CREATED_MEMBERS[] = {MEMBER_TIME(struct regrade, created_at)};
static const struct shape CREATED_ROW =
    SHAPE_OF("RegradeCreatedRow", struct regrade, CREATED_MEMBERS);

static bool is_same_decision(const struct regrade *a, const struct regrade *b)
{
    return a->policy == b->policy && a->key_version == b->key_version &&
           (a->state == REGRADE_RUNNING || a->state == REGRADE_DONE);
}

static bool insert(struct db *db, struct arena *arena, struct regrade *regrade, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    regrade->id = uuid_new();
    db_bind_uuid(&params, regrade->id);
    db_bind_uuid(&params, regrade->bank_id);
    db_bind_uuid(&params, regrade->question_id);
    db_bind_i64(&params, regrade->version);
    db_bind_i64(&params, regrade->key_version);
    db_bind_text(&params, text_of(enumeration_name(&REGRADE_POLICIES, regrade->policy)));
    db_bind_uuid(&params, regrade->created_by);
    if (!db_call(db, &SQL_regrades_insert, &params, arena, &rows, err)) {
        return false;
    }
    if (rows.count == 0) {
        return error_set(err, ERROR_REGRADE_IN_FORCE, "another regrade came in between");
    }
    return db_rows_read(&rows, 0, &CREATED_ROW, arena, regrade, err);
}

/* The decision in force, or a new one; *is_new says which. */
static bool find_or_insert(struct db *db, struct arena *arena, struct regrade *regrade,
                           bool *is_new, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    struct regrade found = {.version = 0};

    db_bind_uuid(&params, regrade->bank_id);
    db_bind_uuid(&params, regrade->question_id);
    db_bind_i64(&params, regrade->version);
    if (!db_call(db, &SQL_regrades_lock, &params, arena, &rows, err)) {
        return false;
    }
    *is_new = rows.count == 0;
    if (*is_new) {
        return insert(db, arena, regrade, err);
    }
    if (!db_rows_read(&rows, 0, &REGRADE_ROW, arena, &found, err)) {
        return false;
    }
    if (!is_same_decision(&found, regrade)) {
        return error_set(err, ERROR_REGRADE_IN_FORCE,
                         "another regrade of this version is in force; revert it first");
    }
    *regrade = found;
    return true;
}

static bool add_pending(struct db *db, struct arena *arena, const struct regrade_order *order,
                        bool is_new, struct error *err)
{
    const struct regrade *regrade = &order->regrade;
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, regrade->id);
    db_bind_uuid(&params, regrade->bank_id);
    db_bind_uuid(&params, regrade->question_id);
    db_bind_i64(&params, regrade->version);
    db_bind_text(&params, text_of(enumeration_name(&REGRADE_POLICIES, regrade->policy)));
    db_bind_uuid(&params, uuid_new());
    db_bind_uuid(&params, regrade->created_by);
    db_bind_text(&params, order->address);
    db_bind_i64(&params, is_new ? 1 : 0);
    return db_call(db, &SQL_regrades_add_pending, &params, arena, &rows, err);
}

bool store_regrades_start(struct db_pool *pool, struct arena *arena, struct regrade_order *order,
                          struct error *err)
{
    struct db_transaction transaction;
    bool is_new = false;

    if (!db_transaction_begin(pool, arena, &transaction, err)) {
        return false;
    }
    const bool is_done = find_or_insert(transaction.db, arena, &order->regrade, &is_new, err) &&
                         add_pending(transaction.db, arena, order, is_new, err) &&
                         db_transaction_commit(&transaction, err);
    db_transaction_end(&transaction);
    return is_done;
}

bool store_regrades_revert(struct db *db, struct arena *arena, const struct regrade_order *order,
                           struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, order->regrade.id);
    db_bind_uuid(&params, order->regrade.created_by);
    db_bind_uuid(&params, uuid_new());
    db_bind_text(&params, order->address);
    return db_call(db, &SQL_regrades_revert, &params, arena, &rows, err);
}

bool store_regrades_list(struct db *db, struct arena *arena, struct uuid question_id,
                         struct uuid id, struct regrade_list *list, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *items = NULL;

    db_bind_uuid(&params, question_id);
    db_bind_uuid(&params, id);
    if (!db_call(db, &SQL_regrades_list, &params, arena, &rows, err) ||
        !db_rows_read_all(&rows, &REGRADE_ROW, arena, &items, err)) {
        return false;
    }
    *list = (struct regrade_list){items, rows.count};
    return true;
}

bool store_regrades_count(struct db *db, struct arena *arena, struct uuid id,
                          struct regrade_counts *counts, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, id);
    return db_call(db, &SQL_regrades_count, &params, arena, &rows, err) &&
           db_rows_read(&rows, 0, &COUNT_ROW, arena, counts, err);
}

bool store_regrades_list_changes(struct db *db, struct arena *arena, struct uuid id, int64_t limit,
                                 struct regraded_list *list, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *items = NULL;

    db_bind_uuid(&params, id);
    db_bind_i64(&params, limit);
    if (!db_call(db, &SQL_regrades_list_changes, &params, arena, &rows, err) ||
        !db_rows_read_all(&rows, &CHANGE_ROW, arena, &items, err)) {
        return false;
    }
    *list = (struct regraded_list){items, rows.count};
    return true;
}

bool store_regrades_list_candidates(struct db *db, struct arena *arena,
                                    const struct regrade *regrade, int64_t limit,
                                    struct regrade_places *places, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *items = NULL;

    db_bind_uuid(&params, regrade->bank_id);
    db_bind_uuid(&params, regrade->question_id);
    db_bind_i64(&params, regrade->version);
    db_bind_text(&params, text_of(enumeration_name(&REGRADE_POLICIES, regrade->policy)));
    db_bind_i64(&params, limit);
    if (!db_call(db, &SQL_regrades_list_candidates, &params, arena, &rows, err) ||
        !db_rows_read_all(&rows, &PLACE_ROW, arena, &items, err)) {
        return false;
    }
    *places = (struct regrade_places){items, rows.count};
    return true;
}
