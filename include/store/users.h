/* Accounts. Results live in the caller's arena. */
#ifndef STORE_USERS_H
#define STORE_USERS_H

#include "base/arena.h"
#include "base/error.h"
#include "db/db.h"
#include "domain/user.h"

struct new_user {
    struct uuid id;
    struct text email;
    struct text display_name;
    enum role role;
    struct text password_hash;
};

struct user_credentials {
    struct uuid id;
    struct text password_hash;
    enum role role;
    bool is_disabled;
};

/* Creates an account; created_at gets the database's time. ERROR_EMAIL_TAKEN. */
NODISCARD bool store_users_create(struct db *db, struct arena *arena, const struct new_user *user,
                                  int64_t *created_at, struct error *err);
/* What a login is checked against; *is_found is false for an unknown address. */
NODISCARD bool store_users_get_credentials(struct db *db, struct arena *arena, struct text email,
                                           struct user_credentials *credentials, bool *is_found,
                                           struct error *err);
/* ERROR_NOT_FOUND. */
NODISCARD bool store_users_get(struct db *db, struct arena *arena, struct uuid id,
                               struct user *user, struct error *err);
/* ERROR_NOT_FOUND. */
NODISCARD bool store_users_rename(struct db *db, struct arena *arena, struct uuid id,
                                  struct text display_name, struct user *user, struct error *err);

#endif
