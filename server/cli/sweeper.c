/* Looks twice a second for expired attempts and for what statistics are made of, and every half
 * minute for exam papers to count. A database that is away is met again a little later. */
#include "cli/sweeper.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/periodic.h"
#include "store/regrades.h"
#include "store/statistics.h"
#include "store/sweep.h"

enum {
    PAUSE_MS = 500,
    EXPOSURE_EVERY_MS = 30000,
    STATEMENT_TIMEOUT_MS = 30000,
    COUNTED_AT_ONCE = 100, /* attempts: what a burst leaves is counted a little later */
    REGRADED_AT_ONCE = 100
};

struct sweeper {
    const struct config *config;
    const struct app *app;
    struct periodic *periodic;
    struct db_session *session; /* NULL: to be opened */
    int64_t counted_at_us;
};

typedef bool (*sweep_run)(const struct sweep *sweep, struct sweep_batch *batch, struct error *err);

/* Batch after batch until there is nothing left to do. */
static bool sweep_up(const struct periodic *periodic, const struct sweep *sweep, sweep_run run,
                     const char *event, struct error *err)
{
    struct sweep_batch batch = {.looked_at = 1};

    while (batch.looked_at > 0 && !periodic_is_stopping(periodic)) {
        arena_reset(sweep->arena);
        if (!run(sweep, &batch, err)) {
            return false;
        }
        if (batch.settled > 0) {
            log_info(event, log_i64("attempts", (int64_t)batch.settled));
        }
    }
    return true;
}

/* What instructors decided, and what they are told; a bounded piece of it at a time. */
static bool work_for_instructors(const struct sweep *sweep, struct error *err)
{
    int64_t counted = 0;
    size_t judged = 0;
    size_t regraded = 0;

    if (!store_regrades_work(sweep, REGRADED_AT_ONCE, &regraded, err)) {
        return false;
    }
    arena_reset(sweep->arena);
    return store_statistics_sweep(sweep, COUNTED_AT_ONCE, &counted, err) &&
           store_statistics_judge(sweep, &judged, err);
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
        is_good = sweep_all(sweeper, periodic, &sweep, &err) && work_for_instructors(&sweep, &err);
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
