/*
 * Trigrams as sorted arrays without repetition; the Jaccard index by one walk over two of them. In
 * a large bank not all pairs are looked at but those that MinHash lets expect: one permutation
 * hashed into bins (P. Li, A. Owen, C.-H. Zhang, "One permutation hashing", 2012), empty bins
 * filled from the next one (A. Shrivastava and P. Li, 2014), and bands of bins that must be equal.
 * Of two questions whose index is 0.7 one band of 25 is equal with a probability of 0.99, of 0.8
 * 0.9999.
 */
#include "domain/likeness.h"

#include <stdlib.h>
#include <string.h>

enum {
    GRAM = 3,
    PERCENT = 100,
    EXACT_ITEMS = 1000, /* up to here every pair is compared */
    BINS = 128,
    BIN_SHIFT = 25, /* 32 bits of hash: the upper 7 choose the bin */
    BAND_BINS = 5,
    BANDS = BINS / BAND_BINS,
    ALIKE_BINS = BINS / 2, /* 90 are expected of 0.7; below this no texts are compared */
    RIVALS = 16            /* groups that an item is compared with, in each band */
};

struct grams {
    uint32_t *items;
    size_t count;
};

/* ASCII letters folded and digits kept; all else is a blank, and blanks are one. */
static size_t fold(struct text in, char *out, size_t len)
{
    for (size_t i = 0; i < in.len; i++) {
        const unsigned char c = (unsigned char)in.data[i];
        const bool is_upper = c >= 'A' && c <= 'Z';
        const bool is_word =
            is_upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c > 127;
        if (is_word) {
            out[len++] = (char)(is_upper ? c + ('a' - 'A') : c);
        } else if (len > 0 && out[len - 1] != ' ') {
            out[len++] = ' ';
        }
    }
    return len;
}

static size_t words_size(const struct question *q)
{
    size_t size = q->stem.len;
    for (size_t i = 0; i < q->option_count; i++) {
        size += q->options[i].text.len + 1;
    }
    for (size_t i = 0; i < q->item_count; i++) {
        size += q->items[i].text.len + 1;
    }
    for (size_t i = 0; i < q->premise_count; i++) {
        size += q->premises[i].text.len + 1;
    }
    for (size_t i = 0; i < q->choice_count; i++) {
        size += q->choices[i].text.len + 1;
    }
    return size;
}

static size_t fold_words(const struct question *q, char *out)
{
    size_t len = fold(q->stem, out, 0);
    for (size_t i = 0; i < q->option_count; i++) {
        len = fold(q->options[i].text, out, fold(TEXT(" "), out, len));
    }
    for (size_t i = 0; i < q->item_count; i++) {
        len = fold(q->items[i].text, out, fold(TEXT(" "), out, len));
    }
    for (size_t i = 0; i < q->premise_count; i++) {
        len = fold(q->premises[i].text, out, fold(TEXT(" "), out, len));
    }
    for (size_t i = 0; i < q->choice_count; i++) {
        len = fold(q->choices[i].text, out, fold(TEXT(" "), out, len));
    }
    return len;
}

