/* Submitting, and the result. */
#include "api/attempts.h"

#include "domain/exam_paper.h"

/* A lost try means that an answer came in between. After these the attempt is stopped first. */
enum { SUBMIT_FREE_TRIES = 2 };

struct estimate_reply {
    int64_t score;
    int64_t standard_error;
    int64_t pass;
};
static const struct shape_member ESTIMATE_MEMBERS[] = {
    MEMBER_I64(struct estimate_reply, score, .min = EXAM_SCALED_MIN, .max = EXAM_SCALED_MAX,
               .about = "On the scale of 100 to 1000, linear in the points. An estimate: the real "
                        "exam's scale is not public."),
    MEMBER_I64(struct estimate_reply, standard_error,
               .about = "Of the estimate, on the same scale."),
    MEMBER_I64(struct estimate_reply, pass, .min = EXAM_SCALED_MIN, .max = EXAM_SCALED_MAX),
};
static const struct shape ESTIMATE_SHAPE =
    SHAPE_OF("ScoreEstimate", struct estimate_reply, ESTIMATE_MEMBERS);

struct score_reply {
    int64_t raw;
    int64_t max;
    int64_t scaled;
    const bool *passed;
    const struct estimate_reply *estimate; /* of an exam */
};
static const struct shape_member SCORE_MEMBERS[] = {
    MEMBER_MILLI(struct score_reply, raw),
    MEMBER_MILLI(struct score_reply, max),
    MEMBER_MILLI(struct score_reply, scaled, .max = 1000, .about = "raw / max."),
    MEMBER_BOOL_REF(struct score_reply, passed, .flags = SHAPE_REF | SHAPE_NULLABLE,
                    .about = "null where there is no pass mark."),
    MEMBER_OBJECT_REF(struct score_reply, estimate, struct estimate_reply, &ESTIMATE_SHAPE,
                      .flags = SHAPE_REF | SHAPE_NULLABLE,
                      .about = "What the exam's scale would say; null in practice."),
};
static const struct shape SCORE_SHAPE = SHAPE_OF("Score", struct score_reply, SCORE_MEMBERS);

struct section_score_reply {
    struct uuid id;
    struct text path;
    struct text title;
    int64_t credit;
    int64_t max;
};
static const struct shape_member SECTION_SCORE_MEMBERS[] = {
    MEMBER_UUID(struct section_score_reply, id),
    MEMBER_TEXT(struct section_score_reply, path),
    MEMBER_TEXT(struct section_score_reply, title),
    MEMBER_MILLI(struct section_score_reply, credit),
    MEMBER_MILLI(struct section_score_reply, max),
};
static const struct shape SECTION_SCORE_SHAPE =
    SHAPE_OF("SectionScore", struct section_score_reply, SECTION_SCORE_MEMBERS);

struct result_reply {
    struct uuid id;
    struct text bank;
    enum attempt_state state;
    int64_t submitted_at;
    const struct score_reply *score; /* NULL: not told yet */
    const struct section_score_reply *sections;
    size_t section_count;
    const struct item_reply *items;
    size_t item_count;
};
static const struct shape_member RESULT_MEMBERS[] = {
    MEMBER_UUID(struct result_reply, id),
    MEMBER_TEXT(struct result_reply, bank),
    MEMBER_ENUM(struct result_reply, state, &ATTEMPT_STATES),
    MEMBER_TIME(struct result_reply, submitted_at),
    MEMBER_OBJECT_REF(struct result_reply, score, struct score_reply, &SCORE_SHAPE,
                      .flags = SHAPE_REF | SHAPE_NULLABLE,
                      .about = "null until it may be told: where feedback comes when the exam "
                               "closes, not before that; always null where the exam hides it."),
    MEMBER_LIST(struct result_reply, sections, section_count, struct section_score_reply,
                &SECTION_SCORE_SHAPE,
                .about = "Where feedback shows both section and credit; else empty."),
    MEMBER_LIST(struct result_reply, items, item_count, struct item_reply, &ITEM_REPLY_SHAPE),
};
const struct shape RESULT_REPLY_SHAPE = SHAPE_OF("Result", struct result_reply, RESULT_MEMBERS);

/* An exam's score on the scale of 100 to 1000, and whether it passes. */
static void fill_scaled(struct call *call, const struct paper *paper,
                        const struct attempt_summary *summary, struct score_reply *score)
{
    const struct attempt_rules *rules = &paper->attempt.rules;
    const int64_t scored = summary->score.max / scoring_max(rules->scoring.certainty);
    struct estimate_reply *estimate = arena_new(call->arena, struct estimate_reply);
    bool *passed = arena_new(call->arena, bool);

    if (rules->pass_scaled == 0) {
        return;
    }
    const struct exam_scaled scaled = exam_scale(summary->score.raw, summary->score.max, scored);
    *estimate = (struct estimate_reply){scaled.score, scaled.standard_error, rules->pass_scaled};
    *passed = scaled.score >= rules->pass_scaled;
    score->passed = passed;
    score->estimate = estimate;
}

