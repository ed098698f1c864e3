/*
 * Reading the configuration. Three places are asked in turn (flag, environment, default) and the
 * first that has the option decides, even if its value is wrong: a wrong value is never passed over
 * for a better one.
 */
#include "base/config.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { SECRET_BYTES_MAX = 4096, PORT_MAX = 65535, NAME_BYTES = 64 };

/* A value and where it came from. */
struct source {
    char name[NAME_BYTES]; /* "--threads", "QUIZD_THREADS" */
    struct text value;     /* absent: nowhere */
};

/* A variable that is set to nothing counts as not set: compose files pass on what they have not. */
static struct text find_variable(char *const environment[], const char *name)
{
    for (size_t i = 0; environment[i] != NULL; i++) {
        struct text variable = TEXT_ABSENT;
        struct text value = TEXT_ABSENT;
        if (text_split(text_of(environment[i]), '=', &variable, &value) &&
            text_equal(variable, text_of(name))) {
            return value.len == 0 ? TEXT_ABSENT : value;
        }
    }
    return TEXT_ABSENT;
}

static bool add_fault(struct arena *arena, const struct source *source, enum fault_code code,
                      const char *problem, struct error *err)
{
    return error_add_parameter_fault(err, arena, text_of(source->name), code, "%s %s.",
                                     source->name, problem);
}

/* The value in a file: what docker and systemd call a secret. A newline at the end is not part of
 * it. */
static bool read_secret(struct arena *arena, struct source *source, struct error *err)
{
    const int file = open(arena_string(arena, source->value), O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return add_fault(arena, source, FAULT_NOT_FOUND, "names a file that cannot be opened", err);
    }
    char *bytes = arena_alloc_bytes(arena, SECRET_BYTES_MAX + 1);
    size_t len = 0;
    ssize_t got = 1;
    while (got > 0 && len <= SECRET_BYTES_MAX) {
        got = read(file, bytes + len, SECRET_BYTES_MAX + 1 - len);
        len += got > 0 ? (size_t)got : 0;
    }
    (void)close(file); /* only read from */
    if (got < 0) {
        return add_fault(arena, source, FAULT_BAD_FORMAT, "names a file that cannot be read", err);
    }
    if (len > SECRET_BYTES_MAX) {
        return add_fault(arena, source, FAULT_TOO_LONG, "names a file of more than 4096 bytes",
                         err);
    }
    source->value = text_trim((struct text){.data = bytes, .len = len});
    return true;
}

static void name_source(struct source *source, const char *prefix, const char *name,
                        const char *suffix)
{
    (void)snprintf(source->name, sizeof source->name, "%s%s%s", prefix, name,
                   suffix); /* names of the table: they fit */
}

/* One variable, or for a secret the file that NAME_FILE names. Both at once are a fault. */
static bool read_variable(struct arena *arena, const struct config_option *option,
                          const char *variable, char *const environment[], struct source *source,
                          struct error *err)
{
    name_source(source, "", variable, "");
    source->value = find_variable(environment, variable);
    if (!option->is_secret) {
        return true;
    }
    struct source file = {.value = TEXT_ABSENT};
    name_source(&file, "", variable, "_FILE");
    file.value = find_variable(environment, file.name);
    if (file.value.data == NULL) {
        return true;
    }
    if (source->value.data != NULL) {
        return add_fault(arena, source, FAULT_DUPLICATE,
                         "is set, and so is the variable with _FILE behind it: only one may be",
                         err);
    }
    *source = file;
    return read_secret(arena, source, err);
}

static bool find_source(struct arena *arena, const struct config_option *option, const char *flag,
                        char *const environment[], struct source *source, struct error *err)
{
    if (flag != NULL) {
        name_source(source, "--", option->flag, "");
        source->value = text_of(flag);
        return true;
    }
    if (!read_variable(arena, option, option->variable, environment, source, err)) {
        return false;
    }
    if (source->value.data == NULL && option->also != NULL &&
        !read_variable(arena, option, option->also, environment, source, err)) {
        return false;
    }
    if (source->value.data == NULL) {
        name_source(source, "--", option->flag, "");
        source->value = text_of(option->default_value);
    }
    return true;
}

static bool is_byte(struct text t)
{
    int64_t number = 0;
    return t.len <= 3 && text_to_i64(t, &number) && number >= 0 && number <= 255;
}

/* "127.0.0.1:8080" */
static bool is_address(struct text value)
{
    struct text host = TEXT_ABSENT;
    struct text port = TEXT_ABSENT;
    int64_t number = 0;
    if (!text_split(value, ':', &host, &port) || port.len > 5 || !text_to_i64(port, &number) ||
        number < 0 || number > PORT_MAX) {
        return false;
    }
    struct text byte = TEXT_ABSENT;
    size_t count = 1;
    while (text_split(host, '.', &byte, &host)) {
        if (!is_byte(byte)) {
            return false;
        }
        count++;
    }
    return count == 4 && is_byte(byte);
}

