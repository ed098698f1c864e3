/*
 * The request path's way to the database: lanes (see db/lane.h and ARCHITECTURE.md, "The data
 * path"). A call is one statement, queued on a read or write lane; the caller's thread blocks until
 * its own result is there. Nothing is acknowledged before its commit.
 */
#ifndef DB_DB_H
#define DB_DB_H

#include "base/arena.h"
#include "base/error.h"
#include "db/params.h"
#include "db/rows.h"
#include "db/statement.h"

struct db;

struct db_config {
    const char *url;
    const char *read_url;                      /* NULL: url */
    const struct statement *const *statements; /* the registry: SQL_ALL */
    size_t statement_count;
    unsigned read_lanes;          /* 0: 1 */
    unsigned write_lanes;         /* 0: 1 */
    unsigned queue_limit;         /* callers waiting on one lane; beyond it 503. 0: 4096 */
    unsigned batch_limit;         /* statements in one batch. 0: 256 */
    int64_t wait_limit_ms;        /* longest wait for a result; beyond it 503. 0: 5000 */
    int64_t statement_timeout_ms; /* in the database. 0: 1000 */
    bool use_unnamed_statements;  /* behind PgBouncer in transaction mode */
};

/* What the lanes have done since the start; for /metrics and the benchmark. */
enum { DB_BATCH_BUCKETS = 12 }; /* batch sizes 1, 2, 3-4, 5-8, … */
struct db_stats {
    uint64_t batches;
    uint64_t statements; /* calls that were part of a batch */
    uint64_t executions; /* what the server ran for them: gathered calls are one */
    uint64_t reruns;     /* statements run again alone after a failed batch */
    uint64_t reconnects;
    uint64_t refused;       /* queue full or wait too long */
    uint64_t wait_us_total; /* queue to result */
    uint64_t queue_length;  /* now */
    uint64_t batch_sizes[DB_BATCH_BUCKETS];
};

/* Starts the lanes. Does not fail because the database is away: lanes connect in the background (a
 * thread with a full stack) and calls get ERROR_UNAVAILABLE with Retry-After meanwhile. */
NODISCARD bool db_open(const struct db_config *config, struct db **db, struct error *err);
void db_close(struct db *db); /* takes NULL; no call may be under way */

/* Runs the statement; rows and everything they point to belong to `arena`. ERROR_UNAVAILABLE: queue
 * full, wait too long, database away (a write of unknown outcome too: "retry with the same key");
 * ERROR_INTERNAL: SQL error (logged with SQLSTATE and statement name, never shown). A unique
 * violation, foreign key violation, or any other integrity error that the statement did not expect
 * is ERROR_INTERNAL as well: expected outcomes are rows. Writes whose first parameter is a uuid go
 * to the lane of that uuid, so that one user's writes keep their order. */
NODISCARD bool db_call(struct db *db, const struct statement *statement,
                       const struct db_params *params, struct arena *arena, struct db_rows *rows,
                       struct error *err);
/* Whether every lane is connected: for /readyz. */
bool db_is_ready(struct db *db);
void db_read_stats(struct db *db, enum statement_lane lane, struct db_stats *stats);

#endif
