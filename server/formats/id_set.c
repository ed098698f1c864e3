/* Open addressing over 64-bit hashes: two ids with one hash among a million are a chance of 1 in
 * 10^7, and then one question is refused. A table lives in an arena of its own, so that growing
 * gives the old one back. */
#include "formats/id_set.h"

#include <string.h>

enum { SLOTS_MIN = 256 };

struct id_slot {
    uint64_t hash; /* 0: free */
    uint64_t line;
};

struct id_set {
    struct arena *arena; /* of the slots */
    struct id_slot *slots;
    size_t slot_count; /* a power of two */
    size_t used_count;
};

static void release(void *set)
{
    arena_free(((struct id_set *)set)->arena);
}

struct id_set *id_set_new(struct arena *arena)
{
    struct id_set *set = arena_new(arena, struct id_set);
    set->arena = arena_create();
    arena_defer(arena, release, set);
    set->slot_count = SLOTS_MIN;
    set->slots = arena_new_array(set->arena, SLOTS_MIN, struct id_slot);
    return set;
}

static struct id_slot *find(const struct id_set *set, uint64_t hash)
{
    size_t at = (size_t)hash & (set->slot_count - 1);
    while (set->slots[at].hash != 0 && set->slots[at].hash != hash) {
        at = (at + 1) & (set->slot_count - 1);
    }
    return &set->slots[at];
}

static void grow(struct id_set *set)
{
    const struct id_set old = *set;
    set->arena = arena_create();
    set->slot_count = 2 * old.slot_count;
    set->slots = arena_new_array(set->arena, set->slot_count, struct id_slot);
    for (size_t i = 0; i < old.slot_count; i++) {
        if (old.slots[i].hash != 0) {
            *find(set, old.slots[i].hash) = old.slots[i];
        }
    }
    arena_free(old.arena);
}

size_t id_set_add(struct id_set *set, struct text id, size_t line)
{
    const uint64_t hash = text_hash(id) | 1U;
    struct id_slot *slot = find(set, hash);
    if (slot->hash != 0) {
        return (size_t)slot->line;
    }
    *slot = (struct id_slot){.hash = hash, .line = line};
    set->used_count++;
    if (2 * set->used_count > set->slot_count) {
        grow(set);
    }
    return 0;
}
