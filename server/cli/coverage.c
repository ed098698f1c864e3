/*
 * quizd coverage DIR: how many questions each section, domain and exam of a bank has, and what is
 * missing, as tables or (--json) for programs. Needs neither configuration nor database.
 */
#include <stdio.h>

#include "bank/coverage.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "json/codec.h"

enum { TITLE_COLUMNS = 46, INDENT = 2 };

struct coverage_command {
    bool is_json;
};

static void take(void *context, int key, const char *value)
{
    struct coverage_command *command = context;
    (void)value; /* --json has none */
    command->is_json = command->is_json || key == 'j';
}

static bool print_json(struct arena *arena, const struct coverage *coverage)
{
    struct text json = TEXT_ABSENT;
    struct error err = {.code = ERROR_NONE};
    if (!codec_encode_text(arena, &COVERAGE_SHAPE, coverage, &json, &err)) {
        command_print_error(&err);
        return false;
    }
    return printf("%.*s\n", TEXT_ARG(json)) > 0;
}

/* The first code points of a title, padded to the width of the column. */
static void print_title(struct text title, size_t indent)
{
    size_t bytes = 0;
    size_t columns = indent;
    while (bytes < title.len && columns < TITLE_COLUMNS) {
        bytes++;
        while (bytes < title.len && ((unsigned char)title.data[bytes] & 0xC0U) == 0x80U) {
            bytes++;
        }
        columns++;
    }
    (void)printf("%*s%.*s%*s", (int)indent, "", (int)bytes, title.data,
                 (int)(TITLE_COLUMNS - columns), "");
}

static void print_number(int64_t number, int width)
{
    if (number == 0) {
        (void)printf("%*s", width, "·");
        return;
    }
    (void)printf("%*lld", width, (long long)number);
}

/* "sc" for single_choice, "nu" for numeric. */
static void print_abbreviation(const char *name)
{
    struct text first = text_of(name);
    struct text second = TEXT_ABSENT;
    const bool has_two = text_split(first, '_', &first, &second) && second.len > 0;
    (void)printf("  %c%c", first.data[0], has_two ? second.data[0] : first.data[1]);
}

static void print_head(const char *what, const char *last)
{
    print_title(text_of(what), 0);
    (void)printf("  own   all |");
    for (int level = 1; level <= COVERAGE_LEVELS; level++) {
        (void)printf("  d%d", level);
    }
    (void)printf(" |");
    for (unsigned type = 0; type < QUESTION_TYPE_COUNT; type++) {
        print_abbreviation(enumeration_name(&QUESTION_TYPES, type));
    }
    (void)printf(" | %s\n", last);
}

static void print_tally(const struct coverage_tally *tally, int64_t all)
{
    (void)printf("%5lld", (long long)tally->questions);
    print_number(all, all == 0 ? 7 : 6); /* the dot has two bytes */
    (void)printf(" |");
    for (size_t i = 0; i < tally->difficulty_count; i++) {
        print_number(tally->by_difficulty[i], tally->by_difficulty[i] == 0 ? 5 : 4);
    }
    (void)printf(" |");
    for (size_t i = 0; i < tally->type_count; i++) {
        print_number(tally->by_type[i].questions, tally->by_type[i].questions == 0 ? 5 : 4);
    }
    (void)printf(" |");
}

static void print_missing(int64_t missing)
{
    if (missing > 0) {
        (void)printf(", missing: %lld", (long long)missing);
    }
}

static void print_sections(const struct coverage *coverage)
{
    print_head("section", "notes");
    for (size_t i = 0; i < coverage->section_count; i++) {
        const struct coverage_section *section = &coverage->sections[i];
        print_title(section->title, (size_t)(section->depth - 1) * INDENT);
        print_tally(&section->own, section->subtree_questions);
        (void)printf("%s", section->has_text ? " text" : " no text");
        print_missing(section->missing);
        (void)printf("\n");
    }
    print_title(TEXT("all"), 0);
    print_tally(&coverage->all, coverage->all.questions);
    (void)printf("\n");
}

