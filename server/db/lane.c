/* Calls, answers and counters of a lane; see db/lane.h. What the leader does is in lane_lead.c. */
#include "db/lane.h"

#include <stdlib.h>

#include "base/clock.h"
#include "db/lane_lead.h"
#include "db/result.h"

/* Returns when the call is finished. */
static void queue_call(struct lane *lane, struct lane_call *call)
{
    bool is_leader = lane_queue_push(&lane->queue, call);
    if (is_leader) {
        lane_list_append(&lane->backlog, call);
    }
    while (is_leader || lane_queue_wait(&lane->queue, call)) {
        lane_lead(lane, call);
        is_leader = false;
    }
    if (lane_queue_accept_lead(&lane->queue)) {
        lane_queue_pass_lead(&lane->queue, &lane->backlog);
    }
}

static bool answer(struct lane_call *call, struct arena *arena, struct db_rows *rows,
                   struct error *err)
{
    switch (call->outcome) {
    case LANE_ANSWERED:
        return result_deliver(&call->part, call->statement, arena, rows, err);
    case LANE_PENDING:
    case LANE_TOO_LATE:
        return error_set_unavailable(err, 1, "The database is too busy. Try again.");
    case LANE_AWAY:
        return error_set_unavailable(err, 1, "The database cannot be reached. Try again.");
    case LANE_UNKNOWN:
        break;
    }
    return error_set_unavailable(err, 1,
                                 "The outcome of this write is unknown. Retry with the same key.");
}

bool lane_run(struct lane *lane, const struct statement *statement, const struct db_params *params,
              struct arena *arena, struct db_rows *rows, struct error *err)
{
    struct lane_call call = {
        .statement = statement, .params = params, .queued_us = clock_monotonic_us()};
    const size_t waiting =
        atomic_fetch_add_explicit(&lane->queue.unfinished, 1, memory_order_relaxed);
    if (waiting >= lane->config->queue_limit) {
        atomic_fetch_sub_explicit(&lane->queue.unfinished, 1, memory_order_relaxed);
        lane_count_up(&lane->counters.refused, 1);
        return error_set_unavailable(err, 1, "Too many requests wait for the database. Try again.");
    }
    queue_call(lane, &call);
    return answer(&call, arena, rows, err);
}

bool lane_open(const struct db_config *config, enum statement_lane kind, struct lane **lane,
               struct error *err)
{
    const bool is_read = kind == LANE_READ;
    const struct connect_settings settings = {
        .url = is_read ? config->read_url : config->url,
        .application_name = is_read ? "quizd read" : "quizd write",
        .connect_timeout_s = 2,
        .statement_timeout_ms = config->statement_timeout_ms,
        .lock_timeout_ms = config->statement_timeout_ms / 2,
        .is_read_only = is_read,
        .is_for_keys = true,
        .is_pooled = config->use_unnamed_statements,
    };
    struct lane *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return error_set(err, ERROR_INTERNAL, "Out of memory");
    }
    made->config = config;
    made->kind = kind;
    made->scratch = arena_create();
    lane_queue_init(&made->queue);
    if (!lane_link_open(&made->link, &settings, config->statement_count, err)) {
        arena_free(made->scratch);
        free(made);
        return false;
    }
    *lane = made;
    return true;
}

void lane_close(struct lane *lane)
{
    if (lane != NULL) {
        lane_link_close(&lane->link);
        arena_free(lane->scratch);
        free(lane);
    }
}

bool lane_is_connected(struct lane *lane)
{
    return atomic_load_explicit(&lane->link.is_up, memory_order_acquire);
}

static uint64_t read_counter(const atomic_uint_least64_t *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

void lane_add_stats(struct lane *lane, struct db_stats *stats)
{
    const uint64_t connects = read_counter(&lane->link.connects);
    stats->batches += read_counter(&lane->counters.batches);
    stats->statements += read_counter(&lane->counters.statements);
    stats->executions += read_counter(&lane->counters.executions);
    stats->reruns += read_counter(&lane->counters.reruns);
    stats->reconnects += connects > 0 ? connects - 1 : 0;
    stats->refused += read_counter(&lane->counters.refused);
    stats->wait_us_total += read_counter(&lane->counters.wait_us_total);
    stats->queue_length += atomic_load_explicit(&lane->queue.unfinished, memory_order_relaxed);
    for (size_t i = 0; i < DB_BATCH_BUCKETS; i++) {
        stats->batch_sizes[i] += read_counter(&lane->counters.batch_sizes[i]);
    }
}
