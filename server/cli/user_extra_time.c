/* quizd user extra-time: how much longer somebody may take for exams. */
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "db/session.h"
#include "store/sql.h"

enum { DECIMAL = 10 };

bool extra_time_parse_percent(const char *given, int64_t *percent, struct error *err)
{
    char *end = NULL;
    const long value = strtol(given, &end, DECIMAL);

    if (end == given || *end != '\0' || value < 0 || value > LIMIT_EXTRA_TIME_PERCENT) {
        return error_set(err, ERROR_INVALID_INPUT, "--percent: '%s' is not 0 to %d", given,
                         LIMIT_EXTRA_TIME_PERCENT);
    }
    *percent = value;
    return true;
}

static bool set(const struct config *config, const char *email, int64_t percent,
                struct arena *arena, struct error *err)
{
    const struct db_session_config database = {.url = config->database_direct_url,
                                               .application_name = "quizd user"};
    struct db_session *session = NULL;
    struct db_params params = {.count = 0};
    struct db_rows rows = {.count = 0};

    db_bind_text(&params, text_of(email));
    db_bind_i64(&params, percent);
    db_bind_uuid(&params, uuid_new());
    const bool is_set =
        db_session_open(&database, &session, err) &&
        db_session_call(session, &SQL_exams_set_extra_time, &params, arena, &rows, err);
    db_session_close(session);
    if (is_set && rows.count == 0) {
        return error_set(err, ERROR_NOT_FOUND, "there is no account of %s", email);
    }
    return is_set;
}

int user_set_extra_time(const struct config *config, const char *email, const char *percent_text,
                        struct arena *arena)
{
    struct error err = {.code = ERROR_NONE};
    int64_t percent = 0;

    if (!extra_time_parse_percent(percent_text, &percent, &err) ||
        !set(config, email, percent, arena, &err)) {
        command_print_error(&err);
        return CLI_FAILED;
    }
    (void)printf("%s has %lld percent more time for exams that start from now on\n", email,
                 (long long)percent);
    return CLI_OK;
}
