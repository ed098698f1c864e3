/* Submitting, and the result. */
#include "api/attempts.h"

enum { SUBMIT_TRIES = 8 }; /* each lost try means that one more answer came in between */

struct score_reply {
    int64_t raw;
    int64_t max;
    int64_t scaled;
    const bool *passed;
};
static const struct shape_member SCORE_MEMBERS[] = {
    MEMBER_MILLI(struct score_reply, raw),
    MEMBER_MILLI(struct score_reply, max),
    MEMBER_MILLI(struct score_reply, scaled, .max = 1000, .about = "raw / max."),
    MEMBER_BOOL_REF(struct score_reply, passed, .flags = SHAPE_REF | SHAPE_NULLABLE,
                    .about = "null where there is no pass mark."),
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

static struct attempt_summary summarize(struct call *call, const struct paper *paper)
{
    const struct attempt_sheet sheet = {.items = paper->items,
                                        .item_count = paper->attempt.question_count,
                                        .answers = paper->answers.answers,
                                        .answer_count = paper->answers.count,
                                        .rules = &paper->attempt.rules};
    return attempt_summarize(&sheet, call->arena);
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
    const struct attempt_summary summary = summarize(call, paper);
    struct score_reply *score = arena_new(call->arena, struct score_reply);
    *score = (struct score_reply){.raw = summary.score.raw,
                                  .max = summary.score.max,
                                  .scaled = attempt_scaled(summary.score)};
    reply->score = score;
    fill_sections(call, paper, &summary, reply);
}

/* Closes the attempt as it was read; submitted_at stays 0 where something came in between. Answers
 * with immediate feedback are evidence already. */
static bool close_attempt(struct call *call, struct paper *paper, struct error *err)
{
    const struct attempt_summary summary = summarize(call, paper);
    struct section_sums *sums =
        arena_new_array(call->arena, summary.section_count, struct section_sums);
    size_t count = 0;

    for (size_t i = 0; i < summary.section_count && paper->attempt.rules.when != EXAM_AFTER_EACH;
         i++) {
        const struct section_score *part = &summary.sections[i];
        if (part->answers > 0) {
            sums[count] =
                (struct section_sums){.section_id = paper->bank->sections[part->section].id,
                                      .answers = part->answers,
                                      .credit = part->credit,
                                      .correct = part->correct};
            count++;
        }
    }
    const struct attempt_closing closing = {.user_id = call->user_id,
                                            .attempt_id = paper->attempt.id,
                                            .answer_sequence = paper->attempt.answer_sequence,
                                            .score = summary.score,
                                            .sections = sums,
                                            .section_count = count};
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
