/* What was done to accounts and rights, for admins. */
#include "api/users.h"

#include "store/audit.h"

enum { DEFAULT_LIMIT = 20, EVENT_NAME_MAX = 64 };

static const struct shape_member AUDIT_QUERY_MEMBERS[] = {
    MEMBER_TEXT(struct audit_query, event, .flags = SHAPE_OPTIONAL, .min = 1, .max = EVENT_NAME_MAX,
                .about = "A whole name, such as user.role_changed."),
    MEMBER_UUID(struct audit_query, actor_id, .flags = SHAPE_OPTIONAL, .about = "Who did it."),
    MEMBER_UUID(struct audit_query, subject_id, .flags = SHAPE_OPTIONAL,
                .about = "Whom it was done to."),
    MEMBER_TIME(struct audit_query, since, .flags = SHAPE_OPTIONAL, .about = "Then or later."),
    MEMBER_TIME(struct audit_query, until, .flags = SHAPE_OPTIONAL, .about = "Before then."),
    MEMBER_I64_REF(struct audit_query, limit, .flags = SHAPE_REF | SHAPE_OPTIONAL, .min = 1,
                   .max = 100, .about = "Default 20."),
    MEMBER_TEXT(struct audit_query, cursor, .flags = SHAPE_OPTIONAL, .min = 1, .max = 64,
                .about = "next_cursor of the page before."),
};
const struct shape AUDIT_QUERY_SHAPE =
    SHAPE_OF("AuditQuery", struct audit_query, AUDIT_QUERY_MEMBERS);

static const struct shape_member EVENT_MEMBERS[] = {
    MEMBER_UUID(struct audit_event, id),
    MEMBER_TIME(struct audit_event, at),
    MEMBER_TEXT(struct audit_event, event, .about = "A dotted name."),
    MEMBER_UUID(struct audit_event, actor_id, .flags = SHAPE_NULLABLE,
                .about = "Who did it; null: the operator, or nobody who was logged in."),
    MEMBER_UUID(struct audit_event, subject_id, .flags = SHAPE_NULLABLE,
                .about = "Whom it was done to; he may be erased by now."),
    MEMBER_TEXT(struct audit_event, address, .flags = SHAPE_NULLABLE, .about = "Of the client."),
    MEMBER_JSON(struct audit_event, detail),
};
static const struct shape EVENT_SHAPE = SHAPE_OF("AuditEvent", struct audit_event, EVENT_MEMBERS);

struct audit_list {
    const struct audit_event *data;
    size_t count;
    bool has_more;
    struct text next_cursor;
};
static const struct shape_member LIST_MEMBERS[] = {
    MEMBER_LIST(struct audit_list, data, count, struct audit_event, &EVENT_SHAPE),
    MEMBER_BOOL(struct audit_list, has_more),
    MEMBER_TEXT(struct audit_list, next_cursor, .flags = SHAPE_NULLABLE),
};
const struct shape AUDIT_LIST_SHAPE = SHAPE_OF("AuditList", struct audit_list, LIST_MEMBERS);

static bool list(struct call *call, const struct audit_filter *filter, struct audit_event **events,
                 size_t *count, struct error *err)
{
    struct db_session *session = NULL;

    if (!db_pool_take(call->app->scans, &session, err)) {
        return false;
    }
    const bool is_done = store_audit_list(db_over_session(session, call->arena), call->arena,
                                          filter, events, count, err);
    db_pool_give_back(call->app->scans, session);
    return is_done;
}

bool api_list_audit(struct call *call, void *reply, struct error *err)
{
    const struct audit_query *query = call->query;
    struct audit_list *out = reply;
    const int64_t limit = query->limit == NULL ? DEFAULT_LIMIT : *query->limit;
    struct audit_filter filter = {.event = query->event,
                                  .actor_id = query->actor_id,
                                  .subject_id = query->subject_id,
                                  .since = query->since,
                                  .until = query->until,
                                  .limit = limit + 1};
    struct audit_event *events = NULL;
    size_t count = 0;

    if (!call_read_cursor(call, query->cursor, &filter.after, err) ||
        !list(call, &filter, &events, &count, err)) {
        return false;
    }
    out->has_more = count > (size_t)limit;
    out->count = out->has_more ? (size_t)limit : count;
    out->data = events;
    out->next_cursor = out->has_more ? call_cursor(call, events[out->count - 1].id) : TEXT_ABSENT;
    return true;
}
