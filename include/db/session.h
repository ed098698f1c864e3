/*
 * An ordinary connection with ordinary transactions: for migrations, imports, LISTEN and jobs. Not
 * for the request path (see db/lane.h). Used by one thread at a time.
 */
#ifndef DB_SESSION_H
#define DB_SESSION_H

#include "base/arena.h"
#include "base/error.h"
#include "db/params.h"
#include "db/rows.h"
#include "db/statement.h"

struct db_session;

struct db_session_config {
    const char *url; /* libpq connection string or URI */
    const char *application_name;
    unsigned connect_timeout_s;   /* 0: 5 */
    int64_t statement_timeout_ms; /* 0: none */
    bool plans_anew;              /* each execution is planned for its own parameters */
    int64_t call_limit_ms; /* longest wait for a server that is silent; then the session is not
                              alive any more. 0: none */
};

/* ERROR_UNAVAILABLE where the database cannot be reached. */
NODISCARD bool db_session_open(const struct db_session_config *config, struct db_session **session,
                               struct error *err);
void db_session_close(struct db_session *session); /* takes NULL */
/* Runs a fixed SQL text (one or several statements, no parameters, no rows). Never built from
 * input. */
NODISCARD bool db_session_run(struct db_session *session, const char *sql, struct error *err);
/* Prepares on first use, then executes. */
NODISCARD bool db_session_call(struct db_session *session, const struct statement *statement,
                               const struct db_params *params, struct arena *arena,
                               struct db_rows *rows, struct error *err);
/* Waits up to `timeout_ms` for a notification on a channel that was LISTENed to; *got says whether
 * one came (payload in the arena; all that wait are drained, the last payload wins). False: the
 * connection is lost. */
NODISCARD bool db_session_wait_notify(struct db_session *session, int64_t timeout_ms,
                                      struct arena *arena, bool *got, struct text *payload,
                                      struct error *err);
/* Whether the connection is usable; after a loss the caller closes and opens again. */
bool db_session_is_alive(const struct db_session *session);
/* Whether it may be used for something new: alive as far as the socket tells, and in no
 * transaction.
 */
bool db_session_is_idle(const struct db_session *session);

#endif
