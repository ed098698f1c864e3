/* An answer from request to record: find, check, score, record, judge. */
#include "api/answers.h"

#include "domain/question_shape.h"
#include "store/items.h"
#include "json/codec.h"

bool posting_find(struct call *call, struct posting *posting, struct error *err)
{
    struct attempt attempt = {.user_id = call->user_id, .id = posting->attempt_id};
    struct item_versions *old = arena_new(call->arena, struct item_versions);

    if (paper_cache_find(call->app->papers, call->user_id, posting->attempt_id, posting->position,
                         &posting->entry)) {
        return true;
    }
    if (!store_attempts_get(call->db, call->arena, &attempt, old, err)) {
        return false;
    }
    posting->old = old;
    paper_cache_put(call->app->papers, &attempt);
    posting->entry = paper_entry(&attempt, posting->position);
    return true;
}

bool postings_load(struct call *call, struct posting *postings, size_t count, struct error *err)
{
    const struct snapshot *snapshot = NULL;
    struct uuid *ids = arena_new_array(call->arena, count, struct uuid);
    int64_t *versions = arena_new_array(call->arena, count, int64_t);
    struct item_keys keys = {ids, versions, count, NULL};
    const struct item *const *items = NULL;

    if (count == 0) {
        return true;
    }
    if (!snapshots_take(call->app->snapshots, call->arena, &snapshot, err)) {
        return false;
    }
    const struct bank *bank = snapshot_find_bank_by_id(snapshot, postings[0].entry.bank_id);
    if (bank == NULL) {
        return error_set(err, ERROR_INTERNAL, "the attempt's bank is gone");
    }
    for (size_t i = 0; i < count; i++) {
        ids[i] = postings[i].entry.question_id;
        versions[i] = postings[i].entry.version;
        keys.read = postings[i].old == NULL ? keys.read : postings[i].old;
    }
    if (!store_items_get(call->db, call->arena, bank, &keys, &items, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        postings[i].bank = bank;
        postings[i].item = items[i];
    }
    return true;
}

/* With certainty scoring every response says how sure its author is; elsewhere none does. */
static bool check_certainty(struct call *call, const struct posting *posting, struct error *err)
{
    const struct answer_request *request = &posting->request;
    const bool is_wanted = posting->entry.rules.scoring.certainty && request->response != NULL;

    if (is_wanted == (request->certainty != NULL)) {
        return true;
    }
    return error_add_fault(
        err, call->arena, arena_printf(call->arena, "%.*s/certainty", TEXT_ARG(posting->prefix)),
        is_wanted ? FAULT_REQUIRED : FAULT_NOT_ALLOWED,
        is_wanted ? "this attempt asks how sure you are" : "certainty does not belong here");
}

static bool fill_response(struct call *call, struct posting *posting, struct error *err)
{
    const struct question_response *response = posting->request.response;
    const struct question *question = &posting->item->question;
    struct answer *answer = &posting->answer.answer;

    if (response == NULL) {
        return true;
    }
    if (!question_check_response(
            question, response, call->arena,
            arena_printf(call->arena, "%.*s/response", TEXT_ARG(posting->prefix)), err)) {
        return false;
    }
    const struct mark mark = scoring_mark(
        question, response, scoring_of(question, &posting->entry.rules.scoring), answer->certainty);
    answer->credit = mark.credit;
    answer->points = mark.points;
    return codec_encode_text(call->arena, &QUESTION_RESPONSE_SHAPE, response, &answer->response,
                             err);
}

/* What the answer is evidence for, and how strongly. */
static void spread_evidence(struct call *call, struct posting *posting)
{
    const struct item *item = posting->item;
    struct new_answer *answer = &posting->answer;
    size_t sections[EVIDENCE_SECTIONS_MAX];
    const size_t count = evidence_sections(posting->bank, item, sections);
    struct uuid *ids = arena_new_array(call->arena, count, struct uuid);

    for (size_t i = 0; i < count; i++) {
        ids[i] = posting->bank->sections[sections[i]].id;
    }
    answer->section_ids = ids;
    answer->section_count = count;
    knowledge_add(
        knowledge_curve(&item->question, item_calibration(item, posting->entry.started_at)),
        (double)answer->answer.credit / CREDIT_FULL, 1.0 / (double)count, answer->likelihood);
}

bool posting_prepare(struct call *call, struct posting *posting, struct error *err)
{
    const struct answer_request *request = &posting->request;
    const struct attempt_rules *rules = &posting->entry.rules;

    if (!check_certainty(call, posting, err)) {
        return false;
    }
    posting->answer = (struct new_answer){
        .question_id = posting->item->id,
        .answer = {.position = posting->position,
                   .revision = request->revision,
                   .certainty = request->certainty == NULL ? 0 : *request->certainty,
                   .is_flagged = request->flagged},
        .is_final = request->response != NULL && attempt_rules_tell_at_once(rules)};
    if (!fill_response(call, posting, err)) {
        return false;
    }
    if (posting->answer.is_final && !attempt_rules_is_pilot(rules, posting->position)) {
        spread_evidence(call, posting);
    }
    return true;
}

static bool is_same(const struct answer *sent, const struct recorded_answer *stands)
{
    const int64_t certainty = stands->certainty == NULL ? 0 : *stands->certainty;
    const bool is_same_response = sent->response.data == NULL || stands->response.data == NULL
                                      ? sent->response.data == stands->response.data
                                      : text_equal(sent->response, stands->response);

    return is_same_response && sent->certainty == certainty;
}

/* A repetition is told what the first was told; else why not. */
static enum verdict judge(const struct answer *sent, const struct recorded_answer *outcome)
{
    if (outcome->is_recorded) {
        return VERDICT_RECORDED;
    }
    if (outcome->state != ATTEMPT_OPEN || outcome->is_over) {
        return VERDICT_CLOSED;
    }
    if (outcome->revision == NULL) {
        return VERDICT_BUSY; /* another one was being recorded at the same moment */
    }
    if (*outcome->is_final && !is_same(sent, outcome)) {
        return VERDICT_ALREADY_ANSWERED;
    }
    return is_same(sent, outcome) && *outcome->is_flagged == sent->is_flagged &&
                   (*outcome->is_final || *outcome->revision == sent->revision)
               ? VERDICT_RECORDED
               : VERDICT_STALE;
}

/* Whether another of the same request counts at the same position: the highest revision, of the
 * same the first. */
static bool is_beaten(struct posting *const *postings, size_t count, size_t index)
{
    const struct posting *posting = postings[index];

    for (size_t i = 0; i < count; i++) {
        const int64_t ahead = postings[i]->request.revision - posting->request.revision;
        if (i != index && postings[i]->position == posting->position &&
            (ahead > 0 || (ahead == 0 && i < index))) {
            return true;
        }
    }
    return false;
}

static void conclude(struct posting *posting, const struct recorded_answer *outcomes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (outcomes[i].position == posting->position) {
            posting->outcome = outcomes[i];
            posting->outcome.is_recorded = outcomes[i].is_recorded && !posting->is_beaten;
            posting->verdict = judge(&posting->answer.answer, &posting->outcome);
        }
    }
}

