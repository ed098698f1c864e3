/* See cli/housekeeping.h. To add a job: a statement that deletes at most $1 rows, and a row of
 * JOBS.
 */
#include "cli/housekeeping.h"

#include <malloc.h>

#include "base/log.h"
#include "base/periodic.h"
#include "db/session.h"
#include "store/sql.h"

enum { ROWS_AT_ONCE = 1000, ROUNDS_MAX = 100, STATEMENT_TIMEOUT_MS = 10000, CALL_LIMIT_MS = 12000 };

static const struct statement *const JOBS[] = {&SQL_idempotency_expire,    &SQL_sessions_expire,
                                               &SQL_account_tokens_expire, &SQL_revocations_expire,
                                               &SQL_logins_forget,         &SQL_team_invites_expire,
                                               &SQL_boards_forget,         &SQL_jobs_expire};

struct housekeeping {
    const struct config *config;
    struct periodic *periodic;
};

/* What is left after so many rounds waits for the next time. */
static bool run_job(struct db_session *session, const struct statement *job,
                    const struct periodic *periodic, struct arena *scratch, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows = {.count = ROWS_AT_ONCE};
    size_t total = 0;

    db_bind_i64(&params, ROWS_AT_ONCE);
    for (int i = 0; i < ROUNDS_MAX && rows.count == ROWS_AT_ONCE && !periodic_is_stopping(periodic);
         i++) {
        arena_reset(scratch);
        if (!db_session_call(session, job, &params, scratch, &rows, err)) {
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

static void run_jobs(void *context, const struct periodic *periodic, struct arena *scratch)
{
    const struct housekeeping *housekeeping = context;
    const struct db_session_config database = {.url = housekeeping->config->database_direct_url,
                                               .application_name = "quizd housekeeping",
                                               .statement_timeout_ms = STATEMENT_TIMEOUT_MS,
                                               .call_limit_ms = CALL_LIMIT_MS};
    struct db_session *session = NULL;
    struct error err = {.code = ERROR_NONE};
    bool is_good = db_session_open(&database, &session, &err);

    for (size_t i = 0; i < COUNT_OF(JOBS) && is_good; i++) {
        is_good = run_job(session, JOBS[i], periodic, scratch, &err);
    }
    if (!is_good) {
        log_warn("housekeeping.failed", log_string("detail", err.detail));
    }
    arena_reset(scratch); /* before the session: its results are the session's no more */
    db_session_close(session);
    (void)malloc_trim(0); /* what a burst has left goes back to the system; 0: there was nothing */
}

bool housekeeping_start(struct arena *arena, const struct config *config, struct housekeeping **out,
                        struct error *err)
{
    struct housekeeping *housekeeping = arena_new(arena, struct housekeeping);
    const struct periodic_config periodic = {.what = "tidies up",
                                             .period_ms = config->housekeeping_ms,
                                             .work = run_jobs,
                                             .context = housekeeping};

    housekeeping->config = config;
    *out = housekeeping;
    return periodic_start(arena, &periodic, &housekeeping->periodic, err);
}

void housekeeping_stop(struct housekeeping *housekeeping)
{
    if (housekeeping != NULL) {
        periodic_stop(housekeeping->periodic);
    }
}
