/* Recording answers, submitting, and the evidence they leave: the statements that the product is
 * about. */
#include "store/attempts.h"

#include "domain/points.h"
#include "store/sql.h"

static const struct shape_member RECORDED_MEMBERS[] = {
    MEMBER_I64(struct recorded_answer, position),
    MEMBER_BOOL(struct recorded_answer, is_recorded),
    MEMBER_ENUM(struct recorded_answer, state, &ATTEMPT_STATES),
    MEMBER_BOOL(struct recorded_answer, is_over),
    MEMBER_I64_REF(struct recorded_answer, revision, .flags = SHAPE_REF | SHAPE_NULLABLE),
    MEMBER_TEXT(struct recorded_answer, response, .flags = SHAPE_NULLABLE),
    MEMBER_I64_REF(struct recorded_answer, credit, .flags = SHAPE_REF | SHAPE_NULLABLE),
    MEMBER_I64_REF(struct recorded_answer, points, .flags = SHAPE_REF | SHAPE_NULLABLE),
    MEMBER_I64_REF(struct recorded_answer, certainty, .flags = SHAPE_REF | SHAPE_NULLABLE),
    MEMBER_BOOL_REF(struct recorded_answer, is_flagged, .flags = SHAPE_REF | SHAPE_NULLABLE),
    MEMBER_BOOL_REF(struct recorded_answer, is_final, .flags = SHAPE_REF | SHAPE_NULLABLE),
    MEMBER_TIME(struct recorded_answer, recorded_at, .flags = SHAPE_NULLABLE),
};
static const struct shape RECORDED_ROW =
    SHAPE_OF("RecordedRow", struct recorded_answer, RECORDED_MEMBERS);

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
    MEMBER_TIME(struct evidence_row, evidence.last_answered_at),
    MEMBER_TIME(struct evidence_row, evidence.last_wrong_at, .flags = SHAPE_NULLABLE),
};
static const struct shape EVIDENCE_ROW =
    SHAPE_OF("EvidenceRow", struct evidence_row, EVIDENCE_MEMBERS);

static const double MS_PER_S = 1000.0;

static void bind_answer(struct db_params *params, const struct new_answers *answers)
{
    const struct new_answer *item = &answers->items[0];
    const struct answer *answer = &item->answer;

    db_bind_i64(params, answer->position);
    db_bind_i64(params, answer->revision);
    db_bind_uuid(params, item->question_id);
    db_bind_text(params, answer->response);
    db_bind_i64(params, answer->credit);
    db_bind_bool(params, item->is_final);
    db_bind_uuid(params, item->section_id);
    db_bind_i64(params, answer->points);
    db_bind_i64_ref(params, answer->certainty == 0 ? NULL : &answer->certainty);
    db_bind_bool(params, answer->is_flagged);
    db_bind_i64(params, points_question_key(item->question_id));
    db_bind_i64(params, points_award(answer->credit));
}

/* The numbers of the answers, one array a column. */
struct columns {
    int64_t *positions;
    int64_t *revisions;
    int64_t *credits;
    int64_t *finals;
    int64_t *points;
    int64_t *certainties;
    int64_t *flags;
    int64_t *question_keys;
    int64_t *awards;
    struct uuid *questions;
    struct uuid *sections;
    struct text *responses;
};

static struct columns make_columns(struct arena *arena, const struct new_answers *answers)
{
    const size_t n = answers->count;
    int64_t *numbers = arena_new_array(arena, 9 * n, int64_t);
    struct uuid *ids = arena_new_array(arena, 2 * n, struct uuid);
    const struct columns columns = {numbers,         numbers + n,
                                    numbers + 2 * n, numbers + 3 * n,
                                    numbers + 4 * n, numbers + 5 * n,
                                    numbers + 6 * n, numbers + 7 * n,
                                    numbers + 8 * n, ids,
                                    ids + n,         arena_new_array(arena, n, struct text)};

