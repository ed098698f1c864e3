/* See cli/housekeeping.h. To add a job: a statement that deletes at most $1 rows, and a row of
 * JOBS.
 */
#include "cli/housekeeping.h"

#include <pthread.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "db/session.h"
#include "store/sql.h"

enum { ROWS_AT_ONCE = 1000, ROUNDS_MAX = 100, STATEMENT_TIMEOUT_MS = 10000, CALL_LIMIT_MS = 12000 };

static const struct statement *const JOBS[] = {&SQL_idempotency_expire, &SQL_team_invites_expire,
                                               &SQL_boards_forget};

struct housekeeping {
    const struct config *config;
    struct arena *scratch;
    pthread_t thread;
    pthread_mutex_t lock; /* guards is_stopping */
    pthread_cond_t stopping;
    bool is_stopping;
};

/* Waits for the next time; false: stop. */
static bool pause_until_next(struct housekeeping *housekeeping)
{
    const int64_t until_us = clock_monotonic_us() + housekeeping->config->housekeeping_ms * 1000;
    const struct timespec until = {.tv_sec = (time_t)(until_us / CLOCK_US_PER_S),
                                   .tv_nsec = (long)(until_us % CLOCK_US_PER_S) * 1000};

    (void)pthread_mutex_lock(&housekeeping->lock);
    while (!housekeeping->is_stopping && clock_monotonic_us() < until_us) {
        (void)pthread_cond_timedwait(&housekeeping->stopping, &housekeeping->lock, &until);
    }
    const bool goes_on = !housekeeping->is_stopping;
    (void)pthread_mutex_unlock(&housekeeping->lock);
    return goes_on;
}

/* What is left after so many rounds waits for the next time. */
static bool run_job(struct housekeeping *housekeeping, struct db_session *session,
                    const struct statement *job, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows = {.count = ROWS_AT_ONCE};
    size_t total = 0;

    db_bind_i64(&params, ROWS_AT_ONCE);
    for (int i = 0; i < ROUNDS_MAX && rows.count == ROWS_AT_ONCE; i++) {
        arena_reset(housekeeping->scratch);
        if (!db_session_call(session, job, &params, housekeeping->scratch, &rows, err)) {
            return false;
        }
        total += rows.count;
    }
    if (total > 0) {
        log_info("housekeeping.deleted", log_string("job", job->name),
                 log_i64("rows", (int64_t)total));
    }
    return true;
}

static void run_jobs(struct housekeeping *housekeeping)
{
    const struct db_session_config database = {.url = housekeeping->config->database_direct_url,
                                               .application_name = "quizd housekeeping",
                                               .statement_timeout_ms = STATEMENT_TIMEOUT_MS,
                                               .call_limit_ms = CALL_LIMIT_MS};
    struct db_session *session = NULL;
    struct error err = {.code = ERROR_NONE};
    bool is_good = db_session_open(&database, &session, &err);

    for (size_t i = 0; i < COUNT_OF(JOBS) && is_good; i++) {
        is_good = run_job(housekeeping, session, JOBS[i], &err);
    }
    if (!is_good) {
        log_warn("housekeeping.failed", log_string("detail", err.detail));
    }
    arena_reset(housekeeping->scratch);
    db_session_close(session);
}

static void *run(void *context)
{
    struct housekeeping *housekeeping = context;

    while (pause_until_next(housekeeping)) {
        run_jobs(housekeeping);
    }
    return NULL;
}

/* pthread calls below fail only for misuse: their results are ignored on purpose. */
bool housekeeping_start(struct arena *arena, const struct config *config, struct housekeeping **out,
                        struct error *err)
{
    struct housekeeping *housekeeping = arena_new(arena, struct housekeeping);
    pthread_condattr_t attributes;

    housekeeping->config = config;
    housekeeping->scratch = arena_create();
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&housekeeping->stopping, &attributes);
    (void)pthread_condattr_destroy(&attributes);
    (void)pthread_mutex_init(&housekeeping->lock, NULL);
    if (pthread_create(&housekeeping->thread, NULL, run, housekeeping) != 0) {
        arena_free(housekeeping->scratch);
        return error_set(err, ERROR_INTERNAL, "cannot start the thread that tidies up");
    }
    *out = housekeeping;
    return true;
}

void housekeeping_stop(struct housekeeping *housekeeping)
{
    if (housekeeping == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&housekeeping->lock);
    housekeeping->is_stopping = true;
    (void)pthread_cond_signal(&housekeeping->stopping);
    (void)pthread_mutex_unlock(&housekeeping->lock);
    (void)pthread_join(housekeeping->thread, NULL);
    arena_free(housekeeping->scratch);
}
