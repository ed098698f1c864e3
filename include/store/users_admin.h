/* What admins and the operator do to accounts, and what is written down of it. */
#ifndef STORE_USERS_ADMIN_H
#define STORE_USERS_ADMIN_H

#include "base/arena.h"
#include "base/error.h"
#include "db/db.h"
#include "domain/user.h"

struct user_filter {
    struct uuid after;       /* nil: from the newest */
    const enum role *role;   /* NULL: any */
    const bool *is_disabled; /* NULL: any */
    struct text email;       /* absent: any */
    int64_t limit;
};

/* One change of another's account. */
struct user_change {
    struct uuid actor_id; /* nil: the operator */
    struct uuid user_id;
    const enum role *role;   /* NULL: as it is */
    const bool *is_disabled; /* NULL: as it is */
    struct text address;     /* of the client; absent: none */
};

/* Newest first. */
NODISCARD bool store_users_admin_list(struct db *db, struct arena *arena,
                                      const struct user_filter *filter, struct user **users,
                                      size_t *count, struct error *err);
/* Ends the user's logins where anything changes. ERROR_NOT_FOUND; ERROR_LAST_ADMIN. */
NODISCARD bool store_users_admin_update(struct db *db, struct arena *arena,
                                        const struct user_change *change, struct user *user,
                                        struct error *err);
/* Ends the user's logins. ERROR_NOT_FOUND. */
NODISCARD bool store_users_admin_reset_password(struct db *db, struct arena *arena,
                                                struct text email, struct text password_hash,
                                                struct error *err);

#endif
