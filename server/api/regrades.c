/* Regrading: trying, deciding, looking at and taking back. It takes an approver; looking at it, any
 * member of the bank. */
#include "api/regrades.h"

#include "api/statistics.h"

enum { CHANGES_SHOWN = 100 };

static const struct shape_member PATH_MEMBERS[] = {
    MEMBER_UUID(struct regrade_path, question_id),
    MEMBER_UUID(struct regrade_path, regrade_id),
};
const struct shape REGRADE_PATH_SHAPE = SHAPE_OF("RegradePath", struct regrade_path, PATH_MEMBERS);

static const struct shape_member REQUEST_MEMBERS[] = {
    MEMBER_ENUM(struct regrade_request, policy, &REGRADE_POLICIES),
    MEMBER_BOOL_REF(struct regrade_request, dry_run, .flags = SHAPE_REF | SHAPE_OPTIONAL,
                    .about = "Default true: nothing is changed."),
    MEMBER_I64_REF(struct regrade_request, version, .flags = SHAPE_REF | SHAPE_OPTIONAL, .min = 1,
                   .max = INT32_MAX,
                   .about = "The version whose answers are meant. Default: for current_key and "
                            "best_of_both the one before the current version; for full_credit and "
                            "drop_item the current one, to which nobody has answered yet when the "
                            "correction was just published: name the one before."),
};
const struct shape REGRADE_REQUEST_SHAPE =
    SHAPE_OF("RegradeRequest", struct regrade_request, REQUEST_MEMBERS);

static const struct shape_member COUNT_MEMBERS[] = {
    MEMBER_I64(struct regrade_counts, attempts, .about = "With an answer that it is about."),
    MEMBER_I64(struct regrade_counts, left_to_do),
    MEMBER_I64(struct regrade_counts, failed, .about = "Cannot be read; left as they are."),
    MEMBER_I64(struct regrade_counts, changed),
    MEMBER_I64(struct regrade_counts, raised, .about = "Score above what it was."),
    MEMBER_I64(struct regrade_counts, lowered),
    MEMBER_I64(struct regrade_counts, newly_passed),
    MEMBER_I64(struct regrade_counts, newly_failed),
};
static const struct shape COUNT_SHAPE =
    SHAPE_OF("RegradeCounts", struct regrade_counts, COUNT_MEMBERS);

static const struct shape_member MOVE_MEMBERS[] = {
    MEMBER_TEXT(struct weak_area_move, section),
    MEMBER_ENUM(struct weak_area_move, from, &WEAK_AREA_LABELS),
    MEMBER_ENUM(struct weak_area_move, to, &WEAK_AREA_LABELS),
};
static const struct shape MOVE_SHAPE =
    SHAPE_OF("WeakAreaMove", struct weak_area_move, MOVE_MEMBERS);

#define ANSWER_MEMBER(m, kind, T, flag)                              \
    {                                                                \
        .name = #m, .type = (kind), .flags = (flag),                 \
        .offset = SHAPE_AT(struct regrade_change_reply, answer.m, T) \
    }
static const struct shape_member CHANGE_MEMBERS[] = {
    {.name = "user_id",
     .type = SHAPE_UUID,
     .offset = SHAPE_AT(struct regrade_change_reply, answer.place.user_id, struct uuid)},
    {.name = "attempt_id",
     .type = SHAPE_UUID,
     .offset = SHAPE_AT(struct regrade_change_reply, answer.place.attempt_id, struct uuid)},
    {.name = "position",
     .type = SHAPE_I64,
     .offset = SHAPE_AT(struct regrade_change_reply, answer.place.position, int64_t)},
    ANSWER_MEMBER(old_points, SHAPE_MILLI, int64_t, 0),
    ANSWER_MEMBER(new_points, SHAPE_MILLI, int64_t, 0),
    ANSWER_MEMBER(old_raw, SHAPE_MILLI, int64_t, 0),
    ANSWER_MEMBER(new_raw, SHAPE_MILLI, int64_t, 0),
    ANSWER_MEMBER(old_max, SHAPE_MILLI, int64_t, 0),
    ANSWER_MEMBER(new_max, SHAPE_MILLI, int64_t, 0),
    ANSWER_MEMBER(was_passed, SHAPE_BOOL, const bool *, SHAPE_REF | SHAPE_NULLABLE),
    ANSWER_MEMBER(is_passed, SHAPE_BOOL, const bool *, SHAPE_REF | SHAPE_NULLABLE),
    MEMBER_I64_REF(struct regrade_change_reply, board_points, .flags = SHAPE_REF | SHAPE_NULLABLE,
                   .about = "What the points on boards would change by; told by dry runs."),
    MEMBER_LIST(struct regrade_change_reply, weak_areas, weak_area_count, struct weak_area_move,
                &MOVE_SHAPE, .about = "Labels that would change; told by dry runs."),
};
static const struct shape CHANGE_SHAPE =
    SHAPE_OF("RegradeChange", struct regrade_change_reply, CHANGE_MEMBERS);

