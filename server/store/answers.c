/* Recording answers: the statements that the product is about. */
#include "store/attempts.h"

#include "base/buffer.h"
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

static const double MS_PER_S = 1000.0;

/* Of the evidence of an answer: a number has at most 24 bytes, an id 36. */
enum { EVIDENCE_BYTES = 2 + KNOWLEDGE_POINTS * 25 + EVIDENCE_SECTIONS_MAX * (UUID_TEXT_BYTES + 1) };

/* The evidence as PostgreSQL writes an array: the log-likelihoods, then the sections; absent where
 * there is none. (The columns of calls are no arrays.) */
static struct text format_evidence(struct arena *arena, const struct new_answer *item)
{
    struct buffer list;
    char id[UUID_TEXT_BYTES + 1];

    if (item->section_count == 0) {
        return TEXT_ABSENT;
    }
    buffer_init(&list, arena, EVIDENCE_BYTES);
    for (size_t i = 0; i < KNOWLEDGE_POINTS; i++) {
        buffer_printf(&list, "%c%.17g", i == 0 ? '{' : ',', item->likelihood[i]);
    }
    for (size_t i = 0; i < item->section_count; i++) {
        buffer_append(&list, TEXT(","));
        buffer_append(&list, uuid_format(item->section_ids[i], id));
    }
    buffer_append(&list, TEXT("}"));
    return (struct text){.data = list.data, .len = list.len};
}

static void bind_answer(struct db_params *params, struct arena *arena,
                        const struct new_answers *answers)
{
    const struct new_answer *item = &answers->items[0];
    const struct answer *answer = &item->answer;

    db_bind_i64(params, answer->position);
    db_bind_i64(params, answer->revision);
    db_bind_uuid(params, item->question_id);
    db_bind_text(params, answer->response);
    db_bind_i64(params, answer->credit);
    db_bind_bool(params, item->is_final);
    db_bind_text(params, format_evidence(arena, item));
    db_bind_i64(params, answer->points);
    db_bind_i64_ref(params, answer->certainty == 0 ? NULL : &answer->certainty);
    db_bind_bool(params, answer->is_flagged);
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
    struct uuid *questions;
    struct text *responses;
    struct text *evidence;
};

static struct columns make_columns(struct arena *arena, const struct new_answers *answers)
{
    const size_t n = answers->count;
    int64_t *numbers = arena_new_array(arena, 7 * n, int64_t);
    const struct columns columns = {.positions = numbers,
                                    .revisions = numbers + n,
                                    .credits = numbers + 2 * n,
                                    .finals = numbers + 3 * n,
                                    .points = numbers + 4 * n,
                                    .certainties = numbers + 5 * n,
                                    .flags = numbers + 6 * n,
                                    .questions = arena_new_array(arena, n, struct uuid),
                                    .responses = arena_new_array(arena, n, struct text),
                                    .evidence = arena_new_array(arena, n, struct text)};

    for (size_t i = 0; i < n; i++) {
        const struct new_answer *item = &answers->items[i];
        columns.positions[i] = item->answer.position;
        columns.revisions[i] = item->answer.revision;
        columns.credits[i] = item->answer.credit;
        columns.finals[i] = item->is_final ? 1 : 0;
        columns.points[i] = item->answer.points;
        columns.certainties[i] = item->answer.certainty;
        columns.flags[i] = item->answer.is_flagged ? 1 : 0;
        columns.questions[i] = item->question_id;
        columns.responses[i] = item->answer.response;
        columns.evidence[i] = format_evidence(arena, item);
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
    db_bind_text_array(params, arena, columns.evidence, n);
    db_bind_i64_array(params, arena, columns.points, n);
    db_bind_i64_array(params, arena, columns.certainties, n);
    db_bind_i64_array(params, arena, columns.flags, n);
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
        bind_answer(&params, arena, answers);
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
