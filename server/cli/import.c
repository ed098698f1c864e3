/* quizd import bank DIR: reads a bank's folder, checks all of it, and changes nothing unless all of
 * it is right. Files of questions: cli/import_file.c. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bank/domains.h"
#include "bank/folder.h"
#include "bank/notes_follow.h"
#include "base/clock.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/import_file.h"
#include "store/bank_import.h"
#include "json/codec.h"

struct import_command {
    bool is_dry_run;
    bool is_atomic;
    bool retires_missing;
    bool keeps_existing;
    const char *bank;
    const char *section;
    int64_t last_shown_us; /* of the progress line */
};

static void take(void *context, int key, const char *value)
{
    struct import_command *command = context;

    command->is_dry_run = command->is_dry_run || key == 'n';
    command->is_atomic = command->is_atomic || key == 'a';
    command->retires_missing = command->retires_missing || key == 'r';
    command->keeps_existing = command->keeps_existing || key == 'k';
    command->bank = key == 'b' ? value : command->bank;
    command->section = key == 's' ? value : command->section;
}

/* On a terminal only, ten times a second. */
static void show_progress(void *context, size_t done, size_t total)
{
    struct import_command *command = context;
    const int64_t now_us = clock_monotonic_us();

    if (isatty(STDERR_FILENO) == 0 ||
        (done < total && now_us - command->last_shown_us < CLOCK_US_PER_S / 10)) {
        return;
    }
    command->last_shown_us = now_us;
    (void)fprintf(stderr, "\rimporting %zu of %zu%s", done, total, done == total ? "\n" : "");
}

static void print_diagnostics(const struct diagnostics *diagnostics, struct arena *arena)
{
    for (const struct diagnostic *entry = diagnostics->first; entry != NULL; entry = entry->next) {
        (void)fprintf(stderr, "%.*s\n", TEXT_ARG(diagnostic_format(entry, arena)));
    }
    if (diagnostics->error_count > 0) {
        (void)fprintf(stderr, "%zu error%s: nothing is imported\n", diagnostics->error_count,
                      diagnostics->error_count == 1 ? "" : "s");
    }
}

static bool fill_content(struct arena *arena, const struct bank_folder *folder,
                         struct bank_content *content, struct error *err)
{
    const struct question **questions =
        arena_new_array(arena, folder->question_count, const struct question *);

    for (size_t i = 0; i < folder->question_count; i++) {
        questions[i] = &folder->questions[i].question;
    }
    const struct exam **exams = arena_new_array(arena, folder->exam_count, const struct exam *);
    for (size_t i = 0; i < folder->exam_count; i++) {
        exams[i] = &folder->exams[i].exam;
    }
    *content = (struct bank_content){.slug = folder->slug,
                                     .title = folder->title,
                                     .language = folder->language,
                                     .target = folder->target,
                                     .time_zone = folder->time_zone,
                                     .notes_title = folder->notes.title,
                                     .notes_markdown = folder->notes_markdown,
                                     .sections = folder->notes.sections,
                                     .section_count = folder->notes.section_count,
                                     .questions = questions,
                                     .question_count = folder->question_count,
                                     .exams = exams,
                                     .exam_count = folder->exam_count};
    const struct bank_domain_list domains = {folder->domains, folder->domain_count};
    return codec_encode_text(arena, &BANK_DOMAIN_LIST_SHAPE, &domains, &content->domains, err);
}

static void print_counts(const struct bank_folder *folder, const struct import_counts *counts,
                         bool is_dry_run)
{
    (void)printf("%.*s: questions %lld created, %lld updated, %lld unchanged; sections %lld "
                 "created, %lld updated, %lld unchanged, "
                 "%lld removed%s\n",
                 TEXT_ARG(folder->slug), (long long)counts->questions_created,
                 (long long)counts->questions_updated, (long long)counts->questions_unchanged,
                 (long long)counts->sections.created, (long long)counts->sections.updated,
                 (long long)counts->sections.unchanged, (long long)counts->sections.removed,
                 is_dry_run ? " (dry run: nothing was changed)" : "");
}

static void print_followed(const struct section_counts *counts)
{
    if (counts->renamed > 0) {
        (void)printf("renamed sections: %lld (they keep their answers and questions, of which "
                     "%lld got a new version)\n",
                     (long long)counts->renamed, (long long)counts->questions_rewritten);
    }
    if (counts->questions_to_review > 0) {
        (void)printf("questions whose section says something else now: %lld\n",
                     (long long)counts->questions_to_review);
    }
}

