/* What a question was, and what learners say of it. */
#ifndef API_QUESTION_HISTORY_H
#define API_QUESTION_HISTORY_H

#include "api/bank_members.h"
#include "api/questions.h"
#include "store/question_reports.h"

struct question_version_path {
    struct uuid question_id;
    int64_t version;
};
struct diff_query {
    int64_t from;
    int64_t to;
};
struct bank_question_path {
    struct text bank;
    struct uuid question_id;
};
struct report_path {
    struct uuid question_id;
    struct uuid report_id;
};
struct report_request {
    enum report_kind kind;
    struct text text;
};
struct report_resolution_request {
    enum report_outcome outcome;
    struct text comment;
};
struct reports_query {
    const bool *open;
    const int64_t *limit;
    struct text cursor;
};
extern const struct shape QUESTION_VERSION_PATH_SHAPE;
extern const struct shape QUESTION_VERSION_SHAPE;
extern const struct shape QUESTION_VERSION_LIST_SHAPE;
extern const struct shape QUESTION_DIFF_QUERY_SHAPE;
extern const struct shape QUESTION_DIFF_SHAPE;
extern const struct shape QUESTION_EVENT_LIST_SHAPE;
extern const struct shape BANK_QUESTION_PATH_SHAPE;
extern const struct shape REPORT_PATH_SHAPE;
extern const struct shape REPORT_REQUEST_SHAPE;
extern const struct shape REPORT_RESOLUTION_SHAPE;
extern const struct shape REPORTS_QUERY_SHAPE;
extern const struct shape REPORT_SHAPE;
extern const struct shape REPORT_LIST_SHAPE;

bool api_list_question_versions(struct call *call, void *reply, struct error *err);
bool api_get_question_version(struct call *call, void *reply, struct error *err);
bool api_diff_question(struct call *call, void *reply, struct error *err);
bool api_list_question_history(struct call *call, void *reply, struct error *err);
bool api_report_question(struct call *call, void *reply, struct error *err);
bool api_list_question_reports(struct call *call, void *reply, struct error *err);
bool api_resolve_question_report(struct call *call, void *reply, struct error *err);

#endif
