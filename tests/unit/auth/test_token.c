/* Access tokens: what is wrong with the form, the header or the signature. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <string.h>

#include "base/limits.h"
#include "token_fixture.h"

static struct token_claims example_claims(void)
{
    struct token_claims claims = {
        .role = TEXT("learner"), .issued_at_s = NOW_S, .expires_at_s = NOW_S + TOKEN_LIFETIME_S};
    assert_true(uuid_parse(TEXT(USER), &claims.user_id));
    assert_true(uuid_parse(TEXT(SESSION), &claims.session_id));
    assert_true(uuid_parse(TEXT(TOKEN_ID), &claims.token_id));
    return claims;
}

static void test_token_issue__is_what_we_would_sign_by_hand(void **state)
{
    struct text token = TEXT_ABSENT;
    struct error err = {.code = ERROR_NONE};
    const struct token_claims claims = example_claims();

    assert_true(token_issue(&KEYS, &claims, *state, &token, &err));

    assert_string_equal(token.data, token_of(*state, good_claims(*state)).data);
}

static void test_token_verify__gives_the_claims_back(void **state)
{
    struct text token = TEXT_ABSENT;
    struct token_claims claims = {.issued_at_s = 0};
    struct error err = {.code = ERROR_NONE};
    const struct token_claims issued = example_claims();
    assert_true(token_issue(&KEYS, &issued, *state, &token, &err));

    assert_true(token_verify(&KEYS, token, NOW_S, *state, &claims, &err));

    assert_true(uuid_equal(claims.user_id, issued.user_id));
    assert_true(uuid_equal(claims.session_id, issued.session_id));
    assert_true(uuid_equal(claims.token_id, issued.token_id));
    assert_string_equal(claims.role.data, "learner");
    assert_int_equal(claims.issued_at_s, NOW_S);
    assert_int_equal(claims.expires_at_s, NOW_S + TOKEN_LIFETIME_S);
}

static void test_token_verify__a_previous_key_still_counts(void **state)
{
    struct token_keys previous = {.keys = {KEYS.keys[1]}, .count = 1};
    struct text token = TEXT_ABSENT;
    struct token_claims claims = example_claims();
    struct error err = {.code = ERROR_NONE};
    assert_true(token_issue(&previous, &claims, *state, &token, &err));

    assert_true(token_verify(&KEYS, token, NOW_S, *state, &claims, &err));
    assert_false(token_verify(&FIRST_KEY_ONLY, token, NOW_S, *state, &claims, &err));
    assert_int_equal(err.code, ERROR_INVALID_TOKEN);
}

static void test_token_verify__no_keys(void **state)
{
    static const struct token_keys none = {.count = 0};
    struct token_claims claims = {.issued_at_s = 0};
    struct error err = {.code = ERROR_NONE};
    assert_false(
        token_verify(&none, token_of(*state, good_claims(*state)), NOW_S, *state, &claims, &err));
}

static void test_token_verify__headers_that_are_not_ours(void **state)
{
    static const char *const headers[] = {
        "{\"alg\":\"none\",\"kid\":\"3eb1bd439947eb76\",\"typ\":\"JWT\"}",
        "{\"alg\":\"None\",\"typ\":\"JWT\"}",
        "{\"alg\":\"HS512\",\"kid\":\"3eb1bd439947eb76\",\"typ\":\"JWT\"}",
        "{\"alg\":\"RS256\",\"kid\":\"3eb1bd439947eb76\",\"typ\":\"JWT\"}",
        "{\"alg\":\"hs256\",\"kid\":\"3eb1bd439947eb76\",\"typ\":\"JWT\"}",
        "{\"alg\":\"Hs256\",\"kid\":\"3eb1bd439947eb76\",\"typ\":\"JWT\"}",
        "{\"alg\":\"HS256\",\"kid\":\"0000000000000000\",\"typ\":\"JWT\"}",
        "{\"alg\":\"HS256\",\"kid\":\"3EB1BD439947EB76\",\"typ\":\"JWT\"}",
        "{\"alg\":\"HS256\",\"kid\":\"\",\"typ\":\"JWT\"}",
        "{\"alg\":\"HS256\",\"typ\":\"JWT\"}",
        "{\"typ\":\"JWT\",\"alg\":\"HS256\",\"kid\":\"3eb1bd439947eb76\"}",
        "{\"alg\":\"HS256\",\"kid\":\"3eb1bd439947eb76\",\"typ\":\"JWT\",\"crit\":[\"x\"]}",
        "{\"alg\":\"none\",\"alg\":\"HS256\",\"kid\":\"3eb1bd439947eb76\",\"typ\":\"JWT\"}",
        "{\"alg\": \"HS256\",\"kid\":\"3eb1bd439947eb76\",\"typ\":\"JWT\"}",
        "{\"alg\":\"HS256\",\"jwk\":{\"kty\":\"oct\",\"k\":\"AA\"}}",
        "{}",
        "[]",
        "x",
    };
    for (size_t i = 0; i < COUNT_OF(headers); i++) {
        assert_false(
            verifies(*state, make_token(*state, headers[i], text_of(good_claims(*state)))));
    }
    assert_true(verifies(*state, token_of(*state, good_claims(*state))));
}

static void test_token_verify__the_header_is_compared_byte_by_byte(void **state)
{
    struct arena *arena = *state;
    const struct text header = good_header(arena);
    const struct text payload = base64url(arena, text_of(good_claims(arena)));
    char *copy = arena_alloc_bytes(arena, header.len + 1);
    (void)memcpy(copy, header.data, header.len + 1);
    for (size_t i = 0; i < header.len; i++) {
        copy[i] ^= 0x20; /* the other case of a letter */
        assert_false(verifies(arena, sign_segments(arena, text_of(copy), payload)));
        copy[i] ^= 0x20;
    }
    assert_true(verifies(arena, sign_segments(arena, text_of(copy), payload)));
}

