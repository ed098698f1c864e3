/* quizd export FORMAT [FILE]: a bank's published questions as a file. A file is there as a whole or
 * not at all. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/import_file.h"
#include "cli/progress_bar.h"
#include "transfer/export.h"

struct export_command {
    const char *bank;
    const char *section;
    FILE *file;
    struct progress_bar bar;
};

static void take(void *context, int key, const char *value)
{
    struct export_command *command = context;
    if (key == 'b') {
        command->bank = value;
    } else if (key == 's') {
        command->section = value;
    }
}

static bool write_file(void *context, struct text bytes, struct error *err)
{
    const struct export_command *command = context;
    return fwrite(bytes.data, 1, bytes.len, command->file) == bytes.len ||
           error_set(err, ERROR_INTERNAL, "the file cannot be written");
}

static bool show(void *context, const struct export_report *report, struct error *err)
{
    struct export_command *command = context;
    (void)err; /* nothing stops it here */
    progress_bar_show(&command->bar, report->done, report->total);
    return true;
}

static void print_report(const struct export_report *report, struct arena *arena)
{
    const struct diagnostics *losses = &report->losses;
    size_t shown = 0;
    for (const struct diagnostic *d = losses->first; d != NULL; d = d->next) {
        (void)fprintf(stderr, "%.*s\n", TEXT_ARG(diagnostic_format(d, arena)));
        shown++;
    }
    if (losses->error_count + losses->warning_count > shown) {
        (void)fprintf(stderr, "… and %zu more\n",
                      losses->error_count + losses->warning_count - shown);
    }
    (void)fprintf(stderr, "%zu questions exported, %zu left out\n", report->done - report->left_out,
                  report->left_out);
}

static bool export_to(struct export_command *command, const struct config *config,
                      enum format format, struct arena *arena)
{
    const struct db_session_config database = {.url = config->database_direct_url,
                                               .application_name = "quizd export"};
    const struct export_plan plan = {.format = format,
                                     .bank = text_of(command->bank),
                                     .section = text_of(command->section),
                                     .write = write_file,
                                     .show = show,
                                     .context = command};
    struct export_report report;
    struct db_session *session = NULL;
    struct error err = {.code = ERROR_NONE};
    progress_bar_start(&command->bar, "exporting");
    const bool is_good = db_session_open(&database, &session, &err) &&
                         transfer_export(session, &plan, arena, &report, &err) &&
                         (fflush(command->file) == 0 ||
                          error_set(&err, ERROR_INTERNAL, "the file cannot be written"));
    db_session_close(session);
    progress_bar_end(&command->bar);
    if (!is_good) {
        command_print_error(&err);
        return false;
    }
    print_report(&report, arena);
    return true;
}

/* Written beside its place, and moved there when it is whole. */
static int export_to_file(struct export_command *command, const struct config *config,
                          enum format format, const char *path, struct arena *arena)
{
    const struct text beside = arena_printf(arena, "%s.part", path);
    command->file = fopen(beside.data, "we");
    if (command->file == NULL) {
        (void)fprintf(stderr, "quizd: %s cannot be written\n", beside.data);
        return CLI_FAILED;
    }
    const bool is_written = export_to(command, config, format, arena);
    const bool is_closed = fclose(command->file) == 0;
    if (is_written && is_closed && rename(beside.data, path) == 0) {
        return CLI_OK;
    }
    if (is_written) {
        (void)fprintf(stderr, "quizd: %s cannot be written\n", path);
    }
    (void)unlink(beside.data); /* whatever there is of it */
    return CLI_FAILED;
}

static int run(struct export_command *command, const struct command_input *input,
               struct arena *arena)
{
    unsigned format = 0;
    if (!enumeration_find(&FORMATS, text_of(input->arguments[0]), &format)) {
        (void)fprintf(stderr, "quizd: the format '%s' is not known; there are: %.*s\n",
                      input->arguments[0], TEXT_ARG(import_formats(arena, "")));
        return CLI_USAGE;
    }
    if (command->bank == NULL) {
        (void)fputs("quizd: which bank? Give --bank SLUG\n", stderr);
        return CLI_USAGE;
    }
    if (!command_need_database(&input->config)) {
        return CLI_USAGE;
    }
    if (input->argument_count > 1 && strcmp(input->arguments[1], "-") != 0) {
        return export_to_file(command, &input->config, (enum format)format, input->arguments[1],
                              arena);
    }
    command->file = stdout;
    return export_to(command, &input->config, (enum format)format, arena) ? CLI_OK : CLI_FAILED;
}

int cli_export(int argc, char **argv)
{
    static const struct argp_option OPTIONS[] = {
        {.name = "bank", .key = 'b', .arg = "SLUG", .doc = "The bank"},
        {.name = "section",
         .key = 's',
         .arg = "PATH",
         .doc = "Only this section of the notes and all below it"},
        {0}};
    static const struct command_spec SPEC = {
        .arguments = "FORMAT [FILE]",
        .about = "Writes a bank's published questions as json, jsonl, gift, aiken, moodle, csv or "
                 "anki. What the format cannot carry is said on standard error.",
        .options = OPTIONS,
        .take = take,
        .argument_min = 1,
        .argument_max = 2};
    struct arena *arena = arena_create();
    struct export_command command = {.bank = NULL};
    struct command_input input;
    int status = CLI_USAGE;

    if (command_parse(&SPEC, argc, argv, &command, arena, &input)) {
        status = run(&command, &input, arena);
    }
    arena_free(arena);
    return status;
}
