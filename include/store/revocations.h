/*
 * Access tokens that end before their time, as every instance learns of them: within a second, by
 * NOTIFY over a connection of its own, and by a poll over the lanes of the requests, so that
 * neither way is needed for the other.
 */
#ifndef STORE_REVOCATIONS_H
#define STORE_REVOCATIONS_H

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "base/uuid.h"
#include "db/db.h"
#include "db/session.h"
#include "store/sessions.h"

struct revocation {
    struct uuid user_id;
    struct uuid subject_id; /* the login that is over; with a role the user */
    struct text role;       /* the user's role now; absent: none */
    int64_t at;
};

struct revocations_config {
    struct db *db;
    struct db_session_config database; /* for LISTEN */
    int64_t poll_ms;
    /* Gets what is new, the oldest first; what it was given before it may be given again. One call
     * at a time. */
    void (*take)(void *context, const struct revocation *items, size_t count);
    void *context;
};

struct revocations;

/* Takes what there is before it returns, where the database is there. */
NODISCARD bool revocations_open(const struct revocations_config *config,
                                struct revocations **revocations, struct error *err);
void revocations_close(struct revocations *revocations); /* takes NULL */

/* Whether anything stands against a token of this login with its role. */
NODISCARD bool store_revocations_check(struct db *db, struct arena *arena,
                                       const struct session *session, bool *is_revoked,
                                       struct error *err);

#endif
