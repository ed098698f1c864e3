/* New passwords: by who knows the old one, and by who has a token from the mail. Either ends every
 * login of the account. */
#ifndef STORE_PASSWORDS_H
#define STORE_PASSWORDS_H

#include "base/arena.h"
#include "base/error.h"
#include "db/db.h"
#include "store/logins.h"
#include "store/sessions.h"

struct password_change {
    struct uuid user_id;
    struct text old_hash; /* the one that was found right */
    struct text new_hash;
    struct uuid session_id; /* of the login that begins with it */
    struct text refresh_hash;
};
struct password_reset {
    struct text token_hash;
    struct text new_hash;
};

/* ERROR_NOT_FOUND where the account was changed since it was looked at. */
NODISCARD bool store_passwords_change(struct db *db, struct arena *arena,
                                      const struct password_change *change,
                                      const struct client *client, struct session *session,
                                      struct error *err);
/* The address of the account that a token for a reset belongs to; *is_found is false where it is
 * not good. */
NODISCARD bool store_passwords_find_reset(struct db *db, struct arena *arena, struct text hash,
                                          struct text *email, bool *is_found, struct error *err);
/* Spends the token. *is_reset is false where it is not good. */
NODISCARD bool store_passwords_reset(struct db *db, struct arena *arena,
                                     const struct password_reset *reset,
                                     const struct client *client, bool *is_reset,
                                     struct error *err);

#endif
