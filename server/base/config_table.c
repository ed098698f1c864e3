/*
 * The table of options and what is printed from it. To add an option: a member of struct config, an
 * id, a row here.
 */
#include "base/config.h"

#define AT(member) .offset = offsetof(struct config, member)
#define RANGE(least, most) .min = (least), .max = (most)

const struct config_option CONFIG_OPTIONS[CONFIG_OPTION_COUNT] = {
    [CONFIG_LISTEN] = {.flag = "listen",
                       .variable = "QUIZD_LISTEN",
                       .type = CONFIG_TYPE_ADDRESS,
                       AT(listen),
                       .default_value = "127.0.0.1:8080",
                       .about = "IPv4 address and port to serve on; port 0 takes any free one"},
    [CONFIG_DATABASE_URL] = {.flag = "database-url",
                             .variable = "QUIZD_DATABASE_URL",
                             .also = "DATABASE_URL",
                             .type = CONFIG_TYPE_URL,
                             AT(database_url),
                             .is_secret = true,
                             .about = "PostgreSQL database; may lead through a pooler"},
    [CONFIG_DATABASE_DIRECT_URL] = {.flag = "database-direct-url",
                                    .variable = "QUIZD_DATABASE_DIRECT_URL",
                                    .also = "DATABASE_DIRECT_URL",
                                    .type = CONFIG_TYPE_URL,
                                    AT(database_direct_url),
                                    .is_secret = true,
                                    .about = "the same database without a pooler, for migrations "
                                             "and LISTEN; without it the database URL"},
    [CONFIG_DATABASE_READ_URL] = {.flag = "database-read-url",
                                  .variable = "QUIZD_DATABASE_READ_URL",
                                  .also = "DATABASE_READ_URL",
                                  .type = CONFIG_TYPE_URL,
                                  AT(database_read_url),
                                  .is_secret = true,
                                  .about = "where reads go; without it the database URL"},
    [CONFIG_JWT_KEY_FILE] =
        {.flag = "jwt-key-file",
         .variable = "QUIZD_JWT_KEY_FILE",
         .type = CONFIG_TYPE_STRING,
         AT(jwt_key_file),
         .about = "file with the key that signs access tokens: 32 bytes or more, mode 0600"},
    [CONFIG_JWT_PREVIOUS_KEY_FILE] =
        {.flag = "jwt-previous-key-file",
         .variable = "QUIZD_JWT_PREVIOUS_KEY_FILE",
         .type = CONFIG_TYPE_STRING,
         AT(jwt_previous_key_file),
         .about = "the key before it, still accepted while keys are changed"},
    [CONFIG_LOG_LEVEL] = {.flag = "log-level",
                          .variable = "QUIZD_LOG_LEVEL",
                          .type = CONFIG_TYPE_LEVEL,
                          AT(log_level),
                          .default_value = "info",
                          .about = "least level that is logged: debug, info, warn or error"},
    [CONFIG_THREADS] = {.flag = "threads",
                        .variable = "QUIZD_THREADS",
                        .type = CONFIG_TYPE_INTEGER,
                        AT(threads),
                        .default_value = "1152",
                        RANGE(4, 4096),
                        .about = "worker threads; each open connection holds one"},
    [CONFIG_READ_LANES] = {.flag = "read-lanes",
                           .variable = "QUIZD_READ_LANES",
                           .type = CONFIG_TYPE_INTEGER,
                           AT(read_lanes),
                           .default_value = "1",
                           RANGE(1, 16),
                           .about = "database connections that requests share for reads"},
    [CONFIG_WRITE_LANES] = {.flag = "write-lanes",
                            .variable = "QUIZD_WRITE_LANES",
                            .type = CONFIG_TYPE_INTEGER,
                            AT(write_lanes),
                            .default_value = "1",
                            RANGE(1, 16),
                            .about = "database connections that requests share for writes"},
    [CONFIG_QUEUE_LIMIT] = {.flag = "queue-limit",
                            .variable = "QUIZD_QUEUE_LIMIT",
                            .type = CONFIG_TYPE_INTEGER,
                            AT(queue_limit),
                            .default_value = "4096",
                            RANGE(1, 65536),
                            .about =
                                "requests that may wait for one lane; the next is answered 503"},
    [CONFIG_UNNAMED_STATEMENTS] =
        {.flag = "unnamed-statements",
         .variable = "QUIZD_UNNAMED_STATEMENTS",
         .type = CONFIG_TYPE_BOOL,
         AT(unnamed_statements),
         .default_value = "false",
         .about = "no named prepared statements: for PgBouncer in transaction mode"},
    [CONFIG_HEAD_TIMEOUT_MS] = {.flag = "head-timeout-ms",
                                .variable = "QUIZD_HEAD_TIMEOUT_MS",
                                .type = CONFIG_TYPE_INTEGER,
                                AT(head_timeout_ms),
                                .default_value = "5000",
                                RANGE(100, 60000),
                                .about = "longest time for a whole request head"},
    [CONFIG_BODY_TIMEOUT_MS] = {.flag = "body-timeout-ms",
                                .variable = "QUIZD_BODY_TIMEOUT_MS",
                                .type = CONFIG_TYPE_INTEGER,
                                AT(body_timeout_ms),
                                .default_value = "10000",
                                RANGE(100, 600000),
                                .about = "longest time for a whole request body"},
    [CONFIG_IDLE_TIMEOUT_MS] = {.flag = "idle-timeout-ms",
                                .variable = "QUIZD_IDLE_TIMEOUT_MS",
                                .type = CONFIG_TYPE_INTEGER,
                                AT(idle_timeout_ms),
                                .default_value = "5000",
                                RANGE(100, 600000),
                                .about = "how long an idle connection is kept open"},
    [CONFIG_DRAIN_TIMEOUT_MS] = {.flag = "drain-timeout-ms",
                                 .variable = "QUIZD_DRAIN_TIMEOUT_MS",
                                 .type = CONFIG_TYPE_INTEGER,
                                 AT(drain_timeout_ms),
                                 .default_value = "10000",
                                 RANGE(0, 600000),
                                 .about = "longest wait at the end for requests in flight"},
    [CONFIG_BANK_POLL_MS] = {.flag = "bank-poll-ms",
                             .variable = "QUIZD_BANK_POLL_MS",
                             .type = CONFIG_TYPE_INTEGER,
                             AT(bank_poll_ms),
                             .default_value = "1000",
                             RANGE(50, 60000),
                             .about = "how often changes of the banks are looked for"},
    [CONFIG_WEAK_AREAS_MODEL] = {.flag = "weak-areas-model",
                                 .variable = "QUIZD_WEAK_AREAS_MODEL",
                                 .type = CONFIG_TYPE_CHOICE,
                                 .choices = "beta-1 beta-2",
                                 AT(weak_areas_model),
                                 .default_value = "beta-2",
                                 .about = "model of weak areas where a request names none"},
    [CONFIG_DEV] = {.flag = "dev",
                    .variable = "QUIZD_DEV",
                    .type = CONFIG_TYPE_BOOL,
                    AT(dev),
                    .default_value = "false",
                    .about = "development mode: loopback only, request limits off, a signing key "
                             "made on first start"},
};

