/*
 * One batch on one connection: all its executions (db/lane_execution.h) in one pipeline with one
 * Sync at the end, which is one implicit transaction. Neither writing nor reading ever blocks on
 * its own, so a batch larger than both socket buffers cannot deadlock.
 */
#ifndef DB_LANE_BATCH_H
#define DB_LANE_BATCH_H

#include "db/failure.h"
#include "db/lane_execution.h"
#include "db/lane_link.h"
#include "db/statement.h"

enum batch_end {
    BATCH_COMMITTED, /* every call has its rows in `result` */
    BATCH_FAILED,    /* nothing of it is committed; the connection is sound */
    BATCH_LOST,      /* the connection is gone, or not to be trusted any more */
};

struct lane_batch {
    struct lane_link *link;
    const struct statement *const *statements; /* the registry: only its members are prepared */
    bool use_unnamed_statements;
    bool is_read_only;
    int64_t deadline_us; /* of the monotonic clock; then the connection is given up */
    const struct lane_list *calls;
    struct arena *scratch; /* the lane's, empty: for what is needed until the batch is read */

    /* what came of it */
    struct lane_execution *executions;
    struct lane_execution *guilty; /* what failed first; one call's error stands in its `part`.
                                      NULL: nothing, or the commit did */
    enum failure_kind failure;     /* that failure; FAILURE_NONE where the server reported none */
    bool is_sent;                  /* the kernel has all of it */
    bool may_be_committed; /* BATCH_LOST: the server may have got all of it and committed it */
};

enum batch_end lane_batch_run(struct lane_batch *batch);
/* Frees what all calls have got. */
void lane_batch_discard(const struct lane_list *calls);

#endif
