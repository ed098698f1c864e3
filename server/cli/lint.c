/*
 * quizd lint DIR: the findings as compilers write them, then what the bank's keys look like beside
 * chance. Needs neither configuration nor database.
 */
#include <stdio.h>

#include "bank/lint.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "json/codec.h"

struct lint_command {
    bool is_json;
    bool is_strict;
};

static void take(void *context, int key, const char *value)
{
    struct lint_command *command = context;
    (void)value; /* neither has one */
    command->is_json = command->is_json || key == 'j';
    command->is_strict = command->is_strict || key == 's';
}

/* The printed form of a finding. */
struct finding_row {
    struct text file;
    int64_t line;   /* 0: the file as a whole */
    int64_t column; /* 0: the line as a whole */
    struct text severity;
    struct text code;
    struct text message;
};

struct lint_output {
    const struct finding_row *findings;
    size_t finding_count;
    int64_t errors; /* all, listed or not */
    int64_t warnings;
    struct lint_statistics statistics;
};

static const struct shape_member FINDING_ROW_MEMBERS[] = {
    MEMBER_TEXT(struct finding_row, file),  MEMBER_I64(struct finding_row, line),
    MEMBER_I64(struct finding_row, column), MEMBER_TEXT(struct finding_row, severity),
    MEMBER_TEXT(struct finding_row, code),  MEMBER_TEXT(struct finding_row, message),
};
static const struct shape FINDING_ROW_SHAPE =
    SHAPE_OF("LintFinding", struct finding_row, FINDING_ROW_MEMBERS);
static const struct shape_member LINT_OUTPUT_MEMBERS[] = {
    MEMBER_LIST(struct lint_output, findings, finding_count, struct finding_row,
                &FINDING_ROW_SHAPE),
    MEMBER_I64(struct lint_output, errors),
    MEMBER_I64(struct lint_output, warnings),
    MEMBER_OBJECT(struct lint_output, statistics, struct lint_statistics, &LINT_STATISTICS_SHAPE),
};
static const struct shape LINT_OUTPUT_SHAPE =
    SHAPE_OF("LintOutput", struct lint_output, LINT_OUTPUT_MEMBERS);

static size_t count_listed(const struct diagnostics *diagnostics)
{
    size_t count = 0;
    for (const struct diagnostic *d = diagnostics->first; d != NULL; d = d->next) {
        count++;
    }
    return count;
}

static bool print_json(struct arena *arena, const struct diagnostics *diagnostics,
                       const struct lint_statistics *statistics)
{
    struct finding_row *rows =
        arena_new_array(arena, count_listed(diagnostics), struct finding_row);
    struct lint_output output = {.findings = rows,
                                 .errors = (int64_t)diagnostics->error_count,
                                 .warnings = (int64_t)diagnostics->warning_count,
                                 .statistics = *statistics};
    for (const struct diagnostic *d = diagnostics->first; d != NULL; d = d->next) {
        rows[output.finding_count++] = (struct finding_row){
            .file = d->spot.file,
            .line = (int64_t)d->spot.line,
            .column = (int64_t)d->spot.column,
            .severity = d->severity == SEVERITY_ERROR ? TEXT("error") : TEXT("warning"),
            .code = text_of(d->code),
            .message = d->message};
    }
    struct text json = TEXT_ABSENT;
    struct error err = {.code = ERROR_NONE};
    if (!codec_encode_text(arena, &LINT_OUTPUT_SHAPE, &output, &json, &err)) {
        command_print_error(&err);
        return false;
    }
    return printf("%.*s\n", TEXT_ARG(json)) > 0;
}

static void print_pattern(const char *what, const struct lint_pattern *pattern)
{
    (void)printf("  %-28s %5lld of %5lld   by chance %7.1f   p %.2f\n", what,
                 (long long)pattern->observed, (long long)pattern->questions, pattern->expected,
                 pattern->probability);
}

static void print_positions(const struct lint_positions *positions)
{
    (void)printf("  %-28s", enumeration_name(&QUESTION_TYPES, positions->type));
    for (size_t i = 0; i < positions->position_count; i++) {
        const struct lint_position *position = &positions->positions[i];
        (void)printf(" %lld (%.1f)", (long long)position->observed, position->expected);
    }
    (void)printf("   p %.2f\n", positions->probability);
}

