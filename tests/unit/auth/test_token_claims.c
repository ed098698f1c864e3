/* Access tokens with our own signature: what is wrong with the payload. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/limits.h"
#include "token_fixture.h"

/* Good claims that blanks inside the JSON make as long as needed; even the right signature does not
 * help beyond the limit. */
static struct text token_of_length(struct arena *arena, size_t length)
{
    for (int blanks = 0; blanks < 2048; blanks++) {
        const struct text token =
            token_of(arena, arena_printf(arena, "%*s%s", blanks, "", good_claims(arena)).data);
        if (token.len >= length) {
            return token;
        }
    }
    return TEXT_ABSENT;
}

static void test_token_verify__length_at_the_limit(void **state)
{
    const struct text fits = token_of_length(*state, LIMIT_TOKEN_BYTES - 1);
    const struct text too_long = token_of_length(*state, LIMIT_TOKEN_BYTES + 1);
    assert_in_range(fits.len, LIMIT_TOKEN_BYTES - 1, LIMIT_TOKEN_BYTES);
    assert_in_range(too_long.len, LIMIT_TOKEN_BYTES + 1, LIMIT_TOKEN_BYTES + 2);
    assert_true(verifies(*state, fits));
    assert_false(verifies(*state, too_long));
}

static void test_token_verify__payloads_that_are_not_ours(void **state)
{
    static const char *const times = "\"exp\":1795391100,\"iat\":1795390200,";
    const struct text bad[] = {
        TEXT("{}"),
        TEXT("[]"),
        TEXT("x"),
        TEXT("\xFF"),
        arena_printf(*state, "%s%s%s", "{\"aud\":\"other\",", times, CLAIMS_TAIL),
        arena_printf(*state, "%s%s%s", "{\"aud\":[\"quizd-api\"],", times, CLAIMS_TAIL),
        arena_printf(*state, "%s%s%s", "{", times, CLAIMS_TAIL),
        arena_printf(*state, "%s%s%s", CLAIMS_HEAD "\"aud\":\"quizd-api\",", times, CLAIMS_TAIL),
        arena_printf(*state, "%s%s%s", CLAIMS_HEAD "\"iss\":\"evil\",", times, CLAIMS_TAIL),
        arena_printf(*state, "%s%s%s", CLAIMS_HEAD "\"admin\":true,", times, CLAIMS_TAIL),
        arena_printf(*state, "%s%s%s", CLAIMS_HEAD, "\"exp\":\"1795391100\",\"iat\":1795390200,",
                     CLAIMS_TAIL),
        arena_printf(*state, "%s%s%s", CLAIMS_HEAD, "\"exp\":1795391100.0,\"iat\":1795390200,",
                     CLAIMS_TAIL),
        arena_printf(*state, "%s%s%s", CLAIMS_HEAD, "\"exp\":null,\"iat\":1795390200,",
                     CLAIMS_TAIL),
        arena_printf(*state, "%s%s%s", CLAIMS_HEAD,
                     "\"exp\":9223372036854775807,\"iat\":1795390200,", CLAIMS_TAIL),
        arena_printf(*state, "%s%s%s", CLAIMS_HEAD, "\"exp\":1e10,\"iat\":1795390200,",
                     CLAIMS_TAIL),
        arena_printf(*state, "%s%s%s", CLAIMS_HEAD, "\"iat\":1795390200,", CLAIMS_TAIL),
        arena_printf(*state, "%s%s%s", CLAIMS_HEAD, "\"exp\":1795391100,", CLAIMS_TAIL),
        arena_printf(*state, "%s%s%s", CLAIMS_HEAD, "\"exp\":1795391100,\"iat\":true,",
                     CLAIMS_TAIL),
        arena_printf(*state, "%s%s", good_claims(*state), "x"),
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_false(verifies(
            *state, sign_segments(*state, good_header(*state), base64url(*state, bad[i]))));
    }
}

/* The good claims with one piece of the text replaced. */
static struct text token_with(struct arena *arena, const char *piece, const char *replacement)
{
    const char *claims = good_claims(arena);
    const char *found = strstr(claims, piece);
    assert_non_null(found);
    return token_of(arena, arena_printf(arena, "%.*s%s%s", (int)(found - claims), claims,
                                        replacement, found + strlen(piece))
                               .data);
}