bool postings_record(struct call *call, struct posting *const *postings, size_t count,
                     struct error *err)
{
    struct new_answer *items = arena_new_array(call->arena, count, struct new_answer);
    struct new_answers answers = {.user_id = call->user_id,
                                  .attempt_id = postings[0]->attempt_id,
                                  .items = items,
                                  .grace_ms = call->app->answer_grace_ms};
    struct recorded_answer *outcomes = NULL;

    for (size_t i = 0; i < count; i++) {
        postings[i]->is_beaten = is_beaten(postings, count, i);
        if (!postings[i]->is_beaten) {
            items[answers.count++] = postings[i]->answer;
        }
    }
    if (!store_attempts_record_answers(call->db, call->arena, &answers, &outcomes, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        conclude(postings[i], outcomes, answers.count);
    }
    return true;
}

const struct answer_reply *posting_show(struct call *call, const struct posting *posting)
{
    const struct recorded_answer *stands = &posting->outcome;
    const struct attempt_rules *rules = &posting->entry.rules;

    if (stands->revision == NULL) {
        return NULL;
    }
    struct answer_reply *reply = arena_new(call->arena, struct answer_reply);
    *reply = (struct answer_reply){.position = posting->position,
                                   .revision = *stands->revision,
                                   .response = stands->response,
                                   .certainty = stands->certainty,
                                   .flagged = *stands->is_flagged,
                                   .recorded_at = stands->recorded_at};
    if (stands->response.data != NULL && attempt_rules_may_tell(rules, false, 0)) {
        const struct question_view view = {.bank = posting->bank,
                                           .item = posting->item,
                                           .rules = rules,
                                           .tells_section = !rules->is_exam};
        struct feedback_reply *feedback = arena_new(call->arena, struct feedback_reply);
        feedback_reply_fill(feedback, call->arena, &view,
                            (struct mark){*stands->credit, *stands->points});
        reply->feedback = feedback;
    }
    return reply;
}