static void test_token_verify__alg_none_without_signature(void **state)
{
    struct arena *arena = *state;
    const struct text header = base64url(arena, TEXT("{\"alg\":\"none\",\"typ\":\"JWT\"}"));
    const struct text payload = base64url(arena, text_of(good_claims(arena)));
    assert_false(
        verifies(arena, arena_printf(arena, "%.*s.%.*s.", TEXT_ARG(header), TEXT_ARG(payload))));
    assert_false(
        verifies(arena, arena_printf(arena, "%.*s.%.*s", TEXT_ARG(header), TEXT_ARG(payload))));
}

static void test_token_verify__a_public_key_as_the_secret(void **state)
{
    struct arena *arena = *state;
    const struct text payload = base64url(arena, text_of(good_claims(arena)));
    const struct text header = good_header(arena);
    const struct text signed_part =
        arena_printf(arena, "%.*s.%.*s", TEXT_ARG(header), TEXT_ARG(payload));
    const struct text secrets[] = {
        TEXT("-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END PUBLIC "
             "KEY-----\n"),
        TEXT(""), TEXT("3eb1bd439947eb76"), TEXT("secret")};
    for (size_t i = 0; i < COUNT_OF(secrets); i++) {
        const struct text signature = sign_with(arena, signed_part, secrets[i]);
        assert_false(verifies(
            arena, arena_printf(arena, "%.*s.%.*s", TEXT_ARG(signed_part), TEXT_ARG(signature))));
    }
}

static void test_token_verify__every_bit_of_the_signature_counts(void **state)
{
    struct arena *arena = *state;
    const struct text token = token_of(arena, good_claims(arena));
    const struct text signature = text_slice(token, token.len - 43, 43);
    unsigned char mac[32];
    size_t len = 0;
    assert_int_equal(sodium_base642bin(mac, sizeof mac, signature.data, signature.len, NULL, &len,
                                       NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING),
                     0);
    for (size_t bit = 0; bit < 256; bit++) {
        mac[bit / 8] ^= (unsigned char)(1U << (bit % 8));
        const struct text wrong =
            base64url(arena, (struct text){.data = (const char *)mac, .len = sizeof mac});
        assert_false(verifies(arena, arena_printf(arena, "%.*s%.*s", (int)(token.len - 43),
                                                  token.data, TEXT_ARG(wrong))));
        mac[bit / 8] ^= (unsigned char)(1U << (bit % 8));
    }
}

