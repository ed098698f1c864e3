/* Answering, submitting, and the result. */
#include "api/attempts.h"

#include "domain/question_shape.h"
#include "domain/scoring.h"
#include "store/items.h"
#include "store/reviews.h"
#include "json/codec.h"

enum { SUBMIT_TRIES = 8 }; /* each lost try means that one more answer came in between */

/* ---- answer ---- */

/* What stands at the position of the path: from the cache, or read once and remembered. */
static bool find_entry(struct call *call, struct paper_entry *entry, struct error *err)
{
    const struct answer_path *path = call->path;
    struct attempt attempt;

    if (!paper_cache_find(call->app->papers, call->user_id, path->attempt_id, path->position,
                          entry)) {
        if (!store_attempts_get(call->app->db, call->arena, call->user_id, path->attempt_id,
                                &attempt, err)) {
            return false;
        }
        paper_cache_put(call->app->papers, &attempt);
        *entry = paper_entry(&attempt, path->position);
    }
    if (path->position > (int64_t)entry->question_count) {
        return error_set(err, ERROR_NOT_FOUND, "the attempt has no such position");
    }
    return true;
}

static bool find_item(struct call *call, const struct paper_entry *entry, struct paper *paper,
                      struct error *err)
{
    const struct snapshot *snapshot = NULL;
    const struct item_keys key = {&entry->question_id, &entry->version, 1};

    if (!snapshots_take(call->app->snapshots, call->arena, &snapshot, err)) {
        return false;
    }
    paper->bank = snapshot_find_bank_by_id(snapshot, entry->bank_id);
    if (paper->bank == NULL) {
        return error_set(err, ERROR_INTERNAL, "the attempt's bank is gone");
    }
    return store_items_get(call->app->db, call->arena, paper->bank, &key, &paper->items, err);
}

/* What the client is told where its answer was not recorded: the same as before for a repetition,
 * else why not. */
static bool judge_refusal(enum attempt_feedback feedback, const struct new_answer *sent,
                          const struct recorded_answer *outcome, struct error *err)
{
    if (outcome->state != ATTEMPT_OPEN) {
        return error_set(err, ERROR_ATTEMPT_CLOSED, "the attempt is submitted; answers are closed");
    }
    if (outcome->revision == NULL) {
        return error_set_unavailable(
            err, 1, "another answer to this question is being recorded; send it again");
    }
    const bool is_same = text_equal(outcome->response, sent->answer.response);
    if (feedback == FEEDBACK_IMMEDIATE) {
        return is_same || error_set(err, ERROR_ALREADY_ANSWERED,
                                    "the question is answered and its feedback was shown");
    }
    if (is_same && *outcome->revision == sent->answer.revision) {
        return true;
    }
    return error_set(err, ERROR_STALE_REVISION, "revision %lld is recorded; send a higher one",
                     (long long)*outcome->revision);
}

static bool record(struct call *call, const struct item *item, const struct new_answer *answer,
                   struct answer_reply *reply, struct error *err)
{
    const enum attempt_feedback feedback_rule =
        answer->is_final ? FEEDBACK_IMMEDIATE : FEEDBACK_DEFERRED;
    struct recorded_answer outcome = {.is_recorded = false};

    if (!store_attempts_record_answer(call->app->db, call->arena, answer, &outcome, err) ||
        (!outcome.is_recorded && !judge_refusal(feedback_rule, answer, &outcome, err))) {
        return false;
    }
    reply->position = answer->answer.position;
    reply->revision = *outcome.revision;
    reply->response = outcome.response;
    reply->recorded_at = outcome.recorded_at;
    if (feedback_rule == FEEDBACK_IMMEDIATE) {
        struct feedback_reply *feedback = arena_new(call->arena, struct feedback_reply);
        feedback_reply_fill(feedback, call->arena, &item->question, *outcome.credit);
        reply->feedback = feedback;
    }
    return true;
}

/* What the answer will be evidence for, and how strongly. */
static void spread_evidence(struct call *call, const struct bank *bank, const struct item *item,
                            struct new_answer *answer)
{
    size_t sections[EVIDENCE_SECTIONS_MAX];
    const size_t count = evidence_sections(bank, item, sections);
    struct uuid *ids = arena_new_array(call->arena, count, struct uuid);

