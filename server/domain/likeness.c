/*
 * Trigrams as sorted arrays of hashes without repetition; the Jaccard index by one walk over two of
 * them. The groups are a union-find without ranks: a section has few questions.
 */
#include "domain/likeness.h"

#include <stdlib.h>

enum { GRAM = 3, PERCENT = 100 };

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
    return len;
}

static int compare_grams(const void *left, const void *right)
{
    const uint32_t a = *(const uint32_t *)left;
    const uint32_t b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

static struct grams grams_of(const struct question *question, struct arena *arena)
{
    char *words = arena_alloc_bytes(arena, words_size(question) + 1);
    const size_t len = fold_words(question, words);
    struct grams grams = {.items = arena_new_array(arena, len, uint32_t)};
    for (size_t i = 0; i + GRAM <= len; i++) {
        grams.items[i] = (uint32_t)(unsigned char)words[i] << 16U |
                         (uint32_t)(unsigned char)words[i + 1] << 8U |
                         (uint32_t)(unsigned char)words[i + 2];
    }
    const size_t all = len < GRAM ? 0 : len - GRAM + 1;
    qsort(grams.items, all, sizeof *grams.items, compare_grams);
    for (size_t i = 0; i < all; i++) {
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

static size_t find_first(const struct bank *bank, size_t item)
{
    while (bank->items[item].likeness_group != item) {
        item = bank->items[item].likeness_group;
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

/* The items of one section, which stand together. */
static void group_section(struct bank *bank, size_t from, size_t to)
{
    struct arena *scratch = arena_create();
    struct grams *grams = arena_new_array(scratch, to - from, struct grams);
    for (size_t i = from; i < to; i++) {
        grams[i - from] = grams_of(&bank->items[i].question, scratch);
        for (size_t j = from; j < i; j++) {
            if (percent_of(grams[i - from], grams[j - from]) >= LIKENESS_PERCENT) {
                join(bank, i, j);
            }
        }
    }
    arena_free(scratch);
}

void likeness_group(struct bank *bank)
{
    for (size_t i = 0; i < bank->item_count; i++) {
        bank->items[i].likeness_group = i;
    }
    size_t from = 0;
    for (size_t i = 1; i <= bank->item_count; i++) {
        if (i == bank->item_count || bank->items[i].section != bank->items[from].section) {
            group_section(bank, from, i);
            from = i;
        }
    }
    for (size_t i = 0; i < bank->item_count; i++) {
        bank->items[i].likeness_group = find_first(bank, i);
    }
}
