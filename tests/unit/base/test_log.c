/* JSON lines on standard error, read back through a pipe. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"

enum { CAPTURE_BYTES = 8192 };

static struct {
    int pipe[2];
    int standard_error;
    char bytes[CAPTURE_BYTES];
} capture;

static int setup(void **state)
{
    if (pipe(capture.pipe) != 0) {
        return -1;
    }
    capture.standard_error = dup(STDERR_FILENO);
    log_set_level(LOG_INFO);
    return dup2(capture.pipe[1], STDERR_FILENO) < 0 ? -1 : 0;
}

static int teardown(void **state)
{
    (void)dup2(capture.standard_error, STDERR_FILENO);
    (void)close(capture.standard_error);
    (void)close(capture.pipe[0]);
    (void)close(capture.pipe[1]);
    return 0;
}

/* What was logged, behind the time: from the level on. */
static const char *logged(void)
{
    assert_int_equal(write(STDERR_FILENO, "|", 1), 1); /* so that reading nothing does not block */
    const ssize_t got = read(capture.pipe[0], capture.bytes, sizeof capture.bytes - 1);
    assert_true(got > 0);
    assert_int_equal(capture.bytes[got - 1], '|');
    capture.bytes[got - 1] = '\0';
    const char *level = strstr(capture.bytes, "\"level\"");
    return level == NULL ? capture.bytes : level;
}

static void test_log_info__has_all_kinds_of_fields(void **state)
{
    const struct uuid id = {{0x01}};

    log_info("attempt.finished", log_string("name", "a\"b"), log_text("none", TEXT_ABSENT),
             log_i64("points", -7), log_uuid("id", id), log_bool("passed", true),
             log_bool("late", false));

    assert_string_equal(
        logged(),
        "\"level\":\"info\",\"event\":\"attempt.finished\",\"name\":\"a\\\"b\",\"none\":null,"
        "\"points\":-7,"
        "\"id\":\"01000000-0000-0000-0000-000000000000\",\"passed\":true,\"late\":false}\n");
    assert_memory_equal(capture.bytes, "{\"at\":\"20", 9);
}

static void test_log_info__without_fields(void **state)
{
    log_info("server.started");
    assert_string_equal(logged(), "\"level\":\"info\",\"event\":\"server.started\"}\n");
}

static void test_log_write__below_the_level_is_silent(void **state)
{
    log_debug("quiet");
    assert_string_equal(logged(), "");
    log_set_level(LOG_ERROR);
    log_warn("quiet");
    assert_string_equal(logged(), "");
    log_error("loud");
    assert_string_equal(logged(), "\"level\":\"error\",\"event\":\"loud\"}\n");
    log_set_level(LOG_DEBUG);
    log_debug("loud");
    assert_string_equal(logged(), "\"level\":\"debug\",\"event\":\"loud\"}\n");
}

static void test_log_write__long_values_are_cut(void **state)
{
    char text[4000];
    (void)memset(text, '\x01', sizeof text); /* six bytes each in JSON */
    const struct text huge = {.data = text, .len = sizeof text};

    log_info("x", log_text("huge", huge), log_i64("n", 1));

    assert_string_equal(logged(),
                        "\"level\":\"info\",\"event\":\"x\",\"n\":1,\"truncated\":true}\n");
}

static void test_log_write__a_line_ends_within_its_bounds(void **state)
{
    char text[1100];
    (void)memset(text, 'x', sizeof text);
    const struct text t = {.data = text, .len = sizeof text};

    log_info("x", log_text("a", t), log_text("b", t), log_text("c", t), log_text("d", t));

    const char *line = logged();
    const size_t len = strlen(capture.bytes);
    assert_in_range(len, 2048, 3072);
    assert_string_equal(line + strlen(line) - 19, ",\"truncated\":true}\n");
}

static void test_log_parse_level__names(void **state)
{
    enum log_level level = LOG_INFO;
    assert_true(log_parse_level(TEXT("debug"), &level));
    assert_int_equal(level, LOG_DEBUG);
    assert_true(log_parse_level(TEXT("error"), &level));
    assert_int_equal(level, LOG_ERROR);
    assert_false(log_parse_level(TEXT("Error"), &level));
    assert_false(log_parse_level(TEXT(""), &level));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_log_info__has_all_kinds_of_fields, setup, teardown),
        cmocka_unit_test_setup_teardown(test_log_info__without_fields, setup, teardown),
        cmocka_unit_test_setup_teardown(test_log_write__below_the_level_is_silent, setup, teardown),
        cmocka_unit_test_setup_teardown(test_log_write__long_values_are_cut, setup, teardown),
        cmocka_unit_test_setup_teardown(test_log_write__a_line_ends_within_its_bounds, setup,
                                        teardown),
        cmocka_unit_test(test_log_parse_level__names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
