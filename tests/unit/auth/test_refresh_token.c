/* Opaque refresh tokens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "auth/refresh_token.h"
#include "token_fixture.h"

static void test_refresh_token__hash_of_what_was_given_out(void **state)
{
    struct text token = TEXT_ABSENT;
    struct text hash = TEXT_ABSENT;
    struct text again = TEXT_ABSENT;

    refresh_token_new(*state, &token, &hash);

    assert_int_equal(token.len, 43);
    assert_int_equal(hash.len, REFRESH_HASH_BYTES);
    assert_true(refresh_token_hash(token, *state, &again));
    assert_true(text_equal(hash, again));
    struct text other = TEXT_ABSENT;
    refresh_token_new(*state, &other, &hash);
    assert_false(text_equal(token, other));
}

static void test_refresh_token_hash__known_value(void **state)
{
    /* SHA-256 of 32 zero bytes begins with 66687aad. */
    struct text hash = TEXT_ABSENT;
    assert_true(
        refresh_token_hash(TEXT("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), *state, &hash));
    assert_memory_equal(hash.data, "\x66\x68\x7a\xad", 4);
}

static void test_refresh_token_hash__refuses(void **state)
{
    const struct text bad[] = {TEXT(""),
                               TEXT_ABSENT,
                               TEXT("AAAA"),
                               TEXT("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
                               TEXT("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
                               TEXT("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB"),
                               TEXT("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
                               TEXT("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n")};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct text hash = TEXT_ABSENT;
        assert_false(refresh_token_hash(bad[i], *state, &hash));
        assert_null(hash.data);
    }
}

/* HMAC-SHA256 as Python's hmac has it: the database and every version of the program must agree. */
static void test_refresh_token_succeed__known_value(void **state)
{
    char zeros[REFRESH_NONCE_BYTES] = {0};
    const struct text nonce = {.data = zeros, .len = sizeof zeros};
    struct text token = TEXT_ABSENT;
    struct text hash = TEXT_ABSENT;
    struct text again = TEXT_ABSENT;

    assert_true(refresh_token_succeed(TEXT("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), nonce,
                                      *state, &token, &hash));
    assert_string_equal(token.data, "OSVz8bUpd5PWrBZOlxuTWOFy5b51OCY12-gtQc-A9mw");
    assert_true(refresh_token_hash(token, *state, &again));
    assert_true(text_equal(hash, again));
}

static void test_refresh_token_succeed__depends_on_both(void **state)
{
    struct text parent = TEXT_ABSENT;
    struct text other = TEXT_ABSENT;
    struct text hash = TEXT_ABSENT;
    struct text first = TEXT_ABSENT;
    struct text token = TEXT_ABSENT;
    const struct text nonce = refresh_nonce_new(*state);

    refresh_token_new(*state, &parent, &hash);
    refresh_token_new(*state, &other, &hash);
    assert_int_equal(nonce.len, REFRESH_NONCE_BYTES);
    assert_true(refresh_token_succeed(parent, nonce, *state, &first, &hash));
    assert_true(refresh_token_succeed(parent, nonce, *state, &token, &hash));
    assert_true(text_equal(first, token));
    assert_true(refresh_token_succeed(other, nonce, *state, &token, &hash));
    assert_false(text_equal(first, token));
    assert_true(refresh_token_succeed(parent, refresh_nonce_new(*state), *state, &token, &hash));
    assert_false(text_equal(first, token));
    assert_false(refresh_token_succeed(TEXT("no token"), nonce, *state, &token, &hash));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_refresh_token__hash_of_what_was_given_out, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_refresh_token_hash__known_value, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refresh_token_hash__refuses, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refresh_token_succeed__known_value, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refresh_token_succeed__depends_on_both, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
