/* Attempts that end: closed with all that they leave behind, stopped, or deleted. */
#include "store/attempts.h"
#include "store/sql.h"

struct closed_row {
    int64_t submitted_at;
    bool is_over;
};
static const struct shape_member CLOSED_MEMBERS[] = {
    MEMBER_TIME(struct closed_row, submitted_at, .flags = SHAPE_NULLABLE),
    MEMBER_BOOL(struct closed_row, is_over),
};
static const struct shape CLOSED_ROW = SHAPE_OF("ClosedRow", struct closed_row, CLOSED_MEMBERS);

struct attempt_closing store_attempts_closing(const struct attempt *attempt,
                                              const struct attempt_sheet *sheet,
                                              const struct bank *bank, struct review_list known,
                                              struct arena *arena)
{
    return (struct attempt_closing){.user_id = attempt->user_id,
                                    .attempt_id = attempt->id,
                                    .answer_sequence = attempt->answer_sequence,
                                    .score = attempt_summarize(sheet, arena).score,
                                    .bank = bank,
                                    .after = aftermath_of(attempt, sheet, bank, known, arena)};
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

static void bind_mistakes(struct db_params *params, struct arena *arena,
                          const struct attempt_closing *closing)
{
    const size_t count = closing->after.reviews.count;
    int64_t *flags = arena_new_array(arena, count, int64_t);

    for (size_t i = 0; i < count; i++) {
        flags[i] = closing->after.reviews.items[i].is_sure_and_wrong ? 1 : 0;
    }
    db_bind_i64_array(params, arena, flags, count);
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

static void bind_durations(struct db_params *params, struct arena *arena,
                           const struct attempt_closing *closing)
{
    const size_t count = closing->after.activity_count;
    int64_t *durations = arena_new_array(arena, count, int64_t);

    for (size_t i = 0; i < count; i++) {
        durations[i] = closing->after.activities[i].duration_ms;
    }
    db_bind_i64_array(params, arena, durations, count);
}

/* And whether questions ever had credit. */
static void bind_awards(struct db_params *params, struct arena *arena,
                        const struct attempt_closing *closing)
{
    const size_t reviews = closing->after.reviews.count;
    const size_t awards = closing->after.award_count;
    int64_t *credits = arena_new_array(arena, reviews, int64_t);
    int64_t *numbers = arena_new_array(arena, 2 * awards, int64_t);

    for (size_t i = 0; i < reviews; i++) {
        credits[i] = closing->after.reviews.items[i].has_credit ? 1 : 0;
    }
    for (size_t i = 0; i < awards; i++) {
        numbers[i] = closing->after.awards[i].key;
        numbers[awards + i] = closing->after.awards[i].points;
    }
    db_bind_i64_array(params, arena, credits, reviews);
    db_bind_i64_array(params, arena, numbers, awards);
    db_bind_i64_array(params, arena, numbers + awards, awards);
}

/* What attempts_close and attempts_stop say. */
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

bool store_attempts_close(struct db *db, struct arena *arena, const struct attempt_closing *closing,
                          int64_t *submitted_at, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, closing->user_id);
    db_bind_uuid(&params, closing->attempt_id);
    db_bind_i64(&params, closing->answer_sequence);
    db_bind_i64(&params, closing->score.raw);
    db_bind_i64(&params, closing->score.max);
    db_bind_time(&params, closing->after.due_at);
    bind_parts(&params, arena, closing);
    bind_reviews(&params, arena, closing);
    bind_activities(&params, arena, closing);
    db_bind_i64(&params, closing->after.attempts);
    db_bind_i64_ref(&params, closing->grace_ms);
    bind_mistakes(&params, arena, closing);
    bind_awards(&params, arena, closing);
    bind_durations(&params, arena, closing);
    return db_call(db, &SQL_attempts_close, &params, arena, &rows, err) &&
           read_closed(&rows, arena, submitted_at, err);
}

bool store_attempts_stop(struct db *db, struct arena *arena, const struct attempt_closing *closing,
                         int64_t *submitted_at, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, closing->user_id);
    db_bind_uuid(&params, closing->attempt_id);
    db_bind_i64_ref(&params, closing->grace_ms);
    return db_call(db, &SQL_attempts_stop, &params, arena, &rows, err) &&
           read_closed(&rows, arena, submitted_at, err);
}

static void bind_evidence(struct db_params *params, struct arena *arena,
                          const struct attempt_removal *removal)
{
    const size_t sections = removal->bank->section_count;
    struct uuid *ids = arena_new_array(arena, sections, struct uuid);
    double *sums = arena_new_array(arena, 2 * sections, double);     /* weights, credits */
    int64_t *counts = arena_new_array(arena, 2 * sections, int64_t); /* answers, correct */
    double *likelihoods = arena_new_array(arena, KNOWLEDGE_POINTS * sections, double);
    int64_t *times = arena_new_array(arena, 4 * sections, int64_t); /* its last, those before */
    size_t count = 0;

    for (size_t i = 0; i < sections; i++) {
        const struct evidence *evidence = &removal->evidence[i];
        if (!evidence_is_known(evidence)) {
            continue;
        }
        ids[count] = removal->bank->sections[i].id;
        sums[count] = evidence->weight;
        sums[sections + count] = evidence->credit;
        counts[count] = evidence->answers;
        counts[sections + count] = evidence->correct;
        for (size_t k = 0; k < KNOWLEDGE_POINTS; k++) {
            likelihoods[count * KNOWLEDGE_POINTS + k] = evidence->likelihood[k];
        }
        times[count] = evidence->last_answered_at;
        times[sections + count] = evidence->last_wrong_at;
        times[2 * sections + count] = removal->others[i].last_answered_at;
        times[3 * sections + count] = removal->others[i].last_wrong_at;
        count++;
    }
    db_bind_uuid_array(params, arena, ids, count);
    db_bind_real_array(params, arena, sums, count);
    db_bind_real_array(params, arena, sums + sections, count);
    db_bind_i64_array(params, arena, counts, count);
    db_bind_i64_array(params, arena, counts + sections, count);
    db_bind_real_array(params, arena, likelihoods, KNOWLEDGE_POINTS * count);
    for (size_t i = 0; i < 4; i++) {
        db_bind_i64_array(params, arena, times + i * sections, count);
    }
}

bool store_attempts_delete(struct db *db, struct arena *arena,
                           const struct attempt_removal *removal, bool *is_deleted,
                           struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, removal->attempt->user_id);
    db_bind_uuid(&params, removal->attempt->id);
    db_bind_i64(&params, removal->attempt->answer_sequence);
    bind_evidence(&params, arena, removal);
    if (!db_call(db, &SQL_attempts_delete, &params, arena, &rows, err)) {
        return false;
    }
    *is_deleted = rows.count > 0;
    return true;
}
