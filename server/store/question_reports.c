/* Reports of learners: question_reports.sql as functions. */
#include "store/question_reports.h"

#include "store/sql.h"

enum { RETRY_S = 3600 };

static const char *const KIND_NAMES[REPORT_KIND_COUNT] = {"wrong_key", "unclear", "typo",
                                                          "outdated", "other"};
const struct enumeration REPORT_KINDS = {KIND_NAMES, REPORT_KIND_COUNT};
static const char *const OUTCOME_NAMES[REPORT_OUTCOME_COUNT] = {"fixed", "rejected"};
const struct enumeration REPORT_OUTCOMES = {OUTCOME_NAMES, REPORT_OUTCOME_COUNT};

struct filed_row {
    struct text outcome;
    const int64_t *version;
    int64_t created_at;
};
static const struct shape_member FILED_MEMBERS[] = {
    MEMBER_TEXT(struct filed_row, outcome),
    MEMBER_I64_REF(struct filed_row, version, .flags = SHAPE_REF | SHAPE_NULLABLE),
    MEMBER_TIME(struct filed_row, created_at, .flags = SHAPE_NULLABLE),
};
static const struct shape FILED_ROW = SHAPE_OF("FiledReportRow", struct filed_row, FILED_MEMBERS);

struct report_row {
    struct uuid id; /* nil: none */
    const int64_t *version;
    struct text kind;
    struct text text;
    int64_t created_at;
    struct text outcome;
    struct text comment;
    int64_t resolved_at;
};
static const struct shape_member REPORT_MEMBERS[] = {
    MEMBER_UUID(struct report_row, id, .flags = SHAPE_NULLABLE),
    MEMBER_I64_REF(struct report_row, version, .flags = SHAPE_REF | SHAPE_NULLABLE),
    MEMBER_TEXT(struct report_row, kind, .flags = SHAPE_NULLABLE),
    MEMBER_TEXT(struct report_row, text, .flags = SHAPE_NULLABLE),
    MEMBER_TIME(struct report_row, created_at, .flags = SHAPE_NULLABLE),
    MEMBER_TEXT(struct report_row, outcome, .flags = SHAPE_NULLABLE),
    MEMBER_TEXT(struct report_row, comment, .flags = SHAPE_NULLABLE),
    MEMBER_TIME(struct report_row, resolved_at, .flags = SHAPE_NULLABLE),
};
static const struct shape REPORT_ROW =
    SHAPE_OF("QuestionReportRow", struct report_row, REPORT_MEMBERS);

static bool convert(const struct report_row *row, struct question_report *report, struct error *err)
{
    unsigned kind = 0;

    if (row->version == NULL || !enumeration_find(&REPORT_KINDS, row->kind, &kind)) {
        return error_set(err, ERROR_INTERNAL, "a report is not as it was filed");
    }
    *report = (struct question_report){.id = row->id,
                                       .version = *row->version,
                                       .kind = (enum report_kind)kind,
                                       .text = row->text,
                                       .created_at = row->created_at,
                                       .outcome = row->outcome,
                                       .comment = row->comment,
                                       .resolved_at = row->resolved_at};
    return true;
}

static bool refuse(struct text outcome, struct error *err)
{
    if (text_equal(outcome, TEXT("open"))) {
        return error_set(err, ERROR_REPORT_OPEN,
                         "your report of this question has not been looked at yet");
    }
    (void)error_set(err, ERROR_TOO_MANY_REQUESTS,
                    "no more than %d reports a day; thank you for those", QUESTION_REPORTS_A_DAY);
    err->retry_after_s = RETRY_S;
    return false;
}

bool store_question_reports_file(struct db *db, struct arena *arena,
                                 const struct new_report *report, struct question_report *filed,
                                 struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    struct filed_row row = {.outcome = TEXT_ABSENT};

    db_bind_uuid(&params, report->user_id);
    db_bind_uuid(&params, report->bank_id);
    db_bind_uuid(&params, report->id);
    db_bind_uuid(&params, report->question_id);
    db_bind_text(&params, text_of(enumeration_name(&REPORT_KINDS, report->kind)));
    db_bind_text(&params, report->text);
    db_bind_i64(&params, QUESTION_REPORTS_A_DAY);
    if (!db_call(db, &SQL_question_reports_file, &params, arena, &rows, err)) {
        return false;
    }
    if (rows.count == 0) {
        return error_set(err, ERROR_NOT_FOUND, "there is no such question");
    }
    if (!db_rows_read(&rows, 0, &FILED_ROW, arena, &row, err)) {
        return false;
    }
    if (row.version == NULL) {
        return refuse(row.outcome, err);
    }
    *filed = (struct question_report){.id = report->id,
                                      .version = *row.version,
                                      .kind = report->kind,
                                      .text = report->text,
                                      .created_at = row.created_at};
    return true;
}

bool store_question_reports_list(struct db *db, struct arena *arena,
                                 const struct question_page *page, const bool *is_open,
                                 struct question_report_list *list, struct error *err)
{
    const int64_t flag = is_open != NULL && *is_open ? 1 : 0;
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, page->caller_id);
    db_bind_uuid(&params, page->question_id);
    db_bind_uuid(&params, page->after);
    db_bind_i64_ref(&params, is_open == NULL ? NULL : &flag);
    db_bind_i64(&params, page->limit);
    if (!db_call(db, &SQL_question_reports_list, &params, arena, &rows, err)) {
        return false;
    }
    if (rows.count == 0) {
        return error_set(err, ERROR_NOT_FOUND, "there is no such question");
    }
    struct question_report *reports = arena_new_array(arena, rows.count, struct question_report);
    *list = (struct question_report_list){.reports = reports};
    for (size_t i = 0; i < rows.count; i++) {
        struct report_row row = {.kind = TEXT_ABSENT};
        if (!db_rows_read(&rows, i, &REPORT_ROW, arena, &row, err)) {
            return false;
        }
        if (uuid_is_nil(row.id)) {
            continue;
        }
        if (!convert(&row, &reports[list->count++], err)) {
            return false;
        }
    }
    return true;
}

bool store_question_reports_resolve(struct db *db, struct arena *arena,
                                    const struct question_action *action,
                                    struct report_resolution resolution,
                                    struct question_report *report, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    struct report_row row = {.kind = TEXT_ABSENT};

    db_bind_uuid(&params, action->caller_id);
    db_bind_uuid(&params, action->question_id);
    db_bind_uuid(&params, resolution.report_id);
    db_bind_text(&params, text_of(enumeration_name(&REPORT_OUTCOMES, resolution.outcome)));
    db_bind_text(&params, action->comment);
    db_bind_uuid(&params, uuid_new());
    db_bind_text(&params, action->address);
    if (!db_call(db, &SQL_question_reports_resolve, &params, arena, &rows, err)) {
        return false;
    }
    if (rows.count == 0) {
        return error_set(err, ERROR_NOT_FOUND, "there is no such report");
    }
    if (!db_rows_read(&rows, 0, &REPORT_ROW, arena, &row, err)) {
        return false;
    }
    return row.outcome.data == NULL
               ? error_set(err, ERROR_WRONG_STATE, "the report is resolved already")
               : convert(&row, report, err);
}
