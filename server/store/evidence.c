/* Sums of evidence as they are kept, and made again from the history through the rules of
 * domain/evidence.h. */
#include "store/evidence.h"

#include "base/limits.h"
#include "store/attempts.h"
#include "store/items.h"
#include "store/sql.h"

struct evidence_row {
    struct uuid section_id;
    struct evidence evidence;
};
static const struct shape_member EVIDENCE_MEMBERS[] = {
    MEMBER_UUID(struct evidence_row, section_id),
    MEMBER_REAL(struct evidence_row, evidence.weight),
    MEMBER_REAL(struct evidence_row, evidence.credit),
    MEMBER_I64(struct evidence_row, evidence.answers),
    MEMBER_I64(struct evidence_row, evidence.correct),
    MEMBER_TIME(struct evidence_row, evidence.last_answered_at, .flags = SHAPE_NULLABLE),
    MEMBER_TIME(struct evidence_row, evidence.last_wrong_at, .flags = SHAPE_NULLABLE),
    MEMBER_REAL(struct evidence_row, evidence.likelihood[0]),
    MEMBER_REAL(struct evidence_row, evidence.likelihood[1]),
    MEMBER_REAL(struct evidence_row, evidence.likelihood[2]),
    MEMBER_REAL(struct evidence_row, evidence.likelihood[3]),
    MEMBER_REAL(struct evidence_row, evidence.likelihood[4]),
    MEMBER_REAL(struct evidence_row, evidence.likelihood[5]),
    MEMBER_REAL(struct evidence_row, evidence.likelihood[6]),
    MEMBER_REAL(struct evidence_row, evidence.likelihood[7]),
    MEMBER_REAL(struct evidence_row, evidence.likelihood[8]),
};
static const struct shape EVIDENCE_ROW =
    SHAPE_OF("EvidenceRow", struct evidence_row, EVIDENCE_MEMBERS);

bool store_evidence_list(struct db *db, struct arena *arena, struct uuid user_id,
                         const struct bank *bank, struct evidence **evidence, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *items = NULL;

    db_bind_uuid(&params, user_id);
    db_bind_uuid(&params, bank->id);
    if (!db_call(db, &SQL_evidence_list, &params, arena, &rows, err) ||
        !db_rows_read_all(&rows, &EVIDENCE_ROW, arena, &items, err)) {
        return false;
    }
    const struct evidence_row *list = items;
    *evidence = arena_new_array(arena, bank->section_count, struct evidence);
    for (size_t i = 0; i < rows.count; i++) {
        const int64_t section = bank_find_section_by_id(bank, list[i].section_id);
        if (section != BANK_NO_SECTION) {
            (*evidence)[section] = list[i].evidence;
        }
    }
    return true;
}

struct history_row {
    struct uuid attempt_id;
    enum attempt_mode mode;
    enum attempt_feedback feedback;
    struct text rules; /* JSON */
    enum attempt_state state;
    int64_t started_at;
    int64_t submitted_at;
    int64_t evidence_due_at;
    int64_t position;
    struct uuid question_id;
    int64_t version;
    struct text response;
    const int64_t *credit;
    int64_t recorded_at;
    bool is_dropped;
};
static const struct shape_member HISTORY_MEMBERS[] = {
    MEMBER_UUID(struct history_row, attempt_id),
    MEMBER_ENUM(struct history_row, mode, &ATTEMPT_MODES),
    MEMBER_ENUM(struct history_row, feedback, &ATTEMPT_FEEDBACKS),
    MEMBER_TEXT(struct history_row, rules, .flags = SHAPE_NULLABLE),
    MEMBER_ENUM(struct history_row, state, &ATTEMPT_STATES),
    MEMBER_TIME(struct history_row, started_at),
    MEMBER_TIME(struct history_row, submitted_at, .flags = SHAPE_NULLABLE),
    MEMBER_TIME(struct history_row, evidence_due_at, .flags = SHAPE_NULLABLE),
    MEMBER_I64(struct history_row, position),
    MEMBER_UUID(struct history_row, question_id),
    MEMBER_I64(struct history_row, version),
    MEMBER_TEXT(struct history_row, response, .flags = SHAPE_NULLABLE),
    MEMBER_I64_REF(struct history_row, credit, .flags = SHAPE_REF | SHAPE_NULLABLE),
    MEMBER_TIME(struct history_row, recorded_at, .flags = SHAPE_NULLABLE),
    MEMBER_BOOL(struct history_row, is_dropped),
};
static const struct shape HISTORY_ROW = SHAPE_OF("HistoryRow", struct history_row, HISTORY_MEMBERS);

