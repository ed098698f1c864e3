/* One slot a hash of person and bank; a slot remembers the hash alone, as is enough for a guess. */
#include "store/board_callers.h"

#include <pthread.h>

struct slot {
    uint64_t key;
    struct uuid member_id;
};

struct board_callers {
    pthread_mutex_t lock; /* guards what is in the slots */
    struct slot *slots;
    size_t mask;
};

struct board_callers *board_callers_create(struct arena *arena, size_t slots)
{
    struct board_callers *callers = arena_new(arena, struct board_callers);

    (void)pthread_mutex_init(&callers->lock,
                             NULL); /* fails only for want of memory, which aborts */
    callers->slots = arena_new_array(arena, slots, struct slot);
    callers->mask = slots - 1;
    return callers;
}

void board_callers_close(struct board_callers *callers)
{
    (void)pthread_mutex_destroy(&callers->lock);
}

static uint64_t key_of(struct uuid user_id, struct uuid bank_id)
{
    return uuid_hash(user_id) * 31 + uuid_hash(bank_id);
}

struct uuid board_callers_find(struct board_callers *callers, struct uuid user_id,
                               struct uuid bank_id)
{
    const uint64_t key = key_of(user_id, bank_id);

    (void)pthread_mutex_lock(&callers->lock); /* fails only for misuse, as below */
    const struct slot slot = callers->slots[key & callers->mask];
    (void)pthread_mutex_unlock(&callers->lock);
    return slot.key == key ? slot.member_id : UUID_NIL;
}

void board_callers_put(struct board_callers *callers, struct uuid user_id, struct uuid bank_id,
                       struct uuid member_id)
{
    const uint64_t key = key_of(user_id, bank_id);

    (void)pthread_mutex_lock(&callers->lock);
    callers->slots[key & callers->mask] = (struct slot){key, member_id};
    (void)pthread_mutex_unlock(&callers->lock);
}
