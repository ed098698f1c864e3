/* Looks twice a second for expired attempts and every half minute for exam papers to count. A
 * database that is away is met again a little later. */
#include "cli/sweeper.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/periodic.h"
#include "store/sweep.h"

enum { PAUSE_MS = 500, EXPOSURE_EVERY_MS = 30000, STATEMENT_TIMEOUT_MS = 30000 };

struct sweeper {
    const struct config *config;
    const struct app *app;
    struct periodic *periodic;
    struct db_session *session; /* NULL: to be opened */
    int64_t counted_at_us;
};

typedef bool (*sweep_batch)(const struct sweep *sweep, size_t *count, struct error *err);

/* Batch after batch until there is nothing left to do. */
static bool sweep_up(const struct periodic *periodic, const struct sweep *sweep, sweep_batch run,
                     const char *event, struct error *err)
{
    size_t count = 1;

    while (count > 0 && !periodic_is_stopping(periodic)) {
        arena_reset(sweep->arena);
        if (!run(sweep, &count, err)) {
            return false;
        }
        if (count > 0) {
            log_info(event, log_i64("attempts", (int64_t)count));
        }
    }
    return true;
}

static bool sweep_all(struct sweeper *sweeper, const struct periodic *periodic,
                      const struct sweep *sweep, struct error *err)
{
    if (!sweep_up(periodic, sweep, store_sweep_expired, "sweeper.submitted", err) ||
        !sweep_up(periodic, sweep, store_sweep_due, "sweeper.settled", err)) {
        return false;
    }
    const int64_t now_us = clock_monotonic_us();
    if (now_us - sweeper->counted_at_us < EXPOSURE_EVERY_MS * INT64_C(1000)) {
        return true;
    }
    sweeper->counted_at_us = now_us;
    return store_sweep_exposure(sweep, err);
}

static bool open_session(struct sweeper *sweeper, struct error *err)
{
    const struct db_session_config database = {.url = sweeper->config->database_direct_url,
                                               .application_name = "quizd sweeper",
                                               .statement_timeout_ms = STATEMENT_TIMEOUT_MS};

    return sweeper->session != NULL || db_session_open(&database, &sweeper->session, err);
}

static void close_session(struct sweeper *sweeper)
{
    db_session_close(sweeper->session);
    sweeper->session = NULL;
}

static void run(void *context, const struct periodic *periodic, struct arena *scratch)
{
    struct sweeper *sweeper = context;
    struct error err = {.code = ERROR_NONE};

    if (!snapshots_are_loaded(sweeper->app->snapshots)) {
        return;
    }
    bool is_good = open_session(sweeper, &err);
    if (is_good) {
        const struct sweep sweep = {.db = sweeper->app->lanes,
                                    .session = sweeper->session,
                                    .snapshots = sweeper->app->snapshots,
                                    .arena = scratch,
                                    .grace_ms = sweeper->app->answer_grace_ms};
        is_good = sweep_all(sweeper, periodic, &sweep, &err);
    }
    if (!is_good) {
        log_warn("sweeper.failed", log_string("detail", err.detail));
        arena_reset(scratch);
        close_session(sweeper); /* a new one, a little later */
    }
}

bool sweeper_start(struct arena *arena, const struct config *config, const struct app *app,
                   struct sweeper **out, struct error *err)
{
    struct sweeper *sweeper = arena_new(arena, struct sweeper);
    const struct periodic_config periodic = {
        .what = "submits attempts", .period_ms = PAUSE_MS, .work = run, .context = sweeper};

    sweeper->config = config;
    sweeper->app = app;
    *out = sweeper;
    return periodic_start(arena, &periodic, &sweeper->periodic, err);
}

void sweeper_stop(struct sweeper *sweeper)
{
    if (sweeper != NULL) {
        periodic_stop(sweeper->periodic);
        close_session(sweeper);
    }
}
