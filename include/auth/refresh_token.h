/*
 * Refresh tokens: 256 opaque bits, of which only the SHA-256 is stored. The successor of a token is
 * HMAC-SHA256 over a random nonce, keyed by the token itself: whoever holds the token and knows the
 * nonce (the database) can make it again, so that a lost answer can be repeated although nothing is
 * kept in the clear; the database alone cannot.
 */
#ifndef AUTH_REFRESH_TOKEN_H
#define AUTH_REFRESH_TOKEN_H

#include "base/arena.h"
#include "base/compiler.h"
#include "base/text.h"

enum { REFRESH_TOKEN_BYTES = 32, REFRESH_HASH_BYTES = 32, REFRESH_NONCE_BYTES = 32 };

/* A new token (base64url of 32 random bytes) and the SHA-256 that is stored instead of it. Also for
 * the tokens that are sent by mail. */
void refresh_token_new(struct arena *arena, struct text *token, struct text *hash);
/* The hash of a presented token; false where it has not the form of one. */
NODISCARD bool refresh_token_hash(struct text token, struct arena *arena, struct text *hash);
/* 32 random bytes. */
struct text refresh_nonce_new(struct arena *arena);
/* The successor of `parent` that the nonce makes, and its hash; false where `parent` has not the
 * form of a token. */
NODISCARD bool refresh_token_succeed(struct text parent, struct text nonce, struct arena *arena,
                                     struct text *token, struct text *hash);

#endif
