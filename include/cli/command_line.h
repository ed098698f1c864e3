/* The command line of a subcommand: its own options and arguments, and every option of the
 * configuration. */
#ifndef CLI_COMMAND_LINE_H
#define CLI_COMMAND_LINE_H

#include <argp.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/config.h"

enum { CLI_ARGUMENTS_MAX = 4, CLI_OK = 0, CLI_FAILED = 1, CLI_USAGE = 2 };

struct command_spec {
    const char *arguments; /* "bank DIR" */
    const char *about;
    const struct argp_option
        *options; /* its own, ended by a zero entry; keys are letters; NULL: none */
    void (*take)(void *context, int key, const char *value); /* one of its own options */
    unsigned argument_min;
    unsigned argument_max;
};

struct command_input {
    struct config config;
    const char *arguments[CLI_ARGUMENTS_MAX];
    unsigned argument_count;
};

/* argv[0] is "quizd NAME". Prints what is wrong and returns false (exit with CLI_USAGE); --help
 * prints and exits. */
NODISCARD bool command_parse(const struct command_spec *spec, int argc, char **argv, void *context,
                             struct arena *arena, struct command_input *input);
/* The database URL for sessions; prints what to do where none is given. */
NODISCARD bool command_need_database(const struct config *config);
/* "quizd: detail" and the faults, on standard error. */
void command_print_error(const struct error *err);

#endif
