/*
 * Sending and reading one batch through libpq's pipeline mode; see db/lane_batch.h.
 *
 * What is proof that a batch was not committed although the connection is lost: its Sync never left
 * (libpq still holds bytes), or the server reported an error in the place of a statement's result.
 * The server answers in order, and the commit comes after the last statement; so an error before
 * that has undone the transaction. Everything else is unknown.
 */
#include "db/lane_batch.h"

#include <limits.h>
#include <poll.h>
#include <stdio.h>

#include "base/clock.h"
#include "db/arguments.h"

enum { NAME_BYTES = 16, TLS_POLL_MS = 20 };

static bool is_registered(const struct lane_batch *batch, const struct statement *statement)
{
    return statement->index < batch->link->statement_count &&
           batch->statements[statement->index] == statement;
}

/* Its place among what is prepared on the connection: also its name there. */
static size_t find_place(const struct lane_batch *batch, const struct lane_execution *execution)
{
    const size_t index = execution->statement->index;
    return execution->call_count == 1 ? index : batch->link->statement_count + index;
}

static bool send_unnamed(PGconn *connection, const struct lane_execution *execution,
                         const struct arguments *arguments)
{
    return PQsendQueryParams(connection, lane_execution_text(execution), arguments->count,
                             arguments->types, arguments->values, arguments->lengths,
                             arguments->formats, 1) == 1;
}

static bool send_named(PGconn *connection, const struct lane_execution *execution, size_t place,
                       const struct arguments *arguments)
{
    char name[NAME_BYTES];
    (void)snprintf(name, sizeof name, "s%zu", place); /* fits */
    if (execution->is_preparing && PQsendPrepare(connection, name, lane_execution_text(execution),
                                                 arguments->count, arguments->types) != 1) {
        return false;
    }
    return PQsendQueryPrepared(connection, name, arguments->count, arguments->values,
                               arguments->lengths, arguments->formats, 1) == 1;
}

/* A call that goes alone has failed once: it takes no part in preparing. */
static bool send_execution(const struct lane_batch *batch, struct lane_execution *execution)
{
    struct arguments arguments;
    arguments_collect(lane_execution_params(execution, batch->scratch), &arguments);
    if (batch->use_unnamed_statements || execution->first->is_alone ||
        !is_registered(batch, execution->statement)) {
        return send_unnamed(batch->link->connection, execution, &arguments);
    }
    const size_t place = find_place(batch, execution);
    uint32_t *prepared = &batch->link->prepared[place];
    if (*prepared != 0 && *prepared != execution->signature) {
        return send_unnamed(batch->link->connection, execution, &arguments);
    }
    execution->is_preparing = *prepared == 0;
    *prepared = execution->signature;
    return send_named(batch->link->connection, execution, place, &arguments);
}

static bool send_all(const struct lane_batch *batch)
{
    for (struct lane_execution *execution = batch->executions; execution != NULL;
         execution = execution->next) {
        if (!send_execution(batch, execution)) {
            return false;
        }
    }
    return PQpipelineSync(batch->link->connection) == 1;
}

/* Hands libpq's bytes to the kernel as far as it takes them. */
static bool flush(struct lane_batch *batch)
{
    const int left = PQflush(batch->link->connection);
    batch->is_sent = left == 0;
    return left >= 0;
}

/* Sleeps until the socket has or takes something; false when the deadline is over. */
static bool wait_for_socket(const struct lane_batch *batch)
{
    PGconn *connection = batch->link->connection;
    const int64_t left_us = batch->deadline_us - clock_monotonic_us();
    if (left_us <= 0) {
        return false;
    }
    int64_t timeout_ms = left_us / 1000 + 1;
    if (PQsslInUse(connection) != 0 && timeout_ms > TLS_POLL_MS) {
        timeout_ms =
            TLS_POLL_MS; /* the TLS library may hold bytes that the socket no longer shows */
    }
    struct pollfd socket = {.fd = PQsocket(connection), .events = POLLIN};
    if (!batch->is_sent) {
        socket.events |= POLLOUT;
    }
    (void)poll(&socket, 1, timeout_ms < INT_MAX ? (int)timeout_ms : INT_MAX); /* reading tells */
    return true;
}

/* The next result, or NULL for the end of one statement's results; false when the connection is
 * lost. */
static bool next_result(struct lane_batch *batch, PGresult **result)
{
    PGconn *connection = batch->link->connection;
    while (PQisBusy(connection) != 0) {
        if (!wait_for_socket(batch) || PQconsumeInput(connection) != 1 ||
            (!batch->is_sent && !flush(batch))) {
            return false;
        }
    }
    *result = PQgetResult(connection);
    return true;
}

static bool is_end(enum failure_kind kind)
{
    return kind == FAILURE_CONNECTION || kind == FAILURE_LOST;
}