#define REGRADE_MEMBER(m, kind, T, flag)                       \
    {                                                          \
        .name = #m, .type = (kind), .flags = (flag),           \
        .offset = SHAPE_AT(struct regrade_reply, regrade.m, T) \
    }
#define NAMED_MEMBER(m, names)                                        \
    {                                                                 \
        .name = #m, .type = SHAPE_ENUM, .enumeration = (names),       \
        .offset = SHAPE_AT(struct regrade_reply, regrade.m, unsigned) \
    }
static const struct shape_member REGRADE_MEMBERS[] = {
    REGRADE_MEMBER(id, SHAPE_UUID, struct uuid, SHAPE_NULLABLE),
    MEMBER_BOOL(struct regrade_reply, is_dry_run, .about = "Nothing was changed; no id."),
    REGRADE_MEMBER(question_id, SHAPE_UUID, struct uuid, 0),
    REGRADE_MEMBER(version, SHAPE_I64, int64_t, 0),
    REGRADE_MEMBER(key_version, SHAPE_I64, int64_t, 0),
    NAMED_MEMBER(policy, &REGRADE_POLICIES),
    NAMED_MEMBER(state, &REGRADE_STATES),
    REGRADE_MEMBER(created_by, SHAPE_UUID, struct uuid, SHAPE_NULLABLE),
    REGRADE_MEMBER(created_at, SHAPE_TIME, int64_t, SHAPE_NULLABLE),
    REGRADE_MEMBER(finished_at, SHAPE_TIME, int64_t, SHAPE_NULLABLE),
    REGRADE_MEMBER(reverted_by, SHAPE_UUID, struct uuid, SHAPE_NULLABLE),
    REGRADE_MEMBER(reverted_at, SHAPE_TIME, int64_t, SHAPE_NULLABLE),
    MEMBER_BOOL(struct regrade_reply, is_complete,
                .about = "false: a dry run that looked at the first 2000 answers only."),
    MEMBER_OBJECT_REF(struct regrade_reply, counts, struct regrade_counts, &COUNT_SHAPE,
                      .flags = SHAPE_REF | SHAPE_NULLABLE, .about = "null in lists."),
    MEMBER_LIST(struct regrade_reply, changes, change_count, struct regrade_change_reply,
                &CHANGE_SHAPE, .about = "The first of them: 20 in dry runs, else 100."),
};
const struct shape REGRADE_SHAPE = SHAPE_OF("Regrade", struct regrade_reply, REGRADE_MEMBERS);

struct regrade_list_reply {
    const struct regrade_reply *data;
    size_t count;
};
static const struct shape_member LIST_MEMBERS[] = {
    MEMBER_LIST(struct regrade_list_reply, data, count, struct regrade_reply, &REGRADE_SHAPE,
                .about = "Newest first, at most 100."),
};
const struct shape REGRADE_LIST_SHAPE =
    SHAPE_OF("RegradeList", struct regrade_list_reply, LIST_MEMBERS);

/* ---- deciding ---- */

static bool uses_other_key(enum regrade_policy policy)
{
    return policy == REGRADE_CURRENT_KEY || policy == REGRADE_BEST_OF_BOTH;
}

/* Fills the versions. */
static bool choose_version(struct call *call, const struct instructed_question *question,
                           struct regrade *regrade, struct error *err)
{
    const struct regrade_request *body = call->body;
    const bool is_other = uses_other_key(body->policy);
    const int64_t version =
        body->version != NULL ? *body->version : question->version - (is_other ? 1 : 0);

    if (is_other && question->version < 2) {
        return error_add_fault(err, call->arena, TEXT("/policy"), FAULT_NOT_ALLOWED,
                               "the question has one version: there is no other key");
    }
    if (version > question->version || (is_other && version == question->version)) {
        return error_add_fault(err, call->arena, TEXT("/version"), FAULT_NOT_FOUND,
                               "there is no such version before the current one, %lld",
                               (long long)question->version);
    }
    regrade->version = version;
    regrade->key_version = question->version;
    return true;
}

/* The decision that is asked for. */
static bool scan_order(struct call *call, struct db *db, void *reply, struct error *err)
{
    const struct item_path *path = call->path;
    const struct regrade_request *body = call->body;
    struct regrade *regrade = reply;
    struct instructed_question question;

    if (!instructing_find_question(call, db, path->question_id, &question, err) ||
        !bank_role_check(question.rank, BANK_APPROVER, err)) {
        return false;
    }
    *regrade = (struct regrade){.bank_id = question.bank->id,
                                .question_id = question.id,
                                .policy = body->policy,
                                .created_by = call->user_id};
    return choose_version(call, &question, regrade, err);
}

