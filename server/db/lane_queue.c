/*
 * A stack of waiting calls that is only ever pushed to, one by one, and taken as a whole; so the
 * usual trap of lock-free stacks (a node that was popped and pushed again in between) cannot
 * happen: a push only needs the head to be what it was, whatever it is.
 *
 * No wake-up is lost: a sleeper reads its word, then looks whether it is finished or the lead is
 * offered, then sleeps only while the word has that value; who finishes or offers changes the word
 * afterwards.
 */
#include "db/lane_queue.h"

#include <limits.h>

#include "db/futex.h"

void lane_queue_init(struct lane_queue *queue)
{
    atomic_init(&queue->newest, NULL);
    atomic_init(&queue->is_lead_offered, false);
    atomic_init(&queue->round, 0);
    atomic_init(&queue->unfinished, 0);
    for (size_t i = 0; i < LANE_QUEUE_GROUPS; i++) {
        atomic_init(&queue->words[i], 0);
    }
}

bool lane_queue_push(struct lane_queue *queue, struct lane_call *call)
{
    call->group = atomic_load_explicit(&queue->round, memory_order_relaxed) % LANE_QUEUE_GROUPS;
    struct lane_call *newest = atomic_load_explicit(&queue->newest, memory_order_relaxed);
    for (;;) {
        const bool is_idle = newest == NULL;
        struct lane_call *wanted = is_idle ? &queue->led : call;
        call->next = newest;
        if (atomic_compare_exchange_weak_explicit(&queue->newest, &newest, wanted,
                                                  memory_order_acq_rel, memory_order_relaxed)) {
            return is_idle;
        }
    }
}

bool lane_queue_accept_lead(struct lane_queue *queue)
{
    bool is_offered = true;
    return atomic_load_explicit(&queue->is_lead_offered, memory_order_relaxed) &&
           atomic_compare_exchange_strong_explicit(&queue->is_lead_offered, &is_offered, false,
                                                   memory_order_acquire, memory_order_relaxed);
}

bool lane_queue_wait(struct lane_queue *queue, struct lane_call *call)
{
    atomic_uint *word = &queue->words[call->group];
    for (;;) {
        const unsigned seen = atomic_load_explicit(word, memory_order_acquire);
        if (atomic_load_explicit(&call->is_finished, memory_order_acquire)) {
            return false;
        }
        if (lane_queue_accept_lead(queue)) {
            return true;
        }
        futex_wait(word, seen);
    }
}

void lane_queue_take(struct lane_queue *queue, struct lane_list *list)
{
    if (atomic_load_explicit(&queue->newest, memory_order_relaxed) == &queue->led) {
        return;
    }
    atomic_fetch_add_explicit(&queue->round, 1, memory_order_relaxed);
    struct lane_call *call =
        atomic_exchange_explicit(&queue->newest, &queue->led, memory_order_acq_rel);
    struct lane_list taken = {.first = NULL, .last = call, .count = 0};
    while (call != &queue->led) {
        struct lane_call *older = call->next;
        call->next = taken.first;
        taken.first = call;
        taken.count++;
        call = older;
    }
    lane_list_join(list, &taken);
}

/* All are marked before any is woken: a call's thread may be gone as soon as it is marked. */
void lane_queue_finish(struct lane_queue *queue, struct lane_list *finished,
                       const struct lane_call *own)
{
    unsigned groups = 0;
    struct lane_call *call = finished->first;
    atomic_fetch_sub_explicit(&queue->unfinished, finished->count, memory_order_relaxed);
    while (call != NULL) {
        struct lane_call *next = call->next;
        groups |= call == own ? 0 : 1U << call->group;
        atomic_store_explicit(&call->is_finished, true, memory_order_release);
        call = next;
    }
    *finished = (struct lane_list){.first = NULL};
    for (size_t i = 0; i < LANE_QUEUE_GROUPS; i++) {
        if ((groups & 1U << i) != 0) {
            atomic_fetch_add_explicit(&queue->words[i], 1, memory_order_release);
            futex_wake(&queue->words[i], INT_MAX);
        }
    }
}

void lane_queue_pass_lead(struct lane_queue *queue, const struct lane_list *backlog)
{
    const struct lane_call *waiting = backlog->first;
    if (waiting == NULL) {
        struct lane_call *newest = &queue->led;
        if (atomic_compare_exchange_strong_explicit(&queue->newest, &newest, NULL,
                                                    memory_order_release, memory_order_acquire)) {
            return;
        }
        waiting = newest;
    }
    /* Until the offer is made nobody but this thread can finish the waiting call, so it is still
     * there. */
    atomic_uint *word = &queue->words[waiting->group];
    atomic_store_explicit(&queue->is_lead_offered, true, memory_order_release);
    atomic_fetch_add_explicit(word, 1, memory_order_release);
    futex_wake(word, 1);
}
