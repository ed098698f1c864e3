/*
 * Argon2id through libsodium: m = 19 MiB, t = 2 (OWASP's first choice). At most
 * LIMIT_PASSWORD_HASHES_AT_ONCE hashes run at once, a bounded number waits, the next is told 503.
 * Never call it while holding anything others wait for.
 */
#ifndef AUTH_PASSWORD_H
#define AUTH_PASSWORD_H

#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

/* The encoded hash ($argon2id$v=19$m=19456,t=2,p=1$…) in the arena. ERROR_UNAVAILABLE when too many
 * wait. */
NODISCARD bool password_hash(struct text password, struct arena *arena, struct text *encoded,
                             struct error *err);
/* *matches says whether the password fits. An absent `encoded` (unknown user) costs the same and
 * does not match. Parameters in the hash are bounded before use; one out of bounds does not match.
 */
NODISCARD bool password_verify(struct text password, struct text encoded, struct arena *arena,
                               bool *matches, struct error *err);
/* How many hashes are being made now, and how many callers wait for their turn. */
struct password_load {
    unsigned running;
    unsigned waiting;
};
struct password_load password_load_now(void);
/* Whether a stored hash was made with other parameters than today's. */
bool password_needs_rehash(struct text encoded, struct arena *arena);
/* What somebody wants for a password. */
struct new_password {
    struct text password;
    struct text email; /* of the account */
    int64_t bytes_min;
};
/* The rules for a new password: bytes_min…LIMIT_PASSWORD_BYTES bytes of UTF-8, none of the most
 * common, does not contain the local part of the e-mail (of 3 characters and more; case, width and
 * composition of any script make no difference). Adds a fault at `pointer`. */
NODISCARD bool password_check_new(const struct new_password *wanted, struct arena *arena,
                                  struct text pointer, struct error *err);

#endif
