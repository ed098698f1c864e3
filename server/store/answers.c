/* Recording answers, submitting, and the evidence they leave: the statements that the product is
 * about. */
#include "store/attempts.h"

#include "store/sql.h"

static const struct shape_member RECORDED_MEMBERS[] = {
    MEMBER_BOOL(struct recorded_answer, is_recorded),
    MEMBER_ENUM(struct recorded_answer, state, &ATTEMPT_STATES),
    MEMBER_I64_REF(struct recorded_answer, revision, .flags = SHAPE_REF | SHAPE_NULLABLE),
    MEMBER_TEXT(struct recorded_answer, response, .flags = SHAPE_NULLABLE),
    MEMBER_I64_REF(struct recorded_answer, credit, .flags = SHAPE_REF | SHAPE_NULLABLE),
    MEMBER_TIME(struct recorded_answer, recorded_at, .flags = SHAPE_NULLABLE),
};
static const struct shape RECORDED_ROW =
    SHAPE_OF("RecordedRow", struct recorded_answer, RECORDED_MEMBERS);

static const struct shape_member SUBMITTED_MEMBERS[] = {MEMBER_TIME(struct attempt, submitted_at)};
static const struct shape SUBMITTED_ROW =
    SHAPE_OF("SubmittedRow", struct attempt, SUBMITTED_MEMBERS);

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

/* The further sections as PostgreSQL writes an array; absent where there are none. */
static struct text format_further(struct arena *arena, const struct new_answer *answer)
{
    struct text list = TEXT_ABSENT;
    char id[UUID_TEXT_BYTES + 1];

    for (size_t i = 1; i < answer->section_count; i++) {
        list = arena_printf(arena, "%.*s%c%.*s", TEXT_ARG(list), i == 1 ? '{' : ',',
                            TEXT_ARG(uuid_format(answer->section_ids[i], id)));
    }
    return list.data == NULL ? list : arena_printf(arena, "%.*s}", TEXT_ARG(list));
}

bool store_attempts_record_answer(struct db *db, struct arena *arena,
                                  const struct new_answer *answer, struct recorded_answer *outcome,
                                  struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, answer->user_id);
    db_bind_uuid(&params, answer->attempt_id);
    db_bind_i64(&params, answer->answer.position);
    db_bind_i64(&params, answer->answer.revision);
    db_bind_uuid(&params, answer->question_id);
    db_bind_text(&params, answer->answer.response);
    db_bind_i64(&params, answer->answer.credit);
    db_bind_bool(&params, answer->is_final);
    db_bind_uuid(&params, answer->section_ids[0]);
    db_bind_text(&params, format_further(arena, answer));
    for (size_t i = 0; i < KNOWLEDGE_POINTS; i++) {
        db_bind_real(&params, answer->likelihood[i]);
    }
    if (!db_call(db, &SQL_attempts_record_answer, &params, arena, &rows, err)) {
        return false;
    }
    if (rows.count == 0) {
        return error_set(err, ERROR_NOT_FOUND, "there is no such attempt");
    }
    return db_rows_read(&rows, 0, &RECORDED_ROW, arena, outcome, err);
}

static void bind_parts(struct db_params *params, struct arena *arena,
                       const struct attempt_closing *closing)
{
    const size_t count = closing->after.part_count;
    struct uuid *ids = arena_new_array(arena, count, struct uuid);
    int64_t *sums = arena_new_array(arena, 3 * count, int64_t); /* answers, credits, correct */
    double *likelihoods = arena_new_array(arena, KNOWLEDGE_POINTS * count, double);

    for (size_t i = 0; i < count; i++) {
        const struct evidence_part *part = &closing->after.parts[i];
        ids[i] = closing->bank->sections[part->section].id;
        sums[i] = part->answers;
        sums[count + i] = part->credit;
        sums[2 * count + i] = part->correct;
        for (size_t k = 0; k < KNOWLEDGE_POINTS; k++) {
            likelihoods[i * KNOWLEDGE_POINTS + k] = part->likelihood[k];
        }
    }
    db_bind_uuid_array(params, arena, ids, count);
    db_bind_i64_array(params, arena, sums, count);
    db_bind_i64_array(params, arena, sums + count, count);
    db_bind_i64_array(params, arena, sums + 2 * count, count);
    db_bind_real_array(params, arena, likelihoods, KNOWLEDGE_POINTS * count);
}

static void bind_reviews(struct db_params *params, struct arena *arena,
                         const struct attempt_closing *closing)
{
    const size_t count = closing->after.reviews.count;
    struct uuid *ids = arena_new_array(arena, count, struct uuid);
    double *memories = arena_new_array(arena, 2 * count, double);  /* stability, difficulty */
    int64_t *numbers = arena_new_array(arena, 3 * count, int64_t); /* time, reviews, lapses */

    for (size_t i = 0; i < count; i++) {
        const struct review *review = &closing->after.reviews.items[i];
        ids[i] = review->question_id;
        memories[i] = review->memory.stability;
        memories[count + i] = review->memory.difficulty;
        numbers[i] = review->memory.reviewed_at;
        numbers[count + i] = review->review_count;
        numbers[2 * count + i] = review->lapse_count;
    }
    db_bind_uuid_array(params, arena, ids, count);
    db_bind_real_array(params, arena, memories, count);
    db_bind_real_array(params, arena, memories + count, count);
    db_bind_i64_array(params, arena, numbers, count);
    db_bind_i64_array(params, arena, numbers + count, count);
    db_bind_i64_array(params, arena, numbers + 2 * count, count);
}

static void bind_activities(struct db_params *params, struct arena *arena,
                            const struct attempt_closing *closing)
{
    const size_t count = closing->after.activity_count;
    int64_t *sums = arena_new_array(arena, 4 * count, int64_t);

    for (size_t i = 0; i < count; i++) {
        const struct activity *activity = &closing->after.activities[i];
        sums[i] = activity->bucket_at;
        sums[count + i] = activity->answers;
        sums[2 * count + i] = activity->correct;
        sums[3 * count + i] = activity->credit;
    }
    for (size_t i = 0; i < 4; i++) {
        db_bind_i64_array(params, arena, sums + i * count, count);
    }
}

bool store_attempts_submit(struct db *db, struct arena *arena,
                           const struct attempt_closing *closing, int64_t *submitted_at,
                           struct error *err)
{
    struct attempt *closed = arena_new(arena, struct attempt);
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, closing->user_id);
    db_bind_uuid(&params, closing->attempt_id);
    db_bind_i64(&params, closing->answer_sequence);
    db_bind_i64(&params, closing->score.raw);
    db_bind_i64(&params, closing->score.max);
    bind_parts(&params, arena, closing);
    bind_reviews(&params, arena, closing);
    bind_activities(&params, arena, closing);
    if (!db_call(db, &SQL_attempts_submit, &params, arena, &rows, err) ||
        (rows.count > 0 && !db_rows_read(&rows, 0, &SUBMITTED_ROW, arena, closed, err))) {
        return false;
    }
    *submitted_at = closed->submitted_at;
    return true;
}

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