static bool scan_trial(struct call *call, struct db *db, void *reply, struct error *err)
{
    struct regrade_reply *out = reply;
    const struct regrade regrade = out->regrade;

    return regrade_try(call, db, &regrade, out, err);
}

/* Fills what has come of the regrade whose id is there. */
static bool scan_regrade(struct call *call, struct db *db, void *reply, struct error *err)
{
    struct regrade_reply *out = reply;
    struct regrade_counts *counts = arena_new(call->arena, struct regrade_counts);
    struct regrade_list found = {.count = 0};
    struct regraded_list changes = {.count = 0};

    if (!store_regrades_list(db, call->arena, out->regrade.question_id, out->regrade.id, &found,
                             err)) {
        return false;
    }
    if (found.count == 0) {
        return error_set(err, ERROR_NOT_FOUND, "there is no such regrade");
    }
    if (!store_regrades_count(db, call->arena, out->regrade.id, counts, err) ||
        !store_regrades_list_changes(db, call->arena, out->regrade.id, CHANGES_SHOWN, &changes,
                                     err)) {
        return false;
    }
    struct regrade_change_reply *shown =
        arena_new_array(call->arena, changes.count, struct regrade_change_reply);
    for (size_t i = 0; i < changes.count; i++) {
        shown[i].answer = changes.items[i];
    }
    *out = (struct regrade_reply){.regrade = found.items[0],
                                  .is_complete = true,
                                  .counts = counts,
                                  .changes = shown,
                                  .change_count = changes.count};
    return true;
}

bool api_regrade_question(struct call *call, void *reply, struct error *err)
{
    const struct regrade_request *body = call->body;
    struct regrade_reply *out = reply;
    struct regrade_order order = {.address = call->request->remote_address};

    if (!instructing_run(call, scan_order, &order.regrade, err)) {
        return false;
    }
    out->regrade = order.regrade;
    if (body->dry_run == NULL || *body->dry_run) {
        out->regrade.created_by = UUID_NIL;
        return instructing_run(call, scan_trial, reply, err);
    }
    if (!store_regrades_start(call->app->scans, call->arena, &order, err)) {
        return false;
    }
    out->regrade = order.regrade;
    return instructing_run(call, scan_regrade, reply, err);
}

/* ---- looking at it ---- */

static bool scan_list(struct call *call, struct db *db, void *reply, struct error *err)
{
    const struct item_path *path = call->path;
    struct regrade_list_reply *out = reply;
    struct instructed_question question;
    struct regrade_list found = {.count = 0};

    if (!instructing_find_question(call, db, path->question_id, &question, err) ||
        !store_regrades_list(db, call->arena, question.id, UUID_NIL, &found, err)) {
        return false;
    }
    struct regrade_reply *data = arena_new_array(call->arena, found.count, struct regrade_reply);
    for (size_t i = 0; i < found.count; i++) {
        data[i] = (struct regrade_reply){.regrade = found.items[i], .is_complete = true};
    }
    *out = (struct regrade_list_reply){data, found.count};
    return true;
}

bool api_list_regrades(struct call *call, void *reply, struct error *err)
{
    return instructing_run(call, scan_list, reply, err);
}

/* For whoever has the role. */
static bool find_one(struct call *call, struct db *db, enum bank_role role,
                     struct regrade_reply *out, struct error *err)
{
    const struct regrade_path *path = call->path;
    struct instructed_question question;

    out->regrade.question_id = path->question_id;
    out->regrade.id = path->regrade_id;
    return instructing_find_question(call, db, path->question_id, &question, err) &&
           bank_role_check(question.rank, role, err) && scan_regrade(call, db, out, err);
}

static bool scan_one(struct call *call, struct db *db, void *reply, struct error *err)
{
    return find_one(call, db, BANK_EDITOR, reply, err);
}

bool api_get_regrade(struct call *call, void *reply, struct error *err)
{
    return instructing_run(call, scan_one, reply, err);
}

static bool scan_revert(struct call *call, struct db *db, void *reply, struct error *err)
{
    const struct regrade_path *path = call->path;
    const struct regrade_order order = {
        .regrade = {.id = path->regrade_id, .created_by = call->user_id},
        .address = call->request->remote_address};

    return find_one(call, db, BANK_APPROVER, reply, err) &&
           store_regrades_revert(db, call->arena, &order, err) && scan_one(call, db, reply, err);
}

bool api_revert_regrade(struct call *call, void *reply, struct error *err)
{
    return instructing_run(call, scan_revert, reply, err);
}
