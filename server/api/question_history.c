/* Versions of a question, the difference between two, and who did what to it. */
#include "api/question_history.h"

#include "domain/question_shape.h"
#include "json/diff.h"

enum { DEFAULT_LIMIT = 20 };

static const struct shape_member VERSION_PATH_MEMBERS[] = {
    MEMBER_UUID(struct question_version_path, question_id),
    MEMBER_I64(struct question_version_path, version, .min = 1, .max = INT32_MAX),
};
const struct shape QUESTION_VERSION_PATH_SHAPE =
    SHAPE_OF("QuestionVersionPath", struct question_version_path, VERSION_PATH_MEMBERS);

static const struct shape_member DIFF_QUERY_MEMBERS[] = {
    MEMBER_I64(struct diff_query, from, .min = 1, .max = INT32_MAX, .about = "A version."),
    MEMBER_I64(struct diff_query, to, .min = 1, .max = INT32_MAX, .about = "Another version."),
};
const struct shape QUESTION_DIFF_QUERY_SHAPE =
    SHAPE_OF("QuestionDiffQuery", struct diff_query, DIFF_QUERY_MEMBERS);

struct version_reply {
    struct question_version version;
    const struct author *author;
};
#define OF_VERSION(member, T) SHAPE_AT(struct version_reply, version.member, T)
static const struct shape_member VERSION_MEMBERS[] = {
    {.name = "version", .type = SHAPE_I64, .offset = OF_VERSION(version, int64_t)},
    {.name = "created_at", .type = SHAPE_TIME, .offset = OF_VERSION(created_at, int64_t)},
    MEMBER_OBJECT_REF(struct version_reply, author, struct author, &AUTHOR_SHAPE,
                      .flags = SHAPE_REF | SHAPE_NULLABLE, .about = "null: from a file."),
    {.name = "published",
     .type = SHAPE_BOOL,
     .offset = OF_VERSION(is_published, bool),
     .about = "Whether learners are given it now."},
    {.name = "question",
     .type = SHAPE_OBJECT,
     .flags = SHAPE_RENDERED,
     .offset = OF_VERSION(question, struct text),
     .shape = &QUESTION_SHAPE},
};
const struct shape QUESTION_VERSION_SHAPE =
    SHAPE_OF("QuestionVersion", struct version_reply, VERSION_MEMBERS);

static const struct shape_member LISTED_MEMBERS[] = {
    {.name = "version", .type = SHAPE_I64, .offset = OF_VERSION(version, int64_t)},
    {.name = "created_at", .type = SHAPE_TIME, .offset = OF_VERSION(created_at, int64_t)},
    MEMBER_OBJECT_REF(struct version_reply, author, struct author, &AUTHOR_SHAPE,
                      .flags = SHAPE_REF | SHAPE_NULLABLE, .about = "null: from a file."),
    {.name = "section", .type = SHAPE_TEXT, .offset = OF_VERSION(section, struct text)},
    {.name = "published", .type = SHAPE_BOOL, .offset = OF_VERSION(is_published, bool)},
};
#undef OF_VERSION
static const struct shape LISTED_SHAPE =
    SHAPE_OF("ListedQuestionVersion", struct version_reply, LISTED_MEMBERS);

struct version_list_reply {
    const struct version_reply *data;
    size_t count;
    bool has_more;
    struct text next_cursor;
};
static const struct shape_member LIST_MEMBERS[] = {
    MEMBER_LIST(struct version_list_reply, data, count, struct version_reply, &LISTED_SHAPE),
    MEMBER_BOOL(struct version_list_reply, has_more),
    MEMBER_TEXT(struct version_list_reply, next_cursor, .flags = SHAPE_NULLABLE),
};
const struct shape QUESTION_VERSION_LIST_SHAPE =
    SHAPE_OF("QuestionVersionList", struct version_list_reply, LIST_MEMBERS);

static const struct shape_member CHANGE_MEMBERS[] = {
    MEMBER_TEXT(struct json_change, pointer, .about = "Into the question."),
    MEMBER_JSON(struct json_change, from, .flags = SHAPE_OPTIONAL, .about = "Left out: added."),
    MEMBER_JSON(struct json_change, to, .flags = SHAPE_OPTIONAL, .about = "Left out: removed."),
};
static const struct shape CHANGE_SHAPE =
    SHAPE_OF("QuestionChange", struct json_change, CHANGE_MEMBERS);

struct diff_reply {
    int64_t from;
    int64_t to;
    const struct json_change *changes;
    size_t change_count;
};
static const struct shape_member DIFF_MEMBERS[] = {
    MEMBER_I64(struct diff_reply, from),
    MEMBER_I64(struct diff_reply, to),
    MEMBER_LIST(struct diff_reply, changes, change_count, struct json_change, &CHANGE_SHAPE),
};
const struct shape QUESTION_DIFF_SHAPE = SHAPE_OF("QuestionDiff", struct diff_reply, DIFF_MEMBERS);

struct event_reply {
    struct uuid id;
    int64_t at;
    struct text event;
    const struct author *actor;
    struct text detail;
};
static const struct shape_member EVENT_MEMBERS[] = {
    MEMBER_UUID(struct event_reply, id),
    MEMBER_TIME(struct event_reply, at),
    MEMBER_TEXT(struct event_reply, event, .about = "A dotted name."),
    MEMBER_OBJECT_REF(struct event_reply, actor, struct author, &AUTHOR_SHAPE,
                      .flags = SHAPE_REF | SHAPE_NULLABLE, .about = "null: the operator."),
    MEMBER_JSON(struct event_reply, detail,
                .about = "version, from and to (states), comment; by the event."),
};
static const struct shape EVENT_SHAPE =
    SHAPE_OF("QuestionEvent", struct event_reply, EVENT_MEMBERS);

