/* Tokens built by hand and signed with libsodium, for the tests of auth/token. */
#ifndef TESTS_TOKEN_FIXTURE_H
#define TESTS_TOKEN_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sodium.h>

#include "auth/token.h"
#include "base/random.h"
#include "json/body.h"

#define NOW_S INT64_C(1795390200)
#define USER "0190a5c0-7e1f-7abc-8def-000000000001"
#define SESSION "0190a5c0-7e1f-7abc-8def-000000000002"
#define TOKEN_ID "0190a5c0-7e1f-7abc-8def-000000000003"
#define CLAIMS_HEAD "{\"aud\":\"quizd-api\","
#define CLAIMS_TAIL                                                                      \
    "\"iss\":\"quizd\",\"jti\":\"" TOKEN_ID "\",\"role\":\"learner\",\"sid\":\"" SESSION \
    "\",\"sub\":\"" USER "\",\"typ\":\"access\"}"

/* SHA-256 of the two secrets begins with these bytes (sha256sum). */
static const struct token_keys KEYS = {
    .keys = {{.kid = "3eb1bd439947eb76",
              .secret = "0123456789abcdef0123456789abcdef",
              .secret_len = 32},
             {.kid = "4ba68aa8767bde72",
              .secret = "fedcba9876543210fedcba9876543210",
              .secret_len = 32}},
    .count = 2,
};
static const struct token_keys FIRST_KEY_ONLY = {
    .keys = {{.kid = "3eb1bd439947eb76",
              .secret = "0123456789abcdef0123456789abcdef",
              .secret_len = 32}},
    .count = 1,
};

static inline int start(void **state)
{
    random_start();
    body_start();
    return 0;
}

static inline int setup(void **state)
{
    *state = arena_create();
    return 0;
}

static inline int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

static inline struct text base64url(struct arena *arena, struct text bytes)
{
    const size_t room =
        sodium_base64_encoded_len(bytes.len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *out = arena_alloc_bytes(arena, room);
    sodium_bin2base64(out, room, (const unsigned char *)bytes.data, bytes.len,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return text_of(out);
}

static inline struct text sign_with(struct arena *arena, struct text signed_part,
                                    struct text secret)
{
    unsigned char mac[32];
    crypto_auth_hmacsha256_state hmac;
    crypto_auth_hmacsha256_init(&hmac, (const unsigned char *)secret.data, secret.len);
    crypto_auth_hmacsha256_update(&hmac, (const unsigned char *)signed_part.data, signed_part.len);
    crypto_auth_hmacsha256_final(&hmac, mac);
    return base64url(arena, (struct text){.data = (const char *)mac, .len = sizeof mac});
}

/* header.payload.signature of segments that are encoded already. */
static inline struct text sign_segments(struct arena *arena, struct text header,
                                        struct text payload)
{
    const struct text signed_part =
        arena_printf(arena, "%.*s.%.*s", TEXT_ARG(header), TEXT_ARG(payload));
    const struct text signature =
        sign_with(arena, signed_part, TEXT("0123456789abcdef0123456789abcdef"));
    return arena_printf(arena, "%.*s.%.*s", TEXT_ARG(signed_part), TEXT_ARG(signature));
}

static inline struct text good_header(struct arena *arena)
{
    return base64url(arena,
                     TEXT("{\"alg\":\"HS256\",\"kid\":\"3eb1bd439947eb76\",\"typ\":\"JWT\"}"));
}

static inline struct text make_token(struct arena *arena, const char *header, struct text payload)
{
    return sign_segments(arena, base64url(arena, text_of(header)), base64url(arena, payload));
}

static inline struct text token_of(struct arena *arena, const char *payload)
{
    return sign_segments(arena, good_header(arena), base64url(arena, text_of(payload)));
}

static inline const char *claims_at(struct arena *arena, int64_t iat, int64_t exp)
{
    return arena_printf(arena, CLAIMS_HEAD "\"exp\":%lld,\"iat\":%lld," CLAIMS_TAIL, (long long)exp,
                        (long long)iat)
        .data;
}

static inline const char *good_claims(struct arena *arena)
{
    return claims_at(arena, NOW_S, NOW_S + TOKEN_LIFETIME_S);
}

static inline bool verifies(struct arena *arena, struct text token)
{
    struct token_claims claims = {.issued_at_s = 0};
    struct error err = {.code = ERROR_NONE};
    const bool is_good = token_verify(&FIRST_KEY_ONLY, token, NOW_S, arena, &claims, &err);
    if (!is_good) {
        assert_int_equal(err.code, ERROR_INVALID_TOKEN);
    }
    return is_good;
}

#endif
