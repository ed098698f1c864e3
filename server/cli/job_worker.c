/* Looks for jobs a few times a second. A database that is away is met again a little later. */
#include "cli/job_worker.h"

#include "base/log.h"
#include "base/periodic.h"
#include "transfer/job.h"

enum { PAUSE_MS = 300, STATEMENT_TIMEOUT_MS = 60000 };

struct job_worker {
    const struct config *config;
    const struct app *app;
    struct periodic *periodic;
    struct db_session *session; /* NULL: to be opened */
};

static bool is_stopping(const void *periodic)
{
    return periodic_is_stopping(periodic);
}

static bool open_session(struct job_worker *worker, struct error *err)
{
    const struct db_session_config database = {.url = worker->config->database_direct_url,
                                               .application_name = "quizd jobs",
                                               .statement_timeout_ms = STATEMENT_TIMEOUT_MS};
    return worker->session != NULL || db_session_open(&database, &worker->session, err);
}

static void run(void *context, const struct periodic *periodic, struct arena *scratch)
{
    struct job_worker *worker = context;
    struct error err = {.code = ERROR_NONE};
    bool has_job = true;
    if (!snapshots_are_loaded(worker->app->snapshots)) {
        return; /* the database was not there yet, or its schema is not ours */
    }
    bool is_good = open_session(worker, &err);
    while (is_good && has_job && !periodic_is_stopping(periodic)) {
        const struct job_runner runner = {.session = worker->session,
                                          .lanes = worker->app->lanes,
                                          .is_stopping = is_stopping,
                                          .context = periodic};
        is_good = transfer_run_job(&runner, scratch, &has_job, &err);
        arena_reset(scratch);
    }
    if (!is_good) {
        log_warn("jobs.failed", log_string("detail", err.detail));
        db_session_close(worker->session);
        worker->session = NULL; /* a new one, a little later */
    }
}

bool job_worker_start(struct arena *arena, const struct config *config, const struct app *app,
                      struct job_worker **out, struct error *err)
{
    struct job_worker *worker = arena_new(arena, struct job_worker);
    const struct periodic_config periodic = {
        .what = "does imports and exports", .period_ms = PAUSE_MS, .work = run, .context = worker};
    worker->config = config;
    worker->app = app;
    *out = worker;
    return periodic_start(arena, &periodic, &worker->periodic, err);
}

void job_worker_stop(struct job_worker *worker)
{
    if (worker != NULL) {
        periodic_stop(worker->periodic);
        db_session_close(worker->session);
    }
}
