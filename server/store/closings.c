/* Closing attempts: what is stored of a score, and the evidence that it leaves. */
#include "domain/points.h"
#include "store/attempts.h"
#include "store/sql.h"

static const double MS_PER_S = 1000.0;

struct closed_row {
    int64_t submitted_at;
    bool is_over;
};
static const struct shape_member CLOSED_MEMBERS[] = {
    MEMBER_TIME(struct closed_row, submitted_at, .flags = SHAPE_NULLABLE),
    MEMBER_BOOL(struct closed_row, is_over),
};
static const struct shape CLOSED_ROW = SHAPE_OF("ClosedRow", struct closed_row, CLOSED_MEMBERS);

/* What is answered and no pilot. */
static void add_awards(const struct attempt_sheet *sheet, struct arena *arena,
                       struct attempt_closing *closing)
{
    int64_t *keys = arena_new_array(arena, sheet->answer_count, int64_t);
    int64_t *awards = arena_new_array(arena, sheet->answer_count, int64_t);

    for (size_t i = 0; i < sheet->answer_count; i++) {
        const struct answer *answer = &sheet->answers[i];
        if (answer->response.data != NULL &&
            !attempt_rules_is_pilot(sheet->rules, answer->position)) {
            keys[closing->award_count] =
                points_question_key(sheet->items[answer->position - 1]->id);
            awards[closing->award_count++] = points_award(answer->credit);
        }
    }
    closing->question_keys = keys;
    closing->awards = awards;
}

struct attempt_closing store_attempts_closing(const struct attempt *attempt,
                                              const struct attempt_sheet *sheet,
                                              const struct bank *bank, struct arena *arena)
{
    const struct attempt_summary summary = attempt_summarize(sheet, arena);
    const int64_t due_at = attempt_rules_evidence_due_at(&attempt->rules, attempt->read_at);
    const bool is_evidence_now = attempt->rules.when != EXAM_AFTER_EACH && due_at == 0;
    struct section_sums *sums = arena_new_array(arena, summary.section_count, struct section_sums);
    struct attempt_closing closing = {.user_id = attempt->user_id,
                                      .attempt_id = attempt->id,
                                      .answer_sequence = attempt->answer_sequence,
                                      .score = summary.score,
                                      .sections = sums,
                                      .evidence_due_at = due_at};

    for (size_t i = 0; i < summary.section_count && is_evidence_now; i++) {
        const struct section_score *part = &summary.sections[i];
        if (part->answers > 0) {
            sums[closing.section_count++] =
                (struct section_sums){.section_id = bank->sections[part->section].id,
                                      .answers = part->answers,
                                      .credit = part->credit,
                                      .correct = part->correct};
        }
    }
    if (is_evidence_now) {
        add_awards(sheet, arena, &closing);
    }
    return closing;
}

static void bind_sections(struct db_params *params, struct arena *arena,
                          const struct attempt_closing *closing)
{
    const size_t count = closing->section_count;
    struct uuid *ids = arena_new_array(arena, count, struct uuid);
    int64_t *sums = arena_new_array(arena, 3 * count, int64_t); /* answers, credits, correct */

    for (size_t i = 0; i < count; i++) {
        ids[i] = closing->sections[i].section_id;
        sums[i] = closing->sections[i].answers;
        sums[count + i] = closing->sections[i].credit;
        sums[2 * count + i] = closing->sections[i].correct;
    }
    db_bind_uuid_array(params, arena, ids, count);
    db_bind_i64_array(params, arena, sums, count);
    db_bind_i64_array(params, arena, sums + count, count);
    db_bind_i64_array(params, arena, sums + 2 * count, count);
}

void store_attempts_bind_closing(struct db_params *params, struct arena *arena,
                                 const struct attempt_closing *closing)
{
    db_bind_i64(params, closing->score.raw);
    db_bind_i64(params, closing->score.max);
    bind_sections(params, arena, closing);
    db_bind_time(params, closing->evidence_due_at);
    db_bind_i64_array(params, arena, closing->question_keys, closing->award_count);
    db_bind_i64_array(params, arena, closing->awards, closing->award_count);
}

/* What attempts_submit and attempts_stop say. */
static bool read_closed(const struct db_rows *rows, struct arena *arena, int64_t *submitted_at,
                        struct error *err)
{
    struct closed_row row = {.is_over = false};

    if (rows->count > 0 && !db_rows_read(rows, 0, &CLOSED_ROW, arena, &row, err)) {
        return false;
    }
    if (row.is_over) {
        return error_set(err, ERROR_ATTEMPT_CLOSED,
                         "the time of the attempt is over; what was saved will be scored");
    }
    *submitted_at = row.submitted_at;
    return true;
}

bool store_attempts_submit(struct db *db, struct arena *arena,
                           const struct attempt_closing *closing, int64_t *submitted_at,
                           struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, closing->user_id);
    db_bind_uuid(&params, closing->attempt_id);
    db_bind_i64(&params, closing->answer_sequence);
    store_attempts_bind_closing(&params, arena, closing);
    db_bind_real(&params, (double)closing->grace_ms / MS_PER_S);
    return db_call(db, &SQL_attempts_submit, &params, arena, &rows, err) &&
           read_closed(&rows, arena, submitted_at, err);
}

bool store_attempts_stop(struct db *db, struct arena *arena, const struct attempt_closing *closing,
                         int64_t *submitted_at, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, closing->user_id);
    db_bind_uuid(&params, closing->attempt_id);
    db_bind_real(&params, (double)closing->grace_ms / MS_PER_S);
    return db_call(db, &SQL_attempts_stop, &params, arena, &rows, err) &&
           read_closed(&rows, arena, submitted_at, err);
}
