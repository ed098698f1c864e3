/* A list of who has a place, under one lock: it is short, and seldom looked at. */
#include "api/streams.h"

#include <pthread.h>

#include "base/limits.h"

struct streams {
    pthread_mutex_t lock; /* guards the rest */
    struct uuid *users;   /* in no order; of who has two places twice */
    size_t count;
    size_t capacity;
};

struct streams *streams_create(struct arena *arena, size_t capacity)
{
    struct streams *streams = arena_new(arena, struct streams);

    (void)pthread_mutex_init(&streams->lock, NULL); /* default attributes: cannot fail */
    streams->users = arena_new_array(arena, capacity, struct uuid);
    streams->capacity = capacity;
    return streams;
}

static enum streams_verdict judge(const struct streams *streams, struct uuid user_id)
{
    size_t own = 0;

    for (size_t i = 0; i < streams->count; i++) {
        own += uuid_equal(streams->users[i], user_id) ? 1 : 0;
    }
    if (own >= LIMIT_STREAMS_OF_USER) {
        return STREAMS_TOO_MANY;
    }
    return streams->count == streams->capacity ? STREAMS_FULL : STREAMS_ENTERED;
}

enum streams_verdict streams_enter(struct streams *streams, struct uuid user_id)
{
    (void)pthread_mutex_lock(&streams->lock);
    const enum streams_verdict verdict = judge(streams, user_id);
    if (verdict == STREAMS_ENTERED) {
        streams->users[streams->count] = user_id;
        streams->count++;
    }
    (void)pthread_mutex_unlock(&streams->lock);
    return verdict;
}

void streams_leave(struct streams *streams, struct uuid user_id)
{
    (void)pthread_mutex_lock(&streams->lock);
    for (size_t i = 0; i < streams->count; i++) {
        if (uuid_equal(streams->users[i], user_id)) {
            streams->count--;
            streams->users[i] = streams->users[streams->count];
            break;
        }
    }
    (void)pthread_mutex_unlock(&streams->lock);
}
