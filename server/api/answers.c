/* PUT of one answer, POST of a bundle. */
#include "api/answers.h"

#include "base/limits.h"
#include "domain/question_shape.h"
#include "json/codec.h"

static const struct shape_member ANSWER_PATH_MEMBERS[] = {
    MEMBER_UUID(struct answer_path, attempt_id),
    MEMBER_I64(struct answer_path, position, .min = 1, .max = LIMIT_ATTEMPT_ITEMS),
};
const struct shape ANSWER_PATH_SHAPE =
    SHAPE_OF("AnswerPath", struct answer_path, ANSWER_PATH_MEMBERS);

#define ANSWER_REQUEST_ITEMS(S)                                                                    \
    MEMBER_OBJECT_REF(S, response, struct question_response, &QUESTION_RESPONSE_SHAPE,             \
                      .flags = SHAPE_REF | SHAPE_NULLABLE, .about = "null takes an answer back."), \
        MEMBER_I64(S, revision, .min = 1, .max = INT32_MAX,                                        \
                   .about =                                                                        \
                       "Counted by the client; the highest wins while feedback is deferred."),     \
        MEMBER_I64_REF(S, certainty, .flags = SHAPE_REF | SHAPE_OPTIONAL, .min = CERTAINTY_MIN,    \
                       .max = CERTAINTY_MAX, .about = "Where the attempt's rules ask for it."),    \
        MEMBER_BOOL(S, flagged, .flags = SHAPE_OPTIONAL, .about = "Marked for review.")

static const struct shape_member ANSWER_REQUEST_MEMBERS[] = {
    ANSWER_REQUEST_ITEMS(struct answer_request)};
const struct shape ANSWER_REQUEST_SHAPE =
    SHAPE_OF("AnswerRequest", struct answer_request, ANSWER_REQUEST_MEMBERS);

static const struct shape_member BUNDLE_ITEM_MEMBERS[] = {
    MEMBER_I64(struct bundle_item, position, .min = 1, .max = LIMIT_ATTEMPT_ITEMS),
    ANSWER_REQUEST_ITEMS(struct bundle_item),
};
static const struct shape BUNDLE_ITEM_SHAPE =
    SHAPE_OF("BundleAnswer", struct bundle_item, BUNDLE_ITEM_MEMBERS);
static const struct shape_member BUNDLE_REQUEST_MEMBERS[] = {
    MEMBER_LIST(struct bundle_request, answers, answer_count, struct bundle_item,
                &BUNDLE_ITEM_SHAPE, .flags = SHAPE_ALONE,
                .fault_offset = SHAPE_AT(struct bundle_item, fault, struct error), .min = 1,
                .max = LIMIT_ATTEMPT_ITEMS,
                .about = "Each is judged alone; the same bundle may be sent again. Of several for "
                         "one position the highest revision counts."),
};
const struct shape BUNDLE_REQUEST_SHAPE =
    SHAPE_OF("AnswerBundle", struct bundle_request, BUNDLE_REQUEST_MEMBERS);

static const char *const VERDICT_NAMES[VERDICT_COUNT] = {
    [VERDICT_RECORDED] = "recorded",
    [VERDICT_STALE] = "stale_revision",
    [VERDICT_ALREADY_ANSWERED] = "already_answered",
    [VERDICT_CLOSED] = "attempt_closed",
    [VERDICT_BUSY] = "busy",
    [VERDICT_INVALID] = "invalid_input",
};
static const struct enumeration VERDICTS = {VERDICT_NAMES, VERDICT_COUNT};

struct fault_reply {
    struct text pointer;
    struct text code;
    struct text detail;
};
static const struct shape_member FAULT_MEMBERS[] = {
    MEMBER_TEXT(struct fault_reply, pointer, .about = "Into the bundle."),
    MEMBER_TEXT(struct fault_reply, code),
    MEMBER_TEXT(struct fault_reply, detail),
};
static const struct shape FAULT_SHAPE = SHAPE_OF("Fault", struct fault_reply, FAULT_MEMBERS);

