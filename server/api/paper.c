/* An attempt with its bank, its items and its answers, and how they are shown. */
#include "api/attempts.h"

#include "base/clock.h"
#include "domain/exam_paper.h"
#include "domain/scoring.h"
#include "store/items.h"

static bool load_items(struct call *call, struct paper *paper, struct error *err)
{
    const struct snapshot *snapshot = NULL;
    const struct item_keys keys = {paper->attempt.question_ids, paper->attempt.versions,
                                   paper->attempt.question_count, &paper->leavings.old};

    if (!snapshots_take(call->app->snapshots, call->arena, &snapshot, err)) {
        return false;
    }
    paper->bank = snapshot_find_bank_by_id(snapshot, paper->attempt.bank_id);
    if (paper->bank == NULL) {
        return error_set(err, ERROR_INTERNAL, "the attempt's bank is gone");
    }
    exam_rules_wait(&paper->attempt.rules, paper->bank,
                    call->app->answer_grace_ms * CLOCK_US_PER_MS);
    return store_items_get(call->db, call->arena, paper->bank, &keys, &paper->items, err);
}

bool paper_load(struct call *call, struct paper *paper, struct error *err)
{
    const struct attempt_path *path = call->path;

    *paper = (struct paper){.attempt = {.user_id = call->user_id, .id = path->attempt_id}};
    return store_attempts_get_with_answers(call->db, call->arena, &paper->attempt, &paper->answers,
                                           err) &&
           load_items(call, paper, err);
}

bool paper_load_to_close(struct call *call, struct paper *paper, struct error *err)
{
    const struct attempt_path *path = call->path;

    *paper = (struct paper){.attempt = {.user_id = call->user_id, .id = path->attempt_id}};
    return store_attempts_get_to_close(call->db, call->arena, &paper->attempt, &paper->answers,
                                       &paper->leavings, err) &&
           load_items(call, paper, err);
}

struct attempt_sheet paper_sheet(const struct paper *paper)
{
    return (struct attempt_sheet){.items = paper->items,
                                  .item_count = paper->attempt.question_count,
                                  .answers = paper->answers.answers,
                                  .answer_count = paper->answers.count,
                                  .rules = &paper->attempt.rules};
}

static const struct feedback_reply *tell(struct call *call, const struct question_view *view,
                                         const struct answer *answer)
{
    struct feedback_reply *feedback = arena_new(call->arena, struct feedback_reply);
    const struct mark mark =
        answer == NULL ? (struct mark){0, 0} : (struct mark){answer->credit, answer->points};

    feedback_reply_fill(feedback, call->arena, view, mark);
    return feedback;
}

static struct answer_reply *show_answer(struct call *call, const struct answer *answer)
{
    struct answer_reply *shown = arena_new(call->arena, struct answer_reply);

    *shown = (struct answer_reply){.position = answer->position,
                                   .revision = answer->revision,
                                   .response = answer->response,
                                   .certainty = answer->certainty == 0 ? NULL : &answer->certainty,
                                   .flagged = answer->is_flagged,
                                   .recorded_at = answer->recorded_at};
    return shown;
}

static struct item_reply show_item(struct call *call, const struct paper *paper, size_t index,
                                   bool is_result)
{
    const struct attempt *attempt = &paper->attempt;
    const bool is_submitted = attempt->state == ATTEMPT_SUBMITTED;
    const bool may_tell = attempt_rules_may_tell(&attempt->rules, is_submitted, attempt->read_at);
    const struct question_view view = {.bank = paper->bank,
                                       .item = paper->items[index],
                                       .rules = &attempt->rules,
                                       .seed = attempt->seed,
                                       .position = (int64_t)index + 1,
                                       .tells_section = !attempt->rules.is_exam};
    const struct answer *answer =
        attempt_find_answer(paper->answers.answers, paper->answers.count, view.position);
    struct item_reply shown = {.position = view.position};

    question_reply_fill(&shown.question, call->arena, &view);
    if (answer != NULL) {
        struct answer_reply *reply = show_answer(call, answer);
        const bool is_answered = answer->response.data != NULL;
        reply->feedback = may_tell && is_answered ? tell(call, &view, answer) : NULL;
        shown.answer = reply;
    }
    if (is_result && may_tell && (answer == NULL || answer->response.data == NULL)) {
        shown.feedback = tell(call, &view, NULL);
    }
    return shown;
}

const struct item_reply *paper_items(struct call *call, const struct paper *paper, bool is_result)
{
    const size_t count = paper->attempt.question_count;
    struct item_reply *shown = arena_new_array(call->arena, count, struct item_reply);

    for (size_t i = 0; i < count; i++) {
        shown[i] = show_item(call, paper, i, is_result);
    }
    return shown;
}
