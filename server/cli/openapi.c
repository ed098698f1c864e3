/* quizd openapi: the document that /openapi.json serves. */
#include <stdio.h>

#include "api/openapi.h"
#include "api/routes.h"
#include "cli/command_line.h"
#include "cli/commands.h"

int cli_openapi(int argc, char **argv)
{
    static const struct command_spec SPEC = {.about = "Prints the API's OpenAPI 3.1 document."};
    struct arena *arena = arena_create();
    struct command_input input;
    struct text document = TEXT_ABSENT;
    struct error err = {.code = ERROR_NONE};
    int status = CLI_USAGE;

    if (command_parse(&SPEC, argc, argv, NULL, arena, &input)) {
        status = CLI_OK;
        if (!routes_check(ROUTES, ROUTES_COUNT, &err) ||
            !openapi_render(ROUTES, ROUTES_COUNT, QUIZD_VERSION, arena, &document, &err)) {
            command_print_error(&err);
            status = CLI_FAILED;
        } else if (printf("%.*s\n", TEXT_ARG(document)) < 0) {
            status = CLI_FAILED;
        }
    }
    arena_free(arena);
    return status;
}
