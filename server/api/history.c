/* What a learner has done so far: the list of attempts, and removing one that led nowhere. */
#include "api/attempts.h"

#include "base/clock.h"
#include "domain/exam_paper.h"
#include "store/evidence.h"

enum { DEFAULT_LIMIT = 20, DELETE_TRIES = 4 };
static const int64_t OTHERS_US = INT64_C(90) * CLOCK_US_PER_DAY;

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

static struct entry_reply show_entry(const struct call *call, const struct snapshot *snapshot,
                                     struct attempt_entry *entry)
{
    const struct bank *bank = snapshot_find_bank_by_id(snapshot, entry->bank_id);

    if (bank != NULL) {
        exam_rules_wait(&entry->rules, bank, call->app->answer_grace_ms * CLOCK_US_PER_MS);
    }
    const bool tells =
        attempt_rules_tell_score(&entry->rules, entry->state == ATTEMPT_SUBMITTED, entry->read_at);

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

/* A bank that is not there is a fault; a word that is none of a list's, too. */
static bool fill_filters(struct call *call, const struct list_query *query,
                         struct attempt_page *page, struct error *err)
{
    const struct bank *bank = NULL;
    unsigned ignored = 0;

    if (query->bank.data != NULL) {
        struct error bank_err = {.code = ERROR_NONE};
        if (!call_find_bank(call, query->bank, &bank, &bank_err)) {
            return error_add_parameter_fault(err, call->arena, TEXT("bank"), FAULT_NOT_FOUND,
                                             "there is no such bank");
        }
        page->bank_id = bank->id;
    }
    if (query->state.data != NULL && !enumeration_find(&ATTEMPT_STATES, query->state, &ignored)) {
        return error_add_parameter_fault(err, call->arena, TEXT("state"), FAULT_NOT_ALLOWED,
                                         "state is open or submitted");
    }
    if (query->mode.data != NULL && !enumeration_find(&ATTEMPT_MODES, query->mode, &ignored)) {
        return error_add_parameter_fault(err, call->arena, TEXT("mode"), FAULT_NOT_ALLOWED,
                                         "there is no such mode");
    }
    page->state = query->state;
    page->mode = query->mode;
    page->exam = query->exam;
    return true;
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
    if (!fill_filters(call, query, &page, err) ||
        !snapshots_take(call->app->snapshots, call->arena, &snapshot, err) ||
        !store_attempts_list(call->db, call->arena, &page, &entries, &count, err)) {
        return false;
    }
    list->has_more = count > (size_t)limit;
    list->count = list->has_more ? (size_t)limit : count;
    struct entry_reply *data = arena_new_array(call->arena, list->count, struct entry_reply);
    for (size_t i = 0; i < list->count; i++) {
        data[i] = show_entry(call, snapshot, &entries[i]);
    }
    list->data = data;
    if (list->has_more) {
        char id[UUID_TEXT_BYTES + 1];
        list->next_cursor = arena_copy(call->arena, uuid_format(data[list->count - 1].id, id));
    }
    return true;
}

/* ---- delete ---- */

/* The evidence that is there of the attempt's answers, by section. */
static const struct evidence *sum_evidence(struct call *call, const struct paper *paper)
{
    const struct attempt_sheet sheet = paper_sheet(paper);
    struct evidence *sums =
        arena_new_array(call->arena, paper->bank->section_count, struct evidence);
    struct evidence_event *events = NULL;
    const size_t count = evidence_events(&paper->attempt, &sheet, call->arena, &events);

    evidence_replay(paper->bank, events, count, sums);
    return sums;
}

/* When something was answered last in each section, this attempt left out. The last months say it
 * as a rule; all of the history is looked at only for a section that was not practised since. */
static bool find_others(struct call *call, const struct paper *paper,
                        const struct evidence *evidence, struct evidence **others,
                        struct error *err)
{
    struct evidence_window window = {.user_id = call->user_id,
                                     .bank = paper->bank,
                                     .since_us = clock_now_us() - OTHERS_US,
                                     .except = paper->attempt.id};
    bool is_needed = false;
    bool is_complete = true;

    *others = arena_new_array(call->arena, paper->bank->section_count, struct evidence);
    for (size_t i = 0; i < paper->bank->section_count; i++) {
        is_needed = is_needed || evidence_is_known(&evidence[i]);
    }
    if (is_needed && !store_evidence_since(call->db, call->arena, &window, others, err)) {
        return false;
    }
    for (size_t i = 0; i < paper->bank->section_count; i++) {
        const bool is_missing = (*others)[i].last_answered_at == 0 ||
                                (evidence[i].last_wrong_at != 0 && (*others)[i].last_wrong_at == 0);
        is_complete = is_complete && (evidence[i].last_answered_at == 0 || !is_missing);
    }
    window.since_us = 0;
    return is_complete || store_evidence_since(call->db, call->arena, &window, others, err);
}

bool api_delete_attempt(struct call *call, void *reply, struct error *err)
{
    struct paper paper = {.bank = NULL};
    bool is_deleted = false;

    (void)reply; /* there is none */
    for (int i = 0; i < DELETE_TRIES && !is_deleted; i++) {
        if (!paper_load(call, &paper, err)) {
            return false;
        }
        if (paper.attempt.state != ATTEMPT_OPEN || paper.attempt.rules.is_exam) {
            return error_set(err, ERROR_ATTEMPT_KEPT,
                             "only an unfinished practice attempt can be deleted");
        }
        const struct evidence *evidence = sum_evidence(call, &paper);
        struct evidence *others = NULL;
        if (!find_others(call, &paper, evidence, &others, err)) {
            return false;
        }
        const struct attempt_removal removal = {&paper.attempt, paper.bank, evidence, others};
        if (!store_attempts_delete(call->db, call->arena, &removal, &is_deleted, err)) {
            return false;
        }
    }
    return is_deleted || error_set_unavailable(err, 1, "answers keep coming in; try again");
}
