/*
 * What of a batch the server runs at once. Calls of one gathered statement (db/statement.h) that
 * wait together become one execution, with arrays for parameters: for a short statement the
 * server's work for starting and ending it is most of its cost. Any other call is an execution by
 * itself.
 */
#ifndef DB_LANE_EXECUTION_H
#define DB_LANE_EXECUTION_H

#include "base/arena.h"
#include "db/lane_call.h"

struct lane_execution {
    struct lane_execution *next;
    const struct statement *statement;
    uint32_t signature; /* of the parameter types of each of its calls */
    size_t call_count;
    struct lane_call *first; /* linked by `mate`: their order is that of the arrays' items */
    struct lane_call *last;
    bool is_preparing; /* this batch prepares its statement */
};

/* The executions of all calls in the list, in the order of their first calls; they belong to
 * `arena`. */
struct lane_execution *lane_executions_make(const struct lane_list *calls, struct arena *arena);
/* The text that is run: for one call or for several. */
const char *lane_execution_text(const struct lane_execution *execution);
/* The parameters of that text; what had to be made for them belongs to `arena`. */
const struct db_params *lane_execution_params(const struct lane_execution *execution,
                                              struct arena *arena);
/* Hands each call its part of the rows; takes the result over. Rows that do not stand in the order
 * of the calls are a mistake in the statement, which is logged: nobody gets any. */
void lane_execution_deal(const struct lane_execution *execution, PGresult *result);
/* Takes from its calls what they have. */
void lane_execution_discard(const struct lane_execution *execution);

#endif
