/*
 * Everything that is stored on a person, as one JSON document in pieces: in as little memory for a
 * life of answers as for an empty account.
 */
#ifndef STORE_PERSON_EXPORT_H
#define STORE_PERSON_EXPORT_H

#include "base/arena.h"
#include "base/error.h"
#include "db/pool.h"
#include "store/person.h"

/* What is short; the texts are JSON. */
struct person_export_head {
    int64_t exported_at;
    struct text account;
    struct text account_tokens; /* a list */
};

/* Where the pieces go; false ends the export. */
struct person_export_sink {
    bool (*write)(void *context, struct text piece, struct error *err);
    void *context;
};

/* The beginning, and the row of the audit: from here on it counts as done. ERROR_NOT_FOUND. */
NODISCARD bool store_person_export_begin(struct db_pool *pool, struct arena *arena,
                                         const struct person *person,
                                         struct person_export_head *head, struct error *err);
/* The lists, each as a member: ,"name":[…]. Takes a session for each page only. */
NODISCARD bool store_person_export_lists(struct db_pool *pool, struct uuid user_id,
                                         const struct person_export_sink *sink, struct error *err);
/* Whether the account is there still: else the lists may have ended early. ERROR_NOT_FOUND. */
NODISCARD bool store_person_export_end(struct db_pool *pool, struct uuid user_id,
                                       struct error *err);

#endif
