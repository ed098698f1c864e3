/* The command line of a subcommand, through argp; the options of the configuration come from its
 * table. */
#include "cli/command_line.h"

#include <stdio.h>
#include <stdlib.h>

extern char **environ;

enum {
    CONFIG_KEY = 1000
}; /* + enum config_id: no letter, so that the short options stay the commands' own */

struct parse {
    const struct command_spec *spec;
    void *context;
    struct config_flags flags;
    struct command_input *input;
};

static error_t take_argument(struct parse *parse, const char *argument, struct argp_state *state)
{
    if (parse->input->argument_count == parse->spec->argument_max) {
        /* NOLINTNEXTLINE(concurrency-mt-unsafe): argp runs before any thread */
        argp_error(state, "too many arguments, from '%s' on", argument);
        return 0;
    }
    parse->input->arguments[parse->input->argument_count] = argument;
    parse->input->argument_count++;
    return 0;
}

static error_t on_option(int key, char *value, struct argp_state *state)
{
    struct parse *parse = state->input;

    if (key >= CONFIG_KEY && key < CONFIG_KEY + CONFIG_OPTION_COUNT) {
        parse->flags.values[key - CONFIG_KEY] = value == NULL ? "true" : value;
        return 0;
    }
    if (key == ARGP_KEY_ARG) {
        return take_argument(parse, value, state);
    }
    if (key == ARGP_KEY_END && parse->input->argument_count < parse->spec->argument_min) {
        /* NOLINTNEXTLINE(concurrency-mt-unsafe): argp runs before any thread */
        argp_usage(state);
        return 0;
    }
    if (key > ' ' && key < 127) {
        parse->spec->take(parse->context, key, value);
        return 0;
    }
    return ARGP_ERR_UNKNOWN;
}

static size_t count_options(const struct argp_option *options)
{
    size_t count = 0;

    while (options != NULL && options[count].name != NULL) {
        count++;
    }
    return count;
}

/* The command's own options, then those of the configuration. */
static const struct argp_option *all_options(const struct command_spec *spec, struct arena *arena)
{
    const size_t own = count_options(spec->options);
    struct argp_option *options =
        arena_new_array(arena, own + CONFIG_OPTION_COUNT + 2, struct argp_option);

    for (size_t i = 0; i < own; i++) {
        options[i] = spec->options[i];
    }
    options[own] = (struct argp_option){
        .doc = "Configuration (each also as an environment variable):", .group = 2};
    for (size_t i = 0; i < CONFIG_OPTION_COUNT; i++) {
        const struct config_option *option = &CONFIG_OPTIONS[i];
        options[own + 1 + i] = (struct argp_option){
            .name = option->flag,
            .key = CONFIG_KEY + (int)i,
            .arg = option->type == CONFIG_TYPE_BOOL ? NULL : "VALUE",
            .doc = arena_string(
                arena, arena_printf(arena, "%s [%s%s%s]", option->about, option->variable,
                                    option->default_value == NULL ? "" : ", default ",
                                    option->default_value == NULL ? "" : option->default_value)),
            .group = 2,
        };
    }
    return options;
}

/* A parameter's detail names it already; a pointer stands before what is wrong there. */
static void print_fault(const struct fault *fault)
{
    if (fault->is_parameter || fault->place.len == 0) {
        (void)fprintf(stderr, "quizd: %.*s\n", TEXT_ARG(fault->detail));
    } else {
        (void)fprintf(stderr, "quizd: %.*s: %.*s\n", TEXT_ARG(fault->place),
                      TEXT_ARG(fault->detail));
    }
}

void command_print_error(const struct error *err)
{
    if (err->faults == NULL) {
        (void)fprintf(stderr, "quizd: %s\n", err->detail);
    }
    for (const struct fault *fault = err->faults; fault != NULL; fault = fault->next) {
        print_fault(fault);
    }
}

bool command_parse(const struct command_spec *spec, int argc, char **argv, void *context,
                   struct arena *arena, struct command_input *input)
{
    struct parse parse = {.spec = spec, .context = context, .input = input};
    const struct argp argp = {.options = all_options(spec, arena),
                              .parser = on_option,
                              .args_doc = spec->arguments,
                              .doc = spec->about};
    struct error err = {.code = ERROR_NONE};

    argp_err_exit_status = CLI_USAGE;
    *input = (struct command_input){.argument_count = 0};
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): argp runs before any thread */
    if (argp_parse(&argp, argc, argv, 0, NULL, &parse) != 0) {
        return false;
    }
    if (!config_load(arena, &parse.flags, environ, &input->config, &err)) {
        command_print_error(&err);
        return false;
    }
    const struct text unknown = config_find_unknown(environ);
    if (unknown.data != NULL) {
        (void)fprintf(stderr, "quizd: warning: %.*s is not a variable of quizd\n",
                      TEXT_ARG(unknown));
    }
    log_set_level(input->config.log_level);
    return true;
}

bool command_need_database(const struct config *config)
{
    if (config->database_url != NULL) {
        return true;
    }
    (void)fputs(
        "quizd: no database is named: set DATABASE_URL, or give --database-url\n"
        "       (a development database: `make run` makes one, `make dev-url` prints its URL)\n",
        stderr);
    return false;
}
