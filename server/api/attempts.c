/* Starting, reading and listing attempts. */
#include "api/attempts.h"

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
                                    .items = paper_items(call, paper, false),
                                    .item_count = attempt->question_count};
}

bool api_start_attempt(struct call *call, void *reply, struct error *err)
{
    const struct start_request *body = call->body;
    struct paper paper = {.bank = NULL};
    struct error bank_err = {.code = ERROR_NONE};

    if (!call_find_bank(call, body->bank, &paper.bank, &bank_err)) {
        if (bank_err.code == ERROR_NOT_FOUND) {
            return error_add_fault(err, call->arena, TEXT("/bank"), FAULT_NOT_FOUND,
                                   "there is no such bank");
        }
        *err = bank_err;
        return false;
    }
    paper.attempt =
        (struct attempt){.user_id = call->user_id,
                         .id = uuid_new(),
                         .bank_id = paper.bank->id,
                         .mode = body->mode,
                         .state = ATTEMPT_OPEN,
                         .seed = body->seed.data == NULL ? make_seed(call) : body->seed};
    if (!choose_feedback(call, body->feedback, &paper.attempt.feedback, err) ||
        !choose_questions(call, body, &paper, err)) {
        return false;
    }
    if (!store_attempts_start(call->db, call->arena, &paper.attempt, err)) {
        return call_refuse_gone_account(err);
    }
    paper_cache_put(call->app->papers, &paper.attempt);
    fill_reply(call, &paper, reply);
    return true;
}

/* ---- read ---- */

bool api_get_attempt(struct call *call, void *reply, struct error *err)
{
    const struct attempt_path *path = call->path;
    struct paper paper = {.attempt = {.user_id = call->user_id, .id = path->attempt_id}};

    if (!store_attempts_get_with_answers(call->db, call->arena, &paper.attempt, &paper.answers,
                                         err) ||
        !paper_load_items(call, &paper, err)) {
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

    return (struct entry_reply){.id = entry->id,
                                .bank = bank == NULL ? TEXT("") : bank->slug,
                                .mode = entry->mode,
                                .feedback = entry->feedback,
                                .state = entry->state,
                                .size = entry->size,
                                .started_at = entry->started_at,
                                .deadline_at = entry->deadline_at,
                                .submitted_at = entry->submitted_at,
                                .raw = entry->raw,
                                .max = entry->max};
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
        !store_attempts_list(call->db, call->arena, &page, &entries, &count, err)) {
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
