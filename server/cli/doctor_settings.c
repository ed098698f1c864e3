/* The checks of `quizd doctor` that need no database. */
#include "cli/doctor.h"

#include <sys/stat.h>

#include "api/cors.h"
#include "auth/token.h"

extern char **environ;

static void check_configuration(struct doctor *doctor)
{
    const struct text unknown = config_find_unknown(environ);
    struct origins origins = {.count = 0};
    struct error err = {.code = ERROR_NONE};

    if (unknown.data != NULL) {
        doctor_bad(
            doctor, "configuration",
            arena_printf(doctor->arena, "%.*s is not a variable of quizd", TEXT_ARG(unknown)),
            "correct its name or unset it; `quizd config` lists every setting");
    } else if (!origins_parse(doctor->config->cors_origins, &origins, &err)) {
        doctor_bad(doctor, "configuration", text_of(err.detail), "correct QUIZD_CORS_ORIGINS");
    } else if (doctor->config->dev) {
        doctor_bad(doctor, "configuration", TEXT("development mode is on"),
                   "unset QUIZD_DEV: it makes a key by itself and limits no requests");
    } else {
        doctor_good(doctor, "configuration", "every setting is good");
    }
}

static void check_key(struct doctor *doctor, const char *name, const char *path)
{
    struct token_key *key = arena_new(doctor->arena, struct token_key);
    struct error err = {.code = ERROR_NONE};

    if (!token_key_read(path, key, &err) || !token_key_check_strength(key, &err)) {
        doctor_bad(doctor, name, text_of(err.detail),
                   "(umask 077; head -c 48 /dev/urandom | base64 >%s), owned by the user that "
                   "serves; or only: chmod 600 %s",
                   path, path);
        return;
    }
    doctor_good(doctor, name, "%zu bytes, readable by its owner only", key->secret_len);
}

static void check_keys(struct doctor *doctor)
{
    if (doctor->config->jwt_key_file == NULL) {
        doctor_bad(doctor, "signing key", TEXT("no file is named"),
                   "set QUIZD_JWT_KEY_FILE to a file with 32 or more random bytes, mode 0600");
    } else {
        check_key(doctor, "signing key", doctor->config->jwt_key_file);
    }
    if (doctor->config->jwt_previous_key_file != NULL) {
        check_key(doctor, "previous key", doctor->config->jwt_previous_key_file);
    }
}

/* The value of NAME_FILE in the environment, for one of the option's variables. */
static struct text find_file(struct arena *arena, const char *variable)
{
    if (variable == NULL) {
        return TEXT_ABSENT;
    }
    const struct text wanted = arena_printf(arena, "%s_FILE", variable);
    for (size_t i = 0; environ[i] != NULL; i++) {
        struct text name = TEXT_ABSENT;
        struct text value = TEXT_ABSENT;
        if (text_split(text_of(environ[i]), '=', &name, &value) && text_equal(name, wanted)) {
            return value;
        }
    }
    return TEXT_ABSENT;
}

static void check_secret_file(struct doctor *doctor, const char *variable)
{
    const struct text file = find_file(doctor->arena, variable);
    struct stat status;

    if (file.len == 0 || stat(arena_string(doctor->arena, file), &status) != 0) {
        return; /* not there: reading the configuration has said so */
    }
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        doctor_bad(
            doctor, "secret files",
            arena_printf(doctor->arena, "the file of %s_FILE may be read by others", variable),
            "chmod 600 %.*s", TEXT_ARG(file));
    } else {
        doctor_good(doctor, "secret files", "%s_FILE is readable by its owner only", variable);
    }
}

void doctor_check_settings(struct doctor *doctor)
{
    check_configuration(doctor);
    check_keys(doctor);
    for (size_t i = 0; i < CONFIG_OPTION_COUNT; i++) {
        if (CONFIG_OPTIONS[i].is_secret) {
            check_secret_file(doctor, CONFIG_OPTIONS[i].variable);
            check_secret_file(doctor, CONFIG_OPTIONS[i].also);
        }
    }
}
