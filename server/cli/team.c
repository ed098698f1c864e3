/* quizd team extra-time: how much longer the members of a team may take for exams. */
#include <stdio.h>
#include <string.h>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "db/session.h"
#include "store/sql.h"

struct team_command {
    const char *team;
    const char *percent;
};

static void take(void *context, int key, const char *value)
{
    struct team_command *command = context;

    if (key == 't') {
        command->team = value;
    } else if (key == 'p') {
        command->percent = value;
    }
}

static bool set(const struct config *config, const struct team_command *command, int64_t percent,
                struct arena *arena, struct error *err)
{
    const struct db_session_config database = {.url = config->database_direct_url,
                                               .application_name = "quizd team"};
    struct db_session *session = NULL;
    struct db_params params = {.count = 0};
    struct db_rows rows = {.count = 0};
    struct uuid id = UUID_NIL;

    if (!uuid_parse(text_of(command->team), &id)) {
        return error_set(err, ERROR_INVALID_INPUT, "--team: '%s' is not an id", command->team);
    }
    db_bind_uuid(&params, id);
    db_bind_i64(&params, percent);
    const bool is_set =
        db_session_open(&database, &session, err) &&
        db_session_call(session, &SQL_teams_set_extra_time, &params, arena, &rows, err);
    db_session_close(session);
    if (is_set && rows.count == 0) {
        return error_set(err, ERROR_NOT_FOUND, "there is no team %s", command->team);
    }
    return is_set;
}

static int run(const struct config *config, const struct team_command *command, struct arena *arena)
{
    struct error err = {.code = ERROR_NONE};
    int64_t percent = 0;

    if (!extra_time_parse_percent(command->percent, &percent, &err) ||
        !set(config, command, percent, arena, &err)) {
        command_print_error(&err);
        return CLI_FAILED;
    }
    (void)printf("team %s has %lld percent more time for exams that start from now on\n",
                 command->team, (long long)percent);
    return CLI_OK;
}

int cli_team(int argc, char **argv)
{
    static const struct argp_option OPTIONS[] = {
        {.name = "team", .key = 't', .arg = "ID", .doc = "The team"},
        {.name = "percent",
         .key = 'p',
         .arg = "N",
         .doc = "How many percent longer exams are for its members (0 to 300); who has more time "
                "of his own keeps it"},
        {0}};
    static const struct command_spec SPEC = {.arguments = "extra-time",
                                             .about = "Gives the members of a team extra time.",
                                             .options = OPTIONS,
                                             .take = take,
                                             .argument_min = 1,
                                             .argument_max = 1};
    struct arena *arena = arena_create();
    struct team_command command = {.team = NULL};
    struct command_input input;
    int status = CLI_USAGE;

    if (command_parse(&SPEC, argc, argv, &command, arena, &input)) {
        if (strcmp(input.arguments[0], "extra-time") != 0 || command.team == NULL ||
            command.percent == NULL) {
            (void)fputs("Usage: quizd team extra-time --team ID --percent N\n", stderr);
        } else if (command_need_database(&input.config)) {
            status = run(&input.config, &command, arena);
        }
    }
    arena_free(arena);
    return status;
}
