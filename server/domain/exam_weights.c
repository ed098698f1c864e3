/* Weights of sections from the blueprint and the bank. */
#include "domain/exam_weights.h"

#include "domain/exam_place.h"

enum { DIFFICULTIES = EXAM_DIFFICULTY_MAX + 1 };

/* An entry's questions by difficulty; returns how many there are. */
static size_t count_items(const struct bank *bank, const struct exam_place *place,
                          size_t counts[DIFFICULTIES])
{
    size_t count = 0;

    for (size_t i = 0; i < bank->item_count; i++) {
        if (exam_place_has(place, &bank->items[i])) {
            counts[bank->items[i].question.difficulty]++;
            count++;
        }
    }
    return count;
}

/* What each question of a difficulty has of its entry: a band's weight is shared alike, and the
 * weight of bands that the entry has nothing of goes to its others, as on a paper. Where it has
 * nothing of any, all its questions share alike. */
static void share_difficulties(const struct exam *exam, const size_t counts[DIFFICULTIES],
                               size_t count, double shares[DIFFICULTIES])
{
    double total = 0.0;

    for (size_t b = 0; b < exam->difficulty_count; b++) {
        const struct exam_difficulty_band *band = &exam->difficulty[b];
        size_t of_band = 0;
        for (int64_t d = band->min; d <= band->max; d++) {
            of_band += counts[d];
        }
        for (int64_t d = band->min; d <= band->max && of_band > 0; d++) {
            shares[d] += (double)band->weight / (double)of_band;
        }
        total += of_band > 0 ? (double)band->weight : 0.0;
    }
    for (size_t d = 0; d < DIFFICULTIES; d++) {
        shares[d] = total > 0.0 ? shares[d] / total : 1.0 / (double)count;
    }
}

static void add_entry(const struct exam *exam, const struct bank *bank,
                      const struct exam_blueprint_entry *entry, double *sums)
{
    const struct exam_place place = exam_place_of(bank, entry);
    size_t counts[DIFFICULTIES] = {0};
    double shares[DIFFICULTIES] = {0.0};
    const size_t count = count_items(bank, &place, counts);

    if (count == 0) {
        return;
    }
    share_difficulties(exam, counts, count, shares);
    for (size_t i = 0; i < bank->item_count; i++) {
        const struct item *item = &bank->items[i];
        if (exam_place_has(&place, item)) {
            sums[item->section] += (double)entry->weight * shares[item->question.difficulty];
        }
    }
}

void exam_weights_of(const struct exam *exam, const struct bank *bank, struct arena *arena,
                     double *weights)
{
    double *sums = arena_new_array(arena, bank->section_count, double);
    double total = 0.0;

    for (size_t e = 0; e < exam->blueprint_count; e++) {
        add_entry(exam, bank, &exam->blueprint[e], sums);
    }
    for (size_t i = 0; i < bank->section_count; i++) {
        total += sums[i];
    }
    for (size_t i = 0; i < bank->section_count && total > 0.0; i++) {
        weights[i] = sums[i];
    }
}

int64_t exam_pass_milli(const struct exam *exam)
{
    const int64_t span = EXAM_SCALED_MAX - EXAM_SCALED_MIN;

    return ((exam->pass_scaled - EXAM_SCALED_MIN) * 1000 + span - 1) / span;
}
