/*
 * Access tokens. The order of the checks is the point: nothing is decoded before the length, the
 * form, the header and the signature are right, so that an attacker's bytes reach neither a decoder
 * nor a parser. libjwt only issues: its decoder lets the token choose the algorithm, is lenient on
 * base64 and allocates on the stack. The payload, then known to be ours, is read by body_parse and
 * a shape, which are strict.
 */
#include "auth/token.h"

#include <stdlib.h>
#include <string.h>

#include <jwt.h>
#include <sodium.h>

#include "base/limits.h"
#include "base/shape.h"
#include "json/body.h"
#include "json/codec.h"

/* libsodium's and libjwt's variant: '-' and '_', no padding. Decoding refuses bits behind the last
 * byte that are not 0. */
enum { BASE64URL = sodium_base64_VARIANT_URLSAFE_NO_PADDING, HEADER_BYTES = 96 };

#define TOKEN_TYPE "access"
#define LATEST_TIME_S INT64_C(253402300799) /* 9999-12-31T23:59:59Z */

struct payload {
    struct text iss;
    struct text aud;
    struct text typ;
    struct uuid sub;
    struct uuid sid;
    struct uuid jti;
    struct text role;
    int64_t iat;
    int64_t exp;
    const int64_t *nbf; /* NULL: none */
};

static const struct shape_member PAYLOAD_MEMBERS[] = {
    MEMBER_TEXT(struct payload, iss, .max = 64),
    MEMBER_TEXT(struct payload, aud, .max = 64),
    MEMBER_TEXT(struct payload, typ, .max = 16),
    MEMBER_UUID(struct payload, sub),
    MEMBER_UUID(struct payload, sid),
    MEMBER_UUID(struct payload, jti),
    MEMBER_TEXT(struct payload, role, .min = 1, .max = 32),
    MEMBER_I64(struct payload, iat, .min = 1, .max = LATEST_TIME_S),
    MEMBER_I64(struct payload, exp, .min = 1, .max = LATEST_TIME_S),
    MEMBER_I64_REF(struct payload, nbf, .min = 0, .max = LATEST_TIME_S,
                   .flags = SHAPE_REF | SHAPE_OPTIONAL),
};
static const struct shape PAYLOAD_SHAPE = SHAPE_OF("AccessToken", struct payload, PAYLOAD_MEMBERS);

/* The header of every token that this key signs, as it stands in the token. libjwt sorts members
 * and leaves out blanks. */
static struct text make_header(const struct token_key *key, char out[HEADER_BYTES])
{
    char json[HEADER_BYTES / 2 + 16];
    struct buffer buffer = {.data = json, .capacity = sizeof json, .ceiling = sizeof json};
    buffer_append(&buffer, TEXT("{\"alg\":\"HS256\",\"kid\":\""));
    buffer_append(&buffer, text_of(key->kid));
    buffer_append(&buffer, TEXT("\",\"typ\":\"JWT\"}"));
    (void)sodium_bin2base64(out, HEADER_BYTES, (const unsigned char *)json, buffer.len,
                            BASE64URL); /* aborts where it does not fit */
    return text_of(out);
}

static void release_jwt(void *jwt)
{
    jwt_free(jwt);
}

static bool add_claims(jwt_t *jwt, const struct token_claims *claims, struct arena *arena)
{
    char id[UUID_TEXT_BYTES + 1];
    return jwt_add_grant(jwt, "iss", TOKEN_ISSUER) == 0 &&
           jwt_add_grant(jwt, "aud", TOKEN_AUDIENCE) == 0 &&
           jwt_add_grant(jwt, "typ", TOKEN_TYPE) == 0 &&
           jwt_add_grant(jwt, "sub", uuid_format(claims->user_id, id).data) == 0 &&
           jwt_add_grant(jwt, "sid", uuid_format(claims->session_id, id).data) == 0 &&
           jwt_add_grant(jwt, "jti", uuid_format(claims->token_id, id).data) == 0 &&
           jwt_add_grant(jwt, "role", arena_string(arena, claims->role)) == 0 &&
           jwt_add_grant_int(jwt, "iat", claims->issued_at_s) == 0 &&
           jwt_add_grant_int(jwt, "exp", claims->expires_at_s) == 0;
}

bool token_issue(const struct token_keys *keys, const struct token_claims *claims,
                 struct arena *arena, struct text *token, struct error *err)
{
    const struct token_key *key = &keys->keys[0];
    jwt_t *jwt = NULL;
    if (jwt_new(&jwt) != 0) {
        return error_set(err, ERROR_INTERNAL, "The token could not be made.");
    }
    arena_defer(arena, release_jwt, jwt);
    if (jwt_set_alg(jwt, JWT_ALG_HS256, key->secret, (int)key->secret_len) != 0 ||
        jwt_add_header(jwt, "kid", key->kid) != 0 || !add_claims(jwt, claims, arena)) {
        return error_set(err, ERROR_INTERNAL, "The token could not be made.");
    }
    char *encoded = jwt_encode_str(jwt);
    arena_defer(arena, free, encoded);
    char header[HEADER_BYTES];
    struct text issued_header = TEXT_ABSENT;
    struct text rest = TEXT_ABSENT;
    /* What token_verify would not take is never given out, whatever a new libjwt does. */
    if (!text_split(text_of(encoded), '.', &issued_header, &rest) ||
        !text_equal(issued_header, make_header(key, header)) ||
        strlen(encoded) > LIMIT_TOKEN_BYTES) {
        return error_set(err, ERROR_INTERNAL, "The token could not be made.");
    }
    *token = arena_copy(arena, text_of(encoded));
    return true;
}