struct verdict_reply {
    const int64_t *position;
    enum verdict status;
    const struct answer_reply *answer;
    const struct fault_reply *errors;
    size_t error_count;
};
static const struct shape_member VERDICT_MEMBERS[] = {
    MEMBER_I64_REF(struct verdict_reply, position, .flags = SHAPE_REF | SHAPE_NULLABLE,
                   .about = "null where what was sent is none."),
    MEMBER_ENUM(struct verdict_reply, status, &VERDICTS),
    MEMBER_OBJECT_REF(struct verdict_reply, answer, struct answer_reply, &ANSWER_REPLY_SHAPE,
                      .flags = SHAPE_REF | SHAPE_NULLABLE,
                      .about = "What stands there now; null: nothing, or not looked at."),
    MEMBER_LIST(struct verdict_reply, errors, error_count, struct fault_reply, &FAULT_SHAPE,
                .flags = SHAPE_OPTIONAL, .about = "invalid_input: what is wrong."),
};
static const struct shape VERDICT_SHAPE =
    SHAPE_OF("BundleVerdict", struct verdict_reply, VERDICT_MEMBERS);

struct bundle_reply {
    const struct verdict_reply *data;
    size_t count;
};
static const struct shape_member BUNDLE_REPLY_MEMBERS[] = {
    MEMBER_LIST(struct bundle_reply, data, count, struct verdict_reply, &VERDICT_SHAPE,
                .about = "In the order of the bundle."),
};
const struct shape BUNDLE_REPLY_SHAPE =
    SHAPE_OF("BundleReply", struct bundle_reply, BUNDLE_REPLY_MEMBERS);

/* ---- one ---- */

/* The refusal with the answer that stands, so that a client can go on from there. */
static bool refuse(struct call *call, const struct posting *posting, struct error *err)
{
    const struct answer_reply *current = posting_show(call, posting);
    struct text json = TEXT_ABSENT;

    if (!codec_encode_text(call->arena, &ANSWER_REPLY_SHAPE, current, &json, err)) {
        return false;
    }
    if (posting->verdict == VERDICT_ALREADY_ANSWERED) {
        (void)error_set(err, ERROR_ALREADY_ANSWERED,
                        "the question is answered and its feedback was shown");
    } else {
        (void)error_set(err, ERROR_STALE_REVISION, "revision %lld is recorded; send a higher one",
                        (long long)*posting->outcome.revision);
    }
    err->extension = "current";
    err->extension_json = json;
    return false; /* said above */
}

static bool conclude(struct call *call, const struct posting *posting, struct answer_reply *reply,
                     struct error *err)
{
    switch (posting->verdict) {
    case VERDICT_RECORDED:
        *reply = *posting_show(call, posting);
        return true;
    case VERDICT_CLOSED:
        return error_set(err, ERROR_ATTEMPT_CLOSED,
                         posting->outcome.state == ATTEMPT_OPEN
                             ? "the time of the attempt is over"
                             : "the attempt is submitted; answers are closed");
    case VERDICT_STALE:
    case VERDICT_ALREADY_ANSWERED:
        return refuse(call, posting, err);
    case VERDICT_BUSY:
    case VERDICT_INVALID:
    case VERDICT_COUNT:
        break;
    }
    return error_set_unavailable(
        err, 1, "another answer to this question is being recorded; send it again");
}

bool api_put_answer(struct call *call, void *reply, struct error *err)
{
    const struct answer_path *path = call->path;
    const struct answer_request *body = call->body;
    struct posting posting = {.attempt_id = path->attempt_id,
                              .position = path->position,
                              .request = *body,
                              .prefix = TEXT("")};
    struct posting *const postings[] = {&posting};

    if (!posting_find(call, &posting, err)) {
        return false;
    }
    if (posting.position > (int64_t)posting.entry.question_count) {
        return error_add_parameter_fault(err, call->arena, TEXT("position"), FAULT_NOT_FOUND,
                                         "the attempt has no such position");
    }
    return postings_load(call, &posting, 1, err) && posting_prepare(call, &posting, err) &&
           postings_record(call, postings, 1, err) && conclude(call, &posting, reply, err);
}

/* ---- many ---- */