/* The history in the order of attempts and positions, with what was asked. */
struct history {
    const struct history_row *rows;
    const struct item *const *items;
    size_t count;
    const struct evidence_window *window;
    struct evidence *sums;
};

static bool read_history(struct db *db, struct arena *arena, struct history *history,
                         struct error *err)
{
    const struct evidence_window *window = history->window;
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *list = NULL;

    db_bind_uuid(&params, window->user_id);
    db_bind_uuid(&params, window->bank->id);
    db_bind_time(&params, window->since_us);
    if (!db_call(db, &SQL_evidence_list_history, &params, arena, &rows, err) ||
        !db_rows_read_all(&rows, &HISTORY_ROW, arena, &list, err)) {
        return false;
    }
    history->rows = list;
    history->count = rows.count;
    struct uuid *ids = arena_new_array(arena, rows.count, struct uuid);
    int64_t *versions = arena_new_array(arena, rows.count, int64_t);
    for (size_t i = 0; i < rows.count; i++) {
        ids[i] = history->rows[i].question_id;
        versions[i] = history->rows[i].version;
    }
    const struct item_keys keys = {ids, versions, rows.count, NULL};
    return rows.count == 0 || store_items_get(db, arena, window->bank, &keys, &history->items, err);
}

/* One attempt, from the row `from` on; *count gets how many rows it has. */
static bool add_attempt(struct arena *arena, const struct history *history, size_t from,
                        size_t *count, struct error *err)
{
    const struct history_row *rows = &history->rows[from];
    struct attempt attempt = {.mode = rows->mode,
                              .feedback = rows->feedback,
                              .state = rows->state,
                              .started_at = rows->started_at,
                              .submitted_at = rows->submitted_at,
                              .evidence_due_at = rows->evidence_due_at};
    struct answer *answers = arena_new_array(arena, LIMIT_ATTEMPT_ITEMS, struct answer);
    struct evidence_event *events = NULL;
    size_t size = 0;

    while (from + size < history->count && uuid_equal(rows[size].attempt_id, rows->attempt_id)) {
        const struct history_row *row = &rows[size++];
        answers[size - 1] = (struct answer){.position = row->position,
                                            .response = row->response,
                                            .credit = row->credit == NULL ? 0 : *row->credit,
                                            .recorded_at = row->recorded_at};
    }
    *count = size;
    if (!store_attempts_read_rules(arena, rows->rules, attempt.feedback, &attempt.rules, err)) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        if (rows[i].is_dropped) {
            attempt_rules_set_pilot(&attempt.rules, rows[i].position);
        }
    }
    const struct attempt_sheet sheet = {&history->items[from], size, answers, size, &attempt.rules};
    if (uuid_equal(rows->attempt_id, history->window->except)) {
        return true;
    }
    const size_t event_count = evidence_events(&attempt, &sheet, arena, &events);
    for (size_t i = 0; i < event_count; i++) {
        if (events[i].at_us >= history->window->since_us) {
            evidence_replay(history->window->bank, &events[i], 1, history->sums);
        }
    }
    return true;
}

bool store_evidence_since(struct db *db, struct arena *arena, const struct evidence_window *window,
                          struct evidence **evidence, struct error *err)
{
    struct history history = {.window = window};
    size_t count = 0;

    history.sums = arena_new_array(arena, window->bank->section_count, struct evidence);
    *evidence = history.sums;
    if (!read_history(db, arena, &history, err)) {
        return false;
    }
    for (size_t i = 0; i < history.count; i += count) {
        if (!add_attempt(arena, &history, i, &count, err)) {
            return false;
        }
    }
    return true;
}
