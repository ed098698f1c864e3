/* quizd config: every setting with its flag, its variable and its default; as Markdown it is the
 * table of README.md. */
#include <stdio.h>

#include "base/limits.h"
#include "cli/command_line.h"
#include "cli/commands.h"

struct config_command {
    bool is_markdown;
};

static void take(void *context, int key, const char *value)
{
    struct config_command *command = context;

    (void)value; /* --markdown has none */
    command->is_markdown = command->is_markdown || key == 'm';
}

static int print(const struct config_command *command, struct arena *arena)
{
    struct buffer buffer;
    struct text text;
    struct error err = {.code = ERROR_NONE};

    buffer_init(&buffer, arena, LIMIT_REPLY_BYTES);
    if (command->is_markdown) {
        config_append_markdown(&buffer);
    } else {
        config_append_help(&buffer);
    }
    if (!buffer_text(&buffer, &text, &err)) {
        command_print_error(&err);
        return CLI_FAILED;
    }
    return printf("%.*s", TEXT_ARG(text)) < 0 ? CLI_FAILED : CLI_OK;
}

int cli_config(int argc, char **argv)
{
    static const struct argp_option OPTIONS[] = {
        {.name = "markdown", .key = 'm', .doc = "As a Markdown table, for README.md"}, {0}};
    static const struct command_spec SPEC = {
        .about = "Lists every setting: its flag, its environment variable and its default.",
        .options = OPTIONS,
        .take = take};
    struct arena *arena = arena_create();
    struct config_command command = {.is_markdown = false};
    struct command_input input;
    int status = CLI_USAGE;

    if (command_parse(&SPEC, argc, argv, &command, arena, &input)) {
        status = print(&command, arena);
    }
    arena_free(arena);
    return status;
}
