/* An attempt with its bank, its items and its answers, and how they are shown. */
#include "api/attempts.h"
#include "domain/scoring.h"
#include "store/items.h"

bool paper_load_items(struct call *call, struct paper *paper, struct error *err)
{
    const struct snapshot *snapshot = NULL;
    const struct item_keys keys = {paper->attempt.question_ids, paper->attempt.versions,
                                   paper->attempt.question_count};

    if (!snapshots_take(call->app->snapshots, call->arena, &snapshot, err)) {
        return false;
    }
    paper->bank = snapshot_find_bank_by_id(snapshot, paper->attempt.bank_id);
    if (paper->bank == NULL) {
        return error_set(err, ERROR_INTERNAL, "the attempt's bank is gone");
    }
    return store_items_get(call->db, call->arena, paper->bank, &keys, &paper->items, err);
}

static const struct feedback_reply *tell(struct call *call, const struct item *item, int64_t credit)
{
    struct feedback_reply *feedback = arena_new(call->arena, struct feedback_reply);
    feedback_reply_fill(feedback, call->arena, &item->question, credit);
    return feedback;
}

static const struct answer_reply *show_answer(struct call *call, const struct paper *paper,
                                              const struct answer *answer, const struct item *item)
{
    const bool may_tell =
        paper->attempt.feedback == FEEDBACK_IMMEDIATE || paper->attempt.state == ATTEMPT_SUBMITTED;
    struct answer_reply *shown = arena_new(call->arena, struct answer_reply);

    *shown = (struct answer_reply){.position = answer->position,
                                   .revision = answer->revision,
                                   .response = answer->response,
                                   .recorded_at = answer->recorded_at,
                                   .feedback = may_tell ? tell(call, item, answer->credit) : NULL};
    return shown;
}

const struct item_reply *paper_items(struct call *call, const struct paper *paper, bool tells_all)
{
    const size_t count = paper->attempt.question_count;
    struct item_reply *shown = arena_new_array(call->arena, count, struct item_reply);

    for (size_t i = 0; i < count; i++) {
        const int64_t position = (int64_t)i + 1;
        const struct answer *answer =
            attempt_find_answer(paper->answers.answers, paper->answers.count, position);
        shown[i].position = position;
        question_reply_fill(&shown[i].question, call->arena, paper->bank, paper->items[i],
                            paper->attempt.seed, position);
        if (answer != NULL) {
            shown[i].answer = show_answer(call, paper, answer, paper->items[i]);
        } else if (tells_all) {
            shown[i].feedback = tell(call, paper->items[i], 0);
        }
    }
    return shown;
}
