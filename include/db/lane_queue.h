/*
 * The queue of a lane and its lead. Any number of threads put calls in; exactly one at a time, the
 * leader, takes them out. No lock: one word says whether the lane is led and holds the calls that
 * wait, newest first.
 *
 * The lead: who finds the lane idle leads (lane_queue_push). A leader that is done offers the lead
 * to those who wait, or, where nobody does, leaves the lane idle (lane_queue_pass_lead). Of those
 * who wait any one takes the offer (lane_queue_wait).
 *
 * Sleeping: the calls that queue up during one batch are mostly the next batch, so they sleep on
 * one word together and one system call wakes them all. There are a few such words (groups), used
 * in turn, so that those of the next batch sleep on. Which group a call is in decides only who is
 * woken for nothing, never who is forgotten.
 */
#ifndef DB_LANE_QUEUE_H
#define DB_LANE_QUEUE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "db/lane_call.h"

enum { LANE_QUEUE_GROUPS = 4 };

struct lane_queue {
    _Atomic(struct lane_call *) newest; /* NULL: idle; &led: led, nothing queued */
    struct lane_call led;               /* only its address counts */
    atomic_bool is_lead_offered;
    atomic_uint round; /* how often the leader took the queue */
    atomic_uint words[LANE_QUEUE_GROUPS];
    atomic_size_t unfinished;
};

void lane_queue_init(struct lane_queue *queue);
/* Queues the call, or, where the lane was idle, makes the caller the leader without queueing it
 * (true). */
bool lane_queue_push(struct lane_queue *queue, struct lane_call *call);
/* Sleeps until the call is finished (false) or its thread is the leader (true). A leader that
 * passed the lead calls again. */
bool lane_queue_wait(struct lane_queue *queue, struct lane_call *call);
/* For a thread whose call is finished: whether it was woken for the lead all the same (true: it
 * leads, and must pass the lead on). */
bool lane_queue_accept_lead(struct lane_queue *queue);

/* The rest is for the leader. */

/* Appends all that is queued to `list`, oldest first. */
void lane_queue_take(struct lane_queue *queue, struct lane_list *list);
/* Empties the list: each call is finished, its thread woken. `own` is the leader's own call, which
 * does not sleep. */
void lane_queue_finish(struct lane_queue *queue, struct lane_list *finished,
                       const struct lane_call *own);
/* Gives up the lead: offers it where calls wait in `backlog` or queued, else the lane is idle. */
void lane_queue_pass_lead(struct lane_queue *queue, const struct lane_list *backlog);

#endif
