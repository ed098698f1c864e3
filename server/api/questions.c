/* Writing questions and taking them to learners. What is shown is the newest version; the ETag is
 * the revision of the question, behind a dot the number of open reports: a report makes the reply
 * another, but does not stand in the way of an edit. */
#include "api/questions.h"

#include "base/limits.h"
#include "domain/question_shape.h"

static const struct shape_member PATH_MEMBERS[] = {MEMBER_UUID(struct question_path, question_id)};
const struct shape QUESTION_PATH_SHAPE =
    SHAPE_OF("QuestionPath", struct question_path, PATH_MEMBERS);

#define COMMENT(S)                                                                   \
    MEMBER_TEXT(S, comment, .flags = SHAPE_OPTIONAL, .min = 1, .max = LIMIT_COMMENT, \
                .about = "Why; stands in the history.")

static const struct shape_member REQUEST_MEMBERS[] = {
    MEMBER_TEXT(struct question_request, bank, .min = 1, .max = LIMIT_SLUG_BYTES, .format = "slug"),
    MEMBER_OBJECT(struct question_request, question, struct question, &QUESTION_SHAPE),
    COMMENT(struct question_request),
};
const struct shape QUESTION_REQUEST_SHAPE =
    SHAPE_OF("QuestionRequest", struct question_request, REQUEST_MEMBERS);

static const struct shape_member EDIT_MEMBERS[] = {
    MEMBER_OBJECT(struct question_edit, question, struct question, &QUESTION_SHAPE),
    COMMENT(struct question_edit),
};
const struct shape QUESTION_EDIT_SHAPE =
    SHAPE_OF("QuestionEdit", struct question_edit, EDIT_MEMBERS);

static const struct shape_member TRANSITION_MEMBERS[] = {
    MEMBER_ENUM(struct transition_request, to, &QUESTION_STATES,
                .about = "draft, in_review: an editor's; published, retired: an approver's. From "
                         "published to published confirms a question that needs review. "
                         "in_review and published need a section that is in the notes."),
    COMMENT(struct transition_request),
};
const struct shape TRANSITION_REQUEST_SHAPE =
    SHAPE_OF("TransitionRequest", struct transition_request, TRANSITION_MEMBERS);

static const struct shape_member AUTHOR_MEMBERS[] = {
    MEMBER_UUID(struct author, id),
    MEMBER_TEXT(struct author, name, .flags = SHAPE_NULLABLE, .about = "null: erased."),
};
const struct shape AUTHOR_SHAPE = SHAPE_OF("Author", struct author, AUTHOR_MEMBERS);

#define OF_QUESTION(member, T) SHAPE_AT(struct authored_reply, question.member, T)
static const struct shape_member AUTHORED_MEMBERS[] = {
    {.name = "id", .type = SHAPE_UUID, .offset = OF_QUESTION(id, struct uuid)},
    {.name = "bank", .type = SHAPE_TEXT, .offset = OF_QUESTION(bank, struct text)},
    {.name = "slug", .type = SHAPE_TEXT, .offset = OF_QUESTION(slug, struct text)},
    {.name = "state",
     .type = SHAPE_ENUM,
     .offset = OF_QUESTION(state, unsigned),
     .enumeration = &QUESTION_STATES,
     .about = "Of this version, the newest."},
    {.name = "version", .type = SHAPE_I64, .offset = OF_QUESTION(version, int64_t)},
    {.name = "published_version",
     .type = SHAPE_I64,
     .flags = SHAPE_REF | SHAPE_NULLABLE,
     .offset = OF_QUESTION(published_version, const int64_t *),
     .about = "What learners are given; null: nothing."},
    {.name = "question",
     .type = SHAPE_OBJECT,
     .flags = SHAPE_RENDERED,
     .offset = OF_QUESTION(question, struct text),
     .shape = &QUESTION_SHAPE},
    MEMBER_OBJECT_REF(struct authored_reply, author, struct author, &AUTHOR_SHAPE,
                      .flags = SHAPE_REF | SHAPE_NULLABLE, .about = "null: from a file."),
    {.name = "edited_at", .type = SHAPE_TIME, .offset = OF_QUESTION(edited_at, int64_t)},
    {.name = "needs_review_at",
     .type = SHAPE_TIME,
     .flags = SHAPE_NULLABLE,
     .offset = OF_QUESTION(needs_review_at, int64_t),
     .about = "Since when the notes of its section say something else."},
    {.name = "open_reports", .type = SHAPE_I64, .offset = OF_QUESTION(open_reports, int64_t)},
    {.name = "warnings",
     .type = SHAPE_LIST,
     .element = SHAPE_OBJECT,
     .flags = SHAPE_OPTIONAL,
     .offset = SHAPE_AT(struct authored_reply, warnings.items, const struct question_warning *),
     .count_offset = SHAPE_AT(struct authored_reply, warnings.count, size_t),
     .shape = &QUESTION_WARNING_SHAPE,
     .about = "Where the question was just saved: what its author should look at."},
    {.name = "duplicates",
     .type = SHAPE_LIST,
     .element = SHAPE_OBJECT,
     .flags = SHAPE_OPTIONAL,
     .offset = SHAPE_AT(struct authored_reply, twins.items, const struct question_twin *),
     .count_offset = SHAPE_AT(struct authored_reply, twins.count, size_t),
     .shape = &QUESTION_TWIN_SHAPE,
     .about = "Where it was just saved: questions that ask nearly the same."},
};
#undef OF_QUESTION
const struct shape AUTHORED_QUESTION_SHAPE =
    SHAPE_OF("AuthoredQuestion", struct authored_reply, AUTHORED_MEMBERS);

