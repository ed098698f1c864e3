/* A condition on the monotonic clock, so that neither a change of the time nor a long period delays
 * the end. pthread calls here fail only for misuse: their results are ignored on purpose. */
#include "base/periodic.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "base/clock.h"

struct periodic {
    struct periodic_config config;
    struct arena *scratch;
    pthread_t thread;
    pthread_mutex_t lock; /* is_stopping is set under it, so that no pause misses the signal */
    pthread_cond_t stopping;
    atomic_bool is_stopping;
};

bool periodic_is_stopping(const struct periodic *periodic)
{
    return atomic_load(&periodic->is_stopping);
}

/* Returns whether to go on. */
static bool pause_until_next(struct periodic *periodic)
{
    const int64_t until_us = clock_monotonic_us() + periodic->config.period_ms * 1000;
    const struct timespec until = {.tv_sec = (time_t)(until_us / CLOCK_US_PER_S),
                                   .tv_nsec = (long)(until_us % CLOCK_US_PER_S) * 1000};

    (void)pthread_mutex_lock(&periodic->lock);
    while (!periodic_is_stopping(periodic) && clock_monotonic_us() < until_us) {
        (void)pthread_cond_timedwait(&periodic->stopping, &periodic->lock, &until);
    }
    (void)pthread_mutex_unlock(&periodic->lock);
    return !periodic_is_stopping(periodic);
}

static void *run(void *context)
{
    struct periodic *periodic = context;

    while (pause_until_next(periodic)) {
        periodic->config.work(periodic->config.context, periodic, periodic->scratch);
        arena_reset(periodic->scratch);
    }
    return NULL;
}

bool periodic_start(struct arena *arena, const struct periodic_config *config,
                    struct periodic **out, struct error *err)
{
    struct periodic *periodic = arena_new(arena, struct periodic);
    pthread_condattr_t attributes;

    periodic->config = *config;
    periodic->scratch = arena_create();
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&periodic->stopping, &attributes);
    (void)pthread_condattr_destroy(&attributes);
    (void)pthread_mutex_init(&periodic->lock, NULL);
    if (pthread_create(&periodic->thread, NULL, run, periodic) != 0) {
        arena_free(periodic->scratch);
        return error_set(err, ERROR_INTERNAL, "cannot start the thread that %s", config->what);
    }
    *out = periodic;
    return true;
}

void periodic_stop(struct periodic *periodic)
{
    if (periodic == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&periodic->lock);
    atomic_store(&periodic->is_stopping, true);
    (void)pthread_cond_signal(&periodic->stopping);
    (void)pthread_mutex_unlock(&periodic->lock);
    (void)pthread_join(periodic->thread, NULL);
    arena_free(periodic->scratch);
}