static void test_token_verify__every_byte_of_the_rest_counts(void **state)
{
    struct arena *arena = *state;
    const struct text token = token_of(arena, good_claims(arena));
    char *copy = arena_alloc_bytes(arena, token.len);
    (void)memcpy(copy, token.data, token.len);
    for (size_t i = 0; i < token.len - 43; i++) {
        const char before = copy[i];
        copy[i] = before == 'A' ? 'B' : 'A';
        assert_false(verifies(arena, (struct text){.data = copy, .len = token.len}));
        copy[i] = before;
    }
    assert_true(verifies(arena, (struct text){.data = copy, .len = token.len}));
}

static void test_token_verify__signatures_of_another_length(void **state)
{
    struct arena *arena = *state;
    const struct text token = token_of(arena, good_claims(arena));
    for (size_t cut = 1; cut <= 43; cut++) {
        assert_false(verifies(arena, text_slice(token, 0, token.len - cut)));
    }
    assert_false(verifies(arena, arena_printf(arena, "%.*sA", TEXT_ARG(token))));
    assert_false(verifies(arena, arena_printf(arena, "%.*sAAAA", TEXT_ARG(token))));
}

static void test_token_verify__base64_must_be_canonical(void **state)
{
    struct arena *arena = *state;
    const struct text token = token_of(arena, good_claims(arena));
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const char *place = strchr(alphabet, token.data[token.len - 1]);
    assert_non_null(place);
    const size_t last = (size_t)(place - alphabet);
    assert_int_equal(last % 4, 0); /* 43 characters are 258 bits: two are over, and 0 */
    for (size_t extra = 1; extra < 4; extra++) {
        assert_false(verifies(arena, arena_printf(arena, "%.*s%c", (int)token.len - 1, token.data,
                                                  alphabet[last + extra])));
    }
    assert_false(verifies(arena, arena_printf(arena, "%.*s=", TEXT_ARG(token))));
    assert_false(verifies(arena, arena_printf(arena, "%.*s ", TEXT_ARG(token))));
    assert_false(verifies(arena, arena_printf(arena, "%.*s\n", TEXT_ARG(token))));
    assert_false(verifies(arena, arena_printf(arena, " %.*s", TEXT_ARG(token))));
}

static void test_token_verify__number_of_segments(void **state)
{
    struct arena *arena = *state;
    const struct text token = token_of(arena, good_claims(arena));
    const struct text header = good_header(arena);
    const struct text bad[] = {
        TEXT(""),
        TEXT_ABSENT,
        TEXT("."),
        TEXT(".."),
        TEXT("..."),
        TEXT("a"),
        TEXT("a.b"),
        TEXT("a.b.c"),
        TEXT("a..c"),
        TEXT(".b.c"),
        TEXT("a.b."),
        arena_printf(arena, "%.*s.", TEXT_ARG(token)),
        arena_printf(arena, ".%.*s", TEXT_ARG(token)),
        arena_printf(arena, "%.*s.x", TEXT_ARG(token)),
        arena_printf(arena, "%.*s..", TEXT_ARG(header)),
        sign_segments(arena, header, TEXT("")),
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_false(verifies(arena, bad[i]));
    }
}

static void test_token_verify__any_bytes(void **state)
{
    struct arena *arena = *state;
    const struct text token = token_of(arena, good_claims(arena));
    assert_false(verifies(arena, TEXT("\0.\0.\0")));
    assert_false(verifies(arena, TEXT("\xFF.\xFE.\xFD")));
    assert_false(verifies(arena, TEXT("\xC3\xA4.\xC3\xA4.\xC3\xA4")));
    for (size_t len = 0; len < token.len; len++) {
        assert_false(verifies(arena, text_slice(token, 0, len)));
    }
}

