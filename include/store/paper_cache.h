/*
 * What never changes of an attempt, kept so that recording an answer needs no read. Bounded by two
 * generations: when the young one is full the old one is forgotten as a whole. Safe for any number
 * of threads.
 */
#ifndef STORE_PAPER_CACHE_H
#define STORE_PAPER_CACHE_H

#include "base/arena.h"
#include "domain/attempt.h"

struct paper_cache;

/* One position of a paper: all that an answer to it needs. */
struct paper_entry {
    struct uuid bank_id;
    int64_t started_at;
    struct attempt_rules rules; /* without the exam's name */
    struct uuid question_id;
    int64_t version;
    size_t question_count; /* of the paper; question_id and version are nil where the position is
                              beyond it */
};

/* `max_bytes` for all papers together; lives in the arena. */
NONNULL_RETURN struct paper_cache *paper_cache_create(struct arena *arena, size_t max_bytes);
bool paper_cache_find(struct paper_cache *cache, struct uuid user_id, struct uuid attempt_id,
                      int64_t position, struct paper_entry *entry);
/* The same of an attempt at hand. */
struct paper_entry paper_entry(const struct attempt *attempt, int64_t position);
void paper_cache_put(struct paper_cache *cache, const struct attempt *attempt);

#endif
