/*
 * The section tree of a notes file, for people or (--json) for programs, on standard output;
 * diagnostics on standard error. Needs neither configuration nor database, so that authors can use
 * it on any Markdown file.
 */
#include <stdio.h>

#include "bank/file.h"
#include "bank/notes.h"
#include "base/limits.h"
#include "base/shape.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "domain/bank_shape.h"
#include "json/codec.h"

enum { LINE_COLUMN = 64, INDENT = 2, OUTPUT_BYTES_MAX = 1024 * 1024 * 1024 };

struct notes_command {
    bool is_json;
};

static void take(void *context, int key, const char *value)
{
    struct notes_command *command = context;
    (void)value; /* --json has none */
    command->is_json = command->is_json || key == 'j';
}

/* The printed form of a section. */
struct section_row {
    struct text path;
    struct text anchor;
    struct text title;
    int64_t depth;
    struct text parent; /* absent at depth 1 */
    int64_t first_line;
    int64_t last_line;
    const struct link *links;
    size_t link_count;
    struct text content_hash;
};

struct notes_output {
    struct text title;
    const struct section_row *sections;
    size_t section_count;
};

static const struct shape_member SECTION_ROW_MEMBERS[] = {
    MEMBER_TEXT(struct section_row, path, .format = "section_path"),
    MEMBER_TEXT(struct section_row, anchor, .flags = 0),
    MEMBER_TEXT(struct section_row, title, .flags = 0),
    MEMBER_I64(struct section_row, depth, .flags = 0),
    MEMBER_TEXT(struct section_row, parent, .flags = SHAPE_NULLABLE),
    MEMBER_I64(struct section_row, first_line, .flags = 0),
    MEMBER_I64(struct section_row, last_line, .flags = 0),
    MEMBER_LIST(struct section_row, links, link_count, struct link, &LINK_SHAPE, .flags = 0),
    MEMBER_TEXT(struct section_row, content_hash, .flags = 0),
};
static const struct shape SECTION_ROW_SHAPE =
    SHAPE_OF("SectionRow", struct section_row, SECTION_ROW_MEMBERS);
static const struct shape_member NOTES_OUTPUT_MEMBERS[] = {
    MEMBER_TEXT(struct notes_output, title, .flags = SHAPE_NULLABLE),
    MEMBER_LIST(struct notes_output, sections, section_count, struct section_row,
                &SECTION_ROW_SHAPE, .flags = 0),
};
static const struct shape NOTES_OUTPUT_SHAPE =
    SHAPE_OF("NotesOutput", struct notes_output, NOTES_OUTPUT_MEMBERS);

static bool print_json(struct arena *arena, const struct notes *notes)
{
    struct section_row *rows = arena_new_array(arena, notes->section_count, struct section_row);
    for (size_t i = 0; i < notes->section_count; i++) {
        const struct section *s = &notes->sections[i];
        const bool is_top = s->parent == BANK_NO_SECTION;
        rows[i] =
            (struct section_row){.path = s->path,
                                 .anchor = s->anchor,
                                 .title = s->title,
                                 .depth = s->depth,
                                 .parent = is_top ? TEXT_ABSENT : notes->sections[s->parent].path,
                                 .first_line = s->first_line,
                                 .last_line = s->last_line,
                                 .links = s->links,
                                 .link_count = s->link_count,
                                 .content_hash = s->content_hash};
    }
    const struct notes_output output = {notes->title, rows, notes->section_count};
    struct buffer buffer;
    struct text json = TEXT_ABSENT;
    struct error err = {.code = ERROR_NONE};
    buffer_init(&buffer, arena, OUTPUT_BYTES_MAX);
    codec_encode(&buffer, &NOTES_OUTPUT_SHAPE, &output);
    return buffer_text(&buffer, &json, &err) && printf("%s\n", json.data) > 0;
}

/* "22 of depth 1, 43 of depth 2" */
static void print_counts(const struct notes *notes)
{
    size_t counts[8] = {0}; /* Markdown has six levels */
    for (size_t i = 0; i < notes->section_count; i++) {
        counts[notes->sections[i].depth]++;
    }
    (void)printf("%zu sections", notes->section_count);
    for (size_t depth = 1; depth < COUNT_OF(counts) && counts[depth] > 0; depth++) {
        (void)printf("%s %zu of depth %zu", depth == 1 ? ":" : ",", counts[depth], depth);
    }
    (void)printf("\n");
}

/* Line ranges stand in a column where the titles leave room. */
static void print_tree(const struct notes *notes)
{
    if (notes->title.data != NULL) {
        (void)printf("%.*s\n", TEXT_ARG(notes->title));
    }
    for (size_t i = 0; i < notes->section_count; i++) {
        const struct section *s = &notes->sections[i];
        const size_t indent = (size_t)s->depth * INDENT;
        const size_t width = indent + text_count_code_points(s->title);
        const size_t gap = width < LINE_COLUMN ? LINE_COLUMN - width : 1;
        (void)printf("%*s%.*s%*s %lld-%lld\n", (int)indent, "", TEXT_ARG(s->title), (int)gap, "",
                     (long long)s->first_line, (long long)s->last_line);
    }
    print_counts(notes);
}

static void print_diagnostics(const struct diagnostics *diagnostics, struct arena *arena)
{
    for (const struct diagnostic *d = diagnostics->first; d != NULL; d = d->next) {
        (void)fprintf(stderr, "%.*s\n", TEXT_ARG(diagnostic_format(d, arena)));
    }
}

static int run(const struct notes_command *command, const char *file, struct arena *arena)
{
    struct diagnostics diagnostics;
    struct text markdown = TEXT_ABSENT;
    struct notes notes = {.section_count = 0};
    diagnostics_init(&diagnostics, arena);
    const bool is_usable =
        bank_file_read(arena, file, LIMIT_NOTES_BYTES, &markdown, &diagnostics) &&
        notes_parse(arena, text_of(file), markdown, &notes, &diagnostics);
    print_diagnostics(&diagnostics, arena);
    if (!is_usable) {
        return CLI_FAILED;
    }
    if (command->is_json && !print_json(arena, &notes)) {
        return CLI_FAILED;
    }
    if (!command->is_json) {
        print_tree(&notes);
    }
    return fflush(stdout) == 0 && ferror(stdout) == 0 ? CLI_OK : CLI_FAILED;
}

int cli_notes(int argc, char **argv)
{
    static const struct argp_option OPTIONS[] = {
        {.name = "json", .key = 'j', .doc = "Print JSON, with anchors, links and content hashes"},
        {0}};
    static const struct command_spec SPEC = {
        .arguments = "FILE",
        .about = "Prints the section tree of Markdown notes. FILE may be - for standard input.",
        .options = OPTIONS,
        .take = take,
        .argument_min = 1,
        .argument_max = 1};
    struct arena *arena = arena_create();
    struct notes_command command = {.is_json = false};
    struct command_input input;
    int status = CLI_USAGE;
    if (command_parse(&SPEC, argc, argv, &command, arena, &input)) {
        status = run(&command, input.arguments[0], arena);
    }
    arena_free(arena);
    return status;
}
