/* The past of a question: question_history.sql as functions. */
#include "store/question_history.h"

#include "store/sql.h"

static const struct shape_member LISTED_MEMBERS[] = {
    MEMBER_I64(struct question_version, version),
    MEMBER_TIME(struct question_version, created_at),
    MEMBER_UUID(struct question_version, author_id, .flags = SHAPE_NULLABLE),
    MEMBER_TEXT(struct question_version, author_name, .flags = SHAPE_NULLABLE),
    MEMBER_TEXT(struct question_version, section),
    MEMBER_BOOL(struct question_version, is_published),
};
static const struct shape LISTED_ROW =
    SHAPE_OF("ListedVersionRow", struct question_version, LISTED_MEMBERS);

static const struct shape_member VERSION_MEMBERS[] = {
    MEMBER_I64(struct question_version, version),
    MEMBER_TIME(struct question_version, created_at),
    MEMBER_UUID(struct question_version, author_id, .flags = SHAPE_NULLABLE),
    MEMBER_TEXT(struct question_version, author_name, .flags = SHAPE_NULLABLE),
    MEMBER_JSON(struct question_version, question),
    MEMBER_BOOL(struct question_version, is_published),
};
static const struct shape VERSION_ROW =
    SHAPE_OF("QuestionVersionRow", struct question_version, VERSION_MEMBERS);

static const struct shape_member EVENT_MEMBERS[] = {
    MEMBER_UUID(struct question_event, id, .flags = SHAPE_NULLABLE),
    MEMBER_TIME(struct question_event, at, .flags = SHAPE_NULLABLE),
    MEMBER_TEXT(struct question_event, event, .flags = SHAPE_NULLABLE),
    MEMBER_UUID(struct question_event, actor_id, .flags = SHAPE_NULLABLE),
    MEMBER_TEXT(struct question_event, actor_name, .flags = SHAPE_NULLABLE),
    MEMBER_JSON(struct question_event, detail, .flags = SHAPE_NULLABLE),
};
static const struct shape EVENT_ROW =
    SHAPE_OF("QuestionEventRow", struct question_event, EVENT_MEMBERS);

static void bind_page(struct db_params *params, const struct question_page *page)
{
    db_bind_uuid(params, page->caller_id);
    db_bind_uuid(params, page->question_id);
}

bool store_question_history_versions(struct db *db, struct arena *arena,
                                     const struct question_page *page,
                                     struct question_version_list *list, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *items = NULL;

    bind_page(&params, page);
    db_bind_i64_ref(&params, page->after_version);
    db_bind_i64(&params, page->limit);
    if (!db_call(db, &SQL_question_history_list_versions, &params, arena, &rows, err) ||
        !db_rows_read_all(&rows, &LISTED_ROW, arena, &items, err)) {
        return false;
    }
    *list = (struct question_version_list){items, rows.count};
    return rows.count > 0 || page->after_version != NULL ||
           error_set(err, ERROR_NOT_FOUND, "there is no such question");
}

bool store_question_history_get(struct db *db, struct arena *arena,
                                const struct question_page *page, struct wanted_versions wanted,
                                struct question_version_list *list, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *items = NULL;

    bind_page(&params, page);
    db_bind_i64_array(&params, arena, wanted.versions, wanted.count);
    if (!db_call(db, &SQL_question_history_get_versions, &params, arena, &rows, err) ||
        !db_rows_read_all(&rows, &VERSION_ROW, arena, &items, err)) {
        return false;
    }
    *list = (struct question_version_list){items, rows.count};
    return true;
}

bool store_question_history_events(struct db *db, struct arena *arena,
                                   const struct question_page *page,
                                   struct question_event_list *list, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *items = NULL;

    bind_page(&params, page);
    db_bind_uuid(&params, page->after);
    db_bind_i64(&params, page->limit);
    if (!db_call(db, &SQL_question_history_list_events, &params, arena, &rows, err) ||
        !db_rows_read_all(&rows, &EVENT_ROW, arena, &items, err)) {
        return false;
    }
    const struct question_event *events = items;
    if (rows.count == 0) {
        return error_set(err, ERROR_NOT_FOUND, "there is no such question");
    }
    *list = (struct question_event_list){events, uuid_is_nil(events[0].id) ? 0 : rows.count};
    return true;
}
