/* Gathering calls into executions and dealing out their rows; see db/lane_execution.h. */
#include "db/lane_execution.h"

#include <string.h>

#include "base/log.h"
#include "db/arguments.h"
#include "db/oid.h"
#include "db/wire.h"

static bool have_one_owner(const struct lane_call *left, const struct lane_call *right)
{
    const struct db_param *a = &left->params->items[0];
    const struct db_param *b = &right->params->items[0];
    return a->length == b->length && memcmp(a->value, b->value, (size_t)a->length) == 0;
}

static bool can_gather(const struct lane_call *call)
{
    return call->statement->gathered_text != NULL && !call->is_alone && call->params->count > 0 &&
           call->params->items[0].value != NULL;
}

static bool may_join(const struct lane_execution *execution, const struct lane_call *call,
                     uint32_t signature)
{
    if (execution->statement != call->statement || execution->signature != signature) {
        return false;
    }
    for (const struct lane_call *mate = execution->first; mate != NULL; mate = mate->mate) {
        if (have_one_owner(mate, call)) {
            return false;
        }
    }
    return true;
}

static struct lane_execution *find_execution(struct lane_execution *first,
                                             const struct lane_call *call, uint32_t signature)
{
    if (!can_gather(call)) {
        return NULL;
    }
    for (struct lane_execution *execution = first; execution != NULL; execution = execution->next) {
        if (may_join(execution, call, signature)) {
            return execution;
        }
    }
    return NULL;
}

static void join(struct lane_execution *execution, struct lane_call *call)
{
    call->execution = execution;
    call->mate = NULL;
    if (execution->last == NULL) {
        execution->first = call;
    } else {
        execution->last->mate = call;
    }
    execution->last = call;
    execution->call_count++;
}

struct lane_execution *lane_executions_make(const struct lane_list *calls, struct arena *arena)
{
    struct lane_execution *first = NULL;
    struct lane_execution **end = &first;

    for (struct lane_call *call = calls->first; call != NULL; call = call->next) {
        const uint32_t signature = arguments_signature(call->params);
        struct lane_execution *execution = find_execution(first, call, signature);
        if (execution == NULL) {
            execution = arena_new(arena, struct lane_execution);
            execution->statement = call->statement;
            execution->signature = signature;
            *end = execution;
            end = &execution->next;
        }
        join(execution, call);
    }
    return first;
}

const char *lane_execution_text(const struct lane_execution *execution)
{
    return execution->call_count == 1 ? execution->statement->text
                                      : execution->statement->gathered_text;
}

const struct db_params *lane_execution_params(const struct lane_execution *execution,
                                              struct arena *arena)
{
    if (execution->call_count == 1) {
        return execution->first->params;
    }
    const struct db_params **rows =
        arena_new_array(arena, execution->call_count, const struct db_params *);
    struct db_params *gathered = arena_new(arena, struct db_params);
    size_t count = 0;
    for (const struct lane_call *call = execution->first; call != NULL; call = call->mate) {
        rows[count++] = call->params;
    }
    for (size_t i = 0; i < rows[0]->count; i++) {
        db_bind_column(gathered, arena, rows, count, i);
    }
    return gathered;
}

/* The call that row belongs to, from 1; 0 where it does not say. */
static int64_t read_number(const PGresult *result, int row)
{
    return PQnfields(result) < 1 || PQftype(result, 0) != OID_INT8 ||
                   PQgetisnull(result, row, 0) != 0
               ? 0
               : wire_get_i64(PQgetvalue(result, row, 0));
}

void lane_execution_deal(const struct lane_execution *execution, PGresult *result)
{
    if (execution->call_count == 1) {
        execution->first->part = result_whole(result);
        return;
    }
    const int row_count = PQntuples(result);
    struct result_share *share = result_share(result, execution->call_count);
    int64_t number = 0;
    int row = 0;
    for (struct lane_call *call = execution->first; call != NULL; call = call->mate) {
        call->part =
            (struct result_part){.result = result, .share = share, .first_row = (size_t)row};
        number++;
        while (row < row_count && read_number(result, row) == number) {
            call->part.row_count++;
            row++;
        }
    }
    if (row < row_count) {
        log_error("db.rows_out_of_order", log_string("statement", execution->statement->name));
        lane_execution_discard(execution);
    }
}

void lane_execution_discard(const struct lane_execution *execution)
{
    for (struct lane_call *call = execution->first; call != NULL; call = call->mate) {
        result_release(&call->part);
    }
}
