/* Reading days of study. */
#include "store/progress.h"

#include "store/sql.h"

struct day_row {
    int64_t today;
    const int64_t *day;
    const int64_t *answers;
    const int64_t *correct;
    const int64_t *credit;
    const int64_t *attempts;
    const int64_t *duration_ms;
};
static const struct shape_member DAY_MEMBERS[] = {
    MEMBER_I64(struct day_row, today),
    MEMBER_I64_REF(struct day_row, day, .flags = SHAPE_REF | SHAPE_NULLABLE),
    MEMBER_I64_REF(struct day_row, answers, .flags = SHAPE_REF | SHAPE_NULLABLE),
    MEMBER_I64_REF(struct day_row, correct, .flags = SHAPE_REF | SHAPE_NULLABLE),
    MEMBER_I64_REF(struct day_row, credit, .flags = SHAPE_REF | SHAPE_NULLABLE),
    MEMBER_I64_REF(struct day_row, attempts, .flags = SHAPE_REF | SHAPE_NULLABLE),
    MEMBER_I64_REF(struct day_row, duration_ms, .flags = SHAPE_REF | SHAPE_NULLABLE),
};
static const struct shape DAY_ROW = SHAPE_OF("DayRow", struct day_row, DAY_MEMBERS);

struct today_row {
    int64_t today;
};
static const struct shape_member TODAY_MEMBERS[] = {MEMBER_I64(struct today_row, today)};
static const struct shape TODAY_ROW = SHAPE_OF("TodayRow", struct today_row, TODAY_MEMBERS);

bool store_progress_today(struct db *db, struct arena *arena, struct text zone,
                          struct progress_days *days, struct error *err)
{
    struct db_params params = {.count = 0};
    struct today_row row = {.today = 0};
    struct db_rows rows;

    *days = (struct progress_days){.count = 0};
    db_bind_text(&params, zone);
    if (!db_call(db, &SQL_progress_today, &params, arena, &rows, err) ||
        (rows.count > 0 && !db_rows_read(&rows, 0, &TODAY_ROW, arena, &row, err))) {
        return false;
    }
    days->is_known_zone = rows.count > 0;
    days->today = row.today;
    return true;
}

bool store_progress_list(struct db *db, struct arena *arena, const struct progress_wish *wish,
                         struct progress_days *days, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *items = NULL;

    db_bind_uuid(&params, wish->user_id);
    db_bind_uuid(&params, wish->bank_id);
    db_bind_text(&params, wish->zone);
    if (!db_call(db, &SQL_progress_list, &params, arena, &rows, err) ||
        !db_rows_read_all(&rows, &DAY_ROW, arena, &items, err)) {
        return false;
    }
    const struct day_row *list = items;
    struct study_day *found = arena_new_array(arena, rows.count, struct study_day);
    *days = (struct progress_days){.is_known_zone = rows.count > 0, .days = found};
    for (size_t i = 0; i < rows.count; i++) {
        days->today = list[i].today;
        if (list[i].day != NULL) {
            found[days->count++] = (struct study_day){.day = *list[i].day,
                                                      .answers = *list[i].answers,
                                                      .correct = *list[i].correct,
                                                      .credit = *list[i].credit,
                                                      .attempts = *list[i].attempts,
                                                      .duration_ms = *list[i].duration_ms};
        }
    }
    return true;
}
