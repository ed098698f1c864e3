/* Starting, reading and listing attempts. */
#include "api/attempts.h"

#include "api/exams.h"
#include "base/limits.h"
#include "base/random.h"
#include "domain/selection.h"

enum { DEFAULT_SIZE = 10, DEFAULT_LIMIT = 20 };

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

/* ---- list ---- */

struct entry_reply {
    struct uuid id;
    struct text bank;
    enum attempt_mode mode;
    enum attempt_feedback feedback;
    enum attempt_state state;
    int64_t size;
    int64_t started_at;
    int64_t deadline_at;
    int64_t submitted_at;
    struct text exam;
    const int64_t *raw;
    const int64_t *max;
};
static const struct shape_member ENTRY_MEMBERS[] = {
    MEMBER_UUID(struct entry_reply, id),
    MEMBER_TEXT(struct entry_reply, bank),
    MEMBER_ENUM(struct entry_reply, mode, &ATTEMPT_MODES),
    MEMBER_ENUM(struct entry_reply, feedback, &ATTEMPT_FEEDBACKS),
    MEMBER_ENUM(struct entry_reply, state, &ATTEMPT_STATES),
    MEMBER_I64(struct entry_reply, size),
    MEMBER_TIME(struct entry_reply, started_at),
    MEMBER_TIME(struct entry_reply, deadline_at, .flags = SHAPE_NULLABLE),
    MEMBER_TIME(struct entry_reply, submitted_at, .flags = SHAPE_NULLABLE),
    MEMBER_TEXT(struct entry_reply, exam, .flags = SHAPE_NULLABLE),
    MEMBER_MILLI_REF(struct entry_reply, raw, .flags = SHAPE_REF | SHAPE_NULLABLE),
    MEMBER_MILLI_REF(struct entry_reply, max, .flags = SHAPE_REF | SHAPE_NULLABLE),
};
static const struct shape ENTRY_SHAPE = SHAPE_OF("AttemptEntry", struct entry_reply, ENTRY_MEMBERS);

struct attempt_list {
    const struct entry_reply *data;
    size_t count;
    bool has_more;
    struct text next_cursor;
};
static const struct shape_member LIST_MEMBERS[] = {
    MEMBER_LIST(struct attempt_list, data, count, struct entry_reply, &ENTRY_SHAPE),
    MEMBER_BOOL(struct attempt_list, has_more),
    MEMBER_TEXT(struct attempt_list, next_cursor, .flags = SHAPE_NULLABLE),
};
const struct shape ATTEMPT_LIST_SHAPE = SHAPE_OF("AttemptList", struct attempt_list, LIST_MEMBERS);

static struct entry_reply show_entry(const struct snapshot *snapshot,
                                     const struct attempt_entry *entry)
{
    const struct bank *bank = snapshot_find_bank_by_id(snapshot, entry->bank_id);
    const bool tells = attempt_tells_score(&entry->rules, entry->state == ATTEMPT_SUBMITTED);

    return (struct entry_reply){.id = entry->id,
                                .bank = bank == NULL ? TEXT("") : bank->slug,
                                .mode = entry->mode,
                                .feedback = entry->feedback,
                                .state = entry->state,
                                .size = entry->size,
                                .started_at = entry->started_at,
                                .deadline_at = entry->deadline_at,
                                .submitted_at = entry->submitted_at,
                                .exam = entry->rules.exam,
                                .raw = tells ? entry->raw : NULL,
                                .max = tells ? entry->max : NULL};
}

bool api_list_attempts(struct call *call, void *reply, struct error *err)
{
    const struct list_query *query = call->query;
    struct attempt_list *list = reply;
    const int64_t limit = query->limit == NULL ? DEFAULT_LIMIT : *query->limit;
    struct attempt_page page = {.user_id = call->user_id, .limit = limit + 1};
    const struct snapshot *snapshot = NULL;
    struct attempt_entry *entries = NULL;
    size_t count = 0;

    if (query->cursor.data != NULL && !uuid_parse(query->cursor, &page.after)) {
        return error_add_parameter_fault(err, call->arena, TEXT("cursor"), FAULT_BAD_FORMAT,
                                         "this is not a cursor of this list");
    }
    if (!snapshots_take(call->app->snapshots, call->arena, &snapshot, err) ||
        !store_attempts_list(call->app->db, call->arena, &page, &entries, &count, err)) {
        return false;
    }
    list->has_more = count > (size_t)limit;
    list->count = list->has_more ? (size_t)limit : count;
    struct entry_reply *data = arena_new_array(call->arena, list->count, struct entry_reply);
    for (size_t i = 0; i < list->count; i++) {
        data[i] = show_entry(snapshot, &entries[i]);
    }
    list->data = data;
    if (list->has_more) {
        char id[UUID_TEXT_BYTES + 1];
        list->next_cursor = arena_copy(call->arena, uuid_format(data[list->count - 1].id, id));
    }
    return true;
}
