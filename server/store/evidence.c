/* The history, question by question, through the rules of domain/evidence.h. */
#include "store/evidence.h"

#include "store/items.h"
#include "store/sql.h"

struct history_row {
    enum attempt_mode mode;
    enum attempt_feedback feedback;
    enum attempt_state state;
    int64_t submitted_at;
    struct uuid question_id;
    int64_t version;
    struct text response;
    const int64_t *credit;
    int64_t recorded_at;
};
static const struct shape_member HISTORY_MEMBERS[] = {
    MEMBER_ENUM(struct history_row, mode, &ATTEMPT_MODES),
    MEMBER_ENUM(struct history_row, feedback, &ATTEMPT_FEEDBACKS),
    MEMBER_ENUM(struct history_row, state, &ATTEMPT_STATES),
    MEMBER_TIME(struct history_row, submitted_at, .flags = SHAPE_NULLABLE),
    MEMBER_UUID(struct history_row, question_id),
    MEMBER_I64(struct history_row, version),
    MEMBER_TEXT(struct history_row, response, .flags = SHAPE_NULLABLE),
    MEMBER_I64_REF(struct history_row, credit, .flags = SHAPE_REF | SHAPE_NULLABLE),
    MEMBER_TIME(struct history_row, recorded_at, .flags = SHAPE_NULLABLE),
};
static const struct shape HISTORY_ROW = SHAPE_OF("HistoryRow", struct history_row, HISTORY_MEMBERS);

/* Through a session or a lane: the other is NULL. */
struct recomputation {
    struct db_session *session;
    struct db *db;
    struct arena *arena;
    const struct bank *bank;
    int64_t since_us; /* 0: all */
    struct evidence *sums;
};

static bool call(struct recomputation *r, const struct statement *statement,
                 const struct db_params *params, struct db_rows *rows, struct error *err)
{
    return r->session == NULL ? db_call(r->db, statement, params, r->arena, rows, err)
                              : db_session_call(r->session, statement, params, r->arena, rows, err);
}

/* A version that the bank has moved on from. */
static bool fetch_item(struct recomputation *r, const struct history_row *row,
                       const struct item **item, struct error *err)
{
    struct item *found = arena_new(r->arena, struct item);
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, r->bank->id);
    db_bind_uuid_array(&params, r->arena, &row->question_id, 1);
    db_bind_i64_array(&params, r->arena, &row->version, 1);
    if (!call(r, &SQL_banks_get_versions, &params, &rows, err)) {
        return false;
    }
    if (rows.count == 0) {
        return error_set(err, ERROR_INTERNAL, "a question of an attempt is gone");
    }
    const struct item_source source = {.rows = &rows, .bank = r->bank, .scratch = r->arena};
    *item = found;
    return item_read(&source, r->arena, found, err);
}

/* The question as a paper of its own, judged by the rules for whole attempts. */
static bool add_row(struct recomputation *r, const struct history_row *row, struct error *err)
{
    const struct item *item = bank_find_item(r->bank, row->question_id, row->version);
    const struct attempt attempt = {.mode = row->mode,
                                    .feedback = row->feedback,
                                    .state = row->state,
                                    .submitted_at = row->submitted_at};
    const struct answer answer = {.position = 1,
                                  .response = row->response,
                                  .credit = row->credit == NULL ? 0 : *row->credit,
                                  .recorded_at = row->recorded_at};
    struct evidence_event *events = NULL;

    if (item == NULL && !fetch_item(r, row, &item, err)) {
        return false;
    }
    const struct attempt_sheet sheet = {
        .items = &item, .item_count = 1, .answers = &answer, .answer_count = 1};
    const size_t count = evidence_events(&attempt, &sheet, r->arena, &events);
    if (count > 0 && events[0].at_us >= r->since_us) {
        evidence_replay(r->bank, events, count, r->sums);
    }
    return true;
}

static bool run(struct recomputation *r, struct uuid user_id, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, user_id);
    db_bind_uuid(&params, r->bank->id);
    db_bind_time(&params, r->since_us);
    if (!call(r, &SQL_evidence_list_history, &params, &rows, err)) {
        return false;
    }
    r->sums = arena_new_array(r->arena, r->bank->section_count, struct evidence);
    for (size_t i = 0; i < rows.count; i++) {
        struct history_row row = {.version = 0};
        if (!db_rows_read(&rows, i, &HISTORY_ROW, r->arena, &row, err) || !add_row(r, &row, err)) {
            return false;
        }
    }
    return true;
}

bool store_evidence_recompute(struct db_session *session, struct arena *arena, struct uuid user_id,
                              const struct bank *bank, struct evidence **evidence,
                              struct error *err)
{
    struct recomputation r = {.session = session, .arena = arena, .bank = bank};
    const bool is_done = run(&r, user_id, err);

    *evidence = r.sums;
    return is_done;
}

bool store_evidence_since(struct db *db, struct arena *arena, const struct evidence_window *window,
                          struct evidence **evidence, struct error *err)
{
    struct recomputation r = {
        .db = db, .arena = arena, .bank = window->bank, .since_us = window->since_us};
    const bool is_done = run(&r, window->user_id, err);

    *evidence = r.sums;
    return is_done;
}
