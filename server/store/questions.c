/* Questions of instructors: questions.sql as functions. */
#include "store/questions.h"

#include "domain/question_shape.h"
#include "store/sql.h"
#include "json/codec.h"

static const struct shape_member QUESTION_MEMBERS[] = {
    MEMBER_UUID(struct authored_question, id),
    MEMBER_UUID(struct authored_question, bank_id),
    MEMBER_TEXT(struct authored_question, bank),
    MEMBER_TEXT(struct authored_question, slug),
    MEMBER_ENUM(struct authored_question, state, &QUESTION_STATES),
    MEMBER_I64(struct authored_question, version),
    MEMBER_I64_REF(struct authored_question, published_version,
                   .flags = SHAPE_REF | SHAPE_NULLABLE),
    MEMBER_JSON(struct authored_question, question),
    MEMBER_UUID(struct authored_question, author_id, .flags = SHAPE_NULLABLE),
    MEMBER_TEXT(struct authored_question, author_name, .flags = SHAPE_NULLABLE),
    MEMBER_TIME(struct authored_question, edited_at),
    MEMBER_TIME(struct authored_question, needs_review_at, .flags = SHAPE_NULLABLE),
    MEMBER_I64(struct authored_question, revision),
    MEMBER_I64(struct authored_question, open_reports),
};
static const struct shape QUESTION_ROW =
    SHAPE_OF("AuthoredQuestionRow", struct authored_question, QUESTION_MEMBERS);

static const struct shape_member CONTEXT_MEMBERS[] = {
    MEMBER_I64(struct question_context, rank),
    MEMBER_TEXT_LIST(struct question_context, domains, domain_count, .flags = SHAPE_NULLABLE),
    MEMBER_TEXT(struct question_context, source_line, .flags = SHAPE_NULLABLE),
};
static const struct shape CONTEXT_ROW =
    SHAPE_OF("QuestionContextRow", struct question_context, CONTEXT_MEMBERS);

struct outcome_row {
    struct text outcome;
    int64_t notified;
};
static const struct shape_member OUTCOME_MEMBERS[] = {MEMBER_TEXT(struct outcome_row, outcome)};
static const struct shape OUTCOME_ROW = SHAPE_OF("OutcomeRow", struct outcome_row, OUTCOME_MEMBERS);
static const struct shape_member CHANGED_MEMBERS[] = {
    MEMBER_TEXT(struct outcome_row, outcome),
    MEMBER_I64(struct outcome_row, notified),
};
static const struct shape CHANGED_ROW =
    SHAPE_OF("ChangedStateRow", struct outcome_row, CHANGED_MEMBERS);

static bool refuse_missing(struct error *err)
{
    return error_set(err, ERROR_NOT_FOUND, "there is no such question");
}

static bool is_unchanged(struct text outcome)
{
    return text_equal(outcome, TEXT("unchanged"));
}

/* What a statement says of itself, as an error where it is one. */
static bool judge(struct text outcome, struct arena *arena, struct error *err)
{
    static const struct {
        const char *outcome;
        enum error_code code;
        const char *detail;
    } REFUSALS[] = {
        {"forbidden", ERROR_FORBIDDEN, "your role in the bank does not allow this"},
        {"stale", ERROR_STALE_ETAG, "the question was changed meanwhile; read it again"},
        {"wrong_state", ERROR_WRONG_STATE, "there is no such step from the state it is in"},
        {"section_removed", ERROR_WRONG_STATE,
         "the notes have its section no more; move it to another one first"},
        {"own_work", ERROR_SECOND_PERSON, "somebody else must publish what you wrote"},
    };

    if (text_equal(outcome, TEXT("done")) || is_unchanged(outcome)) {
        return true;
    }
    for (size_t i = 0; i < COUNT_OF(REFUSALS); i++) {
        if (text_equal(outcome, text_of(REFUSALS[i].outcome))) {
            return error_set(err, REFUSALS[i].code, "%s", REFUSALS[i].detail);
        }
    }
    if (text_equal(outcome, TEXT("no_section"))) {
        return error_add_fault(err, arena, TEXT("/question/section"), FAULT_NOT_FOUND,
                               "the notes have no such section any more");
    }
    return text_equal(outcome, TEXT("slug_taken"))
               ? error_add_fault(err, arena, TEXT("/question/slug"), FAULT_DUPLICATE,
                                 "the bank has a question of this name")
               : error_add_fault(err, arena, TEXT("/question/slug"), FAULT_NOT_ALLOWED,
                                 "a question keeps its name");
}

