/* quizd version */
#include <stdio.h>

#include "cli/commands.h"

int cli_version(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    (void)puts("quizd " QUIZD_VERSION);
    return 0;
}
