/* Passwords: hashing, checking, and the gate in front of both. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <sodium.h>

#include "auth/common_passwords.h"
#include "auth/password.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/random.h"

#define PASSWORD TEXT("correct horse battery staple")

static int start(void **state)
{
    random_start();
    return 0;
}

static int setup(void **state)
{
    *state = arena_create();
    return 0;
}

static int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

static bool matches(struct arena *arena, struct text password, struct text encoded)
{
    bool result = false;
    struct error err = {.code = ERROR_NONE};
    assert_true(password_verify(password, encoded, arena, &result, &err));
    return result;
}

static void test_password_hash__is_argon2id_with_our_parameters(void **state)
{
    struct text encoded = TEXT_ABSENT;
    struct text again = TEXT_ABSENT;
    struct error err = {.code = ERROR_NONE};

    assert_true(password_hash(PASSWORD, *state, &encoded, &err));
    assert_true(password_hash(PASSWORD, *state, &again, &err));

    assert_true(text_starts_with(encoded, TEXT("$argon2id$v=19$m=19456,t=2,p=1$")));
    assert_false(text_equal(encoded, again)); /* salted */
    assert_false(password_needs_rehash(encoded, *state));
}

static void test_password_verify__right_and_wrong(void **state)
{
    struct text encoded = TEXT_ABSENT;
    struct error err = {.code = ERROR_NONE};
    assert_true(password_hash(PASSWORD, *state, &encoded, &err));

    assert_true(matches(*state, PASSWORD, encoded));
    assert_false(matches(*state, TEXT("correct horse battery stapl"), encoded));
    assert_false(matches(*state, TEXT("correct horse battery staplE"), encoded));
    assert_false(matches(*state, TEXT(""), encoded));
    assert_false(matches(*state, TEXT("correct horse battery staple\0x"), encoded));
}

static void test_password_verify__a_hash_made_elsewhere(void **state)
{
    /* Other parameters than ours, within the bounds: argon2id, m = 64 KiB, t = 1. */
    char other[crypto_pwhash_STRBYTES];
    assert_int_equal(crypto_pwhash_str(other, PASSWORD.data, PASSWORD.len, 1, 65536), 0);
    assert_true(matches(*state, PASSWORD, text_of(other)));
    assert_false(matches(*state, TEXT("another password"), text_of(other)));
    assert_true(password_needs_rehash(text_of(other), *state));
}

/* How long a wrong password takes when nothing holds it up. */
static int64_t least_us_of_wrong(struct arena *arena, struct text encoded)
{
    int64_t least_us = INT64_MAX;
    for (int i = 0; i < 5; i++) {
        const int64_t start_us = clock_monotonic_us();
        assert_false(matches(arena, TEXT("wrong password"), encoded));
        const int64_t took_us = clock_monotonic_us() - start_us;
        least_us = took_us < least_us ? took_us : least_us;
    }
    return least_us;
}

static void test_password_verify__unknown_user_costs_the_same(void **state)
{
    struct text encoded = TEXT_ABSENT;
    struct error err = {.code = ERROR_NONE};
    assert_true(password_hash(PASSWORD, *state, &encoded, &err));
    const int64_t known_us = least_us_of_wrong(*state, encoded);
    const int64_t unknown_us = least_us_of_wrong(*state, TEXT_ABSENT);
    assert_true(unknown_us >
                known_us / 10); /* a hash was made; the machine may be busy, so no more than that */
}

static void test_password_verify__hashes_that_are_not_paid_for(void **state)
{
    static const char *const bad[] = {
        "",
        "plain",
        "$argon2id$v=19$m=65537,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=4294967295,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=99999999999999999999,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=7,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=-8,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=19456,t=11,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=19456,t=0,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=19456,t=2,p=2$AAAAAAAAAAAAAAAAAAAAAA$"
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=16$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$argon2i$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$2b$10$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=19456,t=2,p=1$",
        "$argon2id$v=19$m=19456,t=2,p=1$!!!!$!!!!",
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_false(matches(*state, PASSWORD, text_of(bad[i])));
        assert_true(password_needs_rehash(text_of(bad[i]), *state));
    }
}

