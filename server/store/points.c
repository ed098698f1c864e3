/* Points: points.sql as functions. */
#include "store/points.h"

#include "store/sql.h"

static const struct shape_member DIFFERENCE_MEMBERS[] = {
    MEMBER_TEXT(struct points_difference, day),
    MEMBER_I64(struct points_difference, stored),
    MEMBER_I64(struct points_difference, replayed),
};
static const struct shape DIFFERENCE_ROW =
    SHAPE_OF("PointsDifferenceRow", struct points_difference, DIFFERENCE_MEMBERS);

bool store_points_differences(struct db_session *session, struct arena *arena, struct uuid user_id,
                              struct points_difference **differences, size_t *count,
                              struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *items = NULL;

    db_bind_uuid(&params, user_id);
    if (!db_session_call(session, &SQL_points_differences, &params, arena, &rows, err) ||
        !db_rows_read_all(&rows, &DIFFERENCE_ROW, arena, &items, err)) {
        return false;
    }
    *differences = items;
    *count = rows.count;
    return true;
}

bool store_points_recompute(struct db_session *session, struct arena *arena, struct uuid user_id,
                            struct uuid bank_id, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, user_id);
    db_bind_uuid(&params, bank_id);
    return db_session_call(session, &SQL_points_recompute, &params, arena, &rows, err);
}

static const struct shape_member DAYS_MEMBERS[] = {
    {.name = "days", .type = SHAPE_I64, .offset = 0},
};
static const struct shape DAYS_ROW = {.name = "PointsDaysRow",
                                      .size = sizeof(int64_t),
                                      .members = DAYS_MEMBERS,
                                      .count = COUNT_OF(DAYS_MEMBERS)};

bool store_points_recompute_all(struct db_session *session, struct arena *arena, int64_t *days,
                                struct error *err)
{
    const struct db_params none = {.count = 0};
    struct db_rows rows;

    return db_session_call(session, &SQL_points_recompute_all, &none, arena, &rows, err) &&
           db_rows_read(&rows, 0, &DAYS_ROW, arena, days, err);
}
