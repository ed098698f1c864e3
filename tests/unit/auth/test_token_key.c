/* Signing keys on disk. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/token.h"
#include "base/random.h"

static struct {
    char directory[64];
    char file[96];
} place;

static int start(void **state)
{
    random_start();
    return 0;
}

static int setup(void **state)
{
    (void)snprintf(place.directory, sizeof place.directory, "/tmp/test_token_key.XXXXXX");
    if (mkdtemp(place.directory) == NULL) {
        return -1;
    }
    (void)snprintf(place.file, sizeof place.file, "%s/key", place.directory);
    return 0;
}

static int teardown(void **state)
{
    (void)unlink(place.file);
    return rmdir(place.directory); /* fails where a draft was left behind */
}

static void put_file(const char *content, size_t len, mode_t mode)
{
    FILE *file = fopen(place.file, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(content, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(place.file, mode), 0);
}

static void accept(const char *content, const char *secret)
{
    struct token_key key;
    struct error err = {.code = ERROR_NONE};
    put_file(content, strlen(content), 0600);
    assert_true(token_key_read(place.file, &key, &err));
    assert_int_equal(key.secret_len, strlen(secret));
    assert_memory_equal(key.secret, secret, key.secret_len);
}

static void refuse(const char *detail)
{
    struct token_key key;
    struct error err = {.code = ERROR_NONE};
    assert_false(token_key_read(place.file, &key, &err));
    assert_int_equal(err.code, ERROR_INTERNAL);
    assert_string_equal(err.detail, detail);
}

#define KEY_32 "0123456789abcdef0123456789abcdef"

static void test_token_key_read__bytes(void **state)
{
    accept(KEY_32, KEY_32);
    accept(KEY_32 "\n", KEY_32);
    accept(KEY_32 "\r\n", KEY_32);
    accept(KEY_32 "\n\n", KEY_32 "\n"); /* one newline ends the file, the other is the key's */
    accept(KEY_32 KEY_32 "x", KEY_32 KEY_32 "x");
}

static void test_token_key_read__hexadecimal(void **state)
{
    accept("30313233343536373839616263646566303132333435363738396162636465664A\n", KEY_32 "J");
    accept("3031323334353637383961626364656630313233343536373839616263646566", KEY_32);
    accept("303132333435363738396162636465663031323334353637383961626364656",
           "303132333435363738396162636465663031323334353637383961626364656");
}

static void test_token_key_read__kid_is_of_the_secret(void **state)
{
    struct token_key key;
    struct error err = {.code = ERROR_NONE};
    put_file(KEY_32, 32, 0400);
    assert_true(token_key_read(place.file, &key, &err));
    assert_string_equal(key.kid, "3eb1bd439947eb76"); /* sha256sum | cut -c1-16 */
}

static void test_token_key_read__length_at_the_limits(void **state)
{
    char bytes[2 * LIMIT_TOKEN_KEY_BYTES + 3];
    struct token_key key;
    struct error err = {.code = ERROR_NONE};
    (void)memset(bytes, 'x', sizeof bytes);
    put_file(bytes, LIMIT_TOKEN_KEY_BYTES_MIN - 1, 0600);
    refuse("The signing key is shorter than 32 bytes.");
    put_file(bytes, 0, 0600);
    refuse("The signing key is shorter than 32 bytes.");
    put_file(bytes, LIMIT_TOKEN_KEY_BYTES_MIN, 0600);
    assert_true(token_key_read(place.file, &key, &err));
    put_file(bytes, LIMIT_TOKEN_KEY_BYTES_MIN + 1, 0600);
    assert_true(token_key_read(place.file, &key, &err));
    put_file(bytes, LIMIT_TOKEN_KEY_BYTES - 1, 0600);
    assert_true(token_key_read(place.file, &key, &err));
    put_file(bytes, LIMIT_TOKEN_KEY_BYTES, 0600);
    assert_true(token_key_read(place.file, &key, &err));
    assert_int_equal(key.secret_len, LIMIT_TOKEN_KEY_BYTES);
    put_file(bytes, LIMIT_TOKEN_KEY_BYTES + 1, 0600);
    refuse("The signing key is longer than 512 bytes.");
    (void)memset(bytes, 'a', sizeof bytes);
    put_file(bytes, sizeof bytes - 3, 0600);
    assert_true(token_key_read(place.file, &key, &err));
    assert_int_equal(key.secret_len, LIMIT_TOKEN_KEY_BYTES);
    assert_int_equal(key.secret[0], 0xaa);
    put_file(bytes, sizeof bytes - 1, 0600);
    refuse("The signing key is longer than 512 bytes.");
}

static void test_token_key_read__readable_by_others(void **state)
{
    static const mode_t modes[] = {0640, 0604, 0620, 0602, 0610, 0601, 0644, 0666};
    for (size_t i = 0; i < COUNT_OF(modes); i++) {
        put_file(KEY_32, 32, modes[i]);
        refuse("The signing key file may be read by others than its owner: its mode must be 0600.");
    }
}

static void test_token_key_read__missing_or_no_file(void **state)
{
    struct token_key key;
    struct error err = {.code = ERROR_NONE};
    refuse("The signing key file does not exist.");
    assert_false(token_key_read(place.directory, &key, &err));
    assert_string_equal(err.detail, "The signing key file is not a regular file.");
}

static void test_token_key_create__makes_one_that_can_be_read(void **state)
{
    struct token_key key;
    struct error err = {.code = ERROR_NONE};
    struct stat status;

    assert_true(token_key_create(place.file, &err));

    assert_int_equal(stat(place.file, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_int_equal(status.st_size, 65);
    assert_true(token_key_read(place.file, &key, &err));
    assert_int_equal(key.secret_len, 32);
}

static void test_token_key_create__leaves_an_existing_file_alone(void **state)
{
    struct error err = {.code = ERROR_NONE};
    put_file(KEY_32, 32, 0600);

    assert_true(token_key_create(place.file, &err));

    accept(KEY_32, KEY_32);
}

static void test_token_key_create__where_it_cannot(void **state)
{
    char path[2000];
    struct error err = {.code = ERROR_NONE};
    (void)snprintf(path, sizeof path, "%s/none/key", place.directory);
    assert_false(token_key_create(path, &err));
    assert_int_equal(err.code, ERROR_INTERNAL);
    (void)memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    assert_false(token_key_create(path, &err));
    assert_string_equal(err.detail, "The name of the signing key file is too long.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_token_key_read__bytes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_token_key_read__hexadecimal, setup, teardown),
        cmocka_unit_test_setup_teardown(test_token_key_read__kid_is_of_the_secret, setup, teardown),
        cmocka_unit_test_setup_teardown(test_token_key_read__length_at_the_limits, setup, teardown),
        cmocka_unit_test_setup_teardown(test_token_key_read__readable_by_others, setup, teardown),
        cmocka_unit_test_setup_teardown(test_token_key_read__missing_or_no_file, setup, teardown),
        cmocka_unit_test_setup_teardown(test_token_key_create__makes_one_that_can_be_read, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_token_key_create__leaves_an_existing_file_alone, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_token_key_create__where_it_cannot, setup, teardown),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