#undef AT
#undef RANGE

static struct text find_option_variable(struct text name)
{
    for (size_t i = 0; i < CONFIG_OPTION_COUNT; i++) {
        const struct config_option *option = &CONFIG_OPTIONS[i];
        const struct text variable = text_of(option->variable);
        if (!text_starts_with(name, variable)) {
            continue;
        }
        const struct text rest = text_slice(name, variable.len, name.len);
        if (rest.len == 0 || (option->is_secret && text_equal(rest, TEXT("_FILE")))) {
            return variable;
        }
    }
    return TEXT_ABSENT;
}

struct text config_find_unknown(char *const environment[])
{
    for (size_t i = 0; environment[i] != NULL; i++) {
        struct text name = TEXT_ABSENT;
        struct text value = TEXT_ABSENT;
        if (text_split(text_of(environment[i]), '=', &name, &value) &&
            text_starts_with(name, TEXT("QUIZD_")) && find_option_variable(name).data == NULL) {
            return name;
        }
    }
    return TEXT_ABSENT;
}

static const char *argument_of(const struct config_option *option)
{
    switch (option->type) {
    case CONFIG_TYPE_STRING:
        return "=FILE";
    case CONFIG_TYPE_ADDRESS:
        return "=ADDRESS:PORT";
    case CONFIG_TYPE_URL:
        return "=URL";
    case CONFIG_TYPE_LEVEL:
        return "=LEVEL";
    case CONFIG_TYPE_CHOICE:
        return "=NAME";
    case CONFIG_TYPE_INTEGER:
        return "=N";
    case CONFIG_TYPE_BOOL:
        return "";
    }
    return "";
}

