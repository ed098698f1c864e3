/* Attempts: starting, reading and listing. Recording answers is in answers.c, what ends them in
 * closings.c. */
#include "store/attempts.h"

#include "store/sql.h"
#include "json/codec.h"

/* One row of attempts_get_with_answers; attempts_get has the columns before `is_scored`. */
struct attempt_row {
    struct attempt attempt;
    struct text rules; /* JSON; absent: practice from before there were rules */
    struct item_versions old;
    const int64_t *positions;
    size_t position_count;
    const int64_t *revisions;
    size_t revision_count;
    const struct text *responses;
    size_t response_count;
    const int64_t *credits;
    size_t credit_count;
    const int64_t *points;
    size_t point_count;
    const int64_t *certainties;
    size_t certainty_count;
    const int64_t *flags;
    size_t flag_count;
    const int64_t *times;
    size_t time_count;
    const struct uuid *remembered_ids;
    size_t remembered_count;
    const double *stabilities;
    size_t stability_count;
    const double *difficulties;
    size_t difficulty_count;
    const int64_t *reviewed_times;
    size_t reviewed_count;
    const int64_t *review_counts;
    size_t review_count_count;
    const int64_t *lapse_counts;
    size_t lapse_count_count;
    const int64_t *had_credits;
    size_t had_credit_count;
};

static const struct shape_member ATTEMPT_ROW_MEMBERS[] = {
    MEMBER_UUID(struct attempt_row, attempt.user_id),
    MEMBER_UUID(struct attempt_row, attempt.id),
    MEMBER_UUID(struct attempt_row, attempt.bank_id),
    MEMBER_ENUM(struct attempt_row, attempt.mode, &ATTEMPT_MODES),
    MEMBER_ENUM(struct attempt_row, attempt.feedback, &ATTEMPT_FEEDBACKS),
    MEMBER_TEXT(struct attempt_row, attempt.seed),
    MEMBER_UUID_LIST(struct attempt_row, attempt.question_ids, attempt.question_count),
    MEMBER_I64_LIST(struct attempt_row, attempt.versions, attempt.version_count),
    MEMBER_TIME(struct attempt_row, attempt.started_at),
    MEMBER_TIME(struct attempt_row, attempt.deadline_at, .flags = SHAPE_NULLABLE),
    MEMBER_ENUM(struct attempt_row, attempt.state, &ATTEMPT_STATES),
    MEMBER_I64(struct attempt_row, attempt.answer_sequence),
    MEMBER_TIME(struct attempt_row, attempt.submitted_at, .flags = SHAPE_NULLABLE),
    MEMBER_TEXT(struct attempt_row, rules, .flags = SHAPE_NULLABLE),
    MEMBER_UUID_LIST(struct attempt_row, old.ids, old.id_count),
    MEMBER_I64_LIST(struct attempt_row, old.versions, old.version_count),
    MEMBER_UUID_LIST(struct attempt_row, old.section_ids, old.section_count),
    MEMBER_TEXT_LIST(struct attempt_row, old.bodies, old.body_count),
    MEMBER_TEXT_LIST(struct attempt_row, old.calibrations, old.calibration_count),
    MEMBER_BOOL(struct attempt_row, attempt.is_scored),
    MEMBER_TIME(struct attempt_row, attempt.evidence_due_at, .flags = SHAPE_NULLABLE),
    MEMBER_TIME(struct attempt_row, attempt.settled_at, .flags = SHAPE_NULLABLE),
    MEMBER_TIME(struct attempt_row, attempt.read_at),
    MEMBER_I64_LIST(struct attempt_row, positions, position_count),
    MEMBER_I64_LIST(struct attempt_row, revisions, revision_count),
    MEMBER_TEXT_LIST(struct attempt_row, responses, response_count),
    MEMBER_I64_LIST(struct attempt_row, credits, credit_count),
    MEMBER_I64_LIST(struct attempt_row, points, point_count),
    MEMBER_I64_LIST(struct attempt_row, certainties, certainty_count),
    MEMBER_I64_LIST(struct attempt_row, flags, flag_count),
    MEMBER_I64_LIST(struct attempt_row, times, time_count),
    MEMBER_UUID_LIST(struct attempt_row, remembered_ids, remembered_count),
    MEMBER_REAL_LIST(struct attempt_row, stabilities, stability_count),
    MEMBER_REAL_LIST(struct attempt_row, difficulties, difficulty_count),
    MEMBER_I64_LIST(struct attempt_row, reviewed_times, reviewed_count),
    MEMBER_I64_LIST(struct attempt_row, review_counts, review_count_count),
    MEMBER_I64_LIST(struct attempt_row, lapse_counts, lapse_count_count),
    MEMBER_I64_LIST(struct attempt_row, had_credits, had_credit_count),
    MEMBER_I64_LIST(struct attempt_row, attempt.dropped, attempt.dropped_count),
};
enum { ATTEMPT_COLUMNS = 19 };
static const struct shape ATTEMPT_ROW = {.name = "AttemptRow",
                                         .size = sizeof(struct attempt_row),
                                         .members = ATTEMPT_ROW_MEMBERS,
                                         .count = ATTEMPT_COLUMNS};