static void list_faults(struct call *call, const struct error *err, struct verdict_reply *reply)
{
    struct fault_reply *faults = arena_new_array(call->arena, LIMIT_FAULTS, struct fault_reply);

    for (const struct fault *fault = err->faults;
         fault != NULL && reply->error_count < LIMIT_FAULTS; fault = fault->next) {
        faults[reply->error_count++] =
            (struct fault_reply){fault->place, text_of(fault_name(fault->code)), fault->detail};
    }
    reply->errors = faults;
    reply->status = VERDICT_INVALID;
}

/* Whether the answer has its shape, and the attempt has its position. */
static bool check_item(struct call *call, const struct bundle_item *item,
                       const struct posting *posting, struct error *err)
{
    if (item->fault.code != ERROR_NONE) {
        *err = item->fault;
        return false;
    }
    return posting->position <= (int64_t)posting->entry.question_count ||
           error_add_fault(err, call->arena,
                           arena_printf(call->arena, "%.*s/position", TEXT_ARG(posting->prefix)),
                           FAULT_NOT_FOUND, "the attempt has no such position");
}

/* Finds all postings; those with a wrong shape or position get their faults, the others are moved
 * to the front of `good`. */
static bool find_all(struct call *call, struct posting *postings, struct verdict_reply *verdicts,
                     struct posting **good, size_t *good_count, struct error *err)
{
    const struct bundle_request *body = call->body;
    const struct attempt_path *path = call->path;

    for (size_t i = 0; i < body->answer_count; i++) {
        const struct bundle_item *item = &body->answers[i];
        struct error fault = {.code = ERROR_NONE};
        postings[i] = (struct posting){
            .attempt_id = path->attempt_id,
            .position = item->position,
            .request = {item->response, item->revision, item->certainty, item->flagged},
            .prefix = arena_printf(call->arena, "/answers/%zu", i),
            .verdict = VERDICT_INVALID};
        verdicts[i].position = item->position == 0 ? NULL : &item->position;
        if (!posting_find(call, &postings[i], err)) {
            return false;
        }
        if (check_item(call, item, &postings[i], &fault)) {
            good[(*good_count)++] = &postings[i];
        } else {
            list_faults(call, &fault, &verdicts[i]);
        }
    }
    return true;
}

/* Checks those with a right position; again only the good ones stay. */
static bool prepare_all(struct call *call, const struct posting *postings,
                        struct verdict_reply *verdicts, struct posting **good, size_t *good_count,
                        struct error *err)
{
    struct posting *loaded = arena_new_array(call->arena, *good_count, struct posting);
    size_t kept = 0;

    for (size_t i = 0; i < *good_count; i++) {
        loaded[i] = *good[i];
    }
    if (!postings_load(call, loaded, *good_count, err)) {
        return false;
    }
    for (size_t i = 0; i < *good_count; i++) {
        struct error fault = {.code = ERROR_NONE};
        struct posting *posting = good[i];
        *posting = loaded[i];
        if (posting_prepare(call, posting, &fault)) {
            good[kept++] = posting;
        } else if (fault.code == ERROR_INVALID_INPUT) {
            list_faults(call, &fault, &verdicts[posting - postings]);
        } else {
            *err = fault;
            return false;
        }
    }
    *good_count = kept;
    return true;
}

bool api_put_answers(struct call *call, void *reply, struct error *err)
{
    const struct bundle_request *body = call->body;
    const size_t count = body->answer_count;
    struct bundle_reply *bundle = reply;
    struct posting *postings = arena_new_array(call->arena, count, struct posting);
    struct posting **good = arena_new_array(call->arena, count, struct posting *);
    struct verdict_reply *verdicts = arena_new_array(call->arena, count, struct verdict_reply);
    size_t good_count = 0;

    if (!find_all(call, postings, verdicts, good, &good_count, err) ||
        !prepare_all(call, postings, verdicts, good, &good_count, err) ||
        (good_count > 0 && !postings_record(call, good, good_count, err))) {
        return false;
    }
    for (size_t i = 0; i < good_count; i++) {
        struct verdict_reply *verdict = &verdicts[good[i] - postings];
        verdict->status = good[i]->verdict;
        verdict->answer = posting_show(call, good[i]);
    }
    *bundle = (struct bundle_reply){verdicts, count};
    return true;
}
