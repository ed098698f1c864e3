/*
 * Two sets with a Jaccard similarity of at least t have an overlap of at least t times the size of
 * the larger. So, in any fixed order of all trigrams, they share one among the first
 * |x| - ceil(t|x|) + 1 of each: only these are indexed. The order is by frequency, rare ones first,
 * which keeps the lists of the index short.
 */
#include "bank/trigram.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/unicode.h"

enum { TRIGRAM = 3, CODE_POINT_BITS = 21, PAIRS_MIN = 64, NONE = -1 };

static int compare_u64(const void *left, const void *right)
{
    const uint64_t a = *(const uint64_t *)left;
    const uint64_t b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

static size_t sort_unique(uint64_t *items, size_t count)
{
    if (count == 0) {
        return 0;
    }
    qsort(items, count, sizeof *items, compare_u64);
    size_t kept = 1;
    for (size_t i = 1; i < count; i++) {
        if (items[i] != items[kept - 1]) {
            items[kept++] = items[i];
        }
    }
    return kept;
}

/* The words with two blanks before and one behind each, as pg_trgm pads them; everything that is no
 * letter or digit separates. */
static size_t pad_words(const struct code_points *points, int32_t *out)
{
    size_t count = 0;
    bool is_inside = false;
    for (size_t i = 0; i < points->count; i++) {
        const bool is_word = unicode_is_word(points->data[i]);
        if (is_word && !is_inside) {
            out[count++] = ' ';
            out[count++] = ' ';
        }
        if (is_word) {
            out[count++] = points->data[i];
        } else if (is_inside) {
            out[count++] = ' ';
        }
        is_inside = is_word;
    }
    if (is_inside) {
        out[count++] = ' ';
    }
    return count;
}

struct trigram_set trigram_set_of(struct arena *arena, struct text text)
{
    struct code_points points;
    if (!unicode_normalize(arena, text, true, &points) || points.count == 0) {
        return (struct trigram_set){.items = NULL, .count = 0};
    }
    int32_t *padded = arena_new_array(arena, TRIGRAM * points.count + 1, int32_t);
    const size_t length = pad_words(&points, padded);
    if (length < TRIGRAM) {
        return (struct trigram_set){.items = NULL, .count = 0};
    }
    uint64_t *items = arena_new_array(arena, length, uint64_t);
    size_t count = 0;
    for (size_t i = 0; i + TRIGRAM <= length; i++) {
        if (padded[i + 1] == ' ' && (padded[i] != ' ' || padded[i + 2] == ' ')) {
            continue; /* between two words */
        }
        items[count++] = (uint64_t)padded[i] << (2 * CODE_POINT_BITS) |
                         (uint64_t)padded[i + 1] << CODE_POINT_BITS | (uint64_t)padded[i + 2];
    }
    return (struct trigram_set){.items = items, .count = sort_unique(items, count)};
}

static size_t count_common(const uint64_t *a, size_t a_count, const uint64_t *b, size_t b_count)
{
    size_t common = 0;
    for (size_t i = 0, j = 0; i < a_count && j < b_count;) {
        if (a[i] == b[j]) {
            common++;
            i++;
            j++;
        } else if (a[i] < b[j]) {
            i++;
        } else {
            j++;
        }
    }
    return common;
}

static double jaccard(size_t common, size_t a_count, size_t b_count)
{
    const size_t all = a_count + b_count - common;
    return all == 0 ? 0.0 : (double)common / (double)all;
}

double trigram_similarity(struct trigram_set a, struct trigram_set b)
{
    return jaccard(count_common(a.items, a.count, b.items, b.count), a.count, b.count);
}

/* All trigrams of all sets; where each occurs is found by its rank. */
struct index {
    struct arena *arena;
    uint64_t **ranked; /* the sets again: ranks (rare first) in place of trigrams, ascending */
    const struct trigram_set *sets;
    double threshold;
    int64_t *heads; /* by rank: the last entry, or NONE */
    size_t *owners; /* by entry: the set */
    int64_t *nexts; /* by entry: the one before it in the list */
    size_t entry_count;
    size_t *seen_by; /* by set: 1 + the set that last had it as a candidate */
    struct similar_pair *pairs;
    size_t pair_count;
    size_t pair_capacity;
};

struct occurrence {
    uint64_t trigram;
    size_t set;
    size_t frequency;
};

static int compare_by_trigram(const void *left, const void *right)
{
    const struct occurrence *a = left;
    const struct occurrence *b = right;
    return (a->trigram > b->trigram) - (a->trigram < b->trigram);
}

static int compare_by_frequency(const void *left, const void *right)
{
    const struct occurrence *a = left;
    const struct occurrence *b = right;
    const int order = (a->frequency > b->frequency) - (a->frequency < b->frequency);
    return order != 0 ? order : compare_by_trigram(left, right);
}

static size_t find_run_end(const struct occurrence *all, size_t count, size_t from)
{
    size_t end = from;
    while (end < count && all[end].trigram == all[from].trigram) {
        end++;
    }
    return end;
}

/* Fills index->ranked; returns the number of different trigrams. Walking over the occurrences in
 * the order of ranks leaves each set's ranks ascending. */
static size_t rank(struct index *index, size_t set_count, size_t total)
{
    struct occurrence *all = arena_new_array(index->arena, total, struct occurrence);
    size_t *filled = arena_new_array(index->arena, set_count, size_t);
    size_t count = 0;
    for (size_t i = 0; i < set_count; i++) {
        index->ranked[i] = arena_new_array(index->arena, index->sets[i].count, uint64_t);
        for (size_t k = 0; k < index->sets[i].count; k++) {
            all[count++] = (struct occurrence){.trigram = index->sets[i].items[k], .set = i};
        }
    }
    qsort(all, total, sizeof *all, compare_by_trigram);
    for (size_t i = 0; i < total;) {
        const size_t end = find_run_end(all, total, i);
        for (size_t k = i; k < end; k++) {
            all[k].frequency = end - i;
        }
        i = end;
    }
    qsort(all, total, sizeof *all, compare_by_frequency);
    size_t rank_count = 0;
    for (size_t i = 0; i < total; i++) {
        rank_count += i > 0 && all[i].trigram != all[i - 1].trigram ? 1 : 0;
        index->ranked[all[i].set][filled[all[i].set]++] = rank_count;
    }
    return rank_count + 1;
}

static void add_pair(struct index *index, struct similar_pair pair)
{
    if (index->pair_count == index->pair_capacity) {
        const struct similar_pair *old = index->pairs;
        index->pair_capacity = index->pair_capacity == 0 ? PAIRS_MIN : 2 * index->pair_capacity;
        index->pairs = arena_new_array(index->arena, index->pair_capacity, struct similar_pair);
        if (index->pair_count > 0) {
            memcpy(index->pairs, old, index->pair_count * sizeof *old);
        }
    }
    index->pairs[index->pair_count++] = pair;
}

static void compare_sets(struct index *index, size_t first, size_t second)
{
    const size_t a_count = index->sets[first].count;
    const size_t b_count = index->sets[second].count;
    const double smaller = (double)(a_count < b_count ? a_count : b_count);
    const double larger = (double)(a_count < b_count ? b_count : a_count);
    if (smaller < index->threshold * larger) {
        return;
    }
    const double similarity = trigram_similarity(index->sets[first], index->sets[second]);
    if (similarity >= index->threshold) {
        add_pair(index,
                 (struct similar_pair){.first = first, .second = second, .similarity = similarity});
    }
}

/* Compares a set with those before it that share one of its rare trigrams, then adds it. */
static void visit(struct index *index, size_t set)
{
    const size_t count = index->sets[set].count;
    const size_t needed = (size_t)ceil(index->threshold * (double)count);
    const size_t prefix = count == 0 ? 0 : count - (needed == 0 ? 1 : needed) + 1;
    for (size_t k = 0; k < prefix; k++) {
        const size_t at = (size_t)index->ranked[set][k];
        for (int64_t entry = index->heads[at]; entry != NONE; entry = index->nexts[entry]) {
            const size_t other = index->owners[entry];
            if (index->seen_by[other] != set + 1) {
                index->seen_by[other] = set + 1;
                compare_sets(index, other, set);
            }
        }
        index->owners[index->entry_count] = set;
        index->nexts[index->entry_count] = index->heads[at];
        index->heads[at] = (int64_t)index->entry_count++;
    }
}

static int compare_pairs(const void *left, const void *right)
{
    const struct similar_pair *a = left;
    const struct similar_pair *b = right;
    const int order = (a->similarity < b->similarity) - (a->similarity > b->similarity);
    if (order != 0) {
        return order;
    }
    const int by_first = (a->first > b->first) - (a->first < b->first);
    return by_first != 0 ? by_first : (a->second > b->second) - (a->second < b->second);
}

size_t trigram_find_pairs(struct arena *arena, const struct trigram_set *sets, size_t count,
                          double threshold, struct similar_pair **pairs)
{
    struct index index = {.arena = arena, .sets = sets, .threshold = threshold};
    size_t total = 0;
    for (size_t i = 0; i < count; i++) {
        total += sets[i].count;
    }
    *pairs = NULL;
    if (total == 0) {
        return 0;
    }
    index.ranked = arena_new_array(arena, count, uint64_t *);
    const size_t rank_count = rank(&index, count, total);
    index.heads = arena_new_array(arena, rank_count, int64_t);
    for (size_t i = 0; i < rank_count; i++) {
        index.heads[i] = NONE;
    }
    index.owners = arena_new_array(arena, total, size_t);
    index.nexts = arena_new_array(arena, total, int64_t);
    index.seen_by = arena_new_array(arena, count, size_t);
    for (size_t i = 0; i < count; i++) {
        visit(&index, i);
    }
    if (index.pair_count > 0) {
        qsort(index.pairs, index.pair_count, sizeof *index.pairs, compare_pairs);
    }
    *pairs = index.pairs;
    return index.pair_count;
}
