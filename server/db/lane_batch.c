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

static bool send_unnamed(PGconn *connection, const struct statement *statement,
                         const struct arguments *arguments)
{
    return PQsendQueryParams(connection, statement->text, arguments->count, arguments->types,
                             arguments->values, arguments->lengths, arguments->formats, 1) == 1;
}

static bool send_named(PGconn *connection, struct lane_call *call,
                       const struct arguments *arguments)
{
    char name[NAME_BYTES];
    (void)snprintf(name, sizeof name, "s%u", call->statement->index); /* fits */
    if (call->is_preparing && PQsendPrepare(connection, name, call->statement->text,
                                            arguments->count, arguments->types) != 1) {
        return false;
    }
    return PQsendQueryPrepared(connection, name, arguments->count, arguments->values,
                               arguments->lengths, arguments->formats, 1) == 1;
}

/* A call that goes alone has failed once: it takes no part in preparing. */
static bool send_call(const struct lane_batch *batch, struct lane_call *call)
{
    struct arguments arguments;
    arguments_collect(call->params, &arguments);
    call->is_preparing = false;
    if (batch->use_unnamed_statements || call->is_alone || !is_registered(batch, call->statement)) {
        return send_unnamed(batch->link->connection, call->statement, &arguments);
    }
    uint32_t *prepared = &batch->link->prepared[call->statement->index];
    const uint32_t signature = arguments_signature(call->params);
    if (*prepared != 0 && *prepared != signature) {
        return send_unnamed(batch->link->connection, call->statement, &arguments);
    }
    call->is_preparing = *prepared == 0;
    *prepared = signature;
    return send_named(batch->link->connection, call, &arguments);
}

static bool send_all(const struct lane_batch *batch)
{
    for (struct lane_call *call = batch->calls->first; call != NULL; call = call->next) {
        if (!send_call(batch, call)) {
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

/* The answer to one message of a call and the NULL behind it. Rows or error go into the call; a
 * statement that was skipped, because something failed before it, leaves what is there. */
static bool read_answer(struct lane_batch *batch, struct lane_call *call, bool *is_good)
{
    PGresult *result = NULL;
    PGresult *end = NULL;
    enum failure_kind kind = FAILURE_NONE;
    *is_good = false;
    if (!next_result(batch, &result) || result == NULL) {
        return false;
    }
    if (PQresultStatus(result) == PGRES_PIPELINE_ABORTED) {
        PQclear(result);
    } else {
        kind = failure_classify(result);
        PQclear(call->result);
        call->result = result;
        *is_good = kind == FAILURE_NONE;
    }
    if (kind != FAILURE_NONE && kind != FAILURE_LOST && batch->guilty == NULL) {
        batch->failure = kind;
        batch->guilty = call;
    }
    if (is_end(kind)) {
        return false;
    }
    const bool is_read = next_result(batch, &end) && end == NULL;
    PQclear(end);
    return is_read;
}

static bool read_call(struct lane_batch *batch, struct lane_call *call)
{
    bool is_good = false;
    if (call->is_preparing) {
        const bool is_read = read_answer(batch, call, &is_good);
        if (!is_good) {
            batch->link->prepared[call->statement->index] = 0;
        }
        if (!is_read) {
            return false;
        }
    }
    return read_answer(batch, call, &is_good);
}

/* An error in the place of the Sync is the commit's own: a deferred constraint, a serialization
 * failure. */
static bool read_commit_error(struct lane_batch *batch, PGresult *error)
{
    PGresult *end = NULL;
    batch->failure = failure_classify(error);
    if (batch->calls->count == 1) {
        batch->guilty = batch->calls->first;
        PQclear(batch->guilty->result);
        batch->guilty->result = error;
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
    for (struct lane_call *call = batch->calls->first; call != NULL; call = call->next) {
        if (!read_call(batch, call)) {
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
    return batch->failure == FAILURE_PLAN && batch->guilty != NULL && !batch->guilty->is_alone &&
           !batch->guilty->is_preparing && !batch->use_unnamed_statements;
}

enum batch_end lane_batch_run(struct lane_batch *batch)
{
    batch->guilty = NULL;
    batch->failure = FAILURE_NONE;
    batch->is_sent = false;
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
        PQclear(call->result);
        call->result = NULL;
    }
}
