/*
 * One statement on its way through a lane. It lives on the stack of the thread that called, which
 * must not return before `is_finished` is set: from then on nobody else touches it.
 *
 * Who may touch a call: its own thread until it is queued, then the leader (db/lane.h) alone, until
 * `is_finished`.
 */
#ifndef DB_LANE_CALL_H
#define DB_LANE_CALL_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "db/params.h"
#include "db/result.h"
#include "db/statement.h"

enum lane_outcome {
    LANE_PENDING,
    LANE_ANSWERED, /* `part` holds the rows, or the statement's own error */
    LANE_TOO_LATE, /* waited longer than the limit; nothing was changed by the last try */
    LANE_AWAY, /* the database cannot be reached; nothing was changed, or the statement is safe to
                  run again */
    LANE_UNKNOWN, /* the connection was lost after the statement was sent: it may or may not have
                     been committed */
};

struct lane_call {
    struct lane_call *next;
    const struct statement *statement;
    const struct db_params *params;
    struct result_part part;
    int64_t queued_us;
    enum lane_outcome outcome;
    unsigned group;                   /* which of the queue's words its thread sleeps on */
    unsigned losses;                  /* batches it was part of whose connection was lost */
    unsigned conflicts;               /* deadlocks and serialization failures it met alone */
    bool is_alone;                    /* goes into a batch of its own */
    struct lane_execution *execution; /* which it is part of in this batch */
    struct lane_call *mate;           /* the next call of the same execution */
    atomic_bool is_finished;
};

/* Calls in order; each is in one list at most. */
struct lane_list {
    struct lane_call *first;
    struct lane_call *last;
    size_t count;
};

static inline void lane_list_append(struct lane_list *list, struct lane_call *call)
{
    call->next = NULL;
    if (list->last == NULL) {
        list->first = call;
    } else {
        list->last->next = call;
    }
    list->last = call;
    list->count++;
}

/* NULL where the list is empty. */
static inline struct lane_call *lane_list_pop(struct lane_list *list)
{
    struct lane_call *call = list->first;
    if (call != NULL) {
        list->first = call->next;
        list->last = list->first == NULL ? NULL : list->last;
        list->count--;
    }
    return call;
}

/* Moves all of `tail` behind `list`. */
static inline void lane_list_join(struct lane_list *list, struct lane_list *tail)
{
    if (tail->first == NULL) {
        return;
    }
    if (list->last == NULL) {
        list->first = tail->first;
    } else {
        list->last->next = tail->first;
    }
    list->last = tail->last;
    list->count += tail->count;
    *tail = (struct lane_list){.first = NULL};
}

#endif
