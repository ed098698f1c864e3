/* Reading memories of questions. */
#include "store/reviews.h"

#include "store/sql.h"

static const struct shape_member REVIEW_MEMBERS[] = {
    MEMBER_UUID(struct review, question_id),       MEMBER_REAL(struct review, memory.stability),
    MEMBER_REAL(struct review, memory.difficulty), MEMBER_TIME(struct review, memory.reviewed_at),
    MEMBER_I64(struct review, review_count),       MEMBER_I64(struct review, lapse_count),
    MEMBER_BOOL(struct review, is_sure_and_wrong), MEMBER_BOOL(struct review, has_credit),
};
static const struct shape REVIEW_ROW = SHAPE_OF("ReviewRow", struct review, REVIEW_MEMBERS);

bool store_reviews_list(struct db *db, struct arena *arena, struct uuid user_id,
                        struct uuid bank_id, struct review_list *reviews, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *items = NULL;

    db_bind_uuid(&params, user_id);
    db_bind_uuid(&params, bank_id);
    if (!db_call(db, &SQL_reviews_list, &params, arena, &rows, err) ||
        !db_rows_read_all(&rows, &REVIEW_ROW, arena, &items, err)) {
        return false;
    }
    *reviews = (struct review_list){items, rows.count};
    return true;
}
