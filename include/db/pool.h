/*
 * A few sessions that many threads take in turn: for what does not belong on a lane, because it is
 * several statements in one transaction or a scan that takes its time. Sessions are opened when
 * they are wanted, by a thread with a full stack, and stay open.
 *
 * Nobody waits longer than the wait limit for a session, no more than the queue limit wait at once,
 * and nobody waits while the database is away: ERROR_UNAVAILABLE.
 */
#ifndef DB_POOL_H
#define DB_POOL_H

#include "db/session.h"

struct db_pool;

enum { DB_POOL_SESSIONS_MAX = 64 };

struct db_pool_config {
    const char *url;
    const char *application_name;
    unsigned size;                /* sessions at most; DB_POOL_SESSIONS_MAX */
    unsigned queue_limit;         /* callers waiting */
    int64_t wait_limit_ms;        /* for a session */
    int64_t statement_timeout_ms; /* in the database */
    bool plans_anew;              /* for searches: planned for what is asked for */
};

NODISCARD bool db_pool_open(const struct db_pool_config *config, struct db_pool **pool,
                            struct error *err);
void db_pool_close(struct db_pool *pool); /* takes NULL; all sessions must be back */
/* The session is the caller's until he gives it back, on whatever way out. */
NODISCARD bool db_pool_take(struct db_pool *pool, struct db_session **session, struct error *err);
/* Takes NULL. A session that is lost, or in the middle of something, is closed. */
void db_pool_give_back(struct db_pool *pool, struct db_session *session);

#endif
