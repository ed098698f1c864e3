/* The place of a question in its bank. */
#include "bank/question_places.h"

static struct text below(struct arena *arena, struct text prefix, const char *member)
{
    return arena_printf(arena, "%.*s/%s", TEXT_ARG(prefix), member);
}

static void check_section(const struct bank_places *places, struct text path, struct arena *arena,
                          struct text pointer, struct error *err)
{
    if (text_map_find(places->section_indexes, path) == NULL) {
        (void)error_add_fault(err, arena, pointer, FAULT_NOT_FOUND,
                              "the notes have no section \"%.*s\"",
                              TEXT_ARG(path)); /* counted by the caller */
    }
}

/* The line must lie in the primary section, between its heading and its end. */
static void check_source(const struct question *question, const struct bank_places *places,
                         struct arena *arena, struct text pointer, struct error *err)
{
    const size_t *found = text_map_find(places->section_indexes, question->section);
    if (found == NULL || question->source.line == NULL) {
        return;
    }
    const struct section *section = &places->sections[*found];
    const int64_t line = *question->source.line;
    if (line < section->first_line || line > section->last_line) {
        (void)error_add_fault(err, arena, pointer, FAULT_NOT_ALLOWED,
                              "line %lld is not in the section, which has lines %lld to %lld",
                              (long long)line, (long long)section->first_line,
                              (long long)section->last_line); /* counted by the caller */
    }
}

static void check_domain(const struct question *question, const struct bank_places *places,
                         struct arena *arena, struct text pointer, struct error *err)
{
    if (question->domain.data != NULL && text_map_find(places->domains, question->domain) == NULL) {
        (void)error_add_fault(err, arena, pointer, FAULT_NOT_FOUND,
                              "the bank has no domain \"%.*s\"",
                              TEXT_ARG(question->domain)); /* counted by the caller */
    }
}

bool question_check_places(const struct question *question, const struct bank_places *places,
                           struct arena *arena, struct text prefix, struct error *err)
{
    const size_t faults_before = err->fault_count;

    if (places->section_indexes != NULL) {
        check_section(places, question->section, arena, below(arena, prefix, "section"), err);
        for (size_t i = 0; i < question->section_count; i++) {
            check_section(places, question->sections[i], arena,
                          arena_printf(arena, "%.*s/sections/%zu", TEXT_ARG(prefix), i), err);
        }
        check_source(question, places, arena, below(arena, prefix, "source/line"), err);
    }
    if (places->domains != NULL) {
        check_domain(question, places, arena, below(arena, prefix, "domain"), err);
    }
    return err->fault_count == faults_before;
}
