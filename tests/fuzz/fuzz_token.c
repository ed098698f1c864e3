/*
 * Any bytes as an access token, and as the payload of a token with the right signature. Nothing but
 * the very tokens that were issued is accepted of the first kind; of the second, only what is for
 * us, has begun and has not ended, and that is accepted again when it is issued by ourselves.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "auth/refresh_token.h"
#include "auth/token.h"
#include "base/limits.h"
#include "base/random.h"
#include "json/body.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOW_S INT64_C(1795390200)
#define HEADER "{\"alg\":\"HS256\",\"kid\":\"3eb1bd439947eb76\",\"typ\":\"JWT\"}"

/* The secret's SHA-256 begins with the kid. */
static const struct token_keys KEYS = {
    .keys = {{.kid = "3eb1bd439947eb76",
              .secret = "0123456789abcdef0123456789abcdef",
              .secret_len = 32}},
    .count = 1,
};

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static struct text base64url(struct arena *arena, const void *bytes, size_t len)
{
    const size_t room = sodium_base64_encoded_len(len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *out = arena_alloc_bytes(arena, room);
    sodium_bin2base64(out, room, bytes, len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return text_of(out);
}

static struct text sign(struct arena *arena, struct text payload)
{
    unsigned char mac[crypto_auth_hmacsha256_BYTES];
    const struct text header = base64url(arena, HEADER, sizeof HEADER - 1);
    const struct text body = base64url(arena, payload.data, payload.len);
    const struct text head = arena_printf(arena, "%.*s.%.*s", TEXT_ARG(header), TEXT_ARG(body));
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, KEYS.keys[0].secret, KEYS.keys[0].secret_len);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)head.data, head.len);
    crypto_auth_hmacsha256_final(&state, mac);
    const struct text signature = base64url(arena, mac, sizeof mac);
    return arena_printf(arena, "%.*s.%.*s", TEXT_ARG(head), TEXT_ARG(signature));
}

static bool verify(struct arena *arena, struct text token, struct token_claims *claims)
{
    struct error err = {.code = ERROR_NONE};
    const bool is_good = token_verify(&KEYS, token, NOW_S, arena, claims, &err);
    require(is_good || err.code == ERROR_INVALID_TOKEN);
    return is_good;
}

/* Whoever has no key can present only what was given out. The signature over the first two
 * segments, made again, must be the third to the letter: no second spelling of a token is good. */
static void check_token(struct arena *arena, struct text token)
{
    struct token_claims claims;
    struct text header = TEXT_ABSENT;
    struct text payload = TEXT_ABSENT;
    struct text rest = TEXT_ABSENT;
    if (!verify(arena, token, &claims)) {
        return;
    }
    unsigned char bytes[LIMIT_TOKEN_BYTES];
    size_t len = 0;
    require(text_split(token, '.', &header, &rest) && text_split(rest, '.', &payload, &rest));
    require(sodium_base642bin(bytes, sizeof bytes, payload.data, payload.len, NULL, &len, NULL,
                              sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0);
    require(text_equal(token, sign(arena, (struct text){(const char *)bytes, len})));
}

static void check_payload(struct arena *arena, struct text payload)
{
    struct token_claims claims;
    struct token_claims again;
    struct text token = TEXT_ABSENT;
    struct error err = {.code = ERROR_NONE};
    if (!verify(arena, sign(arena, payload), &claims)) {
        return;
    }
    require(claims.expires_at_s > NOW_S - TOKEN_LEEWAY_S && claims.issued_at_s > 0 &&
            claims.issued_at_s <= NOW_S + TOKEN_LEEWAY_S);
    require(claims.role.len > 0 && text_is_utf8(claims.role));
    require(token_issue(&KEYS, &claims, arena, &token, &err));
    require(verify(arena, token, &again));
    require(uuid_equal(again.user_id, claims.user_id) && text_equal(again.role, claims.role) &&
            again.expires_at_s == claims.expires_at_s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    random_start(); /* does nothing the second time */
    body_start();
    struct arena *arena = arena_create();
    struct text hash = TEXT_ABSENT;
    const struct text bytes = arena_copy(arena, (struct text){(const char *)data, size});
    check_token(arena, bytes);
    check_payload(arena, bytes);
    if (refresh_token_hash(bytes, arena, &hash)) {
        require(hash.len == REFRESH_HASH_BYTES);
    }
    arena_free(arena);
    return 0;
}
