/* Open addressing with linear probing, at most half full. */
#include "bank/text_map.h"

#include <stdint.h>

enum { SLOTS_MIN = 64 };

struct text_map_slot {
    struct text key; /* absent: free */
    uint64_t hash;
    size_t value;
};

void text_map_init(struct text_map *map, struct arena *arena)
{
    *map = (struct text_map){.arena = arena};
}

/* The slot of the key, or the free one where it belongs. */
static struct text_map_slot *find_slot(const struct text_map *map, struct text key, uint64_t hash)
{
    const size_t mask = map->slot_count - 1;
    size_t i = (size_t)hash & mask;
    while (map->slots[i].key.data != NULL &&
           (map->slots[i].hash != hash || !text_equal(map->slots[i].key, key))) {
        i = (i + 1) & mask;
    }
    return &map->slots[i];
}

static void grow(struct text_map *map)
{
    const struct text_map old = *map;
    map->slot_count = old.slot_count == 0 ? SLOTS_MIN : 2 * old.slot_count;
    map->slots = arena_new_array(map->arena, map->slot_count, struct text_map_slot);
    for (size_t i = 0; i < old.slot_count; i++) {
        if (old.slots[i].key.data != NULL) {
            *find_slot(map, old.slots[i].key, old.slots[i].hash) = old.slots[i];
        }
    }
}

size_t *text_map_find(const struct text_map *map, struct text key)
{
    if (map->slot_count == 0) {
        return NULL;
    }
    struct text_map_slot *slot = find_slot(map, key, text_hash(key));
    return slot->key.data == NULL ? NULL : &slot->value;
}

void text_map_add(struct text_map *map, struct text key, size_t value)
{
    if (map->used_count >= map->slot_count / 2) {
        grow(map);
    }
    const uint64_t hash = text_hash(key);
    *find_slot(map, key, hash) = (struct text_map_slot){.key = key, .hash = hash, .value = value};
    map->used_count++;
}
