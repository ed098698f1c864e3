/* Judging questions by what was counted of them: a few at a time, so that counting many attempts
 * costs the server little. */
#include "base/log.h"
#include "store/items.h"
#include "store/sql.h"
#include "store/statistics.h"

enum { JUDGED_AT_ONCE = 20 };

struct stale_row {
    struct uuid bank_id;
    struct uuid question_id;
    int64_t version;
    int64_t change;
};
static const struct shape_member STALE_MEMBERS[] = {
    MEMBER_UUID(struct stale_row, bank_id),
    MEMBER_UUID(struct stale_row, question_id),
    MEMBER_I64(struct stale_row, version),
    MEMBER_I64(struct stale_row, change),
};
static const struct shape STALE_ROW = SHAPE_OF("StaleRow", struct stale_row, STALE_MEMBERS);

/* Over all exams and what is none. */
static size_t find_flags(const struct question *question, struct question_tallies_list list,
                         struct arena *arena, enum item_flag flags[ITEM_FLAG_COUNT])
{
    struct item_tallies all = {.option_count = 0};
    struct item_statistics statistics;

    for (size_t i = 0; i < list.count; i++) {
        all = item_tallies_add(&all, &list.items[i].tallies, arena);
    }
    item_statistics(question, &all, NULL, arena, &statistics);
    return item_flags(question, &statistics, flags);
}

static bool write_flags(const struct sweep *sweep, const struct stale_row *stale,
                        const enum item_flag *flags, size_t count, struct error *err)
{
    struct text *names = arena_new_array(sweep->arena, count, struct text);
    struct db_params params = {.count = 0};
    struct db_rows rows;

    for (size_t i = 0; i < count; i++) {
        names[i] = text_of(enumeration_name(&ITEM_FLAGS, flags[i]));
    }
    db_bind_uuid(&params, stale->bank_id);
    db_bind_uuid(&params, stale->question_id);
    db_bind_i64(&params, stale->version);
    db_bind_i64(&params, stale->change);
    db_bind_text_array(&params, sweep->arena, names, count);
    return db_session_call(sweep->session, &SQL_statistics_judge, &params, sweep->arena, &rows,
                           err);
}

/* One whose words cannot be had must not keep the others from being judged: it has no flags. */
static bool judge(const struct sweep *sweep, const struct snapshot *snapshot,
                  const struct stale_row *stale, struct error *err)
{
    struct db *db = db_over_session(sweep->session, sweep->arena);
    const struct bank *bank = snapshot_find_bank_by_id(snapshot, stale->bank_id);
    const struct item_keys keys = {&stale->question_id, &stale->version, 1, NULL};
    const struct question_key key = {stale->bank_id, stale->question_id, &stale->version};
    const struct item *const *items = NULL;
    struct question_tallies_list list = {.count = 0};
    enum item_flag flags[ITEM_FLAG_COUNT] = {0};
    struct error why = {.code = ERROR_NONE};

    if (bank == NULL || !store_items_get(sweep->db, sweep->arena, bank, &keys, &items, &why)) {
        if (why.code == ERROR_UNAVAILABLE) {
            *err = why;
            return false;
        }
        return write_flags(sweep, stale, flags, 0, err);
    }
    if (!store_statistics_get(db, sweep->arena, &key, &list, err)) {
        return false;
    }
    const size_t count = find_flags(&items[0]->question, list, sweep->arena, flags);
    return write_flags(sweep, stale, flags, count, err);
}

static bool judge_all(const struct sweep *sweep, size_t *judged, struct error *err)
{
    const struct snapshot *snapshot = NULL;
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *items = NULL;

    db_bind_i64(&params, JUDGED_AT_ONCE);
    if (!snapshots_take(sweep->snapshots, sweep->arena, &snapshot, err) ||
        !db_session_call(sweep->session, &SQL_statistics_lock_stale, &params, sweep->arena, &rows,
                         err) ||
        !db_rows_read_all(&rows, &STALE_ROW, sweep->arena, &items, err)) {
        return false;
    }
    const struct stale_row *stale = items;
    for (size_t i = 0; i < rows.count; i++) {
        if (!judge(sweep, snapshot, &stale[i], err)) {
            return false;
        }
    }
    *judged = rows.count;
    return true;
}

bool store_statistics_judge(const struct sweep *sweep, size_t *judged, struct error *err)
{
    struct error end_err = {.code = ERROR_NONE};

    *judged = 0;
    if (!db_session_run(sweep->session, "BEGIN", err)) {
        return false;
    }
    const bool is_good = judge_all(sweep, judged, err);
    const bool is_ended = is_good ? db_session_run(sweep->session, "COMMIT", err)
                                  : db_session_run(sweep->session, "ROLLBACK", &end_err);
    return is_good && is_ended;
}
