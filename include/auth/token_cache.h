/*
 * Verified tokens, remembered until they expire: a token that was checked once costs a hash
 * look-up. Bounded: a full set forgets the entry that expires first. Tokens are kept as keyed
 * BLAKE2b-128 under a key of this process, never as text. Safe for any number of threads: each set
 * has its own lock.
 */
#ifndef AUTH_TOKEN_CACHE_H
#define AUTH_TOKEN_CACHE_H

#include <stdint.h>

#include "auth/token.h"
#include "base/arena.h"
#include "base/text.h"

struct token_cache;

/* What a verified token says. `role` is the index the caller gave. */
struct token_identity {
    struct uuid user_id;
    struct uuid session_id;
    unsigned role;
    int64_t expires_at_s;
};

/* Room for about `capacity` tokens; lives in the arena. */
NONNULL_RETURN struct token_cache *token_cache_create(struct arena *arena, size_t capacity);
/* Whether the token was verified before and has not expired by `now_s`. */
bool token_cache_find(struct token_cache *cache, struct text token, int64_t now_s,
                      struct token_identity *identity);
void token_cache_put(struct token_cache *cache, struct text token,
                     const struct token_identity *identity);
/* Forgets those of which `is_gone` says so; `context` is handed on to it. */
void token_cache_remove(struct token_cache *cache,
                        bool (*is_gone)(void *context, const struct token_identity *identity),
                        void *context);
/* Forgets everything: after a change of keys. */
void token_cache_clear(struct token_cache *cache);

#endif