/* "beta-1 or beta-2", "1 to 16"; nothing for other types. */
static void append_range(struct buffer *buffer, const struct config_option *option)
{
    if (option->type == CONFIG_TYPE_INTEGER) {
        buffer_printf(buffer, "%lld to %lld", (long long)option->min, (long long)option->max);
    }
    struct text rest = option->choices == NULL ? TEXT_ABSENT : text_of(option->choices);
    struct text choice = TEXT_ABSENT;
    while (text_split(rest, ' ', &choice, &rest)) {
        buffer_append(buffer, choice);
        buffer_append(buffer, TEXT(" or "));
    }
    buffer_append(buffer, choice);
}

static bool has_range(const struct config_option *option)
{
    return option->type == CONFIG_TYPE_INTEGER || option->type == CONFIG_TYPE_CHOICE;
}

void config_append_help(struct buffer *buffer)
{
    for (size_t i = 0; i < CONFIG_OPTION_COUNT; i++) {
        const struct config_option *option = &CONFIG_OPTIONS[i];
        buffer_printf(buffer, "  --%s%s\n      %s\n      %s", option->flag, argument_of(option),
                      option->about, option->variable);
        if (option->also != NULL) {
            buffer_printf(buffer, " or %s", option->also);
        }
        if (option->is_secret) {
            buffer_append(buffer, TEXT(" (or with _FILE behind it: a file that holds it)"));
        }
        if (option->default_value != NULL) {
            buffer_printf(buffer, "; default %s", option->default_value);
        }
        if (has_range(option)) {
            buffer_append(buffer, TEXT("; "));
            append_range(buffer, option);
        }
        buffer_append_char(buffer, '\n');
    }
}

void config_append_markdown(struct buffer *buffer)
{
    buffer_append(buffer,
                  TEXT("| flag | variable | default | what it is |\n| --- | --- | --- | --- |\n"));
    for (size_t i = 0; i < CONFIG_OPTION_COUNT; i++) {
        const struct config_option *option = &CONFIG_OPTIONS[i];
        buffer_printf(buffer, "| `--%s` | `%s`", option->flag, option->variable);
        if (option->also != NULL) {
            buffer_printf(buffer, ", `%s`", option->also);
        }
        if (option->is_secret) {
            buffer_append(buffer, TEXT(", or `…_FILE`"));
        }
        if (option->default_value == NULL) {
            buffer_append(buffer, TEXT(" | "));
        } else {
            buffer_printf(buffer, " | `%s`", option->default_value);
        }
        buffer_printf(buffer, " | %s", option->about);
        if (has_range(option)) {
            buffer_append(buffer, TEXT(" ("));
            append_range(buffer, option);
            buffer_append_char(buffer, ')');
        }
        buffer_append(buffer, TEXT(" |\n"));
    }
}
