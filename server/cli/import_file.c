/* quizd import FORMAT FILE: questions from a file of some format into a bank. */
#include "cli/import_file.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "cli/command_line.h"
#include "cli/progress_bar.h"
#include "transfer/import.h"

enum { COPY_BYTES = 64 * 1024 };

struct opened {
    FILE *file;
    struct progress_bar checking;
    struct progress_bar writing;
};

static bool read_file(void *context, char *bytes, size_t size, size_t *count, struct error *err)
{
    const struct opened *opened = context;
    *count = fread(bytes, 1, size, opened->file);
    return ferror(opened->file) == 0 ||
           error_set(err, ERROR_INTERNAL, "the file cannot be read to its end");
}

static bool rewind_file(void *context, struct error *err)
{
    const struct opened *opened = context;
    return fseek(opened->file, 0, SEEK_SET) == 0 ||
           error_set(err, ERROR_INTERNAL, "the file cannot be read again");
}

/* What can be read but once goes to a file that has no name. */
static FILE *keep_input(void)
{
    char bytes[COPY_BYTES / 32];
    FILE *copy = tmpfile();
    size_t count = 1;
    while (copy != NULL && count > 0) {
        count = fread(bytes, 1, sizeof bytes, stdin);
        if (fwrite(bytes, 1, count, copy) != count) {
            (void)fclose(copy); /* it is given up */
            copy = NULL;
        }
    }
    return copy;
}

static FILE *open_file(const char *path)
{
    struct stat status;
    if (strcmp(path, "-") == 0) {
        return keep_input();
    }
    /* a FIFO or a device would never end, or never begin */
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode)) {
        return NULL;
    }
    return fopen(path, "re");
}

static bool show(void *context, const struct import_progress *progress, struct error *err)
{
    struct opened *opened = context;
    (void)err; /* nothing stops it here */
    if (progress->is_checking) {
        progress_bar_show(&opened->checking, progress->done, 0);
        return true;
    }
    progress_bar_end(&opened->checking);
    if (opened->writing.what == NULL) {
        progress_bar_start(&opened->writing, "importing");
    }
    progress_bar_show(&opened->writing, progress->done, progress->total);
    return true;
}

static void print_report(const struct import_file_options *options,
                         const struct import_report *report, struct arena *arena)
{
    const struct diagnostics *found = &report->diagnostics;
    size_t shown = 0;
    for (const struct diagnostic *d = found->first; d != NULL; d = d->next) {
        (void)fprintf(stderr, "%.*s\n", TEXT_ARG(diagnostic_format(d, arena)));
        shown++;
    }
    if (found->error_count + found->warning_count > shown) {
        (void)fprintf(stderr, "… and %zu more: %zu errors, %zu warnings in all\n",
                      found->error_count + found->warning_count - shown, found->error_count,
                      found->warning_count);
    }
    if (report->is_refused) {
        (void)fprintf(stderr, "%zu of %zu questions refused: nothing is imported\n", report->bad,
                      report->items);
        return;
    }
    (void)printf("%s: questions %lld created, %lld updated, %lld unchanged, %zu refused%s\n",
                 options->bank, (long long)report->counts.created,
                 (long long)report->counts.updated, (long long)report->counts.unchanged,
                 report->bad, options->is_dry_run ? " (dry run: nothing was changed)" : "");
}

static int run(const struct import_file_options *options, struct db_session *session,
               struct opened *opened, struct arena *arena)
{
    const struct transfer_file file = {.name = text_of(options->path),
                                       .source = {.read = read_file, .context = opened},
                                       .rewind = rewind_file};
    const struct import_plan plan = {.format = options->format,
                                     .bank = text_of(options->bank),
                                     .section = text_of(options->section),
                                     .is_atomic = options->is_atomic,
                                     .is_dry_run = options->is_dry_run,
                                     .show = show,
                                     .context = opened};
    struct import_report report;
    struct error err = {.code = ERROR_NONE};
    progress_bar_start(&opened->checking, "checking");
    const bool is_good = transfer_import(session, &plan, &file, arena, &report, &err);
    progress_bar_end(&opened->checking);
    progress_bar_end(&opened->writing);
    if (!is_good) {
        command_print_error(&err);
        return CLI_FAILED;
    }
    print_report(options, &report, arena);
    return report.bad > 0 ? CLI_FAILED : CLI_OK;
}

int import_file(const struct import_file_options *options, const struct config *config,
                struct arena *arena)
{
    const struct db_session_config database = {.url = config->database_direct_url,
                                               .application_name = "quizd import"};
    struct opened opened = {.file = NULL};
    struct db_session *session = NULL;
    struct error err = {.code = ERROR_NONE};
    int status = CLI_FAILED;
    if (options->bank == NULL) {
        (void)fputs("quizd: which bank? Give --bank SLUG\n", stderr);
        return CLI_USAGE;
    }
    opened.file = open_file(options->path);
    if (opened.file == NULL) {
        (void)fprintf(stderr, "quizd: %s: there is no such file, or it cannot be read\n",
                      options->path);
        return CLI_FAILED;
    }
    if (db_session_open(&database, &session, &err)) {
        status = run(options, session, &opened, arena);
    } else {
        command_print_error(&err);
    }
    db_session_close(session);
    (void)fclose(opened.file); /* it was only read */
    return status;
}

struct text import_formats(struct arena *arena, const char *first)
{
    struct text list = text_of(first);
    for (unsigned i = 0; i < FORMAT_COUNT; i++) {
        list = arena_printf(arena, "%.*s%s%s", TEXT_ARG(list), list.len > 0 ? ", " : "",
                            enumeration_name(&FORMATS, i));
    }
    return list;
}