static const struct shape ATTEMPT_ANSWERS_ROW =
    SHAPE_OF("AttemptAnswersRow", struct attempt_row, ATTEMPT_ROW_MEMBERS);

static const struct shape_member STARTED_MEMBERS[] = {MEMBER_TIME(struct attempt, started_at)};
static const struct shape STARTED_ROW = SHAPE_OF("StartedRow", struct attempt, STARTED_MEMBERS);

static const char *const EXAM_START_NAMES[EXAM_START_COUNT] = {
    [EXAM_STARTED] = "started", [EXAM_EARLY] = "early", [EXAM_LATE] = "late",
    [EXAM_USED_UP] = "used_up", [EXAM_GONE] = "gone",   [EXAM_BUSY] = "busy",
};
static const struct enumeration EXAM_STARTS = {EXAM_START_NAMES, EXAM_START_COUNT};
struct exam_start_row {
    enum exam_start outcome;
    int64_t started_at;
    int64_t deadline_at;
};
static const struct shape_member EXAM_START_MEMBERS[] = {
    MEMBER_ENUM(struct exam_start_row, outcome, &EXAM_STARTS),
    MEMBER_TIME(struct exam_start_row, started_at, .flags = SHAPE_NULLABLE),
    MEMBER_TIME(struct exam_start_row, deadline_at, .flags = SHAPE_NULLABLE),
};
static const struct shape EXAM_START_ROW =
    SHAPE_OF("ExamStartRow", struct exam_start_row, EXAM_START_MEMBERS);

struct entry_row {
    struct attempt_entry entry;
    struct text rules; /* JSON */
};
static const struct shape_member ENTRY_ROW_MEMBERS[] = {
    MEMBER_UUID(struct entry_row, entry.id),
    MEMBER_UUID(struct entry_row, entry.bank_id),
    MEMBER_ENUM(struct entry_row, entry.mode, &ATTEMPT_MODES),
    MEMBER_ENUM(struct entry_row, entry.feedback, &ATTEMPT_FEEDBACKS),
    MEMBER_ENUM(struct entry_row, entry.state, &ATTEMPT_STATES),
    MEMBER_I64(struct entry_row, entry.size),
    MEMBER_TIME(struct entry_row, entry.started_at),
    MEMBER_TIME(struct entry_row, entry.deadline_at, .flags = SHAPE_NULLABLE),
    MEMBER_TIME(struct entry_row, entry.submitted_at, .flags = SHAPE_NULLABLE),
    MEMBER_I64_REF(struct entry_row, entry.raw, .flags = SHAPE_REF | SHAPE_NULLABLE),
    MEMBER_I64_REF(struct entry_row, entry.max, .flags = SHAPE_REF | SHAPE_NULLABLE),
    MEMBER_TEXT(struct entry_row, rules, .flags = SHAPE_NULLABLE),
    MEMBER_TIME(struct entry_row, entry.read_at),
};
static const struct shape ENTRY_ROW =
    SHAPE_OF("AttemptEntryRow", struct entry_row, ENTRY_ROW_MEMBERS);

/* What both ways of starting say first; false where the rules cannot be written. */
static bool bind_start(struct db_params *params, struct arena *arena, const struct attempt *attempt,
                       struct error *err)
{
    const struct attempt_rules_record rules = attempt_rules_to_record(&attempt->rules, arena);
    struct text rules_json = TEXT_ABSENT;

