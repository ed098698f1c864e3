/* Logging in with a password: what it is checked against, how a login begins, and how a refusal is
 * counted. Results live in the caller's arena. */
#ifndef STORE_LOGINS_H
#define STORE_LOGINS_H

#include "base/arena.h"
#include "base/error.h"
#include "db/db.h"
#include "domain/user.h"

/* Where a request comes from. */
struct client {
    struct text address; /* for the audit */
    struct text network; /* what failures are counted with */
};

struct login_account {
    struct uuid id; /* nil: there is none */
    struct text email;
    struct text password_hash; /* absent: there is none */
    enum role role;
    bool is_closed;         /* disabled, not verified yet, or not there */
    bool is_locked;         /* after too many failures */
    int64_t network_wait_s; /* the whole network is locked for so long; 0: it is not */
};

struct login_begin {
    struct uuid user_id;
    struct uuid session_id;
    struct text refresh_hash;
    struct text password_hash;     /* the one that was found right */
    struct text new_password_hash; /* of the same password; absent: keep the old */
};

struct login_refusal {
    struct text email;
    struct uuid user_id;      /* nil: none of ours */
    struct text reason;       /* for the audit alone */
    int64_t account_failures; /* allowed; 0: not counted */
    int64_t network_failures;
};

NODISCARD bool store_logins_find(struct db *db, struct arena *arena, struct text email,
                                 const struct client *client, struct login_account *account,
                                 struct error *err);
/* ERROR_NOT_FOUND. */
NODISCARD bool store_logins_find_user(struct db *db, struct arena *arena, struct uuid user_id,
                                      const struct client *client, struct login_account *account,
                                      struct error *err);
/* *has_begun is false where the account was changed, closed or locked since it was looked at. */
NODISCARD bool store_logins_begin(struct db *db, struct arena *arena,
                                  const struct login_begin *begin, const struct client *client,
                                  bool *has_begun, struct error *err);
NODISCARD bool store_logins_refuse(struct db *db, struct arena *arena,
                                   const struct login_refusal *refusal, const struct client *client,
                                   struct error *err);

#endif