/* Notes a failure; the error itself stays with the call where it is one call's. */
static void note_failure(struct lane_batch *batch, struct lane_execution *execution,
                         enum failure_kind kind, PGresult *error)
{
    if (kind != FAILURE_LOST && batch->guilty == NULL) {
        batch->failure = kind;
        batch->guilty = execution;
    }
    if (execution->call_count > 1) {
        PQclear(error);
        return;
    }
    result_release(&execution->first->part);
    execution->first->part = result_whole(error);
}

/* The answer to one message and the NULL behind it: `good` takes what is no failure, NULL where the
 * message was skipped because something failed before it. */
static bool read_answer(struct lane_batch *batch, struct lane_execution *execution, PGresult **good)
{
    PGresult *result = NULL;
    PGresult *end = NULL;
    *good = NULL;
    if (!next_result(batch, &result) || result == NULL) {
        return false;
    }
    if (PQresultStatus(result) == PGRES_PIPELINE_ABORTED) {
        PQclear(result);
    } else {
        const enum failure_kind kind = failure_classify(result);
        if (kind == FAILURE_NONE) {
            *good = result;
        } else {
            note_failure(batch, execution, kind, result);
        }
        if (is_end(kind)) {
            return false;
        }
    }
    const bool is_read = next_result(batch, &end) && end == NULL;
    PQclear(end);
    return is_read;
}

static bool read_prepared(struct lane_batch *batch, struct lane_execution *execution)
{
    PGresult *good = NULL;
    const bool is_read = read_answer(batch, execution, &good);
    if (good == NULL) {
        batch->link->prepared[find_place(batch, execution)] = 0;
    }
    PQclear(good);
    return is_read;
}

static bool read_execution(struct lane_batch *batch, struct lane_execution *execution)
{
    PGresult *good = NULL;
    if (execution->is_preparing && !read_prepared(batch, execution)) {
        return false;
    }
    const bool is_read = read_answer(batch, execution, &good);
    if (good != NULL) {
        lane_execution_deal(execution, good);
    }
    return is_read;
}

/* An error in the place of the Sync is the commit's own: a deferred constraint, a serialization
 * failure. */
static bool read_commit_error(struct lane_batch *batch, PGresult *error)
{
    PGresult *end = NULL;
    batch->failure = failure_classify(error);
    if (batch->calls->count == 1) {
        note_failure(batch, batch->executions, batch->failure, error);
    } else {
        PQclear(error);
    }
    const bool is_read = next_result(batch, &end) && end == NULL;
    PQclear(end);
    return is_read;
}

static bool read_sync(struct lane_batch *batch)
{
    PGresult *result = NULL;
    if (!next_result(batch, &result) || result == NULL) {
        return false;
    }
    if (PQresultStatus(result) != PGRES_PIPELINE_SYNC) {
        if (is_end(failure_classify(result))) {
            PQclear(result);
            return false;
        }
        if (!read_commit_error(batch, result) || !next_result(batch, &result)) {
            return false;
        }
    }
    const bool is_synced = PQresultStatus(result) == PGRES_PIPELINE_SYNC;
    PQclear(result);
    return is_synced;
}

static bool read_all(struct lane_batch *batch)
{
    for (struct lane_execution *execution = batch->executions; execution != NULL;
         execution = execution->next) {
        if (!read_execution(batch, execution)) {
            return false;
        }
    }
    return read_sync(batch);
}

/* Whether the failure says that this connection is of no use for the statement: what was prepared
 * on it is stale, or it leads to a standby. A new connection cures both. */
static bool needs_new_connection(const struct lane_batch *batch)
{
    if (batch->failure == FAILURE_READ_ONLY) {
        return !batch->is_read_only;
    }
    return batch->failure == FAILURE_PLAN && batch->guilty != NULL &&
           !batch->guilty->first->is_alone && !batch->guilty->is_preparing &&
           !batch->use_unnamed_statements;
}

enum batch_end lane_batch_run(struct lane_batch *batch)
{
    batch->guilty = NULL;
    batch->failure = FAILURE_NONE;
    batch->is_sent = false;
    batch->executions = lane_executions_make(batch->calls, batch->scratch);
    const bool is_read = send_all(batch) && flush(batch) && read_all(batch);
    batch->may_be_committed = !is_read && batch->is_sent && batch->failure == FAILURE_NONE;
    batch->link->used_us = clock_monotonic_us();
    if (!is_read || needs_new_connection(batch)) {
        return BATCH_LOST;
    }
    return batch->failure == FAILURE_NONE ? BATCH_COMMITTED : BATCH_FAILED;
}

void lane_batch_discard(const struct lane_list *calls)
{
    for (struct lane_call *call = calls->first; call != NULL; call = call->next) {
        result_release(&call->part);
    }
}