static int compare_grams(const void *left, const void *right)
{
    const uint32_t a = *(const uint32_t *)left;
    const uint32_t b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

/* In the order of the text, repetitions and all. */
static struct grams grams_written(const struct question *question, struct arena *arena)
{
    char *words = arena_alloc_bytes(arena, words_size(question) + 1);
    const size_t len = fold_words(question, words);
    struct grams grams = {.items = arena_new_array(arena, len, uint32_t),
                          .count = len < GRAM ? 0 : len - GRAM + 1};
    for (size_t i = 0; i < grams.count; i++) {
        grams.items[i] = (uint32_t)(unsigned char)words[i] << 16U |
                         (uint32_t)(unsigned char)words[i + 1] << 8U |
                         (uint32_t)(unsigned char)words[i + 2];
    }
    return grams;
}

static struct grams grams_of(const struct question *question, struct arena *arena)
{
    const struct grams written = grams_written(question, arena);
    struct grams grams = {.items = written.items};
    qsort(grams.items, written.count, sizeof *grams.items, compare_grams);
    for (size_t i = 0; i < written.count; i++) {
        if (i == 0 || grams.items[i] != grams.items[grams.count - 1]) {
            grams.items[grams.count++] = grams.items[i];
        }
    }
    return grams;
}

static int64_t percent_of(struct grams a, struct grams b)
{
    size_t common = 0;
    size_t i = 0;
    size_t j = 0;
    while (i < a.count && j < b.count) {
        common += a.items[i] == b.items[j] ? 1 : 0;
        const uint32_t left = a.items[i];
        i += left <= b.items[j] ? 1 : 0;
        j += left >= b.items[j] ? 1 : 0;
    }
    const size_t either = a.count + b.count - common;
    return either == 0 ? 0 : (int64_t)(common * PERCENT / either);
}

int64_t likeness_percent(const struct question *a, const struct question *b, struct arena *arena)
{
    return percent_of(grams_of(a, arena), grams_of(b, arena));
}

/* The groups are a union-find led by the smallest index; paths are halved on the way. */
static size_t find_first(struct bank *bank, size_t item)
{
    while (bank->items[item].likeness_group != item) {
        size_t *first = &bank->items[item].likeness_group;
        *first = bank->items[*first].likeness_group;
        item = *first;
    }
    return item;
}

static void join(struct bank *bank, size_t a, size_t b)
{
    const size_t first = find_first(bank, a);
    const size_t second = find_first(bank, b);
    if (first < second) {
        bank->items[second].likeness_group = first;
    } else {
        bank->items[first].likeness_group = second;
    }
}

/* Sets of so different sizes cannot be alike. */
static bool can_be_alike(struct grams a, struct grams b)
{
    const size_t less = a.count < b.count ? a.count : b.count;
    const size_t more = a.count < b.count ? b.count : a.count;
    return less * PERCENT >= more * LIKENESS_PERCENT;
}

static void compare_all(struct bank *bank)
{
    struct arena *scratch = arena_create();
    struct grams *grams = arena_new_array(scratch, bank->item_count, struct grams);
    for (size_t i = 0; i < bank->item_count; i++) {
        grams[i] = grams_of(&bank->items[i].question, scratch);
        for (size_t j = 0; j < i; j++) {
            if (can_be_alike(grams[i], grams[j]) &&
                percent_of(grams[i], grams[j]) >= LIKENESS_PERCENT) {
                join(bank, i, j);
            }
        }
    }
    arena_free(scratch);
}

/* ---- large banks ---- */

struct signature {
    uint16_t bins[BINS];
    uint64_t whole; /* a hash of all */
};

/* An item in the order of one band: equal keys stand together, and in these equal signatures. */
struct place {
    uint64_t key;
    uint64_t whole;
    size_t item;
};

static uint64_t mix(uint64_t value)
{
    value = (value ^ (value >> 30U)) * UINT64_C(0xBF58476D1CE4E5B9);
    value = (value ^ (value >> 27U)) * UINT64_C(0x94D049BB133111EB);
    return value ^ (value >> 31U);
}

/* Of grams in any order: only the least of each bin counts. */
static struct signature sign(struct grams grams)
{
    uint32_t least[BINS];
    struct signature signature = {.whole = 0};
    memset(least, UINT8_MAX, sizeof least);
    for (size_t i = 0; i < grams.count; i++) {
        const uint32_t hash = (uint32_t)mix(grams.items[i] + UINT64_C(0x9E3779B97F4A7C15));
        const uint32_t rest = hash & ((1U << BIN_SHIFT) - 1U);
        uint32_t *bin = &least[hash >> BIN_SHIFT];
        *bin = rest < *bin ? rest : *bin;
    }
    for (size_t i = 0; i < BINS && grams.count > 0; i++) {
        size_t ahead = 0;
        while (least[(i + ahead) % BINS] == UINT32_MAX) {
            ahead++;
        }
        signature.bins[i] = (uint16_t)mix(least[(i + ahead) % BINS] + ((uint64_t)ahead << 32U));
        signature.whole = mix(signature.whole ^ signature.bins[i]);
    }
    return signature;
}

static bool may_be_alike(const struct signature *a, const struct signature *b)
{
    size_t equal = 0;
    for (size_t i = 0; i < BINS; i++) {
        equal += a->bins[i] == b->bins[i] ? 1 : 0;
    }
    return equal >= ALIKE_BINS;
}

static int compare_places(const void *left, const void *right)
{
    const struct place *a = left;
    const struct place *b = right;
    if (a->key != b->key) {
        return a->key < b->key ? -1 : 1;
    }
    if (a->whole != b->whole) {
        return a->whole < b->whole ? -1 : 1;
    }
    return (a->item > b->item) - (a->item < b->item);
}

struct search {
    struct bank *bank;
    const struct signature *signatures;
    struct arena *scratch; /* of one comparison */
};

/* Equal words are common in copied banks, and cheaper to find than the index. */
static bool have_same_words(const struct question *a, const struct question *b,
                            struct arena *scratch)
{
    char *first = arena_alloc_bytes(scratch, words_size(a) + 1);
    char *second = arena_alloc_bytes(scratch, words_size(b) + 1);
    const size_t len = fold_words(a, first);
    return len == fold_words(b, second) && memcmp(first, second, len) == 0;
}

/* Whether the two are of one group, from now on. */
static bool meet(const struct search *search, size_t a, size_t b)
{
    const struct question *first = &search->bank->items[a].question;
    const struct question *second = &search->bank->items[b].question;
    if (find_first(search->bank, a) == find_first(search->bank, b)) {
        return true;
    }
    if (!may_be_alike(&search->signatures[a], &search->signatures[b])) {
        return false;
    }
    arena_reset(search->scratch);
    const bool is_twin = search->signatures[a].whole == search->signatures[b].whole &&
                         have_same_words(first, second, search->scratch);
    if (!is_twin && likeness_percent(first, second, search->scratch) < LIKENESS_PERCENT) {
        return false;
    }
    join(search->bank, a, b);
    return true;
}

/* The last items of a run that were of groups of their own. */
struct rivals {
    size_t items[RIVALS];
    size_t count; /* of all that there were */
};

static bool meet_any(const struct search *search, size_t item, const struct rivals *rivals)
{
    for (size_t i = 0; i < RIVALS && i < rivals->count; i++) {
        if (meet(search, item, rivals->items[i])) {
            return true;
        }
    }
    return false;
}

/* Those with one key. Each is compared with its neighbour where that is its twin, else with the
 * rivals. */
static void compare_run(const struct search *search, const struct place *places, size_t count)
{
    struct rivals rivals = {.count = 0};
    for (size_t i = 0; i < count; i++) {
        const bool has_twin = i > 0 && places[i].whole == places[i - 1].whole &&
                              meet(search, places[i].item, places[i - 1].item);
        if (!has_twin && !meet_any(search, places[i].item, &rivals)) {
            rivals.items[rivals.count++ % RIVALS] = places[i].item;
        }
    }
}

static void compare_band(const struct search *search, size_t band, struct place *places)
{
    const size_t count = search->bank->item_count;
    for (size_t i = 0; i < count; i++) {
        const struct signature *signature = &search->signatures[i];
        places[i] = (struct place){.whole = signature->whole, .item = i};
        for (size_t k = 0; k < BAND_BINS; k++) {
            places[i].key = mix(places[i].key ^ signature->bins[band * BAND_BINS + k]);
        }
    }
    qsort(places, count, sizeof *places, compare_places);
    size_t from = 0;
    for (size_t i = 1; i <= count; i++) {
        if (i == count || places[i].key != places[from].key) {
            compare_run(search, &places[from], i - from);
            from = i;
        }
    }
}

static void compare_likely(struct bank *bank)
{
    struct arena *arena = arena_create();
    struct signature *signatures = arena_new_array(arena, bank->item_count, struct signature);
    struct place *places = arena_new_array(arena, bank->item_count, struct place);
    const struct search search = {bank, signatures, arena_create()};
    for (size_t i = 0; i < bank->item_count; i++) {
        arena_reset(search.scratch);
        signatures[i] = sign(grams_written(&bank->items[i].question, search.scratch));
    }
    for (size_t band = 0; band < BANDS; band++) {
        compare_band(&search, band, places);
    }
    arena_free(search.scratch);
    arena_free(arena);
}

void likeness_group(struct bank *bank)
{
    for (size_t i = 0; i < bank->item_count; i++) {
        bank->items[i].likeness_group = i;
    }
    if (bank->item_count <= EXACT_ITEMS) {
        compare_all(bank);
    } else {
        compare_likely(bank);
    }
    for (size_t i = 0; i < bank->item_count; i++) {
        bank->items[i].likeness_group = find_first(bank, i);
    }
}
