/* Many questions at once: question_bulk.sql as functions. */
#include "store/question_bulk.h"

#include "store/sql.h"

static const char *const OPERATION_NAMES[BULK_OPERATION_COUNT] = {"retag", "move", "review",
                                                                  "retire", "publish"};
const struct enumeration BULK_OPERATIONS = {OPERATION_NAMES, BULK_OPERATION_COUNT};

struct outcome_row {
    int64_t rank;
    struct uuid id;
    struct text outcome;
    int64_t notified;
};
static const struct shape_member OUTCOME_MEMBERS[] = {
    MEMBER_I64(struct outcome_row, rank),
    MEMBER_UUID(struct outcome_row, id),
    MEMBER_TEXT(struct outcome_row, outcome),
    MEMBER_I64(struct outcome_row, notified),
};
static const struct shape OUTCOME_ROW =
    SHAPE_OF("BulkOutcomeRow", struct outcome_row, OUTCOME_MEMBERS);

static void bind_event_ids(struct db_params *params, struct arena *arena, size_t count)
{
    struct uuid *ids = arena_new_array(arena, count, struct uuid);

    for (size_t i = 0; i < count; i++) {
        ids[i] = uuid_new();
    }
    db_bind_uuid_array(params, arena, ids, count);
}

static void bind_edit(struct db_params *params, struct arena *arena,
                      const struct bulk_change *change)
{
    db_bind_text_array(params, arena, change->added, change->added_count);
    db_bind_text_array(params, arena, change->removed, change->removed_count);
    db_bind_text(params, change->operation == BULK_MOVE ? change->section : TEXT_ABSENT);
}

static enum question_state state_after(enum bulk_operation operation)
{
    switch (operation) {
    case BULK_REVIEW:
        return QUESTION_IN_REVIEW;
    case BULK_RETIRE:
        return QUESTION_RETIRED;
    case BULK_PUBLISH:
    case BULK_RETAG:
    case BULK_MOVE:
    case BULK_OPERATION_COUNT:
        break;
    }
    return QUESTION_PUBLISHED;
}

static void bind_state(struct db_params *params, struct arena *arena,
                       const struct bulk_change *change)
{
    const enum question_state to = state_after(change->operation);
    struct text sources[QUESTION_STATE_COUNT];
    const size_t source_count = question_state_sources(to, sources);

    db_bind_text(params, text_of(enumeration_name(&QUESTION_STATES, to)));
    db_bind_text_array(params, arena, sources, source_count);
    db_bind_i64(params, change->is_separate ? 1 : 0);
}

static bool read_rows(const struct db_rows *rows, struct arena *arena,
                      struct bulk_outcomes *outcomes, struct error *err)
{
    struct bulk_outcome *items = arena_new_array(arena, rows->count, struct bulk_outcome);

    *outcomes = (struct bulk_outcomes){.items = items, .count = rows->count};
    for (size_t i = 0; i < rows->count; i++) {
        struct outcome_row row = {.rank = 0};
        if (!db_rows_read(rows, i, &OUTCOME_ROW, arena, &row, err) ||
            !bank_role_check(row.rank, BANK_EDITOR, err)) {
            return false;
        }
        items[i] = (struct bulk_outcome){row.id, row.outcome};
        outcomes->done_count += text_equal(row.outcome, TEXT("done")) ? 1 : 0;
        outcomes->unchanged_count += text_equal(row.outcome, TEXT("unchanged")) ? 1 : 0;
    }
    return true;
}

bool store_question_bulk(struct db *db, struct arena *arena, const struct bank_caller *caller,
                         const struct bulk_change *change, struct bulk_outcomes *outcomes,
                         struct error *err)
{
    const bool is_edit = change->operation == BULK_RETAG || change->operation == BULK_MOVE;
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, caller->user_id);
    db_bind_uuid(&params, caller->bank_id);
    db_bind_i64(&params, change->is_dry_run ? 1 : 0);
    db_bind_i64(&params, change->is_atomic ? 1 : 0);
    db_bind_uuid_array(&params, arena, change->ids, change->count);
    bind_event_ids(&params, arena, change->count);
    if (is_edit) {
        bind_edit(&params, arena, change);
    } else {
        bind_state(&params, arena, change);
    }
    db_bind_text(&params, change->comment);
    db_bind_text(&params, caller->address);
    if (!is_edit) {
        bind_event_ids(&params, arena, change->count);
        db_bind_i64(&params, (int64_t)question_state_role(state_after(change->operation)) + 1);
    }
    return db_call(db, is_edit ? &SQL_question_bulk_edit : &SQL_question_bulk_change_state, &params,
                   arena, &rows, err) &&
           read_rows(&rows, arena, outcomes, err);
}