static void fill_sections(struct call *call, const struct paper *paper,
                          const struct attempt_summary *summary, struct result_reply *reply)
{
    struct section_score_reply *sections =
        arena_new_array(call->arena, summary->section_count, struct section_score_reply);

    for (size_t i = 0; i < summary->section_count; i++) {
        const struct section *section = &paper->bank->sections[summary->sections[i].section];
        sections[i] = (struct section_score_reply){.id = section->id,
                                                   .path = section->path,
                                                   .title = section->title,
                                                   .credit = summary->sections[i].credit,
                                                   .max = summary->sections[i].max};
    }
    reply->sections = sections;
    reply->section_count = summary->section_count;
}

static void fill_result(struct call *call, const struct paper *paper, struct result_reply *reply)
{
    const struct attempt *attempt = &paper->attempt;

    *reply = (struct result_reply){.id = attempt->id,
                                   .bank = paper->bank->slug,
                                   .state = ATTEMPT_SUBMITTED,
                                   .submitted_at = attempt->submitted_at,
                                   .items = paper_items(call, paper, true),
                                   .item_count = attempt->question_count,
                                   .sections =
                                       arena_new_array(call->arena, 1, struct section_score_reply)};
    if (!attempt_rules_tell_score(&attempt->rules, true, attempt->read_at)) {
        return;
    }
    const struct attempt_sheet sheet = paper_sheet(paper);
    const struct attempt_summary summary = attempt_summarize(&sheet, call->arena);
    struct score_reply *score = arena_new(call->arena, struct score_reply);
    *score = (struct score_reply){.raw = summary.score.raw,
                                  .max = summary.score.max,
                                  .scaled = attempt_scaled(summary.score)};
    fill_scaled(call, paper, &summary, score);
    reply->score = score;
    if (attempt->rules.shows[EXAM_SECTION] && attempt->rules.shows[EXAM_CREDIT]) {
        fill_sections(call, paper, &summary, reply);
    }
}

/* Scores the attempt as it was read and closes it; it stays as it is where something came in
 * between. */
static bool close_attempt(struct call *call, struct paper *paper, struct error *err)
{
    const struct attempt_sheet sheet = paper_sheet(paper);
    struct attempt *attempt = &paper->attempt;
    int64_t submitted_at = 0;

    struct attempt_closing closing =
        store_attempts_closing(attempt, &sheet, paper->bank, paper->leavings.memories, call->arena);
    closing.grace_ms = &call->app->answer_grace_ms;
    if (!store_attempts_close(call->db, call->arena, &closing, &submitted_at, err)) {
        return false;
    }
    if (submitted_at != 0) {
        attempt->state = ATTEMPT_SUBMITTED;
        attempt->submitted_at = submitted_at;
        attempt->is_scored = true;
    }
    return true;
}

/* Closes the attempt to answers, so that it can be scored in peace. Where somebody else has done so
 * meanwhile there is nothing to do. */
static bool stop_attempt(struct call *call, const struct paper *paper, struct error *err)
{
    const struct attempt_closing stopping = {.user_id = paper->attempt.user_id,
                                             .attempt_id = paper->attempt.id,
                                             .grace_ms = &call->app->answer_grace_ms};
    int64_t submitted_at = 0;

    return store_attempts_stop(call->db, call->arena, &stopping, &submitted_at, err);
}

/* Reads the attempt and brings it nearer to its end. */
static bool try_submit(struct call *call, struct paper *paper, struct error *err)
{
    return paper_load_to_close(call, paper, err) &&
           (paper->attempt.is_scored || close_attempt(call, paper, err));
}

bool api_submit_attempt(struct call *call, void *reply, struct error *err)
{
    struct paper paper = {.attempt = {.state = ATTEMPT_OPEN}};

    for (int i = 0; i < SUBMIT_FREE_TRIES && paper.attempt.state == ATTEMPT_OPEN; i++) {
        if (!try_submit(call, &paper, err)) {
            return false;
        }
    }
    if (paper.attempt.state == ATTEMPT_OPEN &&
        (!stop_attempt(call, &paper, err) || !try_submit(call, &paper, err))) {
        return false;
    }
    if (paper.attempt.state == ATTEMPT_OPEN) { /* read from a copy that lags behind */
        return error_set_unavailable(err, 1, "the attempt is being submitted; ask again");
    }
    fill_result(call, &paper, reply);
    return true;
}

bool api_get_result(struct call *call, void *reply, struct error *err)
{
    struct paper paper = {.bank = NULL};

    if (!paper_load(call, &paper, err)) {
        return false;
    }
    if (paper.attempt.state == ATTEMPT_OPEN) {
        return error_set(err, ERROR_ATTEMPT_OPEN, "the attempt is not submitted yet");
    }
    fill_result(call, &paper, reply);
    return true;
}
