/* Starting and reading attempts. */
#include "api/attempts.h"

#include "api/exams.h"
#include "api/practice.h"
#include "base/random.h"

/* ---- start ---- */

static struct text make_seed(struct call *call)
{
    return arena_printf(call->arena, "%016llx", (unsigned long long)random_u64());
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
    const bool tells_seed = attempt_rules_tell_seed(
        &attempt->rules, attempt->state == ATTEMPT_SUBMITTED, attempt->read_at);

    *reply = (struct attempt_reply){.id = attempt->id,
                                    .bank = paper->bank->slug,
                                    .mode = attempt->mode,
                                    .state = attempt->state,
                                    .feedback = attempt->feedback,
                                    .seed = tells_seed ? attempt->seed : TEXT_ABSENT,
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

static bool start_by_mode(struct call *call, const struct start_request *body, struct paper *paper,
                          struct error *err)
{
    switch (body->mode) {
    case MODE_EXAM:
        return exam_start_paper(call, body, paper, err);
    case MODE_PRACTICE:
    case MODE_WEAK_AREAS:
    case MODE_REVIEW:
    case MODE_COUNT:
        break;
    }
    return practice_start_paper(call, body, paper, err);
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
