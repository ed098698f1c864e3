/* Logins and their refresh tokens (kept as SHA-256 only). How one begins is in store/logins.h. */
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

struct refresh {
    struct text hash;      /* of the token that was presented */
    struct text next_hash; /* of the successor that `nonce` makes */
    struct text nonce;
    struct text address; /* of the client, for the audit */
};

/* Accepts a refresh token that is good and replaces it by its successor; *nonce is what makes the
 * successor that is good now (another one's than `refresh->nonce` where the token was replaced a
 * moment ago). A token that was good once ends the login. ERROR_INVALID_CREDENTIALS where the token
 * is not good. */
NODISCARD bool store_sessions_refresh(struct db *db, struct arena *arena,
                                      const struct refresh *refresh, struct session *session,
                                      struct text *nonce, struct error *err);
/* Ends the login a refresh token belongs to; an unknown token is no error. */
NODISCARD bool store_sessions_revoke(struct db *db, struct arena *arena, struct text hash,
                                     struct text address, struct error *err);

#endif
