/* The history comes sorted by question, the items of a bank are not: each is looked up. */
#include "store/history.h"

#include <stdlib.h>
#include <string.h>

#include "store/sql.h"

struct history_row {
    struct uuid question_id;
    struct item_history history;
};
static const struct shape_member HISTORY_MEMBERS[] = {
    MEMBER_UUID(struct history_row, question_id),
    MEMBER_TIME(struct history_row, history.asked_at),
    MEMBER_BOOL(struct history_row, history.is_recent),
    MEMBER_TIME(struct history_row, history.answered_at, .flags = SHAPE_NULLABLE),
    MEMBER_I64(struct history_row, history.credit),
};
static const struct shape HISTORY_ROW = SHAPE_OF("HistoryRow", struct history_row, HISTORY_MEMBERS);

static int compare_rows(const void *left, const void *right)
{
    return memcmp(left, right, sizeof(struct uuid)); /* the id is the first member */
}

bool store_history_list(struct db *db, struct arena *arena, struct uuid user_id,
                        const struct bank *bank, struct item_history **history, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *items = NULL;

    db_bind_uuid(&params, user_id);
    db_bind_uuid(&params, bank->id);
    db_bind_i64(&params, HISTORY_ATTEMPTS);
    if (!db_call(db, &SQL_history_list, &params, arena, &rows, err) ||
        !db_rows_read_all(&rows, &HISTORY_ROW, arena, &items, err)) {
        return false;
    }
    *history = arena_new_array(arena, bank->item_count, struct item_history);
    for (size_t i = 0; i < bank->item_count && rows.count > 0; i++) {
        const struct history_row key = {.question_id = bank->items[i].id};
        const struct history_row *found =
            bsearch(&key, items, rows.count, sizeof key, compare_rows);
        if (found != NULL) {
            (*history)[i] = found->history;
        }
    }
    return true;
}
