/* The configuration: where values come from, what is refused, what is printed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/config.h"

enum { VARIABLES_MAX = 8 };

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

/* A writable environ of up to VARIABLES_MAX "NAME=value". */
static char **environment_of(struct arena *arena, const char *const variables[VARIABLES_MAX])
{
    char **environment = arena_new_array(arena, VARIABLES_MAX + 1, char *);
    for (size_t i = 0; i < VARIABLES_MAX && variables[i] != NULL; i++) {
        environment[i] = arena_alloc_bytes(arena, strlen(variables[i]) + 1);
        (void)memcpy(environment[i], variables[i], strlen(variables[i]) + 1);
    }
    return environment;
}

#define ENVIRONMENT(...) environment_of(*state, (const char *const[VARIABLES_MAX]){__VA_ARGS__})
static const struct config_flags NO_FLAGS;

static struct config load(struct arena *arena, const struct config_flags *flags,
                          char *const environment[])
{
    struct config config;
    struct error err = {.code = ERROR_NONE};
    if (!config_load(arena, flags, environment, &config, &err)) {
        fail_msg("%s", err.detail);
    }
    return config;
}

static void refuse(struct arena *arena, const struct config_flags *flags, char *const environment[],
                   enum fault_code code, const char *detail)
{
    struct config config;
    struct error err = {.code = ERROR_NONE};
    assert_false(config_load(arena, flags, environment, &config, &err));
    assert_int_equal(err.code, ERROR_INVALID_INPUT);
    assert_int_equal(err.fault_count, 1);
    assert_string_equal(err.detail, detail);
    assert_string_equal(fault_name(err.faults->code), fault_name(code));
}

static void test_config_load__defaults(void **state)
{
    const struct config config = load(*state, &NO_FLAGS, ENVIRONMENT("HOME=/", "PATH=x"));
    assert_string_equal(config.listen, "127.0.0.1:8080");
    assert_null(config.database_url);
    assert_null(config.database_direct_url);
    assert_null(config.database_read_url);
    assert_null(config.jwt_key_file);
    assert_null(config.jwt_previous_key_file);
    assert_int_equal(config.log_level, LOG_INFO);
    assert_int_equal(config.threads, 1152);
    assert_int_equal(config.read_lanes, 1);
    assert_int_equal(config.write_lanes, 1);
    assert_int_equal(config.queue_limit, 4096);
    assert_int_equal(config.bank_poll_ms, 1000);
    assert_false(config.unnamed_statements);
    assert_false(config.dev);
}

static void test_config_load__environment(void **state)
{
    const struct config config =
        load(*state, &NO_FLAGS,
             ENVIRONMENT("QUIZD_LISTEN=0.0.0.0:0", "QUIZD_THREADS=4", "QUIZD_LOG_LEVEL=debug",
                         "QUIZD_DEV=1", "QUIZD_UNNAMED_STATEMENTS=true", "QUIZD_JWT_KEY_FILE=/k",
                         "QUIZD_DRAIN_TIMEOUT_MS=0", "QUIZD_READ_LANES=16"));
    assert_string_equal(config.listen, "0.0.0.0:0");
    assert_int_equal(config.threads, 4);
    assert_int_equal(config.log_level, LOG_DEBUG);
    assert_true(config.dev);
    assert_true(config.unnamed_statements);
    assert_string_equal(config.jwt_key_file, "/k");
    assert_int_equal(config.drain_timeout_ms, 0);
    assert_int_equal(config.read_lanes, 16);
}

static void test_config_load__flag_before_environment(void **state)
{
    const struct config_flags flags = {.values = {[CONFIG_THREADS] = "8", [CONFIG_DEV] = "true"}};
    const struct config config =
        load(*state, &flags, ENVIRONMENT("QUIZD_THREADS=nonsense", "QUIZD_DEV=false"));
    assert_int_equal(config.threads, 8);
    assert_true(config.dev);
}

static void test_config_load__database_urls(void **state)
{
    struct config config = load(*state, &NO_FLAGS, ENVIRONMENT("DATABASE_URL=postgres://a"));
    assert_string_equal(config.database_url, "postgres://a");
    assert_string_equal(config.database_direct_url, "postgres://a");
    assert_null(config.database_read_url);
    config = load(*state, &NO_FLAGS,
                  ENVIRONMENT("DATABASE_URL=postgres://a", "QUIZD_DATABASE_URL=postgresql://b",
                              "DATABASE_DIRECT_URL=host=/run dbname=c",
                              "DATABASE_READ_URL=postgres://d"));
    assert_string_equal(config.database_url, "postgresql://b");
    assert_string_equal(config.database_direct_url, "host=/run dbname=c");
    assert_string_equal(config.database_read_url, "postgres://d");
}

static void test_config_load__set_to_nothing_is_not_set(void **state)
{
    const struct config config =
        load(*state, &NO_FLAGS,
             ENVIRONMENT("QUIZD_THREADS=", "DATABASE_URL=", "QUIZD_DATABASE_URL_FILE="));
    assert_int_equal(config.threads, 1152);
    assert_null(config.database_url);
}

