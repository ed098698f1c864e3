/* Learners say what is wrong with a question; instructors see it beside the question and say what
 * became of it. */
#include "api/question_history.h"
#include "base/limits.h"

enum { DEFAULT_LIMIT = 20, PAGE_MAX = 100, CURSOR_MAX = 64 };

static const struct shape_member BANK_PATH_MEMBERS[] = {
    MEMBER_TEXT(struct bank_question_path, bank, .min = 1, .max = LIMIT_SLUG_BYTES,
                .format = "slug"),
    MEMBER_UUID(struct bank_question_path, question_id),
};
const struct shape BANK_QUESTION_PATH_SHAPE =
    SHAPE_OF("BankQuestionPath", struct bank_question_path, BANK_PATH_MEMBERS);

static const struct shape_member PATH_MEMBERS[] = {
    MEMBER_UUID(struct report_path, question_id),
    MEMBER_UUID(struct report_path, report_id),
};
const struct shape REPORT_PATH_SHAPE = SHAPE_OF("ReportPath", struct report_path, PATH_MEMBERS);

static const struct shape_member REQUEST_MEMBERS[] = {
    MEMBER_ENUM(struct report_request, kind, &REPORT_KINDS),
    MEMBER_TEXT(struct report_request, text, .min = 1, .max = LIMIT_REPORT,
                .about = "What is wrong."),
};
const struct shape REPORT_REQUEST_SHAPE =
    SHAPE_OF("ReportRequest", struct report_request, REQUEST_MEMBERS);

static const struct shape_member RESOLUTION_MEMBERS[] = {
    MEMBER_ENUM(struct report_resolution_request, outcome, &REPORT_OUTCOMES),
    MEMBER_TEXT(struct report_resolution_request, comment, .flags = SHAPE_OPTIONAL, .min = 1,
                .max = LIMIT_COMMENT),
};
const struct shape REPORT_RESOLUTION_SHAPE =
    SHAPE_OF("ReportResolution", struct report_resolution_request, RESOLUTION_MEMBERS);

static const struct shape_member QUERY_MEMBERS[] = {
    MEMBER_BOOL_REF(struct reports_query, open, .flags = SHAPE_REF | SHAPE_OPTIONAL,
                    .about = "Only those that are open, or only the others."),
    MEMBER_I64_REF(struct reports_query, limit, .flags = SHAPE_REF | SHAPE_OPTIONAL, .min = 1,
                   .max = PAGE_MAX, .about = "Default 20."),
    MEMBER_TEXT(struct reports_query, cursor, .flags = SHAPE_OPTIONAL, .min = 1, .max = CURSOR_MAX,
                .about = "next_cursor of the page before."),
};
const struct shape REPORTS_QUERY_SHAPE =
    SHAPE_OF("ReportsQuery", struct reports_query, QUERY_MEMBERS);

static const struct shape_member REPORT_MEMBERS[] = {
    MEMBER_UUID(struct question_report, id),
    MEMBER_I64(struct question_report, version, .about = "That learners were given."),
    MEMBER_ENUM(struct question_report, kind, &REPORT_KINDS),
    MEMBER_TEXT(struct question_report, text),
    MEMBER_TIME(struct question_report, created_at),
    MEMBER_TEXT(struct question_report, outcome, .flags = SHAPE_NULLABLE,
                .about = "fixed or rejected; null: open."),
    MEMBER_TEXT(struct question_report, comment, .flags = SHAPE_NULLABLE),
    MEMBER_TIME(struct question_report, resolved_at, .flags = SHAPE_NULLABLE),
};
const struct shape REPORT_SHAPE =
    SHAPE_OF("QuestionReport", struct question_report, REPORT_MEMBERS);

struct report_list_reply {
    const struct question_report *data;
    size_t count;
    bool has_more;
    struct text next_cursor;
};
static const struct shape_member LIST_MEMBERS[] = {
    MEMBER_LIST(struct report_list_reply, data, count, struct question_report, &REPORT_SHAPE),
    MEMBER_BOOL(struct report_list_reply, has_more),
    MEMBER_TEXT(struct report_list_reply, next_cursor, .flags = SHAPE_NULLABLE),
};
const struct shape REPORT_LIST_SHAPE =
    SHAPE_OF("QuestionReportList", struct report_list_reply, LIST_MEMBERS);

bool api_report_question(struct call *call, void *reply, struct error *err)
{
    const struct bank_question_path *path = call->path;
    const struct report_request *body = call->body;
    const struct bank *bank = NULL;

    if (!call_find_bank(call, path->bank, &bank, err)) {
        return false;
    }
    const struct new_report report = {.user_id = call->user_id,
                                      .bank_id = bank->id,
                                      .question_id = path->question_id,
                                      .id = uuid_new(),
                                      .kind = body->kind,
                                      .text = body->text};
    return store_question_reports_file(call->db, call->arena, &report, reply, err);
}

bool api_list_question_reports(struct call *call, void *reply, struct error *err)
{
    const struct question_path *path = call->path;
    const struct reports_query *query = call->query;
    const int64_t limit = query->limit == NULL ? DEFAULT_LIMIT : *query->limit;
    struct question_page page = {
        .caller_id = call->user_id, .question_id = path->question_id, .limit = limit + 1};
    struct report_list_reply *out = reply;
    struct question_report_list list;

    if (!call_read_cursor(call, query->cursor, &page.after, err) ||
        !store_question_reports_list(call->db, call->arena, &page, query->open, &list, err)) {
        return false;
    }
    out->has_more = list.count > (size_t)limit;
    out->count = out->has_more ? (size_t)limit : list.count;
    out->data = list.reports;
    out->next_cursor =
        out->has_more ? call_cursor(call, list.reports[out->count - 1].id) : TEXT_ABSENT;
    return true;
}

bool api_resolve_question_report(struct call *call, void *reply, struct error *err)
{
    const struct report_path *path = call->path;
    const struct report_resolution_request *body = call->body;
    const struct report_resolution resolution = {path->report_id, body->outcome};
    struct question_action action;
    struct side_road road;

    if (!question_action_of(call, path->question_id, body->comment, &action, err) ||
        !call_take_side_road(call, call->app->transactions, &road, err)) {
        return false;
    }
    const bool is_done =
        store_question_reports_resolve(road.db, call->arena, &action, resolution, reply, err);
    call_leave_side_road(&road);
    return is_done;
}
