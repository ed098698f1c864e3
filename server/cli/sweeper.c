/* Looks twice a second for expired attempts and every half minute for exam papers to count. A
 * database that is away is met again a little later. */
#include "cli/sweeper.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/sweep.h"

enum { PAUSE_MS = 500, EXPOSURE_EVERY_MS = 30000, STATEMENT_TIMEOUT_MS = 30000 };

struct sweeper {
    const struct config *config;
    const struct app *app;
    struct arena *scratch;
    pthread_t thread;
    atomic_bool is_stopping;
    int64_t counted_at_us;
};

typedef bool (*sweep_batch)(const struct sweep *sweep, size_t *count, struct error *err);

/* Batch after batch until there is nothing left to do. */
static bool sweep_up(struct sweeper *sweeper, const struct sweep *sweep, sweep_batch run,
                     const char *event, struct error *err)
{
    size_t count = 1;

    while (count > 0 && !atomic_load(&sweeper->is_stopping)) {
        arena_reset(sweeper->scratch);
        if (!run(sweep, &count, err)) {
            return false;
        }
        if (count > 0) {
            log_info(event, log_i64("attempts", (int64_t)count));
        }
    }
    return true;
}

static bool sweep_all(struct sweeper *sweeper, const struct sweep *sweep, struct error *err)
{
    if (!sweep_up(sweeper, sweep, store_sweep_expired, "sweeper.submitted", err) ||
        !sweep_up(sweeper, sweep, store_sweep_due, "sweeper.settled", err)) {
        return false;
    }
    const int64_t now_us = clock_monotonic_us();
    if (now_us - sweeper->counted_at_us < EXPOSURE_EVERY_MS * INT64_C(1000)) {
        return true;
    }
    sweeper->counted_at_us = now_us;
    return store_sweep_exposure(sweep, err);
}

static bool serve_connection(struct sweeper *sweeper, struct db_session *session, struct error *err)
{
    const struct sweep sweep = {.db = sweeper->app->lanes,
                                .session = session,
                                .snapshots = sweeper->app->snapshots,
                                .arena = sweeper->scratch,
                                .grace_ms = sweeper->app->answer_grace_ms};
    const struct timespec pause = {.tv_nsec = PAUSE_MS * 1000000L};

    while (!atomic_load(&sweeper->is_stopping)) {
        if (!sweep_all(sweeper, &sweep, err)) {
            return false;
        }
        (void)nanosleep(&pause, NULL); /* woken early is no harm */
    }
    return true;
}

static void *run(void *context)
{
    struct sweeper *sweeper = context;
    const struct db_session_config database = {.url = sweeper->config->database_direct_url,
                                               .application_name = "quizd sweeper",
                                               .statement_timeout_ms = STATEMENT_TIMEOUT_MS};
    const struct timespec pause = {.tv_nsec = PAUSE_MS * 1000000L};

    while (!atomic_load(&sweeper->is_stopping)) {
        struct error err = {.code = ERROR_NONE};
        struct db_session *session = NULL;
        if (!snapshots_are_loaded(sweeper->app->snapshots)) {
            (void)nanosleep(&pause, NULL);
            continue;
        }
        if (!db_session_open(&database, &session, &err) ||
            !serve_connection(sweeper, session, &err)) {
            log_warn("sweeper.failed", log_string("detail", err.detail));
            (void)nanosleep(&pause, NULL); /* a little later */
        }
        arena_reset(sweeper->scratch);
        db_session_close(session);
    }
    return NULL;
}

bool sweeper_start(struct arena *arena, const struct config *config, const struct app *app,
                   struct sweeper **out, struct error *err)
{
    struct sweeper *sweeper = arena_new(arena, struct sweeper);

    sweeper->config = config;
    sweeper->app = app;
    sweeper->scratch = arena_create();
    if (pthread_create(&sweeper->thread, NULL, run, sweeper) != 0) {
        arena_free(sweeper->scratch);
        return error_set(err, ERROR_INTERNAL, "cannot start the thread that submits attempts");
    }
    *out = sweeper;
    return true;
}

void sweeper_stop(struct sweeper *sweeper)
{
    if (sweeper == NULL) {
        return;
    }
    atomic_store(&sweeper->is_stopping, true);
    (void)pthread_join(sweeper->thread, NULL); /* it was started in sweeper_start */
    arena_free(sweeper->scratch);
}