/* A real hash of PASSWORD with these parameters. */
static bool matches_at_cost(struct arena *arena, unsigned long long passes, size_t memory_kib)
{
    char encoded[crypto_pwhash_STRBYTES];
    assert_int_equal(
        crypto_pwhash_str(encoded, PASSWORD.data, PASSWORD.len, passes, memory_kib * 1024), 0);
    return matches(arena, PASSWORD, text_of(encoded));
}

static void test_password_verify__costs_at_the_limits(void **state)
{
    for (int64_t over = -1; over <= 1; over++) {
        const size_t memory_kib = (size_t)LIMIT_HASH_MEMORY_KIB + (size_t)over;
        const unsigned long long passes = (size_t)LIMIT_HASH_PASSES + (size_t)over;
        assert_int_equal(matches_at_cost(*state, passes, 8), over <= 0);
        assert_int_equal(matches_at_cost(*state, 1, memory_kib), over <= 0);
    }
}

static void refuse_new(struct arena *arena, struct text password, const char *email,
                       enum fault_code code)
{
    struct error err = {.code = ERROR_NONE};
    const struct new_password wanted = {
        .password = password, .email = text_of(email), .bytes_min = LIMIT_PASSWORD_BYTES_MIN};
    assert_false(password_check_new(&wanted, arena, TEXT("/password"), &err));
    assert_int_equal(err.code, ERROR_INVALID_INPUT);
    assert_int_equal(err.fault_count, 1);
    assert_string_equal(err.faults->place.data, "/password");
    assert_string_equal(fault_name(err.faults->code), fault_name(code));
}

static void accept_new(struct arena *arena, struct text password, const char *email)
{
    struct error err = {.code = ERROR_NONE};
    const struct new_password wanted = {
        .password = password, .email = text_of(email), .bytes_min = LIMIT_PASSWORD_BYTES_MIN};
    assert_true(password_check_new(&wanted, arena, TEXT("/password"), &err));
    assert_int_equal(err.code, ERROR_NONE);
}

static void test_password_check_new__length_at_the_limits(void **state)
{
    char bytes[LIMIT_PASSWORD_BYTES + 1];
    (void)memset(bytes, 'p', sizeof bytes);
    refuse_new(*state, (struct text){bytes, LIMIT_PASSWORD_BYTES_MIN - 1}, "a@b", FAULT_TOO_SHORT);
    accept_new(*state, (struct text){bytes, LIMIT_PASSWORD_BYTES_MIN}, "a@b");
    accept_new(*state, (struct text){bytes, LIMIT_PASSWORD_BYTES}, "a@b");
    refuse_new(*state, (struct text){bytes, LIMIT_PASSWORD_BYTES + 1}, "a@b", FAULT_TOO_LONG);
    refuse_new(*state, TEXT_ABSENT, "a@b", FAULT_TOO_SHORT);
}

static void test_password_check_new__utf8(void **state)
{
    accept_new(*state, TEXT("p\xC3\xA4ssw\xC3\xB6rter"), "a@b");
    refuse_new(*state, TEXT("password\xFFpassword"), "a@b", FAULT_BAD_FORMAT);
}

static void test_password_check_new__the_local_part(void **state)
{
    refuse_new(*state, TEXT("xx-ALICE-1234"), "alice@example.com", FAULT_NOT_ALLOWED);
    refuse_new(*state, TEXT("alice-is-here"), "Alice@example.com", FAULT_NOT_ALLOWED);
    refuse_new(*state, TEXT("here-is-bert"), "bert@example.com", FAULT_NOT_ALLOWED);
    refuse_new(*state, TEXT("here-is-Bob-again"), "bob@example.com", FAULT_NOT_ALLOWED);
    accept_new(*state, TEXT("here-is-bo-again"),
               "bo@example.com"); /* two characters are in too many words */
    accept_new(*state, TEXT("example.com-is-fine"), "alice@example.com");
    accept_new(*state, TEXT("al-ice-al-ice-al"), "alice@example.com");
}

