/* Stems as trigram sets, and groups by union-find. */
#include "bank/duplicates.h"

enum { STEM_TELLING = 40 }; /* code points */

static struct text join(struct arena *arena, struct text all, struct text next)
{
    return arena_printf(arena, "%.*s %.*s", TEXT_ARG(all), TEXT_ARG(next));
}

struct text duplicates_compared_text(struct arena *arena, const struct question *q)
{
    struct text all = q->stem;
    if (text_count_code_points(q->stem) >= STEM_TELLING) {
        return all;
    }
    for (size_t i = 0; i < q->option_count; i++) {
        all = join(arena, all, q->options[i].text);
    }
    for (size_t i = 0; i < q->item_count; i++) {
        all = join(arena, all, q->items[i].text);
    }
    for (size_t i = 0; i < q->premise_count; i++) {
        all = join(arena, all, q->premises[i].text);
    }
    return all;
}

size_t duplicates_find(struct arena *arena, const struct bank_folder *folder, double threshold,
                       struct similar_pair **pairs)
{
    struct trigram_set *sets = arena_new_array(arena, folder->question_count, struct trigram_set);
    for (size_t i = 0; i < folder->question_count; i++) {
        sets[i] =
            trigram_set_of(arena, duplicates_compared_text(arena, &folder->questions[i].question));
    }
    return trigram_find_pairs(arena, sets, folder->question_count, threshold, pairs);
}

/* Groups are led by their smallest index; paths are halved on the way. */
static size_t find_leader(size_t *leaders, size_t index)
{
    while (leaders[index] != index) {
        leaders[index] = leaders[leaders[index]];
        index = leaders[index];
    }
    return index;
}

size_t *duplicates_group(struct arena *arena, const struct bank_folder *folder)
{
    struct similar_pair *pairs = NULL;
    const size_t pair_count = duplicates_find(arena, folder, DUPLICATES_NEAR, &pairs);
    size_t *leaders = arena_new_array(arena, folder->question_count, size_t);
    for (size_t i = 0; i < folder->question_count; i++) {
        leaders[i] = i;
    }
    for (size_t i = 0; i < pair_count; i++) {
        const size_t first = find_leader(leaders, pairs[i].first);
        const size_t second = find_leader(leaders, pairs[i].second);
        leaders[first > second ? first : second] = first > second ? second : first;
    }
    for (size_t i = 0; i < folder->question_count; i++) {
        leaders[i] = find_leader(leaders, i);
    }
    return leaders;
}