const struct author *question_author(struct arena *arena, struct uuid id, struct text name)
{
    if (uuid_is_nil(id)) {
        return NULL;
    }
    struct author *author = arena_new(arena, struct author);
    *author = (struct author){id, name};
    return author;
}

/* "7.2" is revision 7. What is no ETag of ours names a revision that never was. */
static const int64_t *seen_revision(struct arena *arena, struct text tag)
{
    int64_t *revision = arena_new(arena, int64_t);
    struct text first = TEXT_ABSENT;
    struct text rest = TEXT_ABSENT;
    int64_t reports = 0;

    if (text_equal(tag, TEXT("*"))) {
        return NULL;
    }
    if (!text_split(tag, '.', &first, &rest) || !text_to_i64(first, revision) ||
        !text_to_i64(rest, &reports)) {
        *revision = 0;
    }
    return revision;
}

bool question_action_of(struct call *call, struct uuid question_id, struct text comment,
                        struct question_action *action, struct error *err)
{
    struct text tag = TEXT("*");

    if (call->route->needs_match && !call_read_match(call, &tag, err)) {
        return false;
    }
    *action = (struct question_action){.caller_id = call->user_id,
                                       .question_id = question_id,
                                       .seen_revision = seen_revision(call->arena, tag),
                                       .comment = comment,
                                       .address = call_client(call).address};
    return true;
}

static struct text tag_of(struct call *call, const struct authored_question *question)
{
    return arena_printf(call->arena, "%lld.%lld", (long long)question->revision,
                        (long long)question->open_reports);
}

static bool read(struct call *call, struct db *db, struct uuid question_id,
                 struct authored_reply *reply, struct error *err)
{
    if (!store_questions_get(db, call->arena, call->user_id, question_id, &reply->question, err)) {
        return false;
    }
    reply->author =
        question_author(call->arena, reply->question.author_id, reply->question.author_name);
    return true;
}

bool question_show(struct call *call, struct db *db, struct uuid question_id,
                   struct authored_reply *reply, struct error *err)
{
    if (!read(call, db, question_id, reply, err)) {
        return false;
    }
    response_add_header(
        call->response, "ETag",
        arena_printf(call->arena, "\"%.*s\"", TEXT_ARG(tag_of(call, &reply->question))));
    return true;
}

bool api_get_question(struct call *call, void *reply, struct error *err)
{
    const struct question_path *path = call->path;
    struct authored_reply *out = reply;

    if (!read(call, call->db, path->question_id, out, err)) {
        return false;
    }
    (void)call_has_fresh(call, tag_of(call, &out->question)); /* it is read all the same */
    return true;
}

static bool find_bank(struct call *call, struct text slug, const struct bank **bank,
                      struct error *err)
{
    const struct snapshot *snapshot = NULL;

