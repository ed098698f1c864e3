/* Buckets in sets of a few, each set under a lock of its own, like the token cache. */
#include "auth/rate_limit.h"

#include <pthread.h>
#include <string.h>

#include <sodium.h>

#include "base/clock.h"

enum { WAYS = 8, DIGEST_BYTES = crypto_shorthash_siphashx24_BYTES };

#define WINDOW_US (RATE_WINDOW_S * CLOCK_US_PER_S)

struct bucket {
    unsigned char digest[DIGEST_BYTES];
    int64_t full_at_us; /* when it is full again; in the past, or 0: it is */
};

struct set {
    pthread_mutex_t lock; /* guards the buckets */
    struct bucket buckets[WAYS];
};

struct rate_limit {
    unsigned char key[crypto_shorthash_siphashx24_KEYBYTES]; /* nobody can aim at one set */
    int64_t allowed;
    int64_t interval_us; /* a token comes back */
    struct set *sets;
    size_t set_count; /* a power of two */
};

struct rate_limit *rate_limit_create(struct arena *arena, size_t capacity, int64_t allowed)
{
    struct rate_limit *limit = arena_new(arena, struct rate_limit);

    randombytes_buf(limit->key, sizeof limit->key);
    limit->allowed = allowed;
    limit->interval_us = WINDOW_US / allowed;
    limit->set_count = 1;
    while (limit->set_count * WAYS < capacity) {
        limit->set_count *= 2;
    }
    limit->sets = arena_new_array(arena, limit->set_count, struct set);
    for (size_t i = 0; i < limit->set_count; i++) {
        (void)pthread_mutex_init(&limit->sets[i].lock, NULL); /* default attributes: cannot fail */
    }
    return limit;
}

/* The bucket of the digest; a new, full one takes the place of the fullest. */
static struct bucket *find(struct set *set, const unsigned char digest[DIGEST_BYTES])
{
    struct bucket *fullest = &set->buckets[0];

    for (size_t i = 0; i < WAYS; i++) {
        struct bucket *bucket = &set->buckets[i];
        if (memcmp(bucket->digest, digest, DIGEST_BYTES) == 0) {
            return bucket;
        }
        if (bucket->full_at_us < fullest->full_at_us) {
            fullest = bucket;
        }
    }
    memcpy(fullest->digest, digest, DIGEST_BYTES);
    fullest->full_at_us = 0;
    return fullest;
}

static int64_t seconds_up(int64_t us)
{
    return (us + CLOCK_US_PER_S - 1) / CLOCK_US_PER_S;
}

static struct rate_verdict take(const struct rate_limit *limit, struct bucket *bucket,
                                int64_t now_us)
{
    const int64_t missing_us = bucket->full_at_us > now_us ? bucket->full_at_us - now_us : 0;
    const int64_t capacity_us = limit->allowed * limit->interval_us;
    struct rate_verdict verdict = {.allowed = limit->allowed};

    verdict.is_allowed = missing_us + limit->interval_us <= capacity_us;
    const int64_t now_missing_us =
        verdict.is_allowed ? missing_us + limit->interval_us : missing_us;
    bucket->full_at_us = now_us + now_missing_us;
    verdict.remaining = (capacity_us - now_missing_us) / limit->interval_us;
    verdict.full_again_s = seconds_up(now_missing_us);
    verdict.retry_after_s =
        verdict.remaining > 0 ? 0 : seconds_up(now_missing_us + limit->interval_us - capacity_us);
    return verdict;
}

struct rate_verdict rate_limit_take(struct rate_limit *limit, struct text key, int64_t now_us)
{
    unsigned char digest[DIGEST_BYTES];
    uint64_t hash = 0;

    (void)crypto_shorthash_siphashx24(digest, (const unsigned char *)key.data, key.len,
                                      limit->key); /* always 0 */
    memcpy(&hash, digest, sizeof hash);
    struct set *set = &limit->sets[hash & (limit->set_count - 1)];
    (void)pthread_mutex_lock(&set->lock);
    const struct rate_verdict verdict = take(limit, find(set, digest), now_us);
    (void)pthread_mutex_unlock(&set->lock);
    return verdict;
}
