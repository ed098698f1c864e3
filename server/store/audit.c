/* The audit: audit.sql as a function. */
#include "store/audit.h"

#include "store/sql.h"

static const struct shape_member EVENT_MEMBERS[] = {
    MEMBER_UUID(struct audit_event, id),
    MEMBER_TIME(struct audit_event, at),
    MEMBER_TEXT(struct audit_event, event),
    MEMBER_UUID(struct audit_event, actor_id, .flags = SHAPE_NULLABLE),
    MEMBER_UUID(struct audit_event, subject_id, .flags = SHAPE_NULLABLE),
    MEMBER_TEXT(struct audit_event, address, .flags = SHAPE_NULLABLE),
    MEMBER_JSON(struct audit_event, detail),
};
static const struct shape EVENT_ROW = SHAPE_OF("AuditRow", struct audit_event, EVENT_MEMBERS);

bool store_audit_list(struct db *db, struct arena *arena, const struct audit_filter *filter,
                      struct audit_event **events, size_t *count, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *items = NULL;

    db_bind_uuid(&params, filter->after);
    db_bind_text(&params, filter->event);
    db_bind_uuid(&params, filter->actor_id);
    db_bind_uuid(&params, filter->subject_id);
    db_bind_time(&params, filter->since);
    db_bind_time(&params, filter->until);
    db_bind_i64(&params, filter->limit);
    if (!db_call(db, &SQL_audit_list, &params, arena, &rows, err) ||
        !db_rows_read_all(&rows, &EVENT_ROW, arena, &items, err)) {
        return false;
    }
    *events = items;
    *count = rows.count;
    return true;
}