struct segments {
    struct text header;
    struct text payload;
    struct text signature;
    struct text signed_part; /* header, full stop, payload */
};

/* Exactly three segments, none empty. What is in them is looked at later: the header is compared,
 * the others are decoded strictly. */
static bool split_token(struct text token, struct segments *segments)
{
    struct text rest = TEXT_ABSENT;
    struct text none = TEXT_ABSENT;
    if (token.len > LIMIT_TOKEN_BYTES || !text_split(token, '.', &segments->header, &rest) ||
        !text_split(rest, '.', &segments->payload, &rest) ||
        text_split(rest, '.', &segments->signature, &none)) {
        return false;
    }
    segments->signed_part = text_slice(token, 0, segments->header.len + 1 + segments->payload.len);
    return segments->header.len > 0 && segments->payload.len > 0 && segments->signature.len > 0;
}

static const struct token_key *find_key(const struct token_keys *keys, struct text header,
                                        int64_t now_s)
{
    char expected[HEADER_BYTES];
    for (size_t i = 0; i < keys->count; i++) {
        const struct token_key *key = &keys->keys[i];
        if ((key->good_until_s == 0 || now_s < key->good_until_s) &&
            text_equal(header, make_header(key, expected))) {
            return key;
        }
    }
    return NULL;
}

static bool decode_base64url(struct text encoded, unsigned char *out, size_t room, size_t *len)
{
    return sodium_base642bin(out, room, encoded.data, encoded.len, NULL, len, NULL, BASE64URL) == 0;
}

static bool signature_holds(const struct token_key *key, const struct segments *segments)
{
    unsigned char given[crypto_auth_hmacsha256_BYTES];
    unsigned char expected[crypto_auth_hmacsha256_BYTES];
    size_t given_len = 0;
    if (!decode_base64url(segments->signature, given, sizeof given, &given_len) ||
        given_len != sizeof given) {
        return false;
    }
    /* These three always return 0. */
    crypto_auth_hmacsha256_state state;
    (void)crypto_auth_hmacsha256_init(&state, key->secret, key->secret_len);
    (void)crypto_auth_hmacsha256_update(&state, (const unsigned char *)segments->signed_part.data,
                                        segments->signed_part.len);
    (void)crypto_auth_hmacsha256_final(&state, expected);
    return sodium_memcmp(given, expected, sizeof expected) == 0;
}

static bool read_payload(struct text encoded, struct arena *arena, struct payload *payload)
{
    struct error why = {.code = ERROR_NONE};
    json_t *root = NULL;
    size_t len = 0;
    char *bytes = arena_alloc_bytes(arena, encoded.len);
    return decode_base64url(encoded, (unsigned char *)bytes, encoded.len, &len) &&
           body_parse(arena, (struct text){.data = bytes, .len = len}, LIMIT_TOKEN_BYTES, &root,
                      &why) &&
           codec_decode(arena, root, &PAYLOAD_SHAPE, payload, &why);
}

static bool is_for_us(const struct payload *payload)
{
    return text_equal(payload->iss, TEXT(TOKEN_ISSUER)) &&
           text_equal(payload->aud, TEXT(TOKEN_AUDIENCE)) &&
           text_equal(payload->typ, TEXT(TOKEN_TYPE));
}

static bool has_begun(const struct payload *payload, int64_t now_s)
{
    const int64_t latest_s = now_s + TOKEN_LEEWAY_S;
    return payload->iat <= latest_s && (payload->nbf == NULL || *payload->nbf <= latest_s) &&
           payload->iat < payload->exp;
}

bool token_verify(const struct token_keys *keys, struct text token, int64_t now_s,
                  struct arena *arena, struct token_claims *claims, struct error *err)
{
    struct segments segments = {.header = TEXT_ABSENT};
    const struct token_key *key =
        split_token(token, &segments) ? find_key(keys, segments.header, now_s) : NULL;
    struct payload payload = {.iss = TEXT_ABSENT};
    if (key == NULL || !signature_holds(key, &segments) ||
        !read_payload(segments.payload, arena, &payload) || !is_for_us(&payload) ||
        !has_begun(&payload, now_s)) {
        return error_set(err, ERROR_INVALID_TOKEN, "The access token is not valid.");
    }
    if (payload.exp <= now_s - TOKEN_LEEWAY_S) {
        return error_set(err, ERROR_INVALID_TOKEN, "The access token has expired.");
    }
    *claims = (struct token_claims){
        .user_id = payload.sub,
        .session_id = payload.sid,
        .token_id = payload.jti,
        .role = payload.role,
        .issued_at_s = payload.iat,
        .expires_at_s = payload.exp,
    };
    return true;
}