static void print_missing(int64_t count, bool is_retired)
{
    if (count > 0) {
        (void)printf("published but not in the folder: %lld%s\n", (long long)count,
                     is_retired ? ", retired" : " (kept; --retire-missing retires them)");
    }
}

static int import_folder(struct import_command *command, const struct config *config,
                         const struct bank_folder *folder, struct arena *arena)
{
    const struct db_session_config database = {.url = config->database_direct_url,
                                               .application_name = "quizd import"};
    const struct import_options options = {.is_dry_run = command->is_dry_run,
                                           .retires_missing = command->retires_missing,
                                           .keeps_existing = command->keeps_existing,
                                           .follow = notes_follow,
                                           .progress = show_progress,
                                           .context = command};
    struct bank_content content;
    struct import_counts counts;
    struct db_session *session = NULL;
    struct error err = {.code = ERROR_NONE};

    const bool is_good = fill_content(arena, folder, &content, &err) &&
                         db_session_open(&database, &session, &err) &&
                         store_bank_import(session, &content, &options, &counts, &err);
    db_session_close(session);
    if (!is_good) {
        command_print_error(&err);
        return CLI_FAILED;
    }
    if (counts.is_kept) {
        (void)printf("%.*s: the bank is there already, nothing is imported; without --if-new it "
                     "becomes what the folder says\n",
                     TEXT_ARG(folder->slug));
        return CLI_OK;
    }
    print_counts(folder, &counts, command->is_dry_run);
    print_followed(&counts.sections);
    print_missing(counts.questions_missing, command->retires_missing);
    return CLI_OK;
}

static int run_file(const struct import_command *command, const struct command_input *input,
                    struct arena *arena)
{
    unsigned format = 0;

    if (!enumeration_find(&FORMATS, text_of(input->arguments[0]), &format)) {
        (void)fprintf(stderr, "quizd: the format '%s' is not known; there are: %.*s\n",
                      input->arguments[0], TEXT_ARG(import_formats(arena, "bank")));
        return CLI_USAGE;
    }
    const struct import_file_options options = {.format = (enum format)format,
                                                .path = input->arguments[1],
                                                .bank = command->bank,
                                                .section = command->section,
                                                .is_atomic = command->is_atomic,
                                                .is_dry_run = command->is_dry_run};
    return command_need_database(&input->config) ? import_file(&options, &input->config, arena)
                                                 : CLI_USAGE;
}

static int run(struct import_command *command, const struct command_input *input,
               struct arena *arena)
{
    struct diagnostics diagnostics;
    struct bank_folder folder;

    if (strcmp(input->arguments[0], "bank") != 0) {
        return run_file(command, input, arena);
    }
    if (!command_need_database(&input->config)) {
        return CLI_USAGE;
    }
    diagnostics_init(&diagnostics, arena);
    const bool is_read = bank_folder_read(arena, input->arguments[1], &folder, &diagnostics);
    print_diagnostics(&diagnostics, arena);
    return is_read ? import_folder(command, &input->config, &folder, arena) : CLI_FAILED;
}

int cli_import(int argc, char **argv)
{
    static const struct argp_option OPTIONS[] = {
        {.name = "dry-run", .key = 'n', .doc = "Check and count, but change nothing"},
        {.name = "atomic", .key = 'a', .doc = "FORMAT FILE: import nothing unless all is good"},
        {.name = "retire-missing",
         .key = 'r',
         .doc = "bank DIR: retire the published questions that the folder does not have"},
        {.name = "if-new", .key = 'k', .doc = "bank DIR: change nothing where the bank is there"},
        {.name = "bank", .key = 'b', .arg = "SLUG", .doc = "FORMAT FILE: the bank"},
        {.name = "section",
         .key = 's',
         .arg = "PATH",
         .doc = "FORMAT FILE: the section of the notes for questions that name none"},
        {0}};
    static const struct command_spec SPEC = {
        .arguments = "bank DIR\nFORMAT FILE",
        .about =
            "Imports a bank's folder (questions/README.md has the format), or questions from a "
            "file of the format json, jsonl, gift, aiken, moodle, csv or anki into a bank that "
            "is there, and publishes them. A second import of the same changes nothing; a folder "
            "goes before what instructors have changed since.",
        .options = OPTIONS,
        .take = take,
        .argument_min = 2,
        .argument_max = 2};
    struct arena *arena = arena_create();
    struct import_command command = {.is_dry_run = false};
    struct command_input input;
    int status = CLI_USAGE;

    if (command_parse(&SPEC, argc, argv, &command, arena, &input)) {
        status = run(&command, &input, arena);
    }
    arena_free(arena);
    return status;
}
