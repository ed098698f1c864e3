/* Names of the page that is asked for most, the first one of each board, for a second. They are the
 * same for everybody; whoever has gone meanwhile shows in `departed_at`, which every request reads
 * anew. */
#include "store/board_names.h"

#include <pthread.h>

#include "base/clock.h"

enum { KEPT = 16 };

struct kept_names {
    struct arena *arena; /* of what follows; NULL: nothing */
    struct uuid bank_id;
    enum board_window window;
    int64_t departed_at;
    int64_t read_us; /* monotonic */
    struct uuid *ids;
    size_t id_count;
    struct board_name *names;
    size_t count;
};

struct board_names {
    pthread_mutex_t lock; /* guards the rest */
    struct kept_names kept[KEPT];
};

struct board_names *board_names_create(struct arena *arena)
{
    struct board_names *names = arena_new(arena, struct board_names);

    (void)pthread_mutex_init(&names->lock, NULL); /* fails only for want of memory, which aborts */
    return names;
}

void board_names_close(struct board_names *names)
{
    for (size_t i = 0; i < KEPT; i++) {
        arena_free(names->kept[i].arena);
    }
    (void)pthread_mutex_destroy(&names->lock);
}

static struct kept_names *place_of(struct board_names *names, const struct board_reading *reading)
{
    return &names->kept[(uuid_hash(reading->bank_id) + reading->window) % KEPT];
}

static bool is_same(const struct kept_names *kept, const struct board_reading *reading)
{
    const struct board_page *page = &reading->page;

    if (kept->arena == NULL || !uuid_equal(kept->bank_id, reading->bank_id) ||
        kept->window != reading->window || kept->id_count != page->count ||
        clock_monotonic_us() - kept->read_us > CLOCK_US_PER_S) {
        return false;
    }
    for (size_t i = 0; i < page->count; i++) {
        if (!uuid_equal(kept->ids[i], page->entries[i].standing.id)) {
            return false;
        }
    }
    return true;
}

static struct board_name *copy(struct arena *arena, const struct board_name *names, size_t count)
{
    struct board_name *copies = arena_new_array(arena, count, struct board_name);

    for (size_t i = 0; i < count; i++) {
        copies[i] = (struct board_name){names[i].id, arena_copy(arena, names[i].display_name)};
    }
    return copies;
}

bool board_names_find(struct board_names *names, const struct board_reading *reading,
                      struct arena *arena, struct board_people *people)
{
    (void)pthread_mutex_lock(&names->lock); /* fails only for misuse, as all below */
    const struct kept_names *kept = place_of(names, reading);
    const bool is_found = is_same(kept, reading);
    if (is_found) {
        people->names = copy(arena, kept->names, kept->count);
        people->count = kept->count;
        people->departed_at = kept->departed_at;
    }
    (void)pthread_mutex_unlock(&names->lock);
    return is_found;
}

void board_names_keep(struct board_names *names, const struct board_reading *reading,
                      const struct board_people *people)
{
    const struct board_page *page = &reading->page;
    const bool is_first = page->count > 0 && page->entries[0].rank == 1;

    if (!is_first) {
        return;
    }
    (void)pthread_mutex_lock(&names->lock);
    struct kept_names *kept = place_of(names, reading);
    if (kept->arena == NULL) {
        kept->arena = arena_create();
    }
    arena_reset(kept->arena);
    kept->bank_id = reading->bank_id;
    kept->window = reading->window;
    kept->departed_at = people->departed_at;
    kept->read_us = clock_monotonic_us();
    kept->ids = arena_new_array(kept->arena, page->count, struct uuid);
    kept->id_count = page->count;
    for (size_t i = 0; i < page->count; i++) {
        kept->ids[i] = page->entries[i].standing.id;
    }
    kept->names = copy(kept->arena, people->names, people->count);
    kept->count = people->count;
    (void)pthread_mutex_unlock(&names->lock);
}