static bool run(struct db *db, struct arena *arena, const struct statement *statement,
                const struct db_params *params, bool *is_changed, struct error *err)
{
    const bool is_change = statement == &SQL_questions_change_state;
    struct outcome_row row = {.outcome = TEXT_ABSENT};
    struct db_rows rows;

    if (!db_call(db, statement, params, arena, &rows, err)) {
        return false;
    }
    if (rows.count == 0) {
        return refuse_missing(err);
    }
    if (!db_rows_read(&rows, 0, is_change ? &CHANGED_ROW : &OUTCOME_ROW, arena, &row, err)) {
        return false;
    }
    if (is_changed != NULL) {
        *is_changed = !is_unchanged(row.outcome);
    }
    return judge(row.outcome, arena, err);
}

bool store_questions_get(struct db *db, struct arena *arena, struct uuid caller_id,
                         struct uuid question_id, struct authored_question *question,
                         struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, caller_id);
    db_bind_uuid(&params, question_id);
    if (!db_call(db, &SQL_questions_get, &params, arena, &rows, err)) {
        return false;
    }
    return rows.count == 0 ? refuse_missing(err)
                           : db_rows_read(&rows, 0, &QUESTION_ROW, arena, question, err);
}

bool store_questions_context(struct db *db, struct arena *arena, const struct bank_caller *caller,
                             int64_t line, struct question_context *context, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, caller->user_id);
    db_bind_uuid(&params, caller->bank_id);
    db_bind_i64_ref(&params, line == 0 ? NULL : &line);
    if (!db_call(db, &SQL_questions_context, &params, arena, &rows, err)) {
        return false;
    }
    if (rows.count == 0) {
        return error_set(err, ERROR_NOT_FOUND, "there is no such bank");
    }
    return db_rows_read(&rows, 0, &CONTEXT_ROW, arena, context, err) &&
           bank_role_check(context->rank, BANK_EDITOR, err);
}

bool store_questions_create(struct db *db, struct arena *arena,
                            const struct question_action *action, struct uuid bank_id,
                            const struct question *question, struct error *err)
{
    struct db_params params = {.count = 0};
    struct text body = TEXT_ABSENT;

    if (!codec_encode_text(arena, &QUESTION_SHAPE, question, &body, err)) {
        return false;
    }
    db_bind_uuid(&params, action->caller_id);
    db_bind_uuid(&params, bank_id);
    db_bind_uuid(&params, action->question_id);
    db_bind_text(&params, question->slug);
    db_bind_text(&params, question->section);
    db_bind_json(&params, arena, body);
    db_bind_uuid(&params, uuid_new());
    db_bind_text(&params, action->address);
    db_bind_text(&params, action->comment);
    return run(db, arena, &SQL_questions_create, &params, NULL, err);
}

bool store_questions_edit(struct db *db, struct arena *arena, const struct question_action *action,
                          const struct question *question, bool *is_changed, struct error *err)
{
    struct db_params params = {.count = 0};
    struct text body = TEXT_ABSENT;

    if (!codec_encode_text(arena, &QUESTION_SHAPE, question, &body, err)) {
        return false;
    }
    db_bind_uuid(&params, action->caller_id);
    db_bind_uuid(&params, action->question_id);
    db_bind_i64_ref(&params, action->seen_revision);
    db_bind_json(&params, arena, body);
    db_bind_text(&params, question->slug);
    db_bind_text(&params, question->section);
    db_bind_uuid(&params, uuid_new());
    db_bind_text(&params, action->address);
    db_bind_text(&params, action->comment);
    return run(db, arena, &SQL_questions_edit, &params, is_changed, err);
}

bool store_questions_change_state(struct db *db, struct arena *arena,
                                  const struct question_action *action, enum question_state to,
                                  bool is_separate, struct error *err)
{
    const struct uuid events[] = {uuid_new(), uuid_new()};
    struct text sources[QUESTION_STATE_COUNT];
    struct db_params params = {.count = 0};
    const size_t source_count = question_state_sources(to, sources);

    db_bind_uuid(&params, action->caller_id);
    db_bind_uuid(&params, action->question_id);
    db_bind_text(&params, text_of(enumeration_name(&QUESTION_STATES, to)));
    db_bind_i64_ref(&params, action->seen_revision);
    db_bind_text_array(&params, arena, sources, source_count);
    db_bind_i64(&params, (int64_t)question_state_role(to) + 1);
    db_bind_i64(&params, is_separate ? 1 : 0);
    db_bind_uuid_array(&params, arena, events, COUNT_OF(events));
    db_bind_text(&params, action->address);
    db_bind_text(&params, action->comment);
    return run(db, arena, &SQL_questions_change_state, &params, NULL, err);
}
