/*
 * Access tokens: JWT, HS256 only, issued by libjwt, checked as libjwt does not: length, shape,
 * byte-equal header, HMAC in constant time, and only then the payload; iss, aud, exp, nbf, typ and
 * times with TOKEN_LEEWAY_S.
 */
#ifndef AUTH_TOKEN_H
#define AUTH_TOKEN_H

#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/uuid.h"

#define TOKEN_ISSUER "quizd"
#define TOKEN_AUDIENCE "quizd-api"
enum { TOKEN_LEEWAY_S = 60, TOKEN_LIFETIME_S = 900 };

/* One signing key; `kid` is derived from it (first 8 bytes of its SHA-256, hexadecimal). */
struct token_key {
    char kid[17];
    unsigned char secret[LIMIT_TOKEN_KEY_BYTES];
    size_t secret_len;
    int64_t good_until_s; /* 0: always */
};

/* keys[0] signs; all verify. */
struct token_keys {
    struct token_key keys[LIMIT_TOKEN_KEYS];
    size_t count;
};

struct token_claims {
    struct uuid user_id;    /* sub */
    struct uuid session_id; /* sid */
    struct uuid token_id;   /* jti */
    struct text role;       /* role */
    int64_t issued_at_s;    /* iat */
    int64_t expires_at_s;   /* exp */
};

/* Reads the key file: its bytes, trailing newline stripped; 64 or more hexadecimal digits mean the
 * bytes they spell. ERROR_INTERNAL with the reason: missing, < 32 bytes, readable by others (mode &
 * 077). */
NODISCARD bool token_key_read(const char *path, struct token_key *key, struct error *err);
/* ERROR_INTERNAL where the key can be guessed: random bytes differ, those that somebody typed are
 * few. */
NODISCARD bool token_key_check_strength(const struct token_key *key, struct error *err);
/* Makes a file with 32 random bytes in hexadecimal, mode 0600, atomically; an existing file is left
 * alone. */
NODISCARD bool token_key_create(const char *path, struct error *err);
NODISCARD bool token_issue(const struct token_keys *keys, const struct token_claims *claims,
                           struct arena *arena, struct text *token, struct error *err);
/* ERROR_INVALID_TOKEN whatever is wrong. `now_s`: seconds since 1970. Safe on any bytes, with a
 * small stack. */
NODISCARD bool token_verify(const struct token_keys *keys, struct text token, int64_t now_s,
                            struct arena *arena, struct token_claims *claims, struct error *err);

#endif
