/* The checks that a question goes through before it is saved: those of the bank format, of its
 * place in the bank, and of the lint. */
#include "api/questions.h"
#include "bank/lint.h"
#include "bank/question_places.h"

static const struct shape_member WARNING_MEMBERS[] = {
    MEMBER_TEXT(struct question_warning, pointer, .about = "Into the body that was sent."),
    MEMBER_TEXT(struct question_warning, code,
                .about = "A rule of the lint (questions/README.md)."),
    MEMBER_TEXT(struct question_warning, detail),
};
const struct shape QUESTION_WARNING_SHAPE =
    SHAPE_OF("QuestionWarning", struct question_warning, WARNING_MEMBERS);

static const struct shape_member TWIN_MEMBERS[] = {
    MEMBER_UUID(struct question_twin, id),
    MEMBER_TEXT(struct question_twin, slug),
    MEMBER_TEXT(struct question_twin, state),
    MEMBER_TEXT(struct question_twin, stem, .format = "markdown"),
    {.name = "similarity",
     .type = SHAPE_REAL,
     .offset = SHAPE_AT(struct question_twin, score, double),
     .about = "0 to 1, by letter trigrams."},
};
const struct shape QUESTION_TWIN_SHAPE =
    SHAPE_OF("QuestionTwin", struct question_twin, TWIN_MEMBERS);

#define PREFIX "/question"

/* Those that are in the notes; what was removed stands behind them. */
static size_t count_sections(const struct bank *bank)
{
    size_t count = 0;

    while (count < bank->section_count && !bank->sections[count].is_removed) {
        count++;
    }
    return count;
}

static bool check_places(struct call *call, const struct bank *bank,
                         const struct question_context *context, const struct question *question,
                         struct error *err)
{
    struct text_map sections;
    struct text_map domains;
    const struct bank_places places = {
        .section_indexes = &sections, .sections = bank->sections, .domains = &domains};

    text_map_init(&sections, call->arena);
    text_map_init(&domains, call->arena);
    for (size_t i = 0; i < count_sections(bank); i++) {
        text_map_add(&sections, bank->sections[i].path, i);
    }
    for (size_t i = 0; i < context->domain_count; i++) {
        text_map_add(&domains, context->domains[i], i);
    }
    return question_check_places(question, &places, call->arena, TEXT(PREFIX), err);
}

/* Findings of the lint: errors become faults, the others warnings. */
static bool take_findings(struct call *call, const struct diagnostics *diagnostics,
                          struct question_warnings *warnings, struct error *err)
{
    struct question_warning *items =
        arena_new_array(call->arena, diagnostics->warning_count, struct question_warning);

    *warnings = (struct question_warnings){.items = items};
    for (const struct diagnostic *found = diagnostics->first; found != NULL; found = found->next) {
        const struct text pointer =
            arena_printf(call->arena, PREFIX "%.*s", TEXT_ARG(found->member));
        if (found->severity == SEVERITY_ERROR) {
            (void)error_add_fault(err, call->arena, pointer, FAULT_LINT, "%s: %.*s", found->code,
                                  TEXT_ARG(found->message)); /* judged below */
        } else {
            items[warnings->count++] =
                (struct question_warning){pointer, text_of(found->code), found->message};
        }
    }
    return err->code == ERROR_NONE;
}

static bool check_by_lint(struct call *call, const struct bank *bank,
                          const struct question_context *context, const struct question *question,
                          struct question_warnings *warnings, struct error *err)
{
    struct diagnostics diagnostics;
    struct bank_folder folder = {.domain_count = context->domain_count};

    folder.notes.sections = bank->sections;
    folder.notes.section_count = count_sections(bank);
    diagnostics_init(&diagnostics, call->arena);
    bank_lint_question(call->arena, &folder, question, context->source_line, &diagnostics);
    return take_findings(call, &diagnostics, warnings, err);
}

bool question_check_for_saving(struct call *call, struct db *db, const struct bank *bank,
                               const struct question *question, struct question_warnings *warnings,
                               struct error *err)
{
    const struct bank_caller caller = {.user_id = call->user_id, .bank_id = bank->id};
    const int64_t line = question->source.line == NULL ? 0 : *question->source.line;
    struct question_context context = {.rank = 0};

    if (!store_questions_context(db, call->arena, &caller, line, &context, err)) {
        return false;
    }
    const bool is_right = question_check(question, call->arena, TEXT(PREFIX), err);
    return check_places(call, bank, &context, question, err) && is_right &&
           check_by_lint(call, bank, &context, question, warnings, err);
}
