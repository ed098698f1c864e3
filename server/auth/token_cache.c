/* Verified tokens in sets of a few entries, each set under a lock of its own. The entries lie apart
 * from the locks: those that were never used cost no memory. */
#include "auth/token_cache.h"

#include <pthread.h>
#include <string.h>

#include <sodium.h>

enum { WAYS = 8, DIGEST_BYTES = 16 };

struct entry {
    unsigned char digest[DIGEST_BYTES];
    struct token_identity identity; /* expires_at_s 0: free */
};

struct set {
    pthread_mutex_t lock;  /* guards the entries */
    struct entry *entries; /* WAYS of them */
};

struct token_cache {
    unsigned char key[crypto_generichash_KEYBYTES];
    struct set *sets;
    size_t set_count; /* a power of two */
};

struct token_cache *token_cache_create(struct arena *arena, size_t capacity)
{
    struct token_cache *cache = arena_new(arena, struct token_cache);

    randombytes_buf(cache->key, sizeof cache->key);
    cache->set_count = 1;
    while (cache->set_count * WAYS < capacity) {
        cache->set_count *= 2;
    }
    cache->sets = arena_new_array(arena, cache->set_count, struct set);
    struct entry *entries = arena_new_array(arena, cache->set_count * WAYS, struct entry);
    for (size_t i = 0; i < cache->set_count; i++) {
        (void)pthread_mutex_init(&cache->sets[i].lock, NULL); /* default attributes: cannot fail */
        cache->sets[i].entries = &entries[i * WAYS];
    }
    return cache;
}

static struct set *find_set(struct token_cache *cache, struct text token,
                            unsigned char digest[DIGEST_BYTES])
{
    uint64_t hash = 0;

    (void)crypto_generichash(digest, DIGEST_BYTES, (const unsigned char *)token.data, token.len,
                             cache->key, sizeof cache->key); /* fails on bad lengths only */
    memcpy(&hash, digest, sizeof hash);
    return &cache->sets[hash & (cache->set_count - 1)];
}

bool token_cache_find(struct token_cache *cache, struct text token, int64_t now_s,
                      struct token_identity *identity)
{
    unsigned char digest[DIGEST_BYTES];
    struct set *set = find_set(cache, token, digest);
    bool is_found = false;

    (void)pthread_mutex_lock(&set->lock);
    for (size_t i = 0; i < WAYS && !is_found; i++) {
        const struct entry *entry = &set->entries[i];
        if (entry->identity.expires_at_s > now_s &&
            memcmp(entry->digest, digest, DIGEST_BYTES) == 0) {
            *identity = entry->identity;
            is_found = true;
        }
    }
    (void)pthread_mutex_unlock(&set->lock);
    return is_found;
}

void token_cache_put(struct token_cache *cache, struct text token,
                     const struct token_identity *identity)
{
    unsigned char digest[DIGEST_BYTES];
    struct set *set = find_set(cache, token, digest);

    (void)pthread_mutex_lock(&set->lock);
    struct entry *victim = &set->entries[0];
    for (size_t i = 1; i < WAYS; i++) {
        if (set->entries[i].identity.expires_at_s < victim->identity.expires_at_s) {
            victim = &set->entries[i];
        }
    }
    memcpy(victim->digest, digest, DIGEST_BYTES);
    victim->identity = *identity;
    (void)pthread_mutex_unlock(&set->lock);
}

void token_cache_remove(struct token_cache *cache,
                        bool (*is_gone)(void *context, const struct token_identity *identity),
                        void *context)
{
    for (size_t i = 0; i < cache->set_count; i++) {
        struct set *set = &cache->sets[i];
        (void)pthread_mutex_lock(&set->lock);
        for (size_t k = 0; k < WAYS; k++) {
            struct entry *entry = &set->entries[k];
            if (entry->identity.expires_at_s != 0 && is_gone(context, &entry->identity)) {
                *entry = (struct entry){.identity = {.expires_at_s = 0}};
            }
        }
        (void)pthread_mutex_unlock(&set->lock);
    }
}

void token_cache_clear(struct token_cache *cache)
{
    for (size_t i = 0; i < cache->set_count; i++) {
        (void)pthread_mutex_lock(&cache->sets[i].lock);
        memset(cache->sets[i].entries, 0, WAYS * sizeof *cache->sets[i].entries);
        (void)pthread_mutex_unlock(&cache->sets[i].lock);
    }
}
