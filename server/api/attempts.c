/* Starting and reading attempts. */
#include "api/attempts.h"

#include "api/exams.h"
#include "base/limits.h"
#include "base/random.h"
#include "domain/selection.h"

enum { DEFAULT_SIZE = 10 };

/* ---- start ---- */

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

static struct text make_seed(struct call *call)
{
    return arena_printf(call->arena, "%016llx", (unsigned long long)random_u64());
}

/* Puts the chosen questions, in their order, on the paper. */
static void fill_paper(struct call *call, struct paper *paper, const size_t *chosen, size_t count)
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

static bool choose_questions(struct call *call, const struct start_request *body,
                             struct paper *paper, struct error *err)
{
    size_t sections[LIMIT_SECTIONS_CHOSEN];
    const size_t size = body->size == NULL ? DEFAULT_SIZE : (size_t)*body->size;
    size_t *chosen = NULL;
    size_t available = 0;

    if (!find_sections(call, body, paper->bank, sections, err)) {
        return false;
    }
    const struct selection_wish wish = {.sections = sections,
                                        .section_count = body->section_count,
                                        .size = size,
                                        .seed = paper->attempt.seed};
    const size_t count = selection_choose(paper->bank, &wish, call->arena, &chosen, &available);
    if (count == 0) {
        return error_set(err, ERROR_NOT_ENOUGH_QUESTIONS,
                         "there are no questions in what was chosen");
    }
    fill_paper(call, paper, chosen, count);
    return true;
}

static struct rules_reply show_rules(struct call *call, const struct attempt_rules *rules)
{
    const struct attempt_rules_record record = attempt_rules_to_record(rules, call->arena);

    return (struct rules_reply){.exam = record.exam,
                                .certainty = record.certainty,
                                .penalty = record.penalty,
                                .feedback_when = record.when,
                                .feedback_show = record.show,
                                .feedback_show_count = record.show_count,
                                .pass_scaled = record.pass_scaled,
                                .closes_at = record.closes_at};
}

static void fill_reply(struct call *call, const struct paper *paper, struct attempt_reply *reply)
{
    const struct attempt *attempt = &paper->attempt;

    *reply = (struct attempt_reply){.id = attempt->id,
                                    .bank = paper->bank->slug,
                                    .mode = attempt->mode,
                                    .state = attempt->state,
                                    .feedback = attempt->feedback,
                                    .seed = attempt->seed,
                                    .started_at = attempt->started_at,
                                    .deadline_at = attempt->deadline_at,
                                    .submitted_at = attempt->submitted_at,
                                    .rules = show_rules(call, &attempt->rules),
                                    .items = paper_items(call, paper, false),
                                    .item_count = attempt->question_count};
}

static bool find_bank(struct call *call, struct text slug, const struct bank **bank,
                      struct error *err)
{
    struct error bank_err = {.code = ERROR_NONE};

    if (call_find_bank(call, slug, bank, &bank_err)) {
        return true;
    }
    if (bank_err.code == ERROR_NOT_FOUND) {
        return error_add_fault(err, call->arena, TEXT("/bank"), FAULT_NOT_FOUND,
                               "there is no such bank");
    }
    *err = bank_err;
    return false;
}

static bool start_practice(struct call *call, const struct start_request *body, struct paper *paper,
                           struct error *err)
{
    if (body->exam.data != NULL) {
        return error_add_fault(err, call->arena, TEXT("/exam"), FAULT_NOT_ALLOWED,
                               "only mode exam has an exam");
    }
    if (!choose_feedback(call, body->feedback, &paper->attempt.feedback, err)) {
        return false;
    }
    paper->attempt.rules = attempt_rules_of_practice(paper->attempt.feedback == FEEDBACK_IMMEDIATE,
                                                     scoring_policy_of(body->scoring));
    if (!choose_questions(call, body, paper, err)) {
        return false;
    }
    return store_attempts_start(call->app->db, call->arena, &paper->attempt, err) ||
           call_refuse_gone_account(err);
}

static bool start_by_mode(struct call *call, const struct start_request *body, struct paper *paper,
                          struct error *err)
{
    switch (body->mode) {
    case MODE_EXAM:
        return exam_start_paper(call, body, paper, err);
    case MODE_PRACTICE:
    case MODE_COUNT:
        break;
    }
    return start_practice(call, body, paper, err);
}

bool api_start_attempt(struct call *call, void *reply, struct error *err)
{
    const struct start_request *body = call->body;
    struct paper paper = {.bank = NULL};

    if (!find_bank(call, body->bank, &paper.bank, err)) {
        return false;
    }
    paper.attempt =
        (struct attempt){.user_id = call->user_id,
                         .id = uuid_new(),
                         .bank_id = paper.bank->id,
                         .mode = body->mode,
                         .state = ATTEMPT_OPEN,
                         .seed = body->seed.data == NULL ? make_seed(call) : body->seed};
    if (!start_by_mode(call, body, &paper, err)) {
        return false;
    }
    paper_cache_put(call->app->papers, &paper.attempt);
    fill_reply(call, &paper, reply);
    return true;
}

/* ---- read ---- */

bool api_get_attempt(struct call *call, void *reply, struct error *err)
{
    struct paper paper = {.bank = NULL};

    if (!paper_load(call, &paper, err)) {
        return false;
    }
    fill_reply(call, &paper, reply);
    return true;
}
