/* Questions in the hands of instructors. A bank that the caller is no member of has no questions:
 * ERROR_NOT_FOUND, wherever a question is named by its id. */
#ifndef STORE_QUESTIONS_H
#define STORE_QUESTIONS_H

#include "domain/question.h"
#include "domain/question_state.h"
#include "store/bank_members.h"

struct author {
    struct uuid id;
    struct text name; /* absent: erased */
};

/* A question as its authors see it: its newest version. */
struct authored_question {
    struct uuid id;
    struct uuid bank_id;
    struct text bank; /* slug */
    struct text slug;
    enum question_state state; /* of the newest version */
    int64_t version;
    const int64_t *published_version; /* that learners are given; NULL: none */
    struct text question;             /* JSON, as in a questions file */
    struct uuid author_id;            /* nil: from a file */
    struct text author_name;
    int64_t edited_at;
    int64_t needs_review_at; /* 0: no */
    int64_t revision;
    int64_t open_reports;
};

/* What a question is checked against, beside what the snapshot has. */
struct question_context {
    int64_t rank;
    const struct text *domains; /* slugs */
    size_t domain_count;
    struct text source_line; /* of the notes; absent: none was asked for */
};

/* What is done to a question. */
struct question_action {
    struct uuid caller_id;
    struct uuid question_id;
    const int64_t *seen_revision; /* NULL: whatever is there */
    struct text comment;          /* absent: none */
    struct text address;
};

NODISCARD bool store_questions_get(struct db *db, struct arena *arena, struct uuid caller_id,
                                   struct uuid question_id, struct authored_question *question,
                                   struct error *err);
/* `line` of the notes; 0: none. ERROR_FORBIDDEN. */
NODISCARD bool store_questions_context(struct db *db, struct arena *arena,
                                       const struct bank_caller *caller, int64_t line,
                                       struct question_context *context, struct error *err);
/* A draft. Faults at /question/slug and /question/section; ERROR_FORBIDDEN. */
NODISCARD bool store_questions_create(struct db *db, struct arena *arena,
                                      const struct question_action *action, struct uuid bank_id,
                                      const struct question *question, struct error *err);
/* A new version, where anything changes (*is_changed; NULL: of no interest). The same faults;
 * ERROR_NOT_FOUND, ERROR_STALE_ETAG. */
NODISCARD bool store_questions_edit(struct db *db, struct arena *arena,
                                    const struct question_action *action,
                                    const struct question *question, bool *is_changed,
                                    struct error *err);
/* ERROR_NOT_FOUND, ERROR_FORBIDDEN, ERROR_STALE_ETAG; ERROR_WRONG_STATE, also to review and to
 * learners where the section has left the notes; ERROR_SECOND_PERSON where `is_separate` and the
 * caller wrote some of what would be published. */
NODISCARD bool store_questions_change_state(struct db *db, struct arena *arena,
                                            const struct question_action *action,
                                            enum question_state to, bool is_separate,
                                            struct error *err);

#endif
