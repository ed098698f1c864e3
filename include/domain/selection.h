/*
 * Choosing and shuffling: pure functions of a seed, so that the same seed gives the same paper on
 * any machine, for ever.
 */
#ifndef DOMAIN_SELECTION_H
#define DOMAIN_SELECTION_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"
#include "domain/bank.h"

/* xoshiro256** (Blackman & Vigna, 2018), state filled by splitmix64. */
struct prng {
    uint64_t state[4];
};
struct prng prng_seed(struct text seed, uint64_t stream);
uint64_t prng_next(struct prng *prng);
/* Uniform in [0, bound), without bias (Lemire's rejection); bound > 0. */
uint64_t prng_below(struct prng *prng, uint64_t bound);

/* Fisher–Yates over indexes 0…count-1 (64 at most 2^32) into `out`. */
void selection_permutation(struct prng *prng, uint32_t *out, size_t count);
/* What a paper is to be made of. */
struct selection_wish {
    const size_t *sections; /* indexes; each stands for its subtree */
    size_t section_count;   /* 0: all of the bank */
    const struct text *tags;
    size_t tag_count;       /* 0: any; else a question has one of them at least */
    int64_t difficulty_min; /* 1..5 */
    int64_t difficulty_max; /* inclusive; 0: any */
    size_t size;
    struct text seed;
};
/* The items that fit the wish, as indexes in the order of the bank. */
size_t *selection_candidates(const struct bank *bank, const struct selection_wish *wish,
                             struct arena *arena, size_t *count);
/* Distinct items that fit the wish, as indexes into bank->items, in the order of the paper. Returns
 * how many were chosen: fewer than wish->size only where there are fewer candidates. */
size_t selection_choose(const struct bank *bank, const struct selection_wish *wish,
                        struct arena *arena, size_t **chosen);
/* The order in which the options (or items, or premises: `side` 0; choices of a matching: `side` 1)
 * of the question at `position` are shown in a paper. */
void selection_option_order(struct text seed, int64_t position, unsigned side, uint32_t *out,
                            size_t count);

#endif
