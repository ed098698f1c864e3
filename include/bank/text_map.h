/*
 * A hash table from texts to numbers that grows in an arena. Keys are not copied: they must live
 * as long as the map.
 */
#ifndef BANK_TEXT_MAP_H
#define BANK_TEXT_MAP_H

#include <stddef.h>

#include "base/arena.h"
#include "base/text.h"

struct text_map_slot;

struct text_map {
    struct arena *arena;
    struct text_map_slot *slots;
    size_t slot_count; /* a power of two, or 0 */
    size_t used_count;
};

void text_map_init(struct text_map *map, struct arena *arena);
/* The key's number; NULL where the key is not in the map. Valid until the next text_map_add. */
size_t *text_map_find(const struct text_map *map, struct text key);
/* The same for a key that is not in the map yet, with this number. */
void text_map_add(struct text_map *map, struct text key, size_t value);

#endif
