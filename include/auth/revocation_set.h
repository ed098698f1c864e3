/*
 * What stands against access tokens that are out: logins that are over, and users whose role is
 * another now. Kept for as long as such a token could live. Bounded: where there is no room the set
 * says REVOCATION_UNKNOWN of what it does not hold, and the caller asks the database. Asked only
 * for tokens that are not in the token cache, so one lock will do.
 */
#ifndef AUTH_REVOCATION_SET_H
#define AUTH_REVOCATION_SET_H

#include <stdbool.h>
#include <stdint.h>

#include "auth/token_cache.h"
#include "base/arena.h"
#include "base/uuid.h"

struct revocation_set;

enum revocation_verdict { REVOCATION_NONE, REVOCATION_FOUND, REVOCATION_UNKNOWN };

enum { REVOCATION_NO_ROLE = -1 };
struct revocation_entry {
    struct uuid subject_id; /* a login, or with a role a user */
    int role;               /* tokens of the user with another are refused; REVOCATION_NO_ROLE */
    int64_t at_us;          /* of two about the same subject the later holds */
    int64_t until_s;        /* when it may be forgotten */
};

/* Room for `capacity` entries; lives in the arena. */
NONNULL_RETURN struct revocation_set *revocation_set_create(struct arena *arena, size_t capacity);
/* Returns whether it was news. */
bool revocation_set_add(struct revocation_set *set, const struct revocation_entry *entry,
                        int64_t now_s);
enum revocation_verdict revocation_set_judge(struct revocation_set *set,
                                             const struct token_identity *identity, int64_t now_s);

#endif
