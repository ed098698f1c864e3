/*
 * Similarity of texts by trigrams: the share of three-letter pieces of their words that two texts
 * have in common (Jaccard: common / all), as in PostgreSQL's pg_trgm. Letters are compared in
 * normal form without case.
 */
#ifndef BANK_TRIGRAM_H
#define BANK_TRIGRAM_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"

/* Each trigram once, in ascending order. */
struct trigram_set {
    const uint64_t *items;
    size_t count;
};

struct similar_pair {
    size_t first; /* indexes of the sets, first < second */
    size_t second;
    double similarity;
};

struct trigram_set trigram_set_of(struct arena *arena, struct text text);
/* 0…1; 0 where both are empty. */
double trigram_similarity(struct trigram_set a, struct trigram_set b);
/* All pairs at or above the threshold (0 < threshold <= 1), the most similar first; returns how
 * many. Sets are looked up by their rarest trigrams alone (prefix filter: Bayardo, Ma, Srikant:
 * Scaling up all pairs similarity search, 2007), so that the cost grows with the number of sets
 * times that of their likely partners. */
size_t trigram_find_pairs(struct arena *arena, const struct trigram_set *sets, size_t count,
                          double threshold, struct similar_pair **pairs);

#endif
