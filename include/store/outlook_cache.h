/*
 * Outlooks of exams, remembered until what they depend on changes: drawing one costs some
 * milliseconds. Bounded: a slot holds the last outlook that belongs there. Safe for any number of
 * threads.
 */
#ifndef STORE_OUTLOOK_CACHE_H
#define STORE_OUTLOOK_CACHE_H

#include "base/arena.h"
#include "base/uuid.h"
#include "domain/outlook.h"

struct outlook_cache;

/* Whose, and a hash of all else that it depends on (bank, evidence, size, pass mark, time). */
struct outlook_key {
    struct uuid user_id;
    uint64_t state;
};

/* `slots`, rounded up to a power of two; lives in the arena. */
NONNULL_RETURN struct outlook_cache *outlook_cache_create(struct arena *arena, size_t slots);
bool outlook_cache_find(struct outlook_cache *cache, struct outlook_key key,
                        struct outlook *outlook);
void outlook_cache_put(struct outlook_cache *cache, struct outlook_key key,
                       const struct outlook *outlook);

#endif
