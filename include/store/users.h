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
    bool needs_verification; /* no login before the address is proved; for store_users_register */
};

/* Creates an account for the operator; created_at gets the database's time. ERROR_EMAIL_TAKEN. */
NODISCARD bool store_users_create(struct db *db, struct arena *arena, const struct new_user *user,
                                  int64_t *created_at, struct error *err);
/* The same by the person, from `address`; one who needs verification takes the place of another who
 * never was verified. ERROR_EMAIL_TAKEN. */
NODISCARD bool store_users_register(struct db *db, struct arena *arena, const struct new_user *user,
                                    struct text address, int64_t *created_at, struct error *err);
/* ERROR_NOT_FOUND. */
NODISCARD bool store_users_get(struct db *db, struct arena *arena, struct uuid id,
                               struct user *user, struct error *err);
/* ERROR_NOT_FOUND. */
NODISCARD bool store_users_rename(struct db *db, struct arena *arena, struct uuid id,
                                  struct text display_name, struct user *user, struct error *err);

#endif
