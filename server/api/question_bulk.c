/* Many questions at once: what became of each, or, where all or nothing was asked for and one
 * cannot be changed, a refusal that tells of each. */
#include "api/question_bulk.h"

#include "api/bank_members.h"
#include "api/banks.h"
#include "base/limits.h"
#include "json/codec.h"

enum { PATH_MAX_CHARACTERS = 1000 };

static const struct shape_member REQUEST_MEMBERS[] = {
    MEMBER_ENUM(
        struct bulk_request_body, operation, &BULK_OPERATIONS,
        .about = "retag and move make a new version, of what is published a published one; review "
                 "takes drafts to in_review, from where publish takes them."),
    MEMBER_UUID_LIST(struct bulk_request_body, ids, id_count, .min = 1, .max = QUESTION_BULK_MAX),
    MEMBER_TEXT_LIST(struct bulk_request_body, add_tags, add_tag_count, .flags = SHAPE_OPTIONAL,
                     .min = 0, .max = QUESTION_TAGS_MAX, .format = "slug", .about = "retag"),
    MEMBER_TEXT_LIST(struct bulk_request_body, remove_tags, remove_tag_count,
                     .flags = SHAPE_OPTIONAL, .min = 0, .max = QUESTION_TAGS_MAX, .format = "slug",
                     .about = "retag"),
    MEMBER_TEXT(struct bulk_request_body, section, .flags = SHAPE_OPTIONAL, .min = 1,
                .max = PATH_MAX_CHARACTERS, .format = "section_path",
                .about = "move: the path of the section. Its first line becomes the source of a "
                         "question that names no page."),
    MEMBER_TEXT(struct bulk_request_body, comment, .flags = SHAPE_OPTIONAL, .min = 1,
                .max = LIMIT_COMMENT),
    MEMBER_BOOL(struct bulk_request_body, dry_run, .flags = SHAPE_OPTIONAL,
                .about = "Say what would become of each; change nothing."),
    MEMBER_BOOL(struct bulk_request_body, atomic, .flags = SHAPE_OPTIONAL,
                .about =
                    "All or nothing: where one is refused nothing is done, and the reply is 409 "
                    "bulk_refused."),
};
const struct shape QUESTION_BULK_REQUEST_SHAPE =
    SHAPE_OF("QuestionBulkRequest", struct bulk_request_body, REQUEST_MEMBERS);

static const struct shape_member OUTCOME_MEMBERS[] = {
    MEMBER_UUID(struct bulk_outcome, id),
    MEMBER_TEXT(struct bulk_outcome, outcome,
                .about = "done, unchanged; or why not: not_found, forbidden, wrong_state, "
                         "second_person_needed, being_edited, changed_meanwhile, no_section, "
                         "too_many_tags."),
};
static const struct shape OUTCOME_SHAPE =
    SHAPE_OF("QuestionBulkOutcome", struct bulk_outcome, OUTCOME_MEMBERS);

struct bulk_reply {
    bool dry_run;
    int64_t done;
    int64_t unchanged;
    int64_t refused;
    const struct bulk_outcome *items;
    size_t count;
};
static const struct shape_member REPLY_MEMBERS[] = {
    MEMBER_BOOL(struct bulk_reply, dry_run),
    MEMBER_I64(struct bulk_reply, done),
    MEMBER_I64(struct bulk_reply, unchanged),
    MEMBER_I64(struct bulk_reply, refused),
    MEMBER_LIST(struct bulk_reply, items, count, struct bulk_outcome, &OUTCOME_SHAPE),
};
const struct shape QUESTION_BULK_SHAPE = SHAPE_OF("QuestionBulk", struct bulk_reply, REPLY_MEMBERS);

static bool check_ids(struct call *call, const struct bulk_request_body *body, struct error *err)
{
    for (size_t i = 1; i < body->id_count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (uuid_equal(body->ids[i], body->ids[k])) {
                return error_add_fault(err, call->arena, arena_printf(call->arena, "/ids/%zu", i),
                                       FAULT_DUPLICATE, "is listed twice");
            }
        }
    }
    return true;
}

