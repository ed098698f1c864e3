/*
 * Leading a lane: what its leader (db/lane_queue.h says who that is) does with the calls that wait.
 *
 * What waits for a batch is in the backlog, which passes from leader to leader with the lead; calls
 * that must run again go back to it, so a leader stays only until its own call is answered.
 */
#ifndef DB_LANE_LEAD_H
#define DB_LANE_LEAD_H

#include "db/db.h"
#include "db/lane_link.h"
#include "db/lane_queue.h"

struct lane_counters {
    atomic_uint_least64_t batches;
    atomic_uint_least64_t statements;
    atomic_uint_least64_t executions;
    atomic_uint_least64_t reruns;
    atomic_uint_least64_t refused;
    atomic_uint_least64_t wait_us_total;
    atomic_uint_least64_t batch_sizes[DB_BATCH_BUCKETS];
};

struct lane {
    const struct db_config *config;
    enum statement_lane kind;
    struct lane_queue queue;
    struct lane_link link;
    struct lane_counters counters;
    /* the leader's */
    struct lane_list backlog;
    struct arena *scratch; /* for one batch */
    unsigned strikes;
};

static inline void lane_count_up(atomic_uint_least64_t *counter, uint64_t by)
{
    atomic_fetch_add_explicit(counter, by, memory_order_relaxed);
}

/* Leads until the own call is settled, then passes the lead. */
void lane_lead(struct lane *lane, const struct lane_call *own);

#endif
