/* Reading memories of questions. */
#include "store/reviews.h"

#include "store/sql.h"

static const struct shape_member REVIEW_MEMBERS[] = {
    MEMBER_UUID(struct review, question_id),       MEMBER_REAL(struct review, memory.stability),
    MEMBER_REAL(struct review, memory.difficulty), MEMBER_TIME(struct review, memory.reviewed_at),
    MEMBER_I64(struct review, review_count),       MEMBER_I64(struct review, lapse_count),
    MEMBER_BOOL(struct review, has_credit),
};
static const struct shape REVIEW_ROW = SHAPE_OF("ReviewRow", struct review, REVIEW_MEMBERS);

static bool read_rows(struct db *db, const struct statement *statement,
                      const struct db_params *params, struct arena *arena,
                      struct review_list *reviews, struct error *err)
{
    struct db_rows rows;
    void *items = NULL;

    if (!db_call(db, statement, params, arena, &rows, err) ||
        !db_rows_read_all(&rows, &REVIEW_ROW, arena, &items, err)) {
        return false;
    }
    *reviews = (struct review_list){items, rows.count};
    return true;
}

bool store_reviews_list(struct db *db, struct arena *arena, struct uuid user_id,
                        struct uuid bank_id, struct review_list *reviews, struct error *err)
{
    struct db_params params = {.count = 0};

    db_bind_uuid(&params, user_id);
    db_bind_uuid(&params, bank_id);
    return read_rows(db, &SQL_reviews_list, &params, arena, reviews, err);
}

bool store_reviews_get(struct db *db, struct arena *arena, const struct attempt *attempt,
                       struct review_list *reviews, struct error *err)
{
    struct db_params params = {.count = 0};

    db_bind_uuid(&params, attempt->user_id);
    db_bind_uuid(&params, attempt->bank_id);
    db_bind_uuid_array(&params, arena, attempt->question_ids, attempt->question_count);
    return read_rows(db, &SQL_reviews_get, &params, arena, reviews, err);
}