/* What the operation needs is there, and nothing that belongs to another. */
static bool check_members(struct call *call, const struct bulk_request_body *body,
                          struct error *err)
{
    const bool has_tags = body->add_tag_count + body->remove_tag_count > 0;
    const bool has_section = body->section.data != NULL;
    const bool is_retag = body->operation == BULK_RETAG;
    const bool is_move = body->operation == BULK_MOVE;

    if (is_retag && !has_tags) {
        return error_add_fault(err, call->arena, TEXT("/add_tags"), FAULT_REQUIRED,
                               "say which tags to add or remove");
    }
    if (is_move && !has_section) {
        return error_add_fault(err, call->arena, TEXT("/section"), FAULT_REQUIRED,
                               "say where to move them");
    }
    if (!is_retag && has_tags) {
        return error_add_fault(err, call->arena,
                               body->add_tag_count > 0 ? TEXT("/add_tags") : TEXT("/remove_tags"),
                               FAULT_NOT_ALLOWED, "belongs to retag alone");
    }
    return is_move || !has_section ||
           error_add_fault(err, call->arena, TEXT("/section"), FAULT_NOT_ALLOWED,
                           "belongs to move alone");
}

static bool check_section(struct call *call, const struct bank *bank, struct text path,
                          struct error *err)
{
    const int64_t index = path.data == NULL ? 0 : bank_find_section(bank, path);

    if (path.data == NULL || (index != BANK_NO_SECTION && !bank->sections[index].is_removed)) {
        return true;
    }
    return error_add_fault(err, call->arena, TEXT("/section"), FAULT_NOT_FOUND,
                           "the notes have no such section");
}

static bool change(struct call *call, const struct bulk_change *wanted, struct bulk_outcomes *out,
                   struct error *err)
{
    const struct bank_path *path = call->path;
    struct bank_caller caller;
    struct side_road road;

    if (!bank_caller_of(call, path->bank, &caller, err) ||
        !call_take_side_road(call, call->app->transactions, &road, err)) {
        return false;
    }
    const bool is_done = store_question_bulk(road.db, call->arena, &caller, wanted, out, err);
    call_leave_side_road(&road);
    return is_done;
}

static bool refuse(struct call *call, const struct bulk_reply *reply, struct error *err)
{
    struct text json = TEXT_ABSENT;

    if (!codec_encode_text(call->arena, &QUESTION_BULK_SHAPE, reply, &json, err)) {
        return false;
    }
    (void)error_set(err, ERROR_BULK_REFUSED, "%lld of %zu cannot be changed, so none was",
                    (long long)reply->refused, reply->count); /* always false */
    err->extension = "outcomes";
    err->extension_json = json;
    return false;
}

bool api_change_questions(struct call *call, void *reply, struct error *err)
{
    const struct bank_path *path = call->path;
    const struct bulk_request_body *body = call->body;
    struct bulk_reply *out = reply;
    struct bulk_outcomes outcomes;
    const struct bank *bank = NULL;

    if (!call_find_bank(call, path->bank, &bank, err) || !check_ids(call, body, err) ||
        !check_members(call, body, err) || !check_section(call, bank, body->section, err)) {
        return false;
    }
    const struct bulk_change wanted = {.operation = body->operation,
                                       .ids = body->ids,
                                       .count = body->id_count,
                                       .added = body->add_tags,
                                       .added_count = body->add_tag_count,
                                       .removed = body->remove_tags,
                                       .removed_count = body->remove_tag_count,
                                       .section = body->section,
                                       .comment = body->comment,
                                       .is_dry_run = body->dry_run,
                                       .is_atomic = body->atomic,
                                       .is_separate = call->app->separates_approver};
    if (!change(call, &wanted, &outcomes, err)) {
        return false;
    }
    *out = (struct bulk_reply){
        .dry_run = body->dry_run,
        .done = (int64_t)outcomes.done_count,
        .unchanged = (int64_t)outcomes.unchanged_count,
        .refused = (int64_t)(outcomes.count - outcomes.done_count - outcomes.unchanged_count),
        .items = outcomes.items,
        .count = outcomes.count};
    return !body->atomic || body->dry_run || out->refused == 0 || refuse(call, out, err);
}
