/*
 * One round after the other: take what was queued, refuse what waited too long, run one batch, sort
 * its calls into those that are settled and those that must run again.
 */
#include "db/lane_lead.h"

#include <poll.h>

#include "base/clock.h"
#include "db/lane.h"
#include "db/lane_batch.h"

enum {
    /* Parameter bytes of one batch: libpq's buffers grow to it and never shrink. */
    BATCH_BYTES = 1024 * 1024,
    /* Failed batches in a row, after which their calls run one by one. */
    STRIKES_MAX = 3,
    /* How often a call may be part of a batch that was lost after it was sent: a statement that
       crashes the server must stop. */
    LOSSES_MAX = 3,
    /* How often a call that runs alone may lose to a deadlock or a serialization failure; before
       it runs again, the winner gets a moment (doubled each time) to take its locks. */
    CONFLICTS_MAX = 3,
    CONFLICT_PAUSE_MS = 5,
};

static void settle(struct lane_call *call, enum lane_outcome outcome, struct lane_list *settled)
{
    call->outcome = outcome;
    lane_list_append(settled, call);
}

/* Refuses the calls of the backlog that have waited too long; they are in no batch now. The oldest
 * stand first. */
static void refuse_late(struct lane *lane, int64_t now_us, struct lane_list *settled)
{
    const int64_t oldest_us = now_us - lane->config->wait_limit_ms * 1000;
    while (lane->backlog.first != NULL && lane->backlog.first->queued_us < oldest_us) {
        settle(lane_list_pop(&lane->backlog), LANE_TOO_LATE, settled);
        lane_count_up(&lane->counters.refused, 1);
    }
}

static size_t param_bytes(const struct lane_call *call)
{
    size_t bytes = 0;
    for (size_t i = 0; i < call->params->count; i++) {
        bytes += (size_t)call->params->items[i].length;
    }
    return bytes;
}

/* Moves the next batch out of the backlog: at least one call, and only one that must run alone. */
static void take_batch(struct lane *lane, struct lane_list *calls)
{
    size_t bytes = 0;
    while (lane->backlog.first != NULL && calls->count < lane->config->batch_limit) {
        const struct lane_call *next = lane->backlog.first;
        bytes += param_bytes(next);
        if (calls->count > 0 && (next->is_alone || bytes > BATCH_BYTES)) {
            return;
        }
        const bool is_alone = next->is_alone;
        lane_list_append(calls, lane_list_pop(&lane->backlog));
        if (is_alone) {
            return;
        }
    }
}

/* Puts calls that must run again before all that wait. */
static void run_again(struct lane *lane, struct lane_list *again)
{
    lane_count_up(&lane->counters.reruns, again->count);
    lane_list_join(again, &lane->backlog);
    lane->backlog = *again;
}

/* A batch of one has its verdict, unless others were in its way. */
static void sort_failed_single(struct lane *lane, const struct lane_batch *batch,
                               struct lane_list *calls, struct lane_list *settled)
{
    struct lane_call *call = lane_list_pop(calls);
    if (batch->failure != FAILURE_CONFLICT || call->conflicts >= CONFLICTS_MAX) {
        settle(call, LANE_ANSWERED, settled);
        return;
    }
    struct lane_list again = {.first = NULL};
    (void)poll(NULL, 0, CONFLICT_PAUSE_MS << call->conflicts); /* sleeps, nothing to fail */
    call->conflicts++;
    call->is_alone = true;
    result_release(&call->part);
    lane_list_append(&again, call);
    run_again(lane, &again);
}

/* The whole batch was undone. Who ran into the statement limit by himself has had his time; any
 * other error may have come from the company, so even the guilty run again. */
static void sort_failed(struct lane *lane, const struct lane_batch *batch, struct lane_list *calls,
                        struct lane_list *settled)
{
    struct lane_list again = {.first = NULL};
    struct lane_list guilty = {.first = NULL};
    const bool is_each_alone = batch->guilty == NULL || ++lane->strikes > STRIKES_MAX;
    for (struct lane_call *call = lane_list_pop(calls); call != NULL; call = lane_list_pop(calls)) {
        const bool is_guilty = batch->guilty != NULL && call->execution == batch->guilty;
        if (is_guilty && batch->guilty->call_count == 1 && batch->failure == FAILURE_TIMEOUT) {
            settle(call, LANE_ANSWERED, settled);
            continue;
        }
        result_release(&call->part);
        call->is_alone = call->is_alone || is_each_alone || is_guilty;
        lane_list_append(is_guilty ? &guilty : &again, call);
    }
    lane_list_join(&again, &guilty);
    run_again(lane, &again);
}