    if (!codec_encode_text(arena, &ATTEMPT_RULES_SHAPE, &rules, &rules_json, err)) {
        return false;
    }
    db_bind_uuid(params, attempt->user_id);
    db_bind_uuid(params, attempt->id);
    db_bind_uuid(params, attempt->bank_id);
    db_bind_text(params, text_of(enumeration_name(&ATTEMPT_MODES, attempt->mode)));
    db_bind_text(params, text_of(enumeration_name(&ATTEMPT_FEEDBACKS, attempt->feedback)));
    db_bind_text(params, attempt->seed);
    db_bind_uuid_array(params, arena, attempt->question_ids, attempt->question_count);
    db_bind_i64_array(params, arena, attempt->versions, attempt->version_count);
    db_bind_text(params, rules_json);
    return true;
}

bool store_attempts_start(struct db *db, struct arena *arena, struct attempt *attempt,
                          struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    if (!bind_start(&params, arena, attempt, err) ||
        !db_call(db, &SQL_attempts_start, &params, arena, &rows, err)) {
        return false;
    }
    if (rows.count == 0) {
        return error_set(err, ERROR_NOT_FOUND, "there is no such account");
    }
    return db_rows_read(&rows, 0, &STARTED_ROW, arena, attempt, err);
}

bool store_attempts_start_exam(struct db *db, struct arena *arena, const struct exam *exam,
                               struct attempt *attempt, enum exam_start *outcome, struct error *err)
{
    struct exam_start_row row = {.outcome = EXAM_BUSY};
    struct db_params params = {.count = 0};
    struct db_rows rows;

    if (!bind_start(&params, arena, attempt, err)) {
        return false;
    }
    db_bind_text(&params, exam->slug);
    db_bind_i64(&params, exam->time_limit_minutes);
    db_bind_time(&params, exam->opens_at);
    db_bind_time(&params, exam->closes_at);
    db_bind_i64_ref(&params, exam->attempts_allowed);
    if (!db_call(db, &SQL_exams_start, &params, arena, &rows, err) ||
        (rows.count > 0 && !db_rows_read(&rows, 0, &EXAM_START_ROW, arena, &row, err))) {
        return false;
    }
    *outcome = row.outcome;
    attempt->started_at = row.started_at;
    attempt->deadline_at = row.deadline_at;
    return true;
}

bool store_attempts_read_rules(struct arena *arena, struct text json,
                               enum attempt_feedback feedback, struct attempt_rules *rules,
                               struct error *err)
{
    struct attempt_rules_record *record = arena_new(arena, struct attempt_rules_record);

    if (json.data == NULL) {
        *rules = attempt_rules_of_practice(feedback == FEEDBACK_IMMEDIATE, scoring_policy_of(NULL));
        return true;
    }
    if (!codec_decode_text(arena, json, &ATTEMPT_RULES_SHAPE, record, err)) {
        return false;
    }
    *rules = attempt_rules_of_record(record);
    return true;
}

/* What a regrade has dropped counts as little as a pilot. */
static bool read_row_rules(struct arena *arena, struct attempt_row *row, struct error *err)
{
    if (!store_attempts_read_rules(arena, row->rules, row->attempt.feedback, &row->attempt.rules,
                                   err)) {
        return false;
    }
    for (size_t i = 0; i < row->attempt.dropped_count; i++) {
        attempt_rules_set_pilot(&row->attempt.rules, row->attempt.dropped[i]);
    }
    return true;
}

static bool get_rows(struct db *db, struct arena *arena, const struct statement *statement,
                     struct db_params *params, struct db_rows *rows, struct error *err)
{
    if (!db_call(db, statement, params, arena, rows, err)) {
        return false;
    }
    return rows->count > 0 || error_set(err, ERROR_NOT_FOUND, "there is no such attempt");
}

bool store_attempts_get(struct db *db, struct arena *arena, struct attempt *attempt,
                        struct item_versions *old, struct error *err)
{
    struct attempt_row *row = arena_new(arena, struct attempt_row);
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, attempt->user_id);
    db_bind_uuid(&params, attempt->id);
    if (!get_rows(db, arena, &SQL_attempts_get, &params, &rows, err) ||
        !db_rows_read(&rows, 0, &ATTEMPT_ROW, arena, row, err) ||
        !read_row_rules(arena, row, err)) {
        return false;
    }
    *attempt = row->attempt;
    *old = row->old;
    return true;
}