/* Whatever script, case, width and composition. */
static void test_password_check_new__the_local_part_in_any_script(void **state)
{
    static const struct {
        const char *password;
        const char *email;
    } CASES[] = {
        {"xx-J\u00dcRGEN-1234", "j\u00fcrgen@example.com"},
        {"xx-j\u00fcrgen-1234", "J\u00dcRGEN@example.com"},
        {"xx-ju\u0308rgen-1234", "J\u00dcRGEN@example.com"}, /* u and its dots apart */
        {"xx-STRASSE-1234", "stra\u00dfe@example.com"},
        {"xx-stra\u00dfe-1234", "STRASSE@example.com"},
        {"xx-\u039f\u0394\u03a5\u03a3\u03a3\u0395\u03a5\u03a3", /* sigma has two small forms */
         "\u03bf\u03b4\u03c5\u03c3\u03c3\u03b5\u03c5\u03c2@example.com"},
        {"xx-\u0418\u0412\u0410\u041d-1234", "\u0438\u0432\u0430\u043d@example.com"},
        {"xx-\uff21\uff2c\uff29\uff23\uff25-12", "alice@example.com"}, /* full width */
        {"xx-\u5f20\u4e09\u4e30-1234", "\u5f20\u4e09\u4e30@example.com"},
    };

    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        refuse_new(*state, text_of(CASES[i].password), CASES[i].email, FAULT_NOT_ALLOWED);
    }
    accept_new(*state, TEXT("xx-\u0418\u0412\u0410-1234"), "\u0438\u0432\u0430\u043d@example.com");
    accept_new(*state, TEXT("xx-\u5f20\u4e09-1234567"), "\u5f20\u4e09@example.com"); /* two */
}

static void test_password_check_new__shorter_by_setting(void **state)
{
    struct error err = {.code = ERROR_NONE};
    const struct new_password wanted = {
        .password = TEXT("eight by"), .email = TEXT("a@b"), .bytes_min = 8};
    assert_true(password_check_new(&wanted, *state, TEXT("/password"), &err));
}

static void test_password_check_new__common_ones(void **state)
{
    refuse_new(*state, TEXT("123456789qwerty"), "a@b", FAULT_NOT_ALLOWED);
    refuse_new(*state, TEXT("1Qaz2Wsx3Edc"), "a@b", FAULT_NOT_ALLOWED);
    accept_new(*state, TEXT("123456789qwerty and more"), "a@b");
}

/* The first and the last of the list, some between, each in its whole length only. */
static void test_password_is_common__finds_whole_lines(void **state)
{
    (void)state;
    assert_true(password_is_common(TEXT("!qaz2wsx")));
    assert_true(password_is_common(TEXT("zzzzzz1")));
    assert_true(password_is_common(TEXT("password")));
    assert_true(password_is_common(TEXT("PassWord1")));
    assert_true(password_is_common(TEXT("qwertyuiop")));
    assert_false(password_is_common(TEXT("!qaz2wsx\n%%passwo")));
    assert_false(password_is_common(TEXT("")));
    assert_false(password_is_common(TEXT("\n")));
    assert_false(password_is_common(TEXT("passwor ")));
    assert_false(password_is_common(TEXT("correct horse battery 7")));
}

/* Every one of the 10,000 is found again, and they are that many. */
static void test_password_is_common__all(void **state)
{
    struct text rest = {.data = COMMON_PASSWORDS + 1, .len = COMMON_PASSWORDS_BYTES - 2};
    struct text line = TEXT_ABSENT;
    size_t count = 0;
    bool has_more = true;

    (void)state;
    while (has_more) {
        has_more = text_split(rest, '\n', &line, &rest);
        assert_true(password_is_common(line));
        count++;
    }
    assert_int_equal(count, 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_password_hash__is_argon2id_with_our_parameters, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_password_verify__right_and_wrong, setup, teardown),
        cmocka_unit_test_setup_teardown(test_password_verify__a_hash_made_elsewhere, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_password_verify__unknown_user_costs_the_same, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_password_verify__hashes_that_are_not_paid_for, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_password_verify__costs_at_the_limits, setup, teardown),
        cmocka_unit_test_setup_teardown(test_password_check_new__length_at_the_limits, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_password_check_new__utf8, setup, teardown),
        cmocka_unit_test_setup_teardown(test_password_check_new__the_local_part, setup, teardown),
        cmocka_unit_test_setup_teardown(test_password_check_new__the_local_part_in_any_script,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_password_check_new__shorter_by_setting, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_password_check_new__common_ones, setup, teardown),
        cmocka_unit_test(test_password_is_common__finds_whole_lines),
        cmocka_unit_test(test_password_is_common__all),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
