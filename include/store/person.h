/* One person as a whole: all that is stored, and the end of it. */
#ifndef STORE_PERSON_H
#define STORE_PERSON_H

#include "base/arena.h"
#include "base/error.h"
#include "db/db.h"
#include "db/pool.h"

/* Everything that is stored on a person; the texts are JSON, most of them a list named after its
 * table. */
struct person_export {
    int64_t exported_at;
    struct text account;
    struct text sessions;
    struct text account_tokens;
    struct text token_revocations;
    struct text attempts; /* with their answers */
    struct text section_evidence;
    struct text reviews;
    struct text study_activity;
    struct text idempotency_keys;
    struct text jobs;
    struct text audit_events; /* that he is the subject of */
};

struct person {
    struct uuid user_id;
    struct uuid session_id; /* that asks */
    struct text address;    /* of the client */
};

/* Is itself written down. `db` is of a session (db_over_session). ERROR_NOT_FOUND. */
NODISCARD bool store_person_export(struct db *db, struct arena *arena, const struct person *person,
                                   struct person_export *document, struct error *err);
/* Forgets the person in one transaction; what his answers say about the questions stays as sums.
 * ERROR_NOT_FOUND; ERROR_LAST_ADMIN; ERROR_LOGIN_TOO_OLD where the session began more than ten
 * minutes ago. */
NODISCARD bool store_person_erase(struct db_pool *pool, struct arena *arena,
                                  const struct person *person, struct error *err);

#endif