static struct attempt_answers list_answers(const struct attempt_row *row, struct arena *arena)
{
    struct answer *list = arena_new_array(arena, row->position_count, struct answer);

    for (size_t i = 0; i < row->position_count; i++) {
        const bool is_cleared = row->responses[i].len == 0;
        list[i] = (struct answer){.position = row->positions[i],
                                  .revision = row->revisions[i],
                                  .response = is_cleared ? TEXT_ABSENT : row->responses[i],
                                  .credit = row->credits[i],
                                  .points = row->points[i],
                                  .certainty = row->certainties[i],
                                  .is_flagged = row->flags[i] != 0,
                                  .recorded_at = row->times[i]};
    }
    return (struct attempt_answers){list, row->position_count};
}

static struct review_list list_memories(const struct attempt_row *row, struct arena *arena)
{
    struct review *list = arena_new_array(arena, row->remembered_count, struct review);

    for (size_t i = 0; i < row->remembered_count; i++) {
        list[i] = (struct review){
            .question_id = row->remembered_ids[i],
            .memory = {row->stabilities[i], row->difficulties[i], row->reviewed_times[i]},
            .review_count = row->review_counts[i],
            .lapse_count = row->lapse_counts[i],
            .has_credit = row->had_credits[i] != 0};
    }
    return (struct review_list){list, row->remembered_count};
}

/* `row->attempt` says which. */
static bool get_with_answers(struct db *db, struct arena *arena, bool is_to_close,
                             struct attempt_row *row, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, row->attempt.user_id);
    db_bind_uuid(&params, row->attempt.id);
    db_bind_bool(&params, is_to_close);
    return get_rows(db, arena, &SQL_attempts_get_with_answers, &params, &rows, err) &&
           db_rows_read(&rows, 0, &ATTEMPT_ANSWERS_ROW, arena, row, err) &&
           read_row_rules(arena, row, err);
}

bool store_attempts_get_with_answers(struct db *db, struct arena *arena, struct attempt *attempt,
                                     struct attempt_answers *answers, struct error *err)
{
    struct attempt_row *row = arena_new(arena, struct attempt_row);

    row->attempt = *attempt;
    if (!get_with_answers(db, arena, false, row, err)) {
        return false;
    }
    *attempt = row->attempt;
    *answers = list_answers(row, arena);
    return true;
}

bool store_attempts_get_to_close(struct db *db, struct arena *arena, struct attempt *attempt,
                                 struct attempt_answers *answers, struct attempt_leavings *leavings,
                                 struct error *err)
{
    struct attempt_row *row = arena_new(arena, struct attempt_row);

    row->attempt = *attempt;
    if (!get_with_answers(db, arena, true, row, err)) {
        return false;
    }
    *attempt = row->attempt;
    *answers = list_answers(row, arena);
    *leavings = (struct attempt_leavings){list_memories(row, arena), row->old};
    return true;
}

bool store_attempts_list(struct db *db, struct arena *arena, const struct attempt_page *page,
                         struct attempt_entry **entries, size_t *count, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *items = NULL;

    db_bind_uuid(&params, page->user_id);
    db_bind_uuid(&params, page->after);
    db_bind_i64(&params, page->limit);
    db_bind_uuid(&params, page->bank_id);
    db_bind_text(&params, page->state);
    db_bind_text(&params, page->mode);
    db_bind_text(&params, page->exam);
    if (!db_call(db, &SQL_attempts_list, &params, arena, &rows, err) ||
        !db_rows_read_all(&rows, &ENTRY_ROW, arena, &items, err)) {
        return false;
    }
    const struct entry_row *list = items;
    *entries = arena_new_array(arena, rows.count, struct attempt_entry);
    *count = rows.count;
    for (size_t i = 0; i < rows.count; i++) {
        (*entries)[i] = list[i].entry;
        if (!store_attempts_read_rules(arena, list[i].rules, list[i].entry.feedback,
                                       &(*entries)[i].rules, err)) {
            return false;
        }
    }
    return true;
}
