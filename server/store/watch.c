/* One thread with one connection; see store/watch.h. */
#include "store/watch.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "base/log.h"

enum { RETRY_MS = 250 /* between attempts to reach the database */ };

struct watch {
    struct arena *arena; /* owns this struct */
    struct watch_config config;
    pthread_t thread;
    atomic_bool is_closing;
};

/* Serves one connection until it is lost or the program ends. */
static bool serve(struct watch *watch, struct db_session *session, struct arena *scratch,
                  struct error *err)
{
    const struct watch_config *config = &watch->config;
    bool got = true;
    struct text payload;

    if (!db_session_run(session, config->listen, err)) {
        return false;
    }
    while (!atomic_load(&watch->is_closing)) {
        arena_reset(scratch);
        if (!config->look(config->context, session, got, scratch, err) ||
            !db_session_wait_notify(session, config->poll_ms, scratch, &got, &payload, err)) {
            return false;
        }
    }
    return true;
}

static void *run(void *context)
{
    struct watch *watch = context;
    struct arena *scratch = arena_create();
    const struct timespec pause = {.tv_nsec = RETRY_MS * 1000000L};

    while (!atomic_load(&watch->is_closing)) {
        struct error err = {.code = ERROR_NONE};
        struct db_session *session = NULL;
        if (!db_session_open(&watch->config.database, &session, &err) ||
            !serve(watch, session, scratch, &err)) {
            log_warn(watch->config.lost_event, log_string("detail", err.detail));
            (void)nanosleep(&pause, NULL); /* woken early is no harm */
        }
        arena_reset(scratch);
        db_session_close(session);
    }
    arena_free(scratch);
    return NULL;
}

bool watch_start(const struct watch_config *config, struct watch **out, struct error *err)
{
    struct arena *arena = arena_create();
    struct watch *watch = arena_new(arena, struct watch);

    watch->arena = arena;
    watch->config = *config;
    if (pthread_create(&watch->thread, NULL, run, watch) != 0) {
        arena_free(arena);
        return error_set(err, ERROR_INTERNAL, "cannot start a thread that watches the database");
    }
    *out = watch;
    return true;
}

void watch_stop(struct watch *watch)
{
    if (watch != NULL) {
        atomic_store(&watch->is_closing, true);
        (void)pthread_join(watch->thread, NULL); /* it was started in watch_start */
        arena_free(watch->arena);
    }
}