struct event_list_reply {
    const struct event_reply *data;
    size_t count;
    bool has_more;
    struct text next_cursor;
};
static const struct shape_member EVENT_LIST_MEMBERS[] = {
    MEMBER_LIST(struct event_list_reply, data, count, struct event_reply, &EVENT_SHAPE),
    MEMBER_BOOL(struct event_list_reply, has_more),
    MEMBER_TEXT(struct event_list_reply, next_cursor, .flags = SHAPE_NULLABLE),
};
const struct shape QUESTION_EVENT_LIST_SHAPE =
    SHAPE_OF("QuestionEventList", struct event_list_reply, EVENT_LIST_MEMBERS);

static struct version_reply reply_of(struct call *call, const struct question_version *version)
{
    return (struct version_reply){
        *version, question_author(call->arena, version->author_id, version->author_name)};
}

bool api_list_question_versions(struct call *call, void *reply, struct error *err)
{
    const struct question_path *path = call->path;
    const struct page_query *query = call->query;
    const int64_t limit = query->limit == NULL ? DEFAULT_LIMIT : *query->limit;
    struct version_list_reply *out = reply;
    struct question_version_list list;
    int64_t after = 0;

    if (query->cursor.data != NULL && (!text_to_i64(query->cursor, &after) || after < 1)) {
        return error_add_parameter_fault(err, call->arena, TEXT("cursor"), FAULT_BAD_FORMAT,
                                         "this is not a cursor of this list");
    }
    const struct question_page page = {.caller_id = call->user_id,
                                       .question_id = path->question_id,
                                       .after_version = after == 0 ? NULL : &after,
                                       .limit = limit + 1};
    if (!store_question_history_versions(call->db, call->arena, &page, &list, err)) {
        return false;
    }
    struct version_reply *data = arena_new_array(call->arena, list.count, struct version_reply);
    for (size_t i = 0; i < list.count; i++) {
        data[i] = reply_of(call, &list.versions[i]);
    }
    out->data = data;
    out->has_more = list.count > (size_t)limit;
    out->count = out->has_more ? (size_t)limit : list.count;
    out->next_cursor = out->has_more ? arena_printf(call->arena, "%lld",
                                                    (long long)data[out->count - 1].version.version)
                                     : TEXT_ABSENT;
    return true;
}

static bool get(struct call *call, struct uuid question_id, struct wanted_versions wanted,
                struct question_version_list *list, struct error *err)
{
    const struct question_page page = {.caller_id = call->user_id, .question_id = question_id};

    return store_question_history_get(call->db, call->arena, &page, wanted, list, err);
}

bool api_get_question_version(struct call *call, void *reply, struct error *err)
{
    const struct question_version_path *path = call->path;
    const struct wanted_versions wanted = {&path->version, 1};
    struct question_version_list list;

    if (!get(call, path->question_id, wanted, &list, err)) {
        return false;
    }
    if (list.count == 0) {
        return error_set(err, ERROR_NOT_FOUND, "there is no such version");
    }
    *(struct version_reply *)reply = reply_of(call, &list.versions[0]);
    return true;
}

bool api_diff_question(struct call *call, void *reply, struct error *err)
{
    const struct question_path *path = call->path;
    const struct diff_query *query = call->query;
    const int64_t both[] = {query->from, query->to};
    struct diff_reply *out = reply;
    struct question_version_list list;

    if (!get(call, path->question_id, (struct wanted_versions){both, COUNT_OF(both)}, &list, err)) {
        return false;
    }
    if (list.count != (query->from == query->to ? 1U : 2U)) {
        return error_set(err, ERROR_NOT_FOUND, "there is no such version");
    }
    const bool is_forward = query->from < query->to;
    const struct text older = list.versions[0].question;
    const struct text newer = list.versions[list.count - 1].question;
    *out = (struct diff_reply){.from = query->from, .to = query->to};
    return json_diff(call->arena, is_forward ? older : newer, is_forward ? newer : older,
                     &out->changes, &out->change_count, err);
}

bool api_list_question_history(struct call *call, void *reply, struct error *err)
{
    const struct question_path *path = call->path;
    const struct page_query *query = call->query;
    const int64_t limit = query->limit == NULL ? DEFAULT_LIMIT : *query->limit;
    struct question_page page = {
        .caller_id = call->user_id, .question_id = path->question_id, .limit = limit + 1};
    struct event_list_reply *out = reply;
    struct question_event_list list;

    if (!call_read_cursor(call, query->cursor, &page.after, err) ||
        !store_question_history_events(call->db, call->arena, &page, &list, err)) {
        return false;
    }
    struct event_reply *data = arena_new_array(call->arena, list.count, struct event_reply);
    for (size_t i = 0; i < list.count; i++) {
        const struct question_event *event = &list.events[i];
        data[i] = (struct event_reply){
            .id = event->id,
            .at = event->at,
            .event = event->event,
            .actor = question_author(call->arena, event->actor_id, event->actor_name),
            .detail = event->detail};
    }
    out->data = data;
    out->has_more = list.count > (size_t)limit;
    out->count = out->has_more ? (size_t)limit : list.count;
    out->next_cursor = out->has_more ? call_cursor(call, data[out->count - 1].id) : TEXT_ABSENT;
    return true;
}
