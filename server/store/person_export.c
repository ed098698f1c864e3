/* The export page by page: person_export.sql as functions. */
#include "store/person_export.h"

#include "db/db.h"
#include "store/sql.h"
#include "store/users.h"

static const struct shape_member HEAD_MEMBERS[] = {
    MEMBER_TIME(struct person_export_head, exported_at),
    MEMBER_JSON(struct person_export_head, account),
    MEMBER_JSON(struct person_export_head, account_tokens),
};
static const struct shape HEAD_ROW =
    SHAPE_OF("PersonExportRow", struct person_export_head, HEAD_MEMBERS);

struct item_row {
    struct text item;
    struct text key;
};
static const struct shape_member ITEM_MEMBERS[] = {
    MEMBER_TEXT(struct item_row, item),
    MEMBER_TEXT(struct item_row, key),
};
static const struct shape ITEM_ROW = SHAPE_OF("PersonItemRow", struct item_row, ITEM_MEMBERS);

#define NIL_UUID "00000000-0000-0000-0000-000000000000"

/* The lists, and the key that comes before all of each. */
static const struct list {
    const char *opening;
    const struct statement *page;
    const char *first_key;
} LISTS[] = {
    {",\"sessions\":[", &SQL_person_export_sessions, NIL_UUID},
    {",\"token_revocations\":[", &SQL_person_export_token_revocations, NIL_UUID},
    {",\"attempts\":[", &SQL_person_export_attempts, NIL_UUID},
    {",\"section_evidence\":[", &SQL_person_export_section_evidence, NIL_UUID "|" NIL_UUID},
    {",\"reviews\":[", &SQL_person_export_reviews, NIL_UUID "|" NIL_UUID},
    {",\"study_activity\":[", &SQL_person_export_study_activity, NIL_UUID "|-infinity"},
    {",\"points_days\":[", &SQL_person_export_points_days, NIL_UUID "|-infinity"},
    {",\"board_members\":[", &SQL_person_export_board_members, NIL_UUID},
    {",\"team_members\":[", &SQL_person_export_team_members, NIL_UUID},
    {",\"bank_members\":[", &SQL_person_export_bank_members, NIL_UUID},
    {",\"question_reports\":[", &SQL_person_export_question_reports, NIL_UUID},
    {",\"jobs\":[", &SQL_person_export_jobs, NIL_UUID},
    {",\"idempotency_keys\":[", &SQL_person_export_idempotency_keys, ""},
    {",\"audit_events\":[", &SQL_person_export_audit_events, NIL_UUID},
};

static bool call(struct db_pool *pool, const struct statement *statement,
                 const struct db_params *params, struct arena *arena, struct db_rows *rows,
                 struct error *err)
{
    struct db_session *session = NULL;

    if (!db_pool_take(pool, &session, err)) {
        return false;
    }
    const bool is_done = db_session_call(session, statement, params, arena, rows, err);
    db_pool_give_back(pool, session);
    return is_done;
}

bool store_person_export_begin(struct db_pool *pool, struct arena *arena,
                               const struct person *person, struct person_export_head *head,
                               struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, person->user_id);
    db_bind_uuid(&params, uuid_new());
    db_bind_text(&params, person->address);
    if (!call(pool, &SQL_person_export_begin, &params, arena, &rows, err)) {
        return false;
    }
    if (rows.count == 0) {
        return error_set(err, ERROR_NOT_FOUND, "there is no such account");
    }
    return db_rows_read(&rows, 0, &HEAD_ROW, arena, head, err);
}

static bool write_rows(const struct db_rows *rows, bool is_first, struct arena *arena,
                       const struct person_export_sink *sink, struct text *key, struct error *err)
{
    for (size_t i = 0; i < rows->count; i++) {
        struct item_row row;
        if (!db_rows_read(rows, i, &ITEM_ROW, arena, &row, err) ||
            !sink->write(sink->context, is_first && i == 0 ? TEXT("") : TEXT(","), err) ||
            !sink->write(sink->context, row.item, err)) {
            return false;
        }
        *key = row.key;
    }
    return true;
}

/* Two arenas in turn: the key of a page is needed for the next one. */
static bool write_list(struct db_pool *pool, struct uuid user_id, const struct list *list,
                       struct arena *arenas[2], const struct person_export_sink *sink,
                       struct error *err)
{
    struct text key = text_of(list->first_key);
    struct db_rows rows = {.count = 1};

    for (size_t page = 0; rows.count > 0; page++) {
        struct arena *arena = arenas[page % 2];
        struct db_params params = {.count = 0};

        arena_reset(arena);
        db_bind_uuid(&params, user_id);
        db_bind_text(&params, key);
        if (!call(pool, list->page, &params, arena, &rows, err) ||
            !write_rows(&rows, page == 0, arena, sink, &key, err)) {
            return false;
        }
    }
    return true;
}

bool store_person_export_lists(struct db_pool *pool, struct uuid user_id,
                               const struct person_export_sink *sink, struct error *err)
{
    struct arena *arenas[2] = {arena_create(), arena_create()};
    bool is_good = true;

    for (size_t i = 0; i < COUNT_OF(LISTS) && is_good; i++) {
        is_good = sink->write(sink->context, text_of(LISTS[i].opening), err) &&
                  write_list(pool, user_id, &LISTS[i], arenas, sink, err) &&
                  sink->write(sink->context, TEXT("]"), err);
    }
    arena_free(arenas[0]);
    arena_free(arenas[1]);
    return is_good;
}

bool store_person_export_end(struct db_pool *pool, struct uuid user_id, struct error *err)
{
    struct arena *arena = arena_create();
    struct db_session *session = NULL;
    struct user ignored;

    bool is_there = db_pool_take(pool, &session, err);
    if (is_there) {
        is_there = store_users_get(db_over_session(session, arena), arena, user_id, &ignored, err);
        db_pool_give_back(pool, session);
    }
    arena_free(arena);
    return is_there;
}
