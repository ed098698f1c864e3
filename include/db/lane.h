/*
 * A lane: one connection that many threads share by leading and following. A call that finds the
 * lane idle makes its thread the leader: it sends what is queued as one batch (db/lane_batch.h),
 * reads all results, hands them to their owners and passes the lead to one that queued meanwhile.
 * There is no thread that only dispatches and no timer: an idle lane has the latency of a plain
 * query, a busy one makes batches by itself, and one commit serves a whole batch, and one execution
 * all calls of a gathered statement in it.
 *
 * Promises:
 * - A call gets its own result. Where a statement fails, PostgreSQL undoes its whole batch: the
 * others run again together, those of the execution that failed alone; after a few such failures in
 * a row each runs alone.
 * - Nothing is answered before its commit.
 * - Lost connection: what provably was not committed runs again, likewise reads and statements that
 * are safe to retry; any other write is LANE_UNKNOWN. All of it within the wait limit.
 * - No call waits longer than the wait limit for its turn, nor a batch longer than the same limit
 * for the server: then the connection is given up. While the database is away, calls wait for at
 * most LANE_GRACE_MS after the loss and are refused at once later on.
 */
#ifndef DB_LANE_H
#define DB_LANE_H

#include "db/db.h"

struct lane;

enum { LANE_GRACE_MS = 250 };

/* `config` and its texts must outlive the lane; all its numbers must be set. */
NODISCARD bool lane_open(const struct db_config *config, enum statement_lane kind,
                         struct lane **lane, struct error *err);
void lane_close(struct lane *lane); /* takes NULL */
/* See db_call. */
NODISCARD bool lane_run(struct lane *lane, const struct statement *statement,
                        const struct db_params *params, struct arena *arena, struct db_rows *rows,
                        struct error *err);
bool lane_is_connected(struct lane *lane);
/* Adds the lane's counters to `stats`. */
void lane_add_stats(struct lane *lane, struct db_stats *stats);

#endif