    for (size_t i = 0; i < count; i++) {
        ids[i] = bank->sections[sections[i]].id;
    }
    answer->section_ids = ids;
    answer->section_count = count;
    knowledge_add(knowledge_curve(&item->question, &item->calibration),
                  (double)answer->answer.credit / CREDIT_FULL, 1.0 / (double)count,
                  answer->likelihood);
}

bool api_put_answer(struct call *call, void *reply, struct error *err)
{
    const struct answer_path *path = call->path;
    const struct answer_request *body = call->body;
    struct paper_entry entry;
    struct paper paper = {.bank = NULL};

    if (!find_entry(call, &entry, err) || !find_item(call, &entry, &paper, err)) {
        return false;
    }
    const struct item *item = paper.items[0];
    if (!question_check_response(&item->question, &body->response, call->arena, TEXT("/response"),
                                 err)) {
        return false;
    }
    struct new_answer answer = {
        .user_id = call->user_id,
        .attempt_id = path->attempt_id,
        .question_id = item->id,
        .answer = {.position = path->position,
                   .revision = body->revision,
                   .credit = scoring_credit(&item->question, &body->response)},
        .is_final = entry.feedback == FEEDBACK_IMMEDIATE};
    spread_evidence(call, paper.bank, item, &answer);
    return codec_encode_text(call->arena, &QUESTION_RESPONSE_SHAPE, &body->response,
                             &answer.answer.response, err) &&
           record(call, item, &answer, reply, err);
}

/* ---- result ---- */

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
    struct score_reply score;
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
    MEMBER_OBJECT(struct result_reply, score, struct score_reply, &SCORE_SHAPE),
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
                                  .answer_count = paper->answers.count};
}

static void fill_result(struct call *call, const struct paper *paper, struct result_reply *reply)
{
    const struct attempt_sheet sheet = sheet_of(paper);
    const struct attempt_summary summary = attempt_summarize(&sheet, call->arena);
    struct section_score_reply *sections =
        arena_new_array(call->arena, summary.section_count, struct section_score_reply);

    for (size_t i = 0; i < summary.section_count; i++) {
        const struct section *section = &paper->bank->sections[summary.sections[i].section];
        sections[i] = (struct section_score_reply){.id = section->id,
                                                   .path = section->path,
                                                   .title = section->title,
                                                   .credit = summary.sections[i].credit,
                                                   .max = summary.sections[i].max};
    }
    *reply = (struct result_reply){.id = paper->attempt.id,
                                   .bank = paper->bank->slug,
                                   .state = ATTEMPT_SUBMITTED,
                                   .submitted_at = paper->attempt.submitted_at,
                                   .score = {.raw = summary.score.raw,
                                             .max = summary.score.max,
                                             .scaled = attempt_scaled(summary.score)},
                                   .sections = sections,
                                   .section_count = summary.section_count,
                                   .items = paper_items(call, paper, true),
                                   .item_count = paper->attempt.question_count};
}

static bool load_paper(struct call *call, struct paper *paper, struct error *err)
{
    const struct attempt_path *path = call->path;

    paper->attempt = (struct attempt){.user_id = call->user_id, .id = path->attempt_id};
    return store_attempts_get_with_answers(call->app->db, call->arena, &paper->attempt,
                                           &paper->answers, err) &&
           paper_load_items(call, paper, err);
}

/* Closes the attempt as it was read; submitted_at stays 0 where something came in between. */
static bool close_attempt(struct call *call, struct paper *paper, struct error *err)
{
    const struct attempt_sheet sheet = sheet_of(paper);
    struct review_list known = {.count = 0};

    if (!store_reviews_get(call->app->db, call->arena, &paper->attempt, &known, err)) {
        return false;
    }
    const struct attempt_closing closing = {
        .user_id = call->user_id,
        .attempt_id = paper->attempt.id,
        .answer_sequence = paper->attempt.answer_sequence,
        .score = attempt_summarize(&sheet, call->arena).score,
        .bank = paper->bank,
        .after = aftermath_of(&paper->attempt, &sheet, paper->bank, known, call->arena)};
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
        if (!load_paper(call, &paper, err) ||
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

    if (!load_paper(call, &paper, err)) {
        return false;
    }
    if (paper.attempt.state == ATTEMPT_OPEN) {
        return error_set(err, ERROR_ATTEMPT_OPEN, "the attempt is not submitted yet");
    }
    fill_result(call, &paper, reply);
    return true;
}
