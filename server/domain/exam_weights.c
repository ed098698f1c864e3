/* Weights of sections from the blueprint and the bank. */
#include "domain/exam_weights.h"

/* Of all difficulties where the exam has no bands. */
static const struct exam_difficulty_band ANY = {EXAM_DIFFICULTY_MIN, EXAM_DIFFICULTY_MAX,
                                                EXAM_PERCENT};

static bool is_of(const struct bank *bank, const struct item *item,
                  const struct exam_blueprint_entry *entry)
{
    if (entry->domain.data != NULL) {
        return item->question.domain.data != NULL &&
               text_equal(item->question.domain, entry->domain);
    }
    const struct text path = bank->sections[item->section].path;

    return text_starts_with(path, entry->section) &&
           (path.len == entry->section.len || path.data[entry->section.len] == '/');
}

/* Adds the weight of an entry and a band, which its questions share alike; false where it has none.
 */
static bool spread(const struct bank *bank, const struct exam_blueprint_entry *entry,
                   const struct exam_difficulty_band *band, double *weights)
{
    const double weight = (double)entry->weight * (double)band->weight;
    size_t count = 0;

    for (int pass = 0; pass < 2; pass++) { /* count, then share */
        for (size_t i = 0; i < bank->item_count; i++) {
            const struct item *item = &bank->items[i];
            const int64_t difficulty = item->question.difficulty;
            if (difficulty < band->min || difficulty > band->max || !is_of(bank, item, entry)) {
                continue;
            }
            count += pass == 0 ? 1 : 0;
            weights[item->section] += pass == 0 ? 0.0 : weight / (double)count;
        }
    }
    return count > 0;
}

static bool has_any(const struct exam *exam, const struct bank *bank)
{
    for (size_t i = 0; i < bank->item_count; i++) {
        for (size_t e = 0; e < exam->blueprint_count; e++) {
            if (is_of(bank, &bank->items[i], &exam->blueprint[e])) {
                return true;
            }
        }
    }
    return false;
}

void exam_weights_of(const struct exam *exam, const struct bank *bank, double *weights)
{
    if (!has_any(exam, bank)) {
        return;
    }
    for (size_t i = 0; i < bank->section_count; i++) {
        weights[i] = 0.0;
    }
    for (size_t e = 0; e < exam->blueprint_count; e++) {
        bool is_spread = exam->difficulty_count == 0;
        for (size_t b = 0; b < exam->difficulty_count; b++) {
            is_spread =
                spread(bank, &exam->blueprint[e], &exam->difficulty[b], weights) || is_spread;
        }
        if (!is_spread || exam->difficulty_count == 0) {
            (void)spread(bank, &exam->blueprint[e], &ANY, weights); /* or it has no questions */
        }
    }
}

int64_t exam_pass_milli(const struct exam *exam)
{
    const int64_t span = EXAM_SCALED_MAX - EXAM_SCALED_MIN;

    return ((exam->pass_scaled - EXAM_SCALED_MIN) * 1000 + span - 1) / span;
}
