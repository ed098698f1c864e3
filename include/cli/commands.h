/* The subcommands: each parses its own command line and returns the exit status (0 good, 1 failed,
 * 2 wrong usage). */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "base/arena.h"
#include "base/config.h"
#include "base/error.h"

int cli_serve(int argc, char **argv);
int cli_migrate(int argc, char **argv);
int cli_import(int argc, char **argv);
int cli_export(int argc, char **argv);
int cli_user(int argc, char **argv);
int cli_team(int argc, char **argv);
int cli_openapi(int argc, char **argv);
int cli_config(int argc, char **argv);
int cli_doctor(int argc, char **argv);
int cli_healthcheck(int argc, char **argv);
int cli_version(int argc, char **argv);
int cli_notes(int argc, char **argv);
int cli_lint(int argc, char **argv);
int cli_coverage(int argc, char **argv);
int cli_verify(int argc, char **argv);
int cli_calibrate(int argc, char **argv);

/* Parts of `user`. */
struct user_bank_role {
    const char *email;
    const char *bank; /* slug */
    const char *role; /* "none": no longer a member */
};
int user_set_bank_role(const struct config *config, const struct user_bank_role *wanted,
                       struct arena *arena);
int user_set_extra_time(const struct config *config, const char *email, const char *percent_text,
                        struct arena *arena);
/* 0 to 300. */
NODISCARD bool extra_time_parse_percent(const char *given, int64_t *percent, struct error *err);

#endif
