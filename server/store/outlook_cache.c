/* One slot a key's hash, each with its lock. */
#include "store/outlook_cache.h"

#include <pthread.h>

struct slot {
    pthread_mutex_t lock; /* guards the rest */
    bool is_used;
    struct outlook_key key;
    struct outlook outlook;
};

struct outlook_cache {
    struct slot *slots;
    size_t mask;
};

struct outlook_cache *outlook_cache_create(struct arena *arena, size_t slots)
{
    struct outlook_cache *cache = arena_new(arena, struct outlook_cache);
    size_t count = 1;

    while (count < slots) {
        count *= 2;
    }
    cache->slots = arena_new_array(arena, count, struct slot);
    cache->mask = count - 1;
    for (size_t i = 0; i < count; i++) {
        (void)pthread_mutex_init(&cache->slots[i].lock, NULL); /* default attributes: cannot fail */
    }
    return cache;
}

static struct slot *slot_of(struct outlook_cache *cache, struct outlook_key key)
{
    return &cache->slots[(uuid_hash(key.user_id) ^ key.state) & cache->mask];
}

bool outlook_cache_find(struct outlook_cache *cache, struct outlook_key key,
                        struct outlook *outlook)
{
    struct slot *slot = slot_of(cache, key);

    (void)pthread_mutex_lock(&slot->lock);
    const bool is_found =
        slot->is_used && slot->key.state == key.state && uuid_equal(slot->key.user_id, key.user_id);
    if (is_found) {
        *outlook = slot->outlook;
    }
    (void)pthread_mutex_unlock(&slot->lock);
    return is_found;
}

void outlook_cache_put(struct outlook_cache *cache, struct outlook_key key,
                       const struct outlook *outlook)
{
    struct slot *slot = slot_of(cache, key);

    (void)pthread_mutex_lock(&slot->lock);
    slot->is_used = true;
    slot->key = key;
    slot->outlook = *outlook;
    (void)pthread_mutex_unlock(&slot->lock);
}
