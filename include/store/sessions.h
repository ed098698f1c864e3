/* Logins and their refresh tokens (kept as SHA-256 only). */
#ifndef STORE_SESSIONS_H
#define STORE_SESSIONS_H

#include "base/arena.h"
#include "base/error.h"
#include "db/db.h"
#include "domain/user.h"

struct session {
    struct uuid user_id;
    struct uuid id;
    enum role role;
};

NODISCARD bool store_sessions_create(struct db *db, struct arena *arena,
                                     const struct session *session, struct text refresh_hash,
                                     struct error *err);
/* Replaces a refresh token that is good by its successor in one statement.
 * ERROR_INVALID_CREDENTIALS where it is not. */
NODISCARD bool store_sessions_refresh(struct db *db, struct arena *arena, struct text hash,
                                      struct text next_hash, struct session *session,
                                      struct error *err);
/* Ends the login a refresh token belongs to; an unknown token is no error. */
NODISCARD bool store_sessions_revoke(struct db *db, struct arena *arena, struct text hash,
                                     struct error *err);

#endif