static void print_domains(const struct coverage *coverage)
{
    if (coverage->domain_count == 0) {
        return;
    }
    (void)printf("\n");
    print_head("domain", "share (weight), needed by exams");
    for (size_t i = 0; i < coverage->domain_count; i++) {
        const struct coverage_domain *domain = &coverage->domains[i];
        print_title(domain->title, 0);
        print_tally(&domain->own, domain->own.questions);
        (void)printf(" %5.1f %% (%lld %%), %lld", (double)domain->share / 10.0,
                     (long long)domain->weight, (long long)domain->needed);
        print_missing(domain->missing);
        (void)printf("\n");
    }
}

static void print_exams(const struct coverage *coverage)
{
    for (size_t i = 0; i < coverage->exam_count; i++) {
        const struct coverage_exam *exam = &coverage->exams[i];
        (void)printf("\nexam %.*s: %lld questions; %s%lld papers can be filled, with no question "
                     "twice and no near-duplicates in one (wanted: %d)\n",
                     TEXT_ARG(exam->slug), (long long)exam->size,
                     exam->papers >= COVERAGE_PAPERS_MAX ? "at least " : "",
                     (long long)exam->papers, COVERAGE_PAPERS);
        for (size_t k = 0; k < exam->share_count; k++) {
            const struct coverage_share *share = &exam->shares[k];
            print_title(share->domain.data == NULL ? share->section : share->domain, INDENT);
            (void)printf("%5lld a paper of %lld", (long long)share->needed,
                         (long long)share->questions);
            print_missing(share->missing);
            (void)printf("\n");
        }
    }
}

static void print_tables(const struct coverage *coverage)
{
    (void)printf("%.*s\n\n", TEXT_ARG(coverage->title));
    print_sections(coverage);
    print_domains(coverage);
    print_exams(coverage);
    (void)printf("\n%s\n", coverage->is_complete ? "Nothing is missing." : "Something is missing.");
}

static int run(const struct coverage_command *command, const char *path, struct arena *arena)
{
    struct diagnostics diagnostics;
    struct bank_folder folder;
    bool is_printed = true;
    diagnostics_init(&diagnostics, arena);
    const bool is_read = bank_folder_read(arena, path, &folder, &diagnostics);
    for (const struct diagnostic *d = diagnostics.first; d != NULL; d = d->next) {
        (void)fprintf(stderr, "%.*s\n", TEXT_ARG(diagnostic_format(d, arena)));
    }
    if (!is_read) {
        return CLI_FAILED;
    }
    const struct coverage coverage = coverage_of(arena, &folder);
    if (command->is_json) {
        is_printed = print_json(arena, &coverage);
    } else {
        print_tables(&coverage);
    }
    return is_printed && coverage.is_complete && fflush(stdout) == 0 && ferror(stdout) == 0
               ? CLI_OK
               : CLI_FAILED;
}

int cli_coverage(int argc, char **argv)
{
    static const struct argp_option OPTIONS[] = {{.name = "json", .key = 'j', .doc = "Print JSON"},
                                                 {0}};
    static const struct command_spec SPEC = {
        .arguments = "DIR",
        .about = "Counts a bank's questions by section, domain, difficulty and type, and says what "
                 "is missing: sections with text and fewer than 3 questions, exams that cannot be "
                 "filled 3 times over. Exits with 1 where something is.",
        .options = OPTIONS,
        .take = take,
        .argument_min = 1,
        .argument_max = 1};
    struct arena *arena = arena_create();
    struct coverage_command command = {.is_json = false};
    struct command_input input;
    int status = CLI_USAGE;
    if (command_parse(&SPEC, argc, argv, &command, arena, &input)) {
        status = run(&command, input.arguments[0], arena);
    }
    arena_free(arena);
    return status;
}
