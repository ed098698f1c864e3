/* What learners say is wrong with a question. */
#ifndef STORE_QUESTION_REPORTS_H
#define STORE_QUESTION_REPORTS_H

#include "store/question_history.h"

enum { QUESTION_REPORTS_A_DAY = 20 };

enum report_kind {
    REPORT_WRONG_KEY,
    REPORT_UNCLEAR,
    REPORT_TYPO,
    REPORT_OUTDATED,
    REPORT_OTHER,
    REPORT_KIND_COUNT
};
extern const struct enumeration REPORT_KINDS;
enum report_outcome { REPORT_FIXED, REPORT_REJECTED, REPORT_OUTCOME_COUNT };
extern const struct enumeration REPORT_OUTCOMES;

struct new_report {
    struct uuid user_id;
    struct uuid bank_id;
    struct uuid question_id;
    struct uuid id;
    enum report_kind kind;
    struct text text;
};

struct question_report {
    struct uuid id;
    int64_t version;
    enum report_kind kind;
    struct text text;
    int64_t created_at;
    struct text outcome; /* absent: open */
    struct text comment;
    int64_t resolved_at;
};

struct question_report_list {
    const struct question_report *reports;
    size_t count;
};

struct report_resolution {
    struct uuid report_id;
    enum report_outcome outcome;
};

/* ERROR_NOT_FOUND where learners were never given such a question; ERROR_REPORT_OPEN;
 * ERROR_TOO_MANY_REQUESTS. */
NODISCARD bool store_question_reports_file(struct db *db, struct arena *arena,
                                           const struct new_report *report,
                                           struct question_report *filed, struct error *err);
/* Newest first; `is_open` NULL: all. ERROR_NOT_FOUND. */
NODISCARD bool store_question_reports_list(struct db *db, struct arena *arena,
                                           const struct question_page *page, const bool *is_open,
                                           struct question_report_list *list, struct error *err);
/* ERROR_NOT_FOUND; ERROR_WRONG_STATE where it is resolved. */
NODISCARD bool store_question_reports_resolve(struct db *db, struct arena *arena,
                                              const struct question_action *action,
                                              struct report_resolution resolution,
                                              struct question_report *report, struct error *err);

#endif
