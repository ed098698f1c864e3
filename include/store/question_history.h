/* What a question was: versions, and who did what to it. ERROR_NOT_FOUND where the caller is no
 * member of its bank. */
#ifndef STORE_QUESTION_HISTORY_H
#define STORE_QUESTION_HISTORY_H

#include "store/questions.h"

struct question_version {
    int64_t version;
    int64_t created_at;
    struct uuid author_id; /* nil: from a file */
    struct text author_name;
    struct text section;  /* path; in lists */
    struct text question; /* JSON; not in lists */
    bool is_published;    /* what learners are given now */
};

struct question_event {
    struct uuid id;
    int64_t at;
    struct text event;    /* dotted name */
    struct uuid actor_id; /* nil: the operator */
    struct text actor_name;
    struct text detail; /* JSON */
};

/* Which question, of whom, and which part of a list. */
struct question_page {
    struct uuid caller_id;
    struct uuid question_id;
    struct uuid after;            /* of events and reports; nil: from the newest */
    const int64_t *after_version; /* of versions; NULL: from the newest */
    int64_t limit;
};

struct question_version_list {
    const struct question_version *versions;
    size_t count;
};
struct question_event_list {
    const struct question_event *events;
    size_t count;
};

/* Newest first. */
NODISCARD bool store_question_history_versions(struct db *db, struct arena *arena,
                                               const struct question_page *page,
                                               struct question_version_list *list,
                                               struct error *err);
/* Those that there are of `count` versions, ascending, with the question. */
struct wanted_versions {
    const int64_t *versions;
    size_t count;
};
NODISCARD bool store_question_history_get(struct db *db, struct arena *arena,
                                          const struct question_page *page,
                                          struct wanted_versions wanted,
                                          struct question_version_list *list, struct error *err);
/* Newest first. */
NODISCARD bool store_question_history_events(struct db *db, struct arena *arena,
                                             const struct question_page *page,
                                             struct question_event_list *list, struct error *err);

#endif
