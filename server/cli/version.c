/* quizd version */
#include <stdio.h>

#include "cli/command_line.h"
#include "cli/commands.h"

int cli_version(int argc, char **argv)
{
    static const struct command_spec SPEC = {.about = "Prints the version."};
    struct arena *arena = arena_create();
    struct command_input input;
    int status = CLI_USAGE;

    if (command_parse(&SPEC, argc, argv, NULL, arena, &input)) {
        (void)puts("quizd " QUIZD_VERSION);
        status = CLI_OK;
    }
    arena_free(arena);
    return status;
}
