/* The order of the rules, and how their findings become diagnostics with places. */
#include "bank/lint_rules.h"

#include <string.h>

#include "bank/json_file.h"
#include "bank/prose.h"
#include "json/body.h"

static const struct shape_member PATTERN_MEMBERS[] = {
    MEMBER_I64(struct lint_pattern, questions),
    MEMBER_I64(struct lint_pattern, observed),
    MEMBER_REAL(struct lint_pattern, expected),
    MEMBER_REAL(struct lint_pattern, probability),
};
static const struct shape PATTERN_SHAPE =
    SHAPE_OF("LintPattern", struct lint_pattern, PATTERN_MEMBERS);

static const struct shape_member POSITION_MEMBERS[] = {
    MEMBER_I64(struct lint_position, position),
    MEMBER_I64(struct lint_position, observed),
    MEMBER_REAL(struct lint_position, expected),
};
static const struct shape POSITION_SHAPE =
    SHAPE_OF("LintPosition", struct lint_position, POSITION_MEMBERS);

static const struct shape_member POSITIONS_MEMBERS[] = {
    MEMBER_ENUM(struct lint_positions, type, &QUESTION_TYPES),
    MEMBER_LIST(struct lint_positions, positions, position_count, struct lint_position,
                &POSITION_SHAPE),
    MEMBER_REAL(struct lint_positions, probability),
};
static const struct shape POSITIONS_SHAPE =
    SHAPE_OF("LintPositions", struct lint_positions, POSITIONS_MEMBERS);

static const struct shape_member PAIR_MEMBERS[] = {
    MEMBER_TEXT(struct lint_pair, first),
    MEMBER_TEXT(struct lint_pair, second),
    MEMBER_REAL(struct lint_pair, similarity),
};
static const struct shape PAIR_SHAPE = SHAPE_OF("LintPair", struct lint_pair, PAIR_MEMBERS);

static const struct shape_member STATISTICS_MEMBERS[] = {
    MEMBER_BOOL(struct lint_statistics, is_complete),
    MEMBER_I64(struct lint_statistics, questions),
    MEMBER_I64(struct lint_statistics, sections),
    MEMBER_I64(struct lint_statistics, sections_covered),
    MEMBER_I64(struct lint_statistics, links),
    MEMBER_I64(struct lint_statistics, numeric),
    MEMBER_I64(struct lint_statistics, numeric_recomputed),
    MEMBER_TEXT(struct lint_statistics, spelling, .flags = SHAPE_NULLABLE),
    MEMBER_OBJECT(struct lint_statistics, key_longest, struct lint_pattern, &PATTERN_SHAPE),
    MEMBER_OBJECT(struct lint_statistics, key_shortest, struct lint_pattern, &PATTERN_SHAPE),
    MEMBER_OBJECT(struct lint_statistics, key_true, struct lint_pattern, &PATTERN_SHAPE),
    MEMBER_LIST(struct lint_statistics, key_positions, key_position_count, struct lint_positions,
                &POSITIONS_SHAPE),
    MEMBER_I64(struct lint_statistics, near_duplicates),
    MEMBER_LIST(struct lint_statistics, closest, closest_count, struct lint_pair, &PAIR_SHAPE),
};
const struct shape LINT_STATISTICS_SHAPE =
    SHAPE_OF("LintStatistics", struct lint_statistics, STATISTICS_MEMBERS);

static void add(const struct lint *lint, struct spot spot, struct lint_finding finding)
{
    diagnostics_add(lint->diagnostics, finding.severity, spot, finding.code, "%.*s",
                    TEXT_ARG(finding.message));
}

void lint_report(const struct lint *lint, const struct bank_question *item, struct text member,
                 struct lint_finding finding)
{
    struct spot spot = {.file = item->file, .line = item->line, .column = item->column};
    const bool is_kept = !diagnostics_are_full(lint->diagnostics, finding.severity);
    if (is_kept && item->json != NULL) {
        body_locate(item->json->bytes,
                    arena_printf(lint->arena, "/%zu%.*s", item->index, TEXT_ARG(member)),
                    &spot.line, &spot.column);
        finding.message = arena_printf(lint->arena, "%.*s: %.*s", TEXT_ARG(item->question.slug),
                                       TEXT_ARG(finding.message));
    }
    add(lint, spot, finding);
    if (is_kept) {
        lint->diagnostics->last->member = arena_copy(lint->diagnostics->arena, member);
    }
}

void lint_report_notes(const struct lint *lint, size_t line, struct lint_finding finding)
{
    const struct text file =
        arena_printf(lint->arena, "%.*s/notes.md", TEXT_ARG(lint->folder->path));
    add(lint, (struct spot){.file = file, .line = line}, finding);
}

void lint_report_bank(const struct lint *lint, struct lint_finding finding)
{
    add(lint, (struct spot){.file = lint->folder->path}, finding);
}

static void add_field(struct lint_field *fields, size_t *count, struct text member,
                      struct text value)
{
    if (value.data != NULL) {
        fields[(*count)++] = (struct lint_field){.member = member, .value = value};
    }
}

static void add_parts(struct arena *arena, const char *member, const struct part *parts,
                      size_t part_count, struct lint_field *fields, size_t *count)
{
    for (size_t i = 0; i < part_count; i++) {
        add_field(fields, count, arena_printf(arena, "/%s/%zu/text", member, i), parts[i].text);
        add_field(fields, count, arena_printf(arena, "/%s/%zu/feedback", member, i),
                  parts[i].feedback);
    }
}

