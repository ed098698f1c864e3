/* Attempts by sections, tags and difficulty: which questions, and how they are marked. */
#include "api/practice.h"

#include "base/clock.h"
#include "base/limits.h"
#include "domain/looking_back.h"
#include "store/history.h"

enum { DEFAULT_SIZE = 10 };

static bool find_sections(struct call *call, const struct start_request *body,
                          const struct bank *bank, size_t *sections, struct error *err)
{
    for (size_t i = 0; i < body->section_count; i++) {
        const int64_t index = bank_find_section(bank, body->sections[i]);
        if (index == BANK_NO_SECTION || bank->sections[index].is_removed) {
            (void)error_add_fault(err, call->arena, arena_printf(call->arena, "/sections/%zu", i),
                                  FAULT_NOT_FOUND,
                                  "the bank has no such section"); /* collected: judged below */
        } else {
            sections[i] = (size_t)index;
        }
    }
    return err->code == ERROR_NONE;
}

static bool choose_feedback(struct call *call, struct text wanted, enum attempt_feedback *feedback,
                            struct error *err)
{
    unsigned value = FEEDBACK_IMMEDIATE;

    if (wanted.data != NULL && !enumeration_find(&ATTEMPT_FEEDBACKS, wanted, &value)) {
        return error_add_fault(err, call->arena, TEXT("/feedback"), FAULT_NOT_ALLOWED,
                               "feedback is immediate or deferred");
    }
    *feedback = (enum attempt_feedback)value;
    return true;
}

/* What does not belong to the mode, or together. */
static bool check_request(struct call *call, const struct start_request *body, struct error *err)
{
    const struct difficulty_range *difficulty = body->difficulty;

    if (body->exam.data != NULL) {
        (void)error_add_fault(err, call->arena, TEXT("/exam"), FAULT_NOT_ALLOWED,
                              "only mode exam has an exam"); /* collected: judged below */
    }
    if (body->unseen_first && body->mode != MODE_PRACTICE) {
        (void)error_add_fault(err, call->arena, TEXT("/unseen_first"), FAULT_NOT_ALLOWED,
                              "only mode practice has a choice here"); /* collected too */
    }
    if (difficulty != NULL && difficulty->max < difficulty->min) {
        (void)error_add_fault(err, call->arena, TEXT("/difficulty/max"), FAULT_TOO_SMALL,
                              "must not be below min"); /* collected too */
    }
    return err->code == ERROR_NONE;
}

void paper_fill(struct call *call, struct paper *paper, const size_t *chosen, size_t count)
{
    struct uuid *ids = arena_new_array(call->arena, count, struct uuid);
    int64_t *versions = arena_new_array(call->arena, count, int64_t);
    const struct item **items = arena_new_array(call->arena, count, const struct item *);

    for (size_t i = 0; i < count; i++) {
        items[i] = &paper->bank->items[chosen[i]];
        ids[i] = items[i]->id;
        versions[i] = items[i]->version;
    }
    paper->items = items;
    paper->attempt.question_ids = ids;
    paper->attempt.question_count = count;
    paper->attempt.versions = versions;
    paper->attempt.version_count = count;
}

/* What was chosen: indexes into the bank. */
struct choice {
    size_t *items;
    size_t count;
};

static void choose_weak(const struct call *call, const struct looking_back *input,
                        const struct learner_past *past, struct choice *choice)
{
    struct weak_area *areas = NULL;
    size_t area_count = 0;

    const struct weak_areas_input weak = {.bank = input->bank,
                                          .evidence = past->evidence,
                                          .model = call->app->weak_areas_model,
                                          .target = (double)input->bank->target_milli / 1000.0,
                                          .now_us = clock_now_us(),
                                          .limit = input->bank->section_count};
    weak_areas_estimate(&weak, call->arena, &areas, &area_count);
    choice->count = looking_back_choose_weak(input, areas, area_count, &choice->items);
}

static void choose_due(const struct call *call, const struct looking_back *input,
                       const struct learner_past *past, struct choice *choice)
{
    struct reviews_due due;

    const struct reviews_input known = {.bank = input->bank,
                                        .reviews = past->memories.items,
                                        .count = past->memories.count,
                                        .now_us = clock_now_us(),
                                        .limit = past->memories.count};
    reviews_find_due(&known, call->arena, &due);
    choice->count = looking_back_choose_review(input, &due, &choice->items);
}

/* By what the learner did before, in one read; a plain practice looks at nothing. */
static bool choose(struct call *call, const struct start_request *body,
                   const struct selection_wish *wish, const struct bank *bank,
                   struct choice *choice, struct error *err)
{
    struct learner_past past;

    if (body->mode == MODE_PRACTICE && !body->unseen_first) {
        choice->count = selection_choose(bank, wish, call->arena, &choice->items);
        return true;
    }
    const struct history_wish looked_for = {.user_id = call->user_id,
                                            .bank = bank,
                                            .has_evidence = body->mode == MODE_WEAK_AREAS,
                                            .has_memories = body->mode == MODE_REVIEW};
    if (!store_history_list(call->db, call->arena, &looked_for, &past, err)) {
        return false;
    }
    const struct looking_back input = {
        .bank = bank, .wish = wish, .history = past.history, .arena = call->arena};
    if (body->mode == MODE_WEAK_AREAS) {
        choose_weak(call, &input, &past, choice);
    } else if (body->mode == MODE_REVIEW) {
        choose_due(call, &input, &past, choice);
    } else {
        choice->count = looking_back_choose_unseen(&input, &choice->items);
    }
    return true;
}

static bool choose_questions(struct call *call, const struct start_request *body,
                             struct paper *paper, struct error *err)
{
    size_t sections[LIMIT_SECTIONS_CHOSEN];
    const struct difficulty_range *difficulty = body->difficulty;
    struct choice choice = {.count = 0};

    if (!find_sections(call, body, paper->bank, sections, err)) {
        return false;
    }
    const struct selection_wish wish = {.sections = sections,
                                        .section_count = body->section_count,
                                        .tags = body->tags,
                                        .tag_count = body->tag_count,
                                        .difficulty_min = difficulty == NULL ? 0 : difficulty->min,
                                        .difficulty_max = difficulty == NULL ? 0 : difficulty->max,
                                        .size =
                                            body->size == NULL ? DEFAULT_SIZE : (size_t)*body->size,
                                        .seed = paper->attempt.seed};
    if (!choose(call, body, &wish, paper->bank, &choice, err)) {
        return false;
    }
    if (choice.count == 0) {
        return error_set(err, ERROR_NOT_ENOUGH_QUESTIONS,
                         body->mode == MODE_REVIEW
                             ? "there is nothing to review: of what was chosen no question was "
                               "answered yet"
                             : "there are no questions in what was chosen");
    }
    paper_fill(call, paper, choice.items, choice.count);
    return true;
}

bool practice_start_paper(struct call *call, const struct start_request *body, struct paper *paper,
                          struct error *err)
{
    if (!check_request(call, body, err) ||
        !choose_feedback(call, body->feedback, &paper->attempt.feedback, err)) {
        return false;
    }
    paper->attempt.rules = attempt_rules_of_practice(paper->attempt.feedback == FEEDBACK_IMMEDIATE,
                                                     scoring_policy_of(body->scoring));
    if (!choose_questions(call, body, paper, err)) {
        return false;
    }
    return store_attempts_start(call->db, call->arena, &paper->attempt, err) ||
           call_refuse_gone_account(err);
}
