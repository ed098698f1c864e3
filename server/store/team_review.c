/* Members' attempts that went implausibly fast. */
#include "store/boards.h"
#include "store/sql.h"
#include "store/teams.h"

struct review_row {
    struct fast_attempt attempt;
    enum team_outcome outcome;
};
static const struct shape_member REVIEW_MEMBERS[] = {
    MEMBER_UUID(struct review_row, attempt.attempt_id, .flags = SHAPE_NULLABLE),
    MEMBER_UUID(struct review_row, attempt.user_id, .flags = SHAPE_NULLABLE),
    MEMBER_TEXT(struct review_row, attempt.display_name, .flags = SHAPE_NULLABLE),
    MEMBER_TIME(struct review_row, attempt.started_at, .flags = SHAPE_NULLABLE),
    MEMBER_I64(struct review_row, attempt.answers),
    MEMBER_I64(struct review_row, attempt.credit),
    MEMBER_I64(struct review_row, attempt.answer_ms),
    MEMBER_ENUM(struct review_row, outcome, &TEAM_OUTCOMES),
};
static const struct shape REVIEW_ROW = SHAPE_OF("TeamReviewRow", struct review_row, REVIEW_MEMBERS);

bool store_team_review(struct db *db, struct arena *arena, const struct team_page *page,
                       struct fast_attempt **attempts, size_t *count, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *items = NULL;

    db_bind_uuid(&params, page->caller.user_id);
    db_bind_uuid(&params, page->caller.team_id);
    db_bind_uuid(&params, page->after);
    db_bind_i64(&params, page->limit);
    db_bind_i64(&params, PLAUSIBLE_ANSWER_MS);
    db_bind_i64(&params, REVIEWED_DAYS);
    if (!db_call(db, &SQL_team_board_review, &params, arena, &rows, err) ||
        !db_rows_read_all(&rows, &REVIEW_ROW, arena, &items, err)) {
        return false;
    }
    const struct review_row *read = items;
    if (rows.count == 0) {
        return error_set(err, ERROR_NOT_FOUND, "there is no such team");
    }
    if (!store_teams_judge(read[0].outcome, err)) {
        return false;
    }
    *attempts = arena_new_array(arena, rows.count, struct fast_attempt);
    *count = uuid_is_nil(read[0].attempt.attempt_id) ? 0 : rows.count;
    for (size_t i = 0; i < *count; i++) {
        (*attempts)[i] = read[i].attempt;
    }
    return true;
}
