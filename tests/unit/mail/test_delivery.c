/* Messages and the two ways that need no network: a file and a command. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/random.h"
#include "mail/delivery.h"

enum { READ_MAX = 4096 };

static const struct mail_message MESSAGE = {.to = TEXT_INIT("ada@example.org"),
                                            .subject = TEXT_INIT("Hello"),
                                            .body = TEXT_INIT("one\n\ntwo\n")};

static int setup(void **state)
{
    random_start();
    *state = arena_create();
    return 0;
}

static int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

static struct delivery parse(const char *target)
{
    struct delivery delivery;
    struct error err = {.code = ERROR_NONE};
    assert_true(delivery_parse(target, "quizd@example.org", &delivery, &err));
    return delivery;
}

/* A name in a directory of its own. */
static const char *fresh_path(struct arena *arena)
{
    char directory[] = "/tmp/quizd-mail-XXXXXX";
    assert_non_null(mkdtemp(directory));
    return arena_string(arena, arena_printf(arena, "%s/mail", directory));
}

static struct text read_file(struct arena *arena, const char *path)
{
    char *bytes = arena_alloc_bytes(arena, READ_MAX);
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(file >= 0);
    const ssize_t len = read(file, bytes, READ_MAX);
    assert_true(len >= 0);
    (void)close(file);
    return (struct text){.data = bytes, .len = (size_t)len};
}

static void test_delivery_parse__kinds(void **state)
{
    (void)state;
    assert_int_equal(parse("file:mail.txt").kind, DELIVERY_FILE);
    assert_true(text_equal(parse("file:mail.txt").place, TEXT("mail.txt")));
    assert_int_equal(parse("command:/bin/true -t").kind, DELIVERY_COMMAND);
    assert_true(text_equal(parse("command:/bin/true -t").place, TEXT("/bin/true -t")));
    assert_int_equal(parse("smtp://localhost:25").kind, DELIVERY_SMTP);
    assert_true(text_equal(parse("smtps://u:p@h").place, TEXT("smtps://u:p@h")));
}

static void test_delivery_parse__refuses(void **state)
{
    static const char *const BAD[] = {"",          "mail",     "file:",  "command:sendmail",
                                      "command:/", "http://x", "smtp://"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(BAD); i++) {
        struct delivery delivery;
        struct error err = {.code = ERROR_NONE};
        assert_false(delivery_parse(BAD[i], "a@b", &delivery, &err));
        assert_int_equal(err.code, ERROR_INVALID_INPUT);
    }
}

static void test_delivery_format__lines(void **state)
{
    const struct delivery delivery = parse("smtp://localhost");
    const struct text text = delivery_format(&delivery, &MESSAGE, TEXT("\r\n"), *state);

    assert_true(text_starts_with(text, TEXT("From: quizd@example.org\r\nTo: ada@example.org\r\n"
                                            "Subject: Hello\r\nDate: ")));
    const struct text end = TEXT("8bit\r\n\r\none\r\n\r\ntwo\r\n");
    assert_true(text_equal(text_slice(text, text.len - end.len, end.len), end));
    for (size_t i = 0; i < text.len; i++) {
        assert_true(text.data[i] != '\n' || text.data[i - 1] == '\r');
    }
}

static void test_delivery_send__file(void **state)
{
    const char *path = fresh_path(*state);
    const struct delivery delivery =
        parse(arena_string(*state, arena_printf(*state, "file:%s", path)));
    struct error err = {.code = ERROR_NONE};
    struct stat status;

    assert_true(delivery_send(&delivery, &MESSAGE, *state, &err));
    const size_t once = read_file(*state, path).len;
    assert_true(delivery_send(&delivery, &MESSAGE, *state, &err));
    assert_int_equal(read_file(*state, path).len, 2 * once);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
}

static void test_delivery_send__command(void **state)
{
    const char *path = fresh_path(*state);
    const struct delivery delivery =
        parse(arena_string(*state, arena_printf(*state, "command:/usr/bin/tee  %s", path)));
    struct error err = {.code = ERROR_NONE};

    assert_true(delivery_send(&delivery, &MESSAGE, *state, &err));
    assert_true(text_starts_with(read_file(*state, path), TEXT("From: quizd@example.org\nTo: ")));
}

static void refuse(struct arena *arena, const char *target, const struct mail_message *message)
{
    const struct delivery delivery = parse(target);
    struct error err = {.code = ERROR_NONE};
    assert_false(delivery_send(&delivery, message, arena, &err));
    assert_int_equal(err.code, ERROR_UNAVAILABLE);
}

static void test_delivery_send__what_cannot_be(void **state)
{
    refuse(*state, "file:/nowhere/at/all", &MESSAGE);
    refuse(*state, "command:/nowhere/at/all", &MESSAGE);
    refuse(*state, "command:/bin/false", &MESSAGE);
    refuse(*state, "smtp://127.0.0.1:1", &MESSAGE); /* nobody listens there */
}

/* A program that does not read, and one that does not end. */
static void test_delivery_send__within_its_limit(void **state)
{
    const int64_t before_us = clock_monotonic_us();
    refuse(*state, "command:/bin/sleep 60", &MESSAGE);
    const int64_t took_us = clock_monotonic_us() - before_us;
    assert_true(took_us >= INT64_C(1000000) * DELIVERY_LIMIT_S);
    assert_true(took_us < INT64_C(2000000) * DELIVERY_LIMIT_S);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_delivery_parse__kinds),
        cmocka_unit_test(test_delivery_parse__refuses),
        cmocka_unit_test_setup_teardown(test_delivery_format__lines, setup, teardown),
        cmocka_unit_test_setup_teardown(test_delivery_send__file, setup, teardown),
        cmocka_unit_test_setup_teardown(test_delivery_send__command, setup, teardown),
        cmocka_unit_test_setup_teardown(test_delivery_send__what_cannot_be, setup, teardown),
        cmocka_unit_test_setup_teardown(test_delivery_send__within_its_limit, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