    if (!snapshots_take(call->app->snapshots, call->arena, &snapshot, err)) {
        return false;
    }
    *bank = snapshot_find_bank(snapshot, slug);
    return *bank != NULL || error_add_fault(err, call->arena, TEXT("/bank"), FAULT_NOT_FOUND,
                                            "there is no such bank");
}

static bool create(struct call *call, struct db *db, struct authored_reply *reply,
                   struct error *err)
{
    const struct question_request *body = call->body;
    struct question_in_hand written = {.question = &body->question};
    struct question_action action;

    return find_bank(call, body->bank, &written.bank, err) &&
           question_action_of(call, uuid_new(), body->comment, &action, err) &&
           question_check_for_saving(call, db, written.bank, &body->question, &reply->warnings,
                                     err) &&
           question_find_twins(call, db, &written, &reply->twins, err) &&
           store_questions_create(db, call->arena, &action, written.bank->id, &body->question,
                                  err) &&
           question_show(call, db, action.question_id, reply, err);
}

/* The bank of a question, in memory. */
static bool find_bank_of(struct call *call, struct db *db, struct uuid question_id,
                         const struct bank **bank, struct error *err)
{
    const struct snapshot *snapshot = NULL;
    struct authored_question question;

    if (!store_questions_get(db, call->arena, call->user_id, question_id, &question, err) ||
        !snapshots_take(call->app->snapshots, call->arena, &snapshot, err)) {
        return false;
    }
    *bank = snapshot_find_bank_by_id(snapshot, question.bank_id);
    return *bank != NULL || error_set_unavailable(err, 1, "the bank is not loaded yet");
}

static bool update(struct call *call, struct db *db, struct authored_reply *reply,
                   struct error *err)
{
    const struct question_path *path = call->path;
    const struct question_edit *body = call->body;
    struct question_in_hand written = {.question = &body->question, .id = path->question_id};
    struct question_action action;

    return question_action_of(call, path->question_id, body->comment, &action, err) &&
           find_bank_of(call, db, path->question_id, &written.bank, err) &&
           question_check_for_saving(call, db, written.bank, &body->question, &reply->warnings,
                                     err) &&
           question_find_twins(call, db, &written, &reply->twins, err) &&
           store_questions_edit(db, call->arena, &action, &body->question, NULL, err) &&
           question_show(call, db, path->question_id, reply, err);
}

static bool change_state(struct call *call, struct db *db, struct authored_reply *reply,
                         struct error *err)
{
    const struct question_path *path = call->path;
    const struct transition_request *body = call->body;
    struct question_action action;

    return question_action_of(call, path->question_id, body->comment, &action, err) &&
           store_questions_change_state(db, call->arena, &action, body->to,
                                        call->app->separates_approver, err) &&
           question_show(call, db, path->question_id, reply, err);
}

static bool retire(struct call *call, struct db *db, struct authored_reply *reply,
                   struct error *err)
{
    const struct question_path *path = call->path;
    struct question_action action;

    (void)reply; /* 204 */
    return question_action_of(call, path->question_id, TEXT_ABSENT, &action, err) &&
           store_questions_change_state(db, call->arena, &action, QUESTION_RETIRED,
                                        call->app->separates_approver, err);
}

/* Changes may wait for an import of the same bank: beside the lanes. */
static bool beside_the_lanes(struct call *call,
                             bool (*work)(struct call *call, struct db *db,
                                          struct authored_reply *reply, struct error *err),
                             struct authored_reply *reply, struct error *err)
{
    struct side_road road;

    if (!call_take_side_road(call, call->app->transactions, &road, err)) {
        return false;
    }
    const bool is_done = work(call, road.db, reply, err);
    call_leave_side_road(&road);
    return is_done;
}

bool api_create_question(struct call *call, void *reply, struct error *err)
{
    return beside_the_lanes(call, create, reply, err);
}

bool api_update_question(struct call *call, void *reply, struct error *err)
{
    return beside_the_lanes(call, update, reply, err);
}

bool api_change_question_state(struct call *call, void *reply, struct error *err)
{
    return beside_the_lanes(call, change_state, reply, err);
}

bool api_retire_question(struct call *call, void *reply, struct error *err)
{
    return beside_the_lanes(call, retire, reply, err);
}