static void sort_lost(struct lane *lane, const struct lane_batch *batch, struct lane_list *calls,
                      struct lane_list *settled)
{
    struct lane_list again = {.first = NULL};
    lane_batch_discard(calls);
    for (struct lane_call *call = batch->guilty == NULL ? NULL : batch->guilty->first; call != NULL;
         call = call->mate) {
        call->is_alone = true;
    }
    for (struct lane_call *call = lane_list_pop(calls); call != NULL; call = lane_list_pop(calls)) {
        const bool is_safe = lane->kind == LANE_READ || call->statement->is_safe_to_retry;
        if (batch->may_be_committed && !is_safe) {
            settle(call, LANE_UNKNOWN, settled);
        } else if (++call->losses > LOSSES_MAX) {
            settle(call, LANE_AWAY, settled);
        } else {
            lane_list_append(&again, call);
        }
    }
    run_again(lane, &again);
    lane_link_drop(&lane->link, clock_monotonic_us() < batch->deadline_us
                                    ? "lost in a batch"
                                    : "no answer within the limit");
}

static void sort_calls(struct lane *lane, const struct lane_batch *batch, enum batch_end end,
                       struct lane_list *calls, struct lane_list *settled)
{
    switch (end) {
    case BATCH_COMMITTED:
        lane->strikes = 0;
        for (struct lane_call *call = calls->first; call != NULL; call = call->next) {
            call->outcome = LANE_ANSWERED;
        }
        lane_list_join(settled, calls);
        return;
    case BATCH_FAILED:
        if (calls->count == 1) {
            sort_failed_single(lane, batch, calls, settled);
        } else {
            sort_failed(lane, batch, calls, settled);
        }
        return;
    case BATCH_LOST:
        sort_lost(lane, batch, calls, settled);
        return;
    }
}

static void count_batch(struct lane *lane, size_t size)
{
    size_t bucket = 0;
    while (bucket + 1 < DB_BATCH_BUCKETS && size > (size_t)1 << bucket) {
        bucket++;
    }
    lane_count_up(&lane->counters.batches, 1);
    lane_count_up(&lane->counters.statements, size);
    lane_count_up(&lane->counters.batch_sizes[bucket], 1);
}

static void count_executions(struct lane *lane, const struct lane_batch *batch)
{
    uint64_t count = 0;
    for (const struct lane_execution *execution = batch->executions; execution != NULL;
         execution = execution->next) {
        count++;
    }
    lane_count_up(&lane->counters.executions, count);
}

static void run_batch(struct lane *lane, struct lane_list *settled)
{
    const struct db_config *config = lane->config;
    struct lane_list calls = {.first = NULL};
    take_batch(lane, &calls);
    count_batch(lane, calls.count);
    struct lane_batch batch = {
        .link = &lane->link,
        .statements = config->statements,
        .use_unnamed_statements = config->use_unnamed_statements,
        .is_read_only = lane->kind == LANE_READ,
        .deadline_us = clock_monotonic_us() + config->wait_limit_ms * 1000,
        .calls = &calls,
        .scratch = lane->scratch,
    };
    const enum batch_end end = lane_batch_run(&batch);
    count_executions(lane, &batch);
    sort_calls(lane, &batch, end, &calls, settled);
    arena_reset(lane->scratch);
}

static void refuse_all(struct lane *lane, struct lane_list *settled)
{
    for (struct lane_call *call = lane_list_pop(&lane->backlog); call != NULL;
         call = lane_list_pop(&lane->backlog)) {
        settle(call, LANE_AWAY, settled);
    }
}

static void count_waits(struct lane *lane, const struct lane_list *settled)
{
    const int64_t now_us = clock_monotonic_us();
    int64_t total_us = 0;
    for (const struct lane_call *call = settled->first; call != NULL; call = call->next) {
        total_us += now_us - call->queued_us;
    }
    lane_count_up(&lane->counters.wait_us_total, (uint64_t)total_us);
}

static void run_round(struct lane *lane, struct lane_list *settled)
{
    const int64_t now_us = clock_monotonic_us();
    const int64_t limit_ms = lane->config->wait_limit_ms;
    lane_queue_take(&lane->queue, &lane->backlog);
    refuse_late(lane, now_us, settled);
    if (lane->backlog.first != NULL) {
        if (lane_link_acquire(&lane->link, now_us,
                              limit_ms < LANE_GRACE_MS ? limit_ms : LANE_GRACE_MS)) {
            run_batch(lane, settled);
        } else {
            refuse_all(lane, settled);
        }
    }
    count_waits(lane, settled);
}

/* The followers are woken before the next leader: what they call next is then mostly in its batch
 * (measured: batches twice as large and a few microseconds of CPU less a call, at no cost in
 * latency). */
void lane_lead(struct lane *lane, const struct lane_call *own)
{
    while (own->outcome == LANE_PENDING) {
        struct lane_list settled = {.first = NULL};
        run_round(lane, &settled);
        lane_queue_finish(&lane->queue, &settled, own);
    }
    lane_queue_pass_lead(&lane->queue, &lane->backlog);
}
