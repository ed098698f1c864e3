/* Submitting, and the result. */
#include "api/attempts.h"

#include "domain/exam_paper.h"

enum { SUBMIT_TRIES = 8 }; /* each lost try means that one more answer came in between */

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
                               "closes, not before that."),
    MEMBER_LIST(struct result_reply, sections, section_count, struct section_score_reply,
                &SECTION_SCORE_SHAPE),
    MEMBER_LIST(struct result_reply, items, item_count, struct item_reply, &ITEM_REPLY_SHAPE),
};
const struct shape RESULT_REPLY_SHAPE = SHAPE_OF("Result", struct result_reply, RESULT_MEMBERS);

static struct attempt_sheet sheet_of(const struct paper *paper)
{
    return (struct attempt_sheet){.items = paper->items,
                                  .item_count = paper->attempt.question_count,
                                  .answers = paper->answers.answers,
                                  .answer_count = paper->answers.count,
                                  .rules = &paper->attempt.rules};
}

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
    *reply = (struct result_reply){.id = paper->attempt.id,
                                   .bank = paper->bank->slug,
                                   .state = ATTEMPT_SUBMITTED,
                                   .submitted_at = paper->attempt.submitted_at,
                                   .items = paper_items(call, paper, true),
                                   .item_count = paper->attempt.question_count,
                                   .sections =
                                       arena_new_array(call->arena, 1, struct section_score_reply)};
    if (!attempt_tells_score(&paper->attempt.rules, true)) {
        return;
    }
    const struct attempt_sheet sheet = sheet_of(paper);
    const struct attempt_summary summary = attempt_summarize(&sheet, call->arena);
    struct score_reply *score = arena_new(call->arena, struct score_reply);
    *score = (struct score_reply){.raw = summary.score.raw,
                                  .max = summary.score.max,
                                  .scaled = attempt_scaled(summary.score)};
    fill_scaled(call, paper, &summary, score);
    reply->score = score;
    fill_sections(call, paper, &summary, reply);
}

/* Closes the attempt as it was read; submitted_at stays 0 where something came in between. */
static bool close_attempt(struct call *call, struct paper *paper, struct error *err)
{
    const struct attempt_sheet sheet = sheet_of(paper);
    struct attempt_closing closing =
        store_attempts_closing(&paper->attempt, &sheet, paper->bank, call->arena);

    closing.grace_ms = call->app->answer_grace_ms;
    if (!store_attempts_submit(call->app->db, call->arena, &closing, &paper->attempt.submitted_at,
                               err)) {
        return false;
    }
    paper->attempt.state = paper->attempt.submitted_at == 0 ? ATTEMPT_OPEN : ATTEMPT_SUBMITTED;
    return true;
}

bool api_submit_attempt(struct call *call, void *reply, struct error *err)
{
    struct paper paper = {.bank = NULL};

    for (int i = 0; i < SUBMIT_TRIES; i++) {
        if (!paper_load(call, &paper, err) ||
            (paper.attempt.state == ATTEMPT_OPEN && !close_attempt(call, &paper, err))) {
            return false;
        }
        if (paper.attempt.state == ATTEMPT_SUBMITTED) {
            fill_result(call, &paper, reply);
            return true;
        }
    }
    return error_set_unavailable(err, 1, "answers keep coming in; submit again");
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
