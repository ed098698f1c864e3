/* What the bank leaves out: sections whose text nobody is asked about, headings with nothing below
 * them, domains without questions. */
#include "bank/lint_rules.h"

/* By index of the section: questions of which it is the primary or a further section. */
static size_t *count_questions(const struct lint *lint)
{
    const struct bank_folder *folder = lint->folder;
    size_t *counts = arena_new_array(lint->arena, folder->notes.section_count, size_t);
    for (size_t i = 0; i < folder->question_count; i++) {
        const struct question *q = &folder->questions[i].question;
        const size_t *found = text_map_find(&lint->sections, q->section);
        if (found != NULL) {
            counts[*found]++;
        }
        for (size_t k = 0; k < q->section_count; k++) {
            const size_t *further = text_map_find(&lint->sections, q->sections[k]);
            if (further != NULL) {
                counts[*further]++;
            }
        }
    }
    return counts;
}

static bool has_children(const struct notes *notes, size_t index)
{
    return index + 1 < notes->section_count && notes->sections[index + 1].parent == (int64_t)index;
}

static void check_section(const struct lint *lint, size_t index, size_t question_count)
{
    const struct section *section = &lint->folder->notes.sections[index];
    const bool has_text = text_trim(section->body).len > 0;
    lint->statistics->sections += has_text ? 1 : 0;
    lint->statistics->sections_covered += has_text && question_count > 0 ? 1 : 0;
    if (has_text && question_count == 0) {
        lint_report_notes(
            lint, (size_t)section->first_line,
            (struct lint_finding){SEVERITY_WARNING, "uncovered_section",
                                  arena_printf(lint->arena, "no question asks about \"%.*s\"",
                                               TEXT_ARG(section->path))});
    } else if (!has_text && !has_children(&lint->folder->notes, index)) {
        lint_report_notes(lint, (size_t)section->first_line,
                          (struct lint_finding){SEVERITY_WARNING, "orphan_section",
                                                arena_printf(lint->arena,
                                                             "\"%.*s\" has neither text nor "
                                                             "sections below it",
                                                             TEXT_ARG(section->path))});
    }
}

static void check_domain(const struct lint *lint, const struct bank_domain *domain)
{
    for (size_t i = 0; i < lint->folder->question_count; i++) {
        if (text_equal(lint->folder->questions[i].question.domain, domain->slug)) {
            return;
        }
    }
    lint_report_bank(lint, (struct lint_finding){SEVERITY_WARNING, "uncovered_domain",
                                                 arena_printf(lint->arena,
                                                              "no question is of the domain "
                                                              "\"%.*s\"",
                                                              TEXT_ARG(domain->slug))});
}

void lint_sections(const struct lint *lint)
{
    const size_t *counts = count_questions(lint);
    for (size_t i = 0; i < lint->folder->notes.section_count; i++) {
        check_section(lint, i, counts[i]);
    }
    for (size_t i = 0; i < lint->folder->domain_count; i++) {
        check_domain(lint, &lint->folder->domains[i]);
    }
}