    for (size_t i = 0; i < n; i++) {
        const struct new_answer *item = &answers->items[i];
        columns.positions[i] = item->answer.position;
        columns.revisions[i] = item->answer.revision;
        columns.credits[i] = item->answer.credit;
        columns.finals[i] = item->is_final ? 1 : 0;
        columns.points[i] = item->answer.points;
        columns.certainties[i] = item->answer.certainty;
        columns.flags[i] = item->answer.is_flagged ? 1 : 0;
        columns.question_keys[i] = points_question_key(item->question_id);
        columns.awards[i] = points_award(item->answer.credit);
        columns.questions[i] = item->question_id;
        columns.sections[i] = item->section_id;
        columns.responses[i] = item->answer.response;
    }
    return columns;
}

static void bind_answers(struct db_params *params, struct arena *arena,
                         const struct new_answers *answers)
{
    const struct columns columns = make_columns(arena, answers);
    const size_t n = answers->count;

    db_bind_i64_array(params, arena, columns.positions, n);
    db_bind_i64_array(params, arena, columns.revisions, n);
    db_bind_uuid_array(params, arena, columns.questions, n);
    db_bind_text_array(params, arena, columns.responses, n);
    db_bind_i64_array(params, arena, columns.credits, n);
    db_bind_i64_array(params, arena, columns.finals, n);
    db_bind_uuid_array(params, arena, columns.sections, n);
    db_bind_i64_array(params, arena, columns.points, n);
    db_bind_i64_array(params, arena, columns.certainties, n);
    db_bind_i64_array(params, arena, columns.flags, n);
    db_bind_i64_array(params, arena, columns.question_keys, n);
    db_bind_i64_array(params, arena, columns.awards, n);
}

bool store_attempts_record_answers(struct db *db, struct arena *arena,
                                   const struct new_answers *answers,
                                   struct recorded_answer **outcomes, struct error *err)
{
    const bool is_one = answers->count == 1;
    const struct statement *statement =
        is_one ? &SQL_attempts_record_answer : &SQL_attempts_record_answers;
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *items = NULL;

    db_bind_uuid(&params, answers->user_id);
    db_bind_uuid(&params, answers->attempt_id);
    if (is_one) {
        bind_answer(&params, answers);
    } else {
        bind_answers(&params, arena, answers);
    }
    db_bind_real(&params, (double)answers->grace_ms / MS_PER_S);
    if (!db_call(db, statement, &params, arena, &rows, err)) {
        return false;
    }
    if (rows.count == 0) {
        return error_set(err, ERROR_NOT_FOUND, "there is no such attempt");
    }
    if (!db_rows_read_all(&rows, &RECORDED_ROW, arena, &items, err)) {
        return false;
    }
    *outcomes = items;
    return true;
}

static bool fill_evidence(const struct db_rows *rows, struct arena *arena, const struct bank *bank,
                          struct evidence **evidence, struct error *err)
{
    void *items = NULL;

    if (!db_rows_read_all(rows, &EVIDENCE_ROW, arena, &items, err)) {
        return false;
    }
    const struct evidence_row *list = items;
    *evidence = arena_new_array(arena, bank->section_count, struct evidence);
    for (size_t i = 0; i < rows->count; i++) {
        const int64_t section = bank_find_section_by_id(bank, list[i].section_id);
        if (section != BANK_NO_SECTION) {
            (*evidence)[section] = list[i].evidence;
        }
    }
    return true;
}

bool store_evidence_list(struct db *db, struct arena *arena, struct uuid user_id,
                         const struct bank *bank, struct evidence **evidence, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, user_id);
    db_bind_uuid(&params, bank->id);
    return db_call(db, &SQL_evidence_list, &params, arena, &rows, err) &&
           fill_evidence(&rows, arena, bank, evidence, err);
}

bool store_evidence_read(struct db_session *session, struct arena *arena, struct uuid user_id,
                         const struct bank *bank, struct evidence **evidence, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, user_id);
    db_bind_uuid(&params, bank->id);
    return db_session_call(session, &SQL_evidence_list, &params, arena, &rows, err) &&
           fill_evidence(&rows, arena, bank, evidence, err);
}
