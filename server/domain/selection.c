/*
 * Seeded choice. What a seed means must never change: attempts store the seed, and papers are made
 * again from it. So the generator, the way a seed becomes its state, the bounded draw and the
 * shuffles are all fixed here, and the tests pin their outputs.
 *
 * xoshiro256**: D. Blackman, S. Vigna, "Scrambled linear pseudorandom number generators", 2018.
 * splitmix64: G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", 2014.
 * Bounded draw: D. Lemire, "Fast random integer generation in an interval", 2019. Shuffle: R.
 * Durstenfeld, Algorithm 235, 1964.
 */
#include "domain/selection.h"

/* Streams of a paper's seed. */
enum { STREAM_CHOICE = 0, STREAM_OPTIONS = 1 };

static uint64_t splitmix64(uint64_t *state)
{
    *state += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t z = *state;
    z = (z ^ (z >> 30U)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27U)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31U);
}

static uint64_t rotate_left(uint64_t x, unsigned bits)
{
    return (x << bits) | (x >> (64U - bits));
}

struct prng prng_seed(struct text seed, uint64_t stream)
{
    /* The stream goes through the mixer before it meets the seed, so that neighbouring streams have
     * nothing in common. */
    uint64_t mixed = stream;
    uint64_t state = text_hash(seed) ^ splitmix64(&mixed);
    struct prng prng = {.state = {0}};
    for (size_t i = 0; i < COUNT_OF(prng.state); i++) {
        prng.state[i] = splitmix64(&state);
    }
    return prng;
}

uint64_t prng_next(struct prng *prng)
{
    uint64_t *s = prng->state;
    const uint64_t result = rotate_left(s[1] * 5, 7) * 9;
    const uint64_t t = s[1] << 17U;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate_left(s[3], 45);
    return result;
}

/* The 128-bit product of two 64-bit numbers. */
static uint64_t multiply_wide(uint64_t a, uint64_t b, uint64_t *low)
{
    const uint64_t mask = UINT32_MAX;
    const uint64_t a_low = a & mask;
    const uint64_t a_high = a >> 32U;
    const uint64_t b_low = b & mask;
    const uint64_t b_high = b >> 32U;
    const uint64_t middle = a_high * b_low + ((a_low * b_low) >> 32U);
    const uint64_t carried = a_low * b_high + (middle & mask);
    *low = a * b;
    return a_high * b_high + (middle >> 32U) + (carried >> 32U);
}

uint64_t prng_below(struct prng *prng, uint64_t bound)
{
    uint64_t low = 0;
    uint64_t high = multiply_wide(prng_next(prng), bound, &low);
    if (low < bound) {
        /* 2^64 modulo bound: products whose low half lies below it are one too many. */
        const uint64_t threshold = (0 - bound) % bound;
        while (low < threshold) {
            high = multiply_wide(prng_next(prng), bound, &low);
        }
    }
    return high;
}

void selection_permutation(struct prng *prng, uint32_t *out, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        out[i] = (uint32_t)i;
    }
    for (size_t i = count; i > 1; i--) {
        const size_t j = (size_t)prng_below(prng, i);
        const uint32_t swapped = out[i - 1];
        out[i - 1] = out[j];
        out[j] = swapped;
    }
}

/* Which sections are under a chosen one; all of them where none is chosen. */
static bool *mark_sections(const struct bank *bank, const size_t *sections, size_t section_count,
                           struct arena *arena)
{
    bool *is_chosen = arena_new_array(arena, bank->section_count, bool);
    for (size_t i = 0; i < bank->section_count && section_count == 0; i++) {
        is_chosen[i] = true;
    }
    for (size_t i = 0; i < section_count; i++) {
        for (size_t j = sections[i]; j < bank->sections[sections[i]].subtree_end; j++) {
            is_chosen[j] = true;
        }
    }
    return is_chosen;
}

static bool has_tag(const struct question *question, const struct selection_wish *wish)
{
    for (size_t i = 0; i < question->tag_count; i++) {
        for (size_t j = 0; j < wish->tag_count; j++) {
            if (text_equal(question->tags[i], wish->tags[j])) {
                return true;
            }
        }
    }
    return wish->tag_count == 0;
}

static bool is_as_difficult(const struct question *question, const struct selection_wish *wish)
{
    return wish->difficulty_max == 0 || (question->difficulty >= wish->difficulty_min &&
                                         question->difficulty <= wish->difficulty_max);
}

size_t *selection_candidates(const struct bank *bank, const struct selection_wish *wish,
                             struct arena *arena, size_t *count)
{
    const bool *is_chosen = mark_sections(bank, wish->sections, wish->section_count, arena);
    size_t *candidates = arena_new_array(arena, bank->item_count, size_t);
    *count = 0;
    for (size_t i = 0; i < bank->item_count; i++) {
        const struct question *question = &bank->items[i].question;
        if (is_chosen[bank->items[i].section] && has_tag(question, wish) &&
            is_as_difficult(question, wish)) {
            candidates[(*count)++] = i;
        }
    }
    return candidates;
}

size_t selection_choose(const struct bank *bank, const struct selection_wish *wish,
                        struct arena *arena, size_t **chosen)
{
    size_t count = 0;
    size_t *candidates = selection_candidates(bank, wish, arena, &count);
    const size_t taken = wish->size < count ? wish->size : count;
    struct prng prng = prng_seed(wish->seed, STREAM_CHOICE);
    for (size_t i = 0; i < taken; i++) {
        const size_t j = i + (size_t)prng_below(&prng, count - i);
        const size_t swapped = candidates[i];
        candidates[i] = candidates[j];
        candidates[j] = swapped;
    }
    *chosen = candidates;
    return taken;
}

void selection_option_order(struct text seed, int64_t position, unsigned side, uint32_t *out,
                            size_t count)
{
    struct prng prng = prng_seed(seed, STREAM_OPTIONS + 2 * (uint64_t)position + side);
    selection_permutation(&prng, out, count);
}