static void *verify_deep(void *argument)
{
    struct arena *arena = arena_create();
    char nested[1400];
    (void)memset(nested, '[', sizeof nested);
    const struct text payload = {.data = nested, .len = sizeof nested};
    struct token_claims claims = {.issued_at_s = 0};
    struct error err = {.code = ERROR_NONE};
    bool *is_refused = argument;
    /* 1.4 kB of brackets, signed by us; and 3.3 kB of token as an attacker sends it: nested header,
     * no signature. */
    const struct text signed_token =
        sign_segments(arena, good_header(arena), base64url(arena, payload));
    const struct text forged = arena_printf(arena, "%s.%s.%s", base64url(arena, payload).data,
                                            base64url(arena, payload).data, "AA");
    *is_refused = signed_token.len <= LIMIT_TOKEN_BYTES && forged.len > 3300 &&
                  !token_verify(&FIRST_KEY_ONLY, signed_token, NOW_S, arena, &claims, &err) &&
                  err.code == ERROR_INVALID_TOKEN &&
                  !token_verify(&FIRST_KEY_ONLY, forged, NOW_S, arena, &claims, &err) &&
                  err.code == ERROR_INVALID_TOKEN;
    arena_free(arena);
    return NULL;
}

static void test_token_verify__nested_tokens_on_a_small_stack(void **state)
{
    bool is_refused = false;
    pthread_attr_t attributes;
    pthread_t thread;
    assert_int_equal(pthread_attr_init(&attributes), 0);
    assert_int_equal(pthread_attr_setstacksize(&attributes, 102400), 0);
    assert_int_equal(pthread_create(&thread, &attributes, verify_deep, &is_refused), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(pthread_attr_destroy(&attributes), 0);
    assert_true(is_refused);
}

static void test_token_verify__a_key_that_was_replaced(void **state)
{
    struct token_keys keys = KEYS;
    const struct token_keys old = {.keys = {KEYS.keys[1]}, .count = 1};
    const struct token_claims claims = {.user_id = uuid_new(),
                                        .session_id = uuid_new(),
                                        .token_id = uuid_new(),
                                        .role = TEXT("learner"),
                                        .issued_at_s = NOW_S,
                                        .expires_at_s = NOW_S + 900};
    struct token_claims found;
    struct text token = TEXT_ABSENT;
    struct error err = {.code = ERROR_NONE};

    assert_true(token_issue(&old, &claims, *state, &token, &err));
    keys.keys[1].good_until_s = NOW_S + 10;
    assert_true(token_verify(&keys, token, NOW_S + 9, *state, &found, &err));
    assert_false(token_verify(&keys, token, NOW_S + 10, *state, &found, &err));
    assert_int_equal(err.code, ERROR_INVALID_TOKEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_token_verify__a_key_that_was_replaced, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_token_issue__is_what_we_would_sign_by_hand, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_token_verify__gives_the_claims_back, setup, teardown),
        cmocka_unit_test_setup_teardown(test_token_verify__a_previous_key_still_counts, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_token_verify__no_keys, setup, teardown),
        cmocka_unit_test_setup_teardown(test_token_verify__headers_that_are_not_ours, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_token_verify__the_header_is_compared_byte_by_byte,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_token_verify__alg_none_without_signature, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_token_verify__a_public_key_as_the_secret, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_token_verify__every_bit_of_the_signature_counts, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_token_verify__every_byte_of_the_rest_counts, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_token_verify__signatures_of_another_length, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_token_verify__base64_must_be_canonical, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_token_verify__number_of_segments, setup, teardown),
        cmocka_unit_test_setup_teardown(test_token_verify__any_bytes, setup, teardown),
        cmocka_unit_test(test_token_verify__nested_tokens_on_a_small_stack),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
