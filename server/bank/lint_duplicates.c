/* Stems that ask the same in like words. The closest pairs are reported as statistics even where
 * none is near enough for a warning. */
#include "bank/lint_rules.h"

#include "bank/duplicates.h"

enum { CLOSEST_MAX = 5 };

static const double WORTH_A_LOOK = 0.4;

static void warn(const struct lint *lint, const struct similar_pair *pair)
{
    const struct bank_question *first = &lint->folder->questions[pair->first];
    const struct bank_question *second = &lint->folder->questions[pair->second];
    lint_report(lint, second, TEXT("/stem"),
                (struct lint_finding){
                    SEVERITY_WARNING, "near_duplicate",
                    arena_printf(lint->arena, "asks like \"%.*s\" at %.*s:%zu (similarity %.2f)",
                                 TEXT_ARG(first->question.slug), TEXT_ARG(first->file), first->line,
                                 pair->similarity)});
}

void lint_duplicates(const struct lint *lint)
{
    struct lint_statistics *statistics = lint->statistics;
    struct similar_pair *pairs = NULL;
    const size_t count = duplicates_find(lint->arena, lint->folder, WORTH_A_LOOK, &pairs);
    struct lint_pair *closest = arena_new_array(lint->arena, CLOSEST_MAX, struct lint_pair);
    for (size_t i = 0; i < count; i++) {
        if (pairs[i].similarity >= DUPLICATES_NEAR) {
            statistics->near_duplicates++;
            warn(lint, &pairs[i]);
        }
        if (i < CLOSEST_MAX) {
            closest[statistics->closest_count++] =
                (struct lint_pair){.first = lint->folder->questions[pairs[i].first].question.slug,
                                   .second = lint->folder->questions[pairs[i].second].question.slug,
                                   .similarity = pairs[i].similarity};
        }
    }
    statistics->closest = closest;
}