static void test_config_load__names_the_variable(void **state)
{
    refuse(*state, &NO_FLAGS, ENVIRONMENT("QUIZD_THREADS=3"), FAULT_TOO_SMALL,
           "QUIZD_THREADS must be an integer from 4 to 4096.");
    refuse(*state, &NO_FLAGS, ENVIRONMENT("QUIZD_THREADS=4097"), FAULT_TOO_LARGE,
           "QUIZD_THREADS must be an integer from 4 to 4096.");
    refuse(*state, &NO_FLAGS, ENVIRONMENT("QUIZD_WRITE_LANES=two"), FAULT_WRONG_TYPE,
           "QUIZD_WRITE_LANES must be an integer from 1 to 16.");
    refuse(*state, &NO_FLAGS, ENVIRONMENT("QUIZD_LOG_LEVEL=loud"), FAULT_NOT_ALLOWED,
           "QUIZD_LOG_LEVEL must be debug, info, warn or error.");
    refuse(*state, &NO_FLAGS, ENVIRONMENT("QUIZD_DEV=yes"), FAULT_WRONG_TYPE,
           "QUIZD_DEV must be true, false, 1 or 0.");
    refuse(*state, &NO_FLAGS, ENVIRONMENT("DATABASE_URL=mysql"), FAULT_BAD_FORMAT,
           "DATABASE_URL must be a PostgreSQL URL, such as postgresql://user@host/name.");
}

static void test_config_load__names_the_flag(void **state)
{
    const struct config_flags threads = {.values = {[CONFIG_THREADS] = "0"}};
    const struct config_flags key = {.values = {[CONFIG_JWT_KEY_FILE] = ""}};
    refuse(*state, &threads, ENVIRONMENT(NULL), FAULT_TOO_SMALL,
           "--threads must be an integer from 4 to 4096.");
    refuse(*state, &key, ENVIRONMENT(NULL), FAULT_TOO_SHORT, "--jwt-key-file must not be empty.");
}

static void test_config_load__tells_every_fault(void **state)
{
    struct config config;
    struct error err = {.code = ERROR_NONE};
    assert_false(config_load(*state, &NO_FLAGS, ENVIRONMENT("QUIZD_THREADS=x", "QUIZD_LISTEN=y"),
                             &config, &err));
    assert_int_equal(err.fault_count, 2);
    assert_string_equal(err.faults->place.data, "QUIZD_LISTEN");
    assert_string_equal(err.faults->next->place.data, "QUIZD_THREADS");
}

static void test_config_load__listen_addresses(void **state)
{
    static const char *const bad[] = {
        "8080",           ":8080",           "localhost:8080",  "127.0.0.1",
        "127.0.0.1:",     "127.0.0.1:65536", "127.0.0.1:-1",    "127.0.0:80",
        "127.0.0.1.1:80", "256.0.0.1:80",    "127.0.0.:80",     "127.0.0.1:8080,127.0.0.1:8081",
        "127.0.0.1:80s",  "[::1]:80",        "127.0.0.1:000080"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        const struct config_flags flags = {.values = {[CONFIG_LISTEN] = bad[i]}};
        refuse(*state, &flags, ENVIRONMENT(NULL), FAULT_BAD_FORMAT,
               "--listen must be an IPv4 address and a port, such as 127.0.0.1:8080.");
    }
    const struct config_flags flags = {.values = {[CONFIG_LISTEN] = "255.255.255.255:65535"}};
    assert_string_equal(load(*state, &flags, ENVIRONMENT(NULL)).listen, "255.255.255.255:65535");
}

/* A file with this content; its "NAME=path" variable is in the arena. */
static const char *secret_file(struct arena *arena, const char *variable, const char *content,
                               size_t len, char path[64])
{
    (void)snprintf(path, 64, "/tmp/test_config.XXXXXX");
    const int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, content, len), len);
    assert_int_equal(close(file), 0);
    return arena_printf(arena, "%s=%s", variable, path).data;
}

static void test_config_load__secret_in_a_file(void **state)
{
    char path[64];
    const char *variable =
        secret_file(*state, "DATABASE_URL_FILE", "postgres://secret\n", 18, path);
    struct config config;
    struct error err = {.code = ERROR_NONE};
    const bool is_loaded = config_load(*state, &NO_FLAGS, ENVIRONMENT(variable), &config, &err);
    (void)unlink(path);
    assert_true(is_loaded);
    assert_string_equal(config.database_url, "postgres://secret");
}

