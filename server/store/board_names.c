/* One slot a member; one lock for all, because a page is some twenty of them. */
#include "store/board_names.h"

#include <pthread.h>
#include <string.h>

#include "base/clock.h"

enum { NAME_BYTES = 47 };

struct slot {
    struct uuid id;
    int64_t departed_at; /* when somebody had last gone */
    int64_t read_us;     /* monotonic; 0: nothing is there */
    uint8_t length;
    char name[NAME_BYTES];
};

struct board_names {
    pthread_mutex_t lock; /* guards what is in the slots */
    struct slot *slots;
    size_t mask;
};

struct board_names *board_names_create(struct arena *arena, size_t slots)
{
    struct board_names *names = arena_new(arena, struct board_names);

    (void)pthread_mutex_init(&names->lock, NULL); /* fails only for want of memory, which aborts */
    names->slots = arena_new_array(arena, slots, struct slot);
    names->mask = slots - 1;
    return names;
}

void board_names_close(struct board_names *names)
{
    (void)pthread_mutex_destroy(&names->lock);
}

static struct slot *slot_of(const struct board_names *names, struct uuid id)
{
    return &names->slots[uuid_hash(id) & names->mask];
}

/* NULL where it is not kept, or too old. */
static const struct slot *find(const struct board_names *names, struct uuid id, int64_t now_us)
{
    const struct slot *slot = slot_of(names, id);
    const bool is_kept =
        slot->read_us != 0 && uuid_equal(slot->id, id) && now_us - slot->read_us <= CLOCK_US_PER_S;

    return is_kept ? slot : NULL;
}

void board_names_find(struct board_names *names, struct arena *arena, struct board_people *people)
{
    const struct board_page *page = people->page;
    const int64_t now_us = clock_monotonic_us();
    struct board_name *found = arena_new_array(arena, page->count, struct board_name);
    const struct slot *slot = NULL;
    size_t count = 0;

    people->departed_at = 0;
    (void)pthread_mutex_lock(&names->lock); /* fails only for misuse, as all below */
    for (size_t i = 0; i < page->count; i++) {
        slot = find(names, page->entries[i].standing.id, now_us);
        if (slot != NULL && slot->departed_at > people->departed_at) {
            people->departed_at = slot->departed_at;
        }
    }
    for (size_t i = 0; i < page->count; i++) {
        slot = find(names, page->entries[i].standing.id, now_us);
        if (slot != NULL && slot->departed_at == people->departed_at) {
            const struct text name = {slot->name, slot->length};
            found[count++] = (struct board_name){slot->id, arena_copy(arena, name)};
        }
    }
    (void)pthread_mutex_unlock(&names->lock);
    people->names = found;
    people->count = count;
    people->known_count = count;
}

void board_names_keep(struct board_names *names, const struct board_people *people)
{
    const int64_t now_us = clock_monotonic_us();

    (void)pthread_mutex_lock(&names->lock);
    for (size_t i = 0; i < people->count - people->known_count; i++) {
        const struct board_name *read = &people->names[i];
        struct slot *slot = slot_of(names, read->id);
        if (read->display_name.len <= NAME_BYTES) {
            slot->id = read->id;
            slot->departed_at = people->departed_at;
            slot->read_us = now_us;
            slot->length = (uint8_t)read->display_name.len;
            memcpy(slot->name, read->display_name.data, read->display_name.len);
        }
    }
    (void)pthread_mutex_unlock(&names->lock);
}