static void print_keys(const struct lint_statistics *statistics)
{
    (void)printf("the right option, where one option alone is:\n");
    print_pattern("the longest", &statistics->key_longest);
    print_pattern("the shortest", &statistics->key_shortest);
    print_pattern("\"true\"", &statistics->key_true);
    (void)printf("right options by place, and by chance:\n");
    for (size_t i = 0; i < statistics->key_position_count; i++) {
        print_positions(&statistics->key_positions[i]);
    }
}

static void print_statistics(const struct lint_statistics *statistics)
{
    (void)printf("questions: %lld; numeric: %lld, of these computed again: %lld\n",
                 (long long)statistics->questions, (long long)statistics->numeric,
                 (long long)statistics->numeric_recomputed);
    if (!statistics->is_complete) {
        (void)printf("the rules about notes and bank were left out, for not all could be read\n");
        return;
    }
    (void)printf("sections with text: %lld, asked about: %lld; links: %lld; spelling: %s\n",
                 (long long)statistics->sections, (long long)statistics->sections_covered,
                 (long long)statistics->links,
                 statistics->spelling.data == NULL ? "no sign" : statistics->spelling.data);
    print_keys(statistics);
    (void)printf("near-duplicates: %lld; the most similar stems:\n",
                 (long long)statistics->near_duplicates);
    for (size_t i = 0; i < statistics->closest_count; i++) {
        const struct lint_pair *pair = &statistics->closest[i];
        (void)printf("  %.2f  %.*s  %.*s\n", pair->similarity, TEXT_ARG(pair->first),
                     TEXT_ARG(pair->second));
    }
}

static void print_findings(const struct diagnostics *diagnostics, struct arena *arena)
{
    for (const struct diagnostic *d = diagnostics->first; d != NULL; d = d->next) {
        (void)printf("%.*s\n", TEXT_ARG(diagnostic_format(d, arena)));
    }
    const size_t all = diagnostics->error_count + diagnostics->warning_count;
    const size_t listed = count_listed(diagnostics);
    if (all > listed) {
        (void)printf("… and %zu more\n", all - listed);
    }
}

static int run(const struct lint_command *command, const char *path, struct arena *arena)
{
    struct diagnostics diagnostics;
    struct bank_folder folder;
    struct lint_statistics statistics;
    bool is_printed = true;
    diagnostics_init(&diagnostics, arena);
    const bool is_complete = bank_folder_read(arena, path, &folder, &diagnostics);
    bank_lint(arena, &folder, is_complete, &statistics, &diagnostics);
    if (command->is_json) {
        is_printed = print_json(arena, &diagnostics, &statistics);
    } else {
        print_findings(&diagnostics, arena);
        print_statistics(&statistics);
        (void)printf("errors: %zu, warnings: %zu\n", diagnostics.error_count,
                     diagnostics.warning_count);
    }
    const bool is_good =
        diagnostics.error_count == 0 && (!command->is_strict || diagnostics.warning_count == 0);
    return is_printed && is_good && fflush(stdout) == 0 && ferror(stdout) == 0 ? CLI_OK
                                                                               : CLI_FAILED;
}

int cli_lint(int argc, char **argv)
{
    static const struct argp_option OPTIONS[] = {
        {.name = "json", .key = 'j', .doc = "Print JSON"},
        {.name = "strict", .key = 's', .doc = "Fail on warnings, too"},
        {0}};
    static const struct command_spec SPEC = {
        .arguments = "DIR",
        .about = "Checks a bank's folder: its format, and what makes questions good "
                 "(questions/README.md lists the rules). Exits with 1 where there are errors.",
        .options = OPTIONS,
        .take = take,
        .argument_min = 1,
        .argument_max = 1};
    struct arena *arena = arena_create();
    struct lint_command command = {.is_json = false};
    struct command_input input;
    int status = CLI_USAGE;
    if (command_parse(&SPEC, argc, argv, &command, arena, &input)) {
        status = run(&command, input.arguments[0], arena);
    }
    arena_free(arena);
    return status;
}
