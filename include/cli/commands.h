/* The subcommands: each parses its own command line and returns the exit status (0 good, 1 failed,
 * 2 wrong usage). */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "base/arena.h"
#include "base/config.h"

int cli_serve(int argc, char **argv);
int cli_migrate(int argc, char **argv);
int cli_import(int argc, char **argv);
int cli_export(int argc, char **argv);
int cli_user(int argc, char **argv);
int cli_openapi(int argc, char **argv);
int cli_config(int argc, char **argv);
int cli_doctor(int argc, char **argv);
int cli_healthcheck(int argc, char **argv);
int cli_version(int argc, char **argv);
int cli_notes(int argc, char **argv);
int cli_lint(int argc, char **argv);
int cli_coverage(int argc, char **argv);
int cli_verify(int argc, char **argv);

/* A part of `user`. */
int user_set_extra_time(const struct config *config, const char *email, const char *percent_text,
                        struct arena *arena);

#endif