static void test_config_load__secret_files_that_do_not_work(void **state)
{
    refuse(*state, &NO_FLAGS, ENVIRONMENT("QUIZD_DATABASE_URL_FILE=/nonexistent/file"),
           FAULT_NOT_FOUND, "QUIZD_DATABASE_URL_FILE names a file that cannot be opened.");
    refuse(*state, &NO_FLAGS, ENVIRONMENT("DATABASE_URL_FILE=/tmp"), FAULT_BAD_FORMAT,
           "DATABASE_URL_FILE names a file that cannot be read.");
    refuse(*state, &NO_FLAGS, ENVIRONMENT("DATABASE_URL=postgres://a", "DATABASE_URL_FILE=/tmp/x"),
           FAULT_DUPLICATE,
           "DATABASE_URL is set, and so is the variable with _FILE behind it: only one may be.");
}

static void test_config_load__secret_file_at_the_limit(void **state)
{
    char path[64];
    char content[4097];
    (void)memset(content, '=', sizeof content);
    for (size_t len = 4096; len <= 4097; len++) {
        const char *variable = secret_file(*state, "DATABASE_URL_FILE", content, len, path);
        struct config config;
        struct error err = {.code = ERROR_NONE};
        const bool is_loaded = config_load(*state, &NO_FLAGS, ENVIRONMENT(variable), &config, &err);
        (void)unlink(path);
        assert_true(is_loaded == (len == 4096));
    }
}

static void test_config_load__never_says_a_secret(void **state)
{
    struct config config;
    struct error err = {.code = ERROR_NONE};
    assert_false(
        config_load(*state, &NO_FLAGS, ENVIRONMENT("DATABASE_URL=hunter2"), &config, &err));
    assert_null(strstr(err.detail, "hunter2"));
    assert_null(strstr(err.faults->detail.data, "hunter2"));
}

static void test_config_find_unknown__slips_of_the_pen(void **state)
{
    assert_true(
        text_equal(config_find_unknown(ENVIRONMENT("HOME=/", "QUIZD_THREADS=4", "QUIZD_THREAD=4")),
                   TEXT("QUIZD_THREAD")));
    assert_true(text_equal(config_find_unknown(ENVIRONMENT("QUIZD_THREADS_FILE=4")),
                           TEXT("QUIZD_THREADS_FILE")));
    assert_null(config_find_unknown(ENVIRONMENT("QUIZD_DATABASE_URL_FILE=x", "QUIZD_JWT_KEY_FILE=x",
                                                "DATABASE_URL=x"))
                    .data);
}

static const char *printed(struct arena *arena, void (*print)(struct buffer *buffer))
{
    struct buffer buffer;
    struct text out = TEXT_ABSENT;
    struct error err = {.code = ERROR_NONE};
    buffer_init(&buffer, arena, 100000);
    print(&buffer);
    assert_true(buffer_text(&buffer, &out, &err));
    return out.data;
}

static void test_config_append__every_option_is_printed(void **state)
{
    const char *help = printed(*state, config_append_help);
    const char *markdown = printed(*state, config_append_markdown);
    for (size_t i = 0; i < CONFIG_OPTION_COUNT; i++) {
        const struct config_option *option = &CONFIG_OPTIONS[i];
        assert_non_null(option->flag);
        assert_non_null(strstr(help, arena_printf(*state, "  --%s", option->flag).data));
        assert_non_null(
            strstr(markdown,
                   arena_printf(*state, "| `--%s` | `%s`", option->flag, option->variable).data));
        assert_non_null(strstr(help, option->about));
    }
}

static void test_config_append__a_whole_entry(void **state)
{
    assert_non_null(strstr(printed(*state, config_append_help),
                           "  --threads=N\n"
                           "      worker threads; each open connection holds one\n"
                           "      QUIZD_THREADS; default 1152; 4 to 4096\n"));
    assert_non_null(
        strstr(printed(*state, config_append_markdown),
               "\n| `--database-url` | `QUIZD_DATABASE_URL`, `DATABASE_URL`, or `…_FILE` |  | "
               "PostgreSQL database; may lead through a pooler |\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_config_load__defaults, setup, teardown),
        cmocka_unit_test_setup_teardown(test_config_load__environment, setup, teardown),
        cmocka_unit_test_setup_teardown(test_config_load__flag_before_environment, setup, teardown),
        cmocka_unit_test_setup_teardown(test_config_load__database_urls, setup, teardown),
        cmocka_unit_test_setup_teardown(test_config_load__set_to_nothing_is_not_set, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_config_load__names_the_variable, setup, teardown),
        cmocka_unit_test_setup_teardown(test_config_load__names_the_flag, setup, teardown),
        cmocka_unit_test_setup_teardown(test_config_load__tells_every_fault, setup, teardown),
        cmocka_unit_test_setup_teardown(test_config_load__listen_addresses, setup, teardown),
        cmocka_unit_test_setup_teardown(test_config_load__secret_in_a_file, setup, teardown),
        cmocka_unit_test_setup_teardown(test_config_load__secret_files_that_do_not_work, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_config_load__secret_file_at_the_limit, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_config_load__never_says_a_secret, setup, teardown),
        cmocka_unit_test_setup_teardown(test_config_find_unknown__slips_of_the_pen, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_config_append__every_option_is_printed, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_config_append__a_whole_entry, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