size_t lint_fields(struct arena *arena, const struct question *question,
                   const struct lint_field **fields)
{
    const size_t most = 2 + 2 * (question->option_count + question->item_count +
                                 question->premise_count + question->choice_count);
    struct lint_field *list = arena_new_array(arena, most, struct lint_field);
    size_t count = 0;
    add_field(list, &count, TEXT("/stem"), question->stem);
    add_field(list, &count, TEXT("/explanation"), question->explanation);
    for (size_t i = 0; i < question->option_count; i++) {
        const struct question_option *option = &question->options[i];
        add_field(list, &count, arena_printf(arena, "/options/%zu/text", i), option->text);
        add_field(list, &count, arena_printf(arena, "/options/%zu/feedback", i), option->feedback);
    }
    add_parts(arena, "items", question->items, question->item_count, list, &count);
    add_parts(arena, "premises", question->premises, question->premise_count, list, &count);
    add_parts(arena, "choices", question->choices, question->choice_count, list, &count);
    *fields = list;
    return count;
}

struct text lint_words(struct arena *arena, struct text markdown)
{
    char *out = arena_alloc_bytes(arena, markdown.len + 1);
    size_t length = 0;
    struct prose prose = prose_start(markdown);
    struct prose_token token;
    while (prose_next_word(&prose, &token)) {
        if (length > 0) {
            out[length++] = ' ';
        }
        for (size_t i = 0; i < token.text.len; i++) {
            const char c = token.text.data[i];
            out[length++] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
        }
    }
    out[length] = '\0';
    return (struct text){.data = out, .len = length};
}

static void index_notes(struct lint *lint)
{
    const struct notes *notes = &lint->folder->notes;
    size_t count = 1;
    for (size_t i = 0; i < notes->markdown.len; i++) {
        count += notes->markdown.data[i] == '\n' ? 1 : 0;
    }
    struct text *lines = arena_new_array(lint->arena, count, struct text);
    struct text rest = notes->markdown;
    for (size_t i = 0; i < count && rest.data != NULL; i++) {
        (void)text_split(rest, '\n', &lines[i], &rest); /* the last one has no end */
    }
    lint->lines = lines;
    lint->line_count = count;
}

static void index_sections(struct lint *lint)
{
    const struct notes *notes = &lint->folder->notes;
    text_map_init(&lint->sections, lint->arena);
    text_map_init(&lint->anchors, lint->arena);
    for (size_t i = 0; i < notes->section_count; i++) {
        text_map_add(&lint->sections, notes->sections[i].path, i);
        text_map_add(&lint->anchors, notes->sections[i].anchor, i);
    }
}

static void lint_question(const struct lint *lint, const struct bank_question *item)
{
    static void (*const RULES[])(const struct lint *, const struct bank_question *) = {
        lint_options, lint_parts, lint_wording, lint_number, lint_links,
    };
    for (size_t i = 0; i < COUNT_OF(RULES); i++) {
        RULES[i](lint, item);
    }
}

void bank_lint(struct arena *arena, const struct bank_folder *folder, bool is_complete,
               struct lint_statistics *statistics, struct diagnostics *diagnostics)
{
    struct lint lint = {.arena = arena,
                        .folder = folder,
                        .statistics = statistics,
                        .diagnostics = diagnostics,
                        .first_line = 1};
    *statistics = (struct lint_statistics){.is_complete = is_complete,
                                           .questions = (int64_t)folder->question_count,
                                           .key_longest = {.probability = 1.0},
                                           .key_shortest = {.probability = 1.0},
                                           .key_true = {.probability = 1.0}};
    index_notes(&lint);
    index_sections(&lint);
    for (size_t i = 0; i < folder->question_count; i++) {
        lint_question(&lint, &folder->questions[i]);
    }
    if (!is_complete) {
        return;
    }
    lint_notes_links(&lint);
    lint_sections(&lint);
    lint_spelling(&lint);
    lint_patterns(&lint);
    lint_duplicates(&lint);
}

void bank_lint_question(struct arena *arena, const struct bank_folder *folder,
                        const struct question *question, struct text source_line,
                        struct diagnostics *diagnostics)
{
    const struct bank_question item = {.question = *question};
    struct lint_statistics statistics = {.is_complete = false};
    struct lint lint = {.arena = arena,
                        .folder = folder,
                        .statistics = &statistics,
                        .diagnostics = diagnostics,
                        .lines = &source_line};
    if (source_line.data != NULL && question->source.line != NULL) {
        lint.first_line = (size_t)*question->source.line;
        lint.line_count = 1;
    }
    index_sections(&lint);
    lint_question(&lint, &item);
}

struct lint_bank {
    struct lint lint;
};

const struct lint_bank *lint_bank_new(struct arena *arena, const struct bank_folder *folder)
{
    struct lint_bank *bank = arena_new(arena, struct lint_bank);
    bank->lint = (struct lint){.arena = arena, .folder = folder, .first_line = 1};
    index_notes(&bank->lint);
    index_sections(&bank->lint);
    return bank;
}

void lint_bank_ask(const struct lint_bank *bank, struct arena *scratch,
                   const struct bank_question *item, struct diagnostics *diagnostics)
{
    struct lint_statistics statistics = {.is_complete = false};
    struct lint lint = bank->lint;
    lint.arena = scratch;
    lint.statistics = &statistics;
    lint.diagnostics = diagnostics;
    lint_question(&lint, item);
}
