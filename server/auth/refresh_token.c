/* Refresh tokens: see auth/refresh_token.h for how a successor is made and why. */
#include "auth/refresh_token.h"

#include <sodium.h>

enum { BASE64URL = sodium_base64_VARIANT_URLSAFE_NO_PADDING };

/* Keeps this use of HMAC apart from any other. */
#define SUCCESSOR_LABEL "quizd refresh token 1"

static void encode(const unsigned char secret[REFRESH_TOKEN_BYTES], struct arena *arena,
                   struct text *token, struct text *hash)
{
    char encoded[sodium_base64_ENCODED_LEN(REFRESH_TOKEN_BYTES,
                                           sodium_base64_VARIANT_URLSAFE_NO_PADDING)];
    char digest[REFRESH_HASH_BYTES];

    (void)sodium_bin2base64(encoded, sizeof encoded, secret, REFRESH_TOKEN_BYTES,
                            BASE64URL); /* returns `encoded` */
    (void)crypto_hash_sha256((unsigned char *)digest, secret, REFRESH_TOKEN_BYTES); /* always 0 */
    *token = arena_copy(arena, text_of(encoded));
    *hash = arena_copy(arena, (struct text){.data = digest, .len = sizeof digest});
}

static bool decode(struct text token, unsigned char secret[REFRESH_TOKEN_BYTES])
{
    size_t len = 0;

    return token.len > 0 &&
           sodium_base642bin(secret, REFRESH_TOKEN_BYTES, token.data, token.len, NULL, &len, NULL,
                             BASE64URL) == 0 &&
           len == REFRESH_TOKEN_BYTES;
}

void refresh_token_new(struct arena *arena, struct text *token, struct text *hash)
{
    unsigned char secret[REFRESH_TOKEN_BYTES];

    randombytes_buf(secret, sizeof secret);
    encode(secret, arena, token, hash);
    sodium_memzero(secret, sizeof secret);
}

bool refresh_token_hash(struct text token, struct arena *arena, struct text *hash)
{
    unsigned char secret[REFRESH_TOKEN_BYTES];
    char digest[REFRESH_HASH_BYTES];

    if (!decode(token, secret)) {
        return false;
    }
    (void)crypto_hash_sha256((unsigned char *)digest, secret, sizeof secret); /* always 0 */
    *hash = arena_copy(arena, (struct text){.data = digest, .len = sizeof digest});
    return true;
}

struct text refresh_nonce_new(struct arena *arena)
{
    char nonce[REFRESH_NONCE_BYTES];

    randombytes_buf(nonce, sizeof nonce);
    return arena_copy(arena, (struct text){.data = nonce, .len = sizeof nonce});
}

bool refresh_token_succeed(struct text parent, struct text nonce, struct arena *arena,
                           struct text *token, struct text *hash)
{
    static const unsigned char LABEL[] = SUCCESSOR_LABEL;
    unsigned char secret[REFRESH_TOKEN_BYTES];
    unsigned char successor[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_state state;

    if (!decode(parent, secret)) {
        return false;
    }
    /* These four always return 0. */
    (void)crypto_auth_hmacsha256_init(&state, secret, sizeof secret);
    (void)crypto_auth_hmacsha256_update(&state, LABEL, sizeof LABEL - 1);
    (void)crypto_auth_hmacsha256_update(&state, (const unsigned char *)nonce.data, nonce.len);
    (void)crypto_auth_hmacsha256_final(&state, successor);
    encode(successor, arena, token, hash);
    sodium_memzero(secret, sizeof secret);
    sodium_memzero(successor, sizeof successor);
    return true;
}
