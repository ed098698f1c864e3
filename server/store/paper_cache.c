/* Papers by attempt, in shards of two generations each. */
#include "store/paper_cache.h"

#include <pthread.h>

enum { SHARDS = 16, BUCKETS = 512, BUCKET_MASK = BUCKETS - 1 };

/* Of the attempt only what never changes. */
struct paper {
    struct paper *next;
    struct attempt attempt;
};

struct generation {
    struct arena *arena; /* of its papers; NULL: empty */
    struct paper *buckets[BUCKETS];
};

struct shard {
    pthread_mutex_t lock; /* guards both generations */
    struct generation *young;
    struct generation *old;
};

struct paper_cache {
    size_t max_generation_bytes;
    struct shard shards[SHARDS];
};

static void release(void *resource)
{
    struct paper_cache *cache = resource;

    for (size_t i = 0; i < SHARDS; i++) {
        arena_free(cache->shards[i].young->arena);
        arena_free(cache->shards[i].old->arena);
    }
}

struct paper_cache *paper_cache_create(struct arena *arena, size_t max_bytes)
{
    struct paper_cache *cache = arena_new(arena, struct paper_cache);

    cache->max_generation_bytes = max_bytes / SHARDS / 2;
    for (size_t i = 0; i < SHARDS; i++) {
        (void)pthread_mutex_init(&cache->shards[i].lock,
                                 NULL); /* default attributes: cannot fail */
        cache->shards[i].young = arena_new(arena, struct generation);
        cache->shards[i].old = arena_new(arena, struct generation);
    }
    arena_defer(arena, release, cache);
    return cache;
}

static struct shard *find_shard(struct paper_cache *cache, struct uuid attempt_id, size_t *bucket)
{
    const uint64_t hash = uuid_hash(attempt_id);
    *bucket = (hash / SHARDS) & BUCKET_MASK;
    return &cache->shards[hash % SHARDS];
}

static const struct paper *find_paper(const struct generation *generation, size_t bucket,
                                      struct uuid user_id, struct uuid attempt_id)
{
    for (const struct paper *paper = generation->buckets[bucket]; paper != NULL;
         paper = paper->next) {
        if (uuid_equal(paper->attempt.id, attempt_id) &&
            uuid_equal(paper->attempt.user_id, user_id)) {
            return paper;
        }
    }
    return NULL;
}

struct paper_entry paper_entry(const struct attempt *attempt, int64_t position)
{
    struct paper_entry entry = {.bank_id = attempt->bank_id,
                                .started_at = attempt->started_at,
                                .rules = attempt->rules,
                                .question_count = attempt->question_count};

    entry.rules.exam = TEXT_ABSENT; /* belongs to the attempt */
    if (position >= 1 && (uint64_t)position <= attempt->question_count) {
        entry.question_id = attempt->question_ids[position - 1];
        entry.version = attempt->versions[position - 1];
    }
    return entry;
}

bool paper_cache_find(struct paper_cache *cache, struct uuid user_id, struct uuid attempt_id,
                      int64_t position, struct paper_entry *entry)
{
    size_t bucket = 0;
    struct shard *shard = find_shard(cache, attempt_id, &bucket);

    (void)pthread_mutex_lock(&shard->lock);
    const struct paper *paper = find_paper(shard->young, bucket, user_id, attempt_id);
    if (paper == NULL) {
        paper = find_paper(shard->old, bucket, user_id, attempt_id);
    }
    if (paper != NULL) {
        *entry = paper_entry(&paper->attempt, position);
    }
    (void)pthread_mutex_unlock(&shard->lock);
    return paper != NULL;
}

/* Makes room: the young generation becomes the old one. */
static void age(struct shard *shard, size_t max_bytes)
{
    if (shard->young->arena != NULL && arena_used_bytes(shard->young->arena) < max_bytes) {
        return;
    }
    if (shard->young->arena != NULL) {
        struct generation *emptied = shard->old;
        arena_free(emptied->arena);
        *emptied = (struct generation){.arena = NULL};
        shard->old = shard->young;
        shard->young = emptied;
    }
    shard->young->arena = arena_create();
}

static struct paper *copy_paper(struct arena *arena, const struct attempt *attempt)
{
    struct paper *paper = arena_new(arena, struct paper);
    struct uuid *ids = arena_new_array(arena, attempt->question_count, struct uuid);
    int64_t *versions = arena_new_array(arena, attempt->question_count, int64_t);

    for (size_t i = 0; i < attempt->question_count; i++) {
        ids[i] = attempt->question_ids[i];
        versions[i] = attempt->versions[i];
    }
    paper->attempt = *attempt;
    paper->attempt.seed = TEXT_ABSENT; /* not needed, and not ours */
    paper->attempt.rules.exam = TEXT_ABSENT;
    paper->attempt.question_ids = ids;
    paper->attempt.versions = versions;
    return paper;
}

void paper_cache_put(struct paper_cache *cache, const struct attempt *attempt)
{
    size_t bucket = 0;
    struct shard *shard = find_shard(cache, attempt->id, &bucket);

    (void)pthread_mutex_lock(&shard->lock);
    if (find_paper(shard->young, bucket, attempt->user_id, attempt->id) == NULL) {
        age(shard, cache->max_generation_bytes);
        struct paper *paper = copy_paper(shard->young->arena, attempt);
        paper->next = shard->young->buckets[bucket];
        shard->young->buckets[bucket] = paper;
    }
    (void)pthread_mutex_unlock(&shard->lock);
}