static bool is_url(struct text value)
{
    return text_starts_with(value, TEXT("postgresql://")) ||
           text_starts_with(value, TEXT("postgres://")) ||
           (value.len > 0 && memchr(value.data, '=', value.len) != NULL);
}

static bool parse_bool(struct text value, bool *out)
{
    *out = text_equal(value, TEXT("true")) || text_equal(value, TEXT("1"));
    return *out || text_equal(value, TEXT("false")) || text_equal(value, TEXT("0"));
}

static bool is_choice(struct text choices, struct text value)
{
    struct text choice = TEXT_ABSENT;

    while (text_split(choices, ' ', &choice, &choices)) {
        if (text_equal(choice, value)) {
            return true;
        }
    }
    return text_equal(choice, value);
}

static bool store_integer(struct arena *arena, const struct config_option *option,
                          const struct source *source, int64_t *out, struct error *err)
{
    int64_t number = 0;
    char problem[80];
    (void)snprintf(problem, sizeof problem, "must be an integer from %lld to %lld",
                   (long long)option->min, (long long)option->max);
    if (!text_to_i64(source->value, &number)) {
        return add_fault(arena, source, FAULT_WRONG_TYPE, problem, err);
    }
    if (number < option->min || number > option->max) {
        return add_fault(arena, source, number < option->min ? FAULT_TOO_SMALL : FAULT_TOO_LARGE,
                         problem, err);
    }
    *out = number;
    return true;
}

static bool store_value(struct arena *arena, const struct config_option *option,
                        const struct source *source, void *out, struct error *err)
{
    const char **string = out;
    switch (option->type) {
    case CONFIG_TYPE_STRING:
    case CONFIG_TYPE_TEXT:
        *string = arena_string(arena, source->value);
        return source->value.len > 0 ||
               add_fault(arena, source, FAULT_TOO_SHORT, "must not be empty", err);
    case CONFIG_TYPE_ADDRESS:
        *string = arena_string(arena, source->value);
        return is_address(source->value) ||
               add_fault(arena, source, FAULT_BAD_FORMAT,
                         "must be an IPv4 address and a port, such as 127.0.0.1:8080", err);
    case CONFIG_TYPE_URL:
        *string = arena_string(arena, source->value);
        return is_url(source->value) ||
               add_fault(arena, source, FAULT_BAD_FORMAT,
                         "must be a PostgreSQL URL, such as postgresql://user@host/name", err);
    case CONFIG_TYPE_LEVEL:
        return log_parse_level(source->value, out) ||
               add_fault(arena, source, FAULT_NOT_ALLOWED, "must be debug, info, warn or error",
                         err);
    case CONFIG_TYPE_NETWORKS:
        return networks_parse(source->value, out) ||
               add_fault(arena, source, FAULT_BAD_FORMAT,
                         "must be IPv4 addresses or networks, such as 127.0.0.1,10.0.0.0/8", err);
    case CONFIG_TYPE_CHOICE:
        *string = arena_string(arena, source->value);
        return is_choice(text_of(option->choices), source->value) ||
               add_fault(arena, source, FAULT_NOT_ALLOWED,
                         arena_printf(arena, "must be one of: %s", option->choices).data, err);
    case CONFIG_TYPE_INTEGER:
        return store_integer(arena, option, source, out, err);
    case CONFIG_TYPE_BOOL:
        return parse_bool(source->value, out) ||
               add_fault(arena, source, FAULT_WRONG_TYPE, "must be true, false, 1 or 0", err);
    }
    return false;
}

static bool load_option(struct arena *arena, const struct config_option *option, const char *flag,
                        char *const environment[], struct config *config, struct error *err)
{
    struct source source = {.value = TEXT_ABSENT};
    if (!find_source(arena, option, flag, environment, &source, err)) {
        return false;
    }
    return source.value.data == NULL ||
           store_value(arena, option, &source, (char *)config + option->offset, err);
}

bool config_load(struct arena *arena, const struct config_flags *flags, char *const environment[],
                 struct config *config, struct error *err)
{
    *config = (struct config){.log_level = LOG_INFO};
    bool is_good = true;
    for (size_t i = 0; i < CONFIG_OPTION_COUNT; i++) {
        is_good =
            load_option(arena, &CONFIG_OPTIONS[i], flags->values[i], environment, config, err) &&
            is_good;
    }
    if (config->verify_email && config->mail == NULL) {
        is_good = error_add_parameter_fault(err, arena, TEXT("--verify-email"), FAULT_NOT_ALLOWED,
                                            "--verify-email needs --mail: without mail nobody "
                                            "could prove an address");
    }
    if (config->database_direct_url == NULL) {
        config->database_direct_url = config->database_url;
    }
    return is_good;
}