static void test_token_verify__each_claim(void **state)
{
    static const char *const changes[][2] = {
        {"\"iss\":\"quizd\"", "\"iss\":\"Quizd\""},
        {"\"iss\":\"quizd\",", ""},
        {"\"typ\":\"access\"", "\"typ\":\"refresh\""},
        {",\"typ\":\"access\"", ""},
        {"\"sub\":\"" USER "\"", "\"sub\":\"\""},
        {"\"sub\":\"" USER "\"", "\"sub\":\"00000000-0000-0000-0000-000000000000\""},
        {"\"sub\":\"" USER "\",", ""},
        {"\"sid\":\"" SESSION "\"", "\"sid\":1"},
        {"\"jti\":\"" TOKEN_ID "\"", "\"jti\":\"x\""},
        {"\"role\":\"learner\"", "\"role\":\"\""},
        {"\"role\":\"learner\"", "\"role\":null"},
    };
    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        assert_false(verifies(*state, token_with(*state, changes[i][0], changes[i][1])));
    }
    assert_true(verifies(*state, token_with(*state, "learner", "admin")));
}

static void test_token_verify__times_and_leeway(void **state)
{
    struct arena *arena = *state;
    const int64_t past_s = NOW_S - TOKEN_LEEWAY_S;
    const int64_t future_s = NOW_S + TOKEN_LEEWAY_S;
    assert_true(verifies(arena, token_of(arena, claims_at(arena, past_s - 900, past_s + 1))));
    assert_false(verifies(arena, token_of(arena, claims_at(arena, past_s - 900, past_s))));
    assert_true(verifies(arena, token_of(arena, claims_at(arena, future_s, future_s + 900))));
    assert_false(verifies(arena, token_of(arena, claims_at(arena, future_s + 1, future_s + 900))));
    assert_false(verifies(arena, token_of(arena, claims_at(arena, NOW_S, NOW_S))));
    assert_false(verifies(arena, token_of(arena, claims_at(arena, NOW_S + 1, NOW_S))));
    assert_false(verifies(arena, token_of(arena, claims_at(arena, 0, NOW_S + 900))));
    assert_false(verifies(arena, token_of(arena, claims_at(arena, -1, NOW_S + 900))));
}

static void test_token_verify__not_before(void **state)
{
    struct arena *arena = *state;
    static const struct {
        int64_t nbf;
        bool is_good;
    } cases[] = {{NOW_S + TOKEN_LEEWAY_S, true},
                 {NOW_S + TOKEN_LEEWAY_S + 1, false},
                 {0, true},
                 {-1, false}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct text claims = arena_printf(
            arena, "%s%lld,%s",
            CLAIMS_HEAD "\"exp\":1795391100,\"iat\":1795390200,\"nbf\":", (long long)cases[i].nbf,
            CLAIMS_TAIL);
        assert_true(verifies(arena, token_of(arena, claims.data)) == cases[i].is_good);
    }
}

static void test_token_verify__says_when_it_has_expired(void **state)
{
    struct token_claims claims = {.issued_at_s = 0};
    struct error err = {.code = ERROR_NONE};
    const struct text token = token_of(*state, good_claims(*state));
    assert_false(token_verify(&KEYS, token, NOW_S + 10000, *state, &claims, &err));
    assert_int_equal(err.code, ERROR_INVALID_TOKEN);
    assert_string_equal(err.detail, "The access token has expired.");
}

static void test_token_verify__payload_must_be_canonical_base64url(void **state)
{
    struct arena *arena = *state;
    struct text payload = TEXT_ABSENT;
    for (int blanks = 0; payload.len % 4 == 0;
         blanks++) { /* until the last character has bits to spare */
        payload = base64url(arena, arena_printf(arena, "%s%*s", good_claims(arena), blanks, ""));
    }
    assert_true(verifies(arena, sign_segments(arena, good_header(arena), payload)));
    char *copy = arena_alloc_bytes(arena, payload.len + 1);
    (void)memcpy(copy, payload.data, payload.len + 1);
    copy[payload.len - 1]++; /* a bit that belongs to no byte; the canonical character is never the
                                last of its range */
    assert_false(verifies(arena, sign_segments(arena, good_header(arena), text_of(copy))));
    assert_false(verifies(arena, sign_segments(arena, good_header(arena),
                                               arena_printf(arena, "%.*s=", TEXT_ARG(payload)))));
    assert_false(verifies(arena, sign_segments(arena, good_header(arena),
                                               arena_printf(arena, "%.*s+", TEXT_ARG(payload)))));
    assert_false(verifies(arena, sign_segments(arena, good_header(arena),
                                               arena_printf(arena, "%.*s\n", TEXT_ARG(payload)))));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_token_verify__length_at_the_limit, setup, teardown),
        cmocka_unit_test_setup_teardown(test_token_verify__payloads_that_are_not_ours, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_token_verify__each_claim, setup, teardown),
        cmocka_unit_test_setup_teardown(test_token_verify__times_and_leeway, setup, teardown),
        cmocka_unit_test_setup_teardown(test_token_verify__not_before, setup, teardown),
        cmocka_unit_test_setup_teardown(test_token_verify__says_when_it_has_expired, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_token_verify__payload_must_be_canonical_base64url,
                                        setup, teardown),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
