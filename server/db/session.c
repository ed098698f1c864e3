/* Blocking calls on a connection of one's own; see db/session.h. */
#include "db/session.h"

#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "db/arguments.h"
#include "db/connect.h"
#include "db/failure.h"
#include "db/result.h"

enum { NAME_BYTES = 32, CONNECT_TIMEOUT_S = 5, FIRST_CAPACITY = 16 };

/* A statement that this connection has prepared, as "s<number>". */
struct prepared {
    const char *text; /* of the statement: its address tells statements apart */
    uint32_t signature;
    unsigned number;
};

struct db_session {
    PGconn *connection;
    struct prepared *prepared;
    size_t prepared_count;
    size_t prepared_capacity;
    unsigned next_number;
    int64_t call_limit_ms; /* 0: none */
    bool is_given_up;      /* the server was silent for longer */
};

static bool set_lost(struct error *err)
{
    return error_set_unavailable(err, 1, "The database cannot be reached. Try again.");
}

bool db_session_open(const struct db_session_config *config, struct db_session **session,
                     struct error *err)
{
    const unsigned timeout_s = config->connect_timeout_s;
    const struct connect_settings settings = {
        .url = config->url,
        .application_name = config->application_name == NULL ? "quizd" : config->application_name,
        .connect_timeout_s = timeout_s == 0 ? CONNECT_TIMEOUT_S : timeout_s,
        .statement_timeout_ms = config->statement_timeout_ms,
        .plans_anew = config->plans_anew,
    };
    if (!connect_check_url(config->url, err)) {
        return false;
    }
    struct db_session *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return error_set(err, ERROR_INTERNAL, "Out of memory");
    }
    made->connection = connect_open(&settings);
    if (PQstatus(made->connection) != CONNECTION_OK) {
        failure_log_connection("db.connect_failed", made->connection, "cannot connect");
        db_session_close(made);
        return set_lost(err);
    }
    made->call_limit_ms = config->call_limit_ms;
    if (made->call_limit_ms > 0 && PQsetnonblocking(made->connection, 1) != 0) {
        db_session_close(made);
        return set_lost(err);
    }
    *session = made;
    return true;
}

void db_session_close(struct db_session *session)
{
    if (session != NULL) {
        PQfinish(session->connection);
        free(session->prepared);
        free(session);
    }
}

/* Waits until PQgetResult would not block, no longer than until `deadline_us`; false: give up. */
static bool await(struct db_session *session, int64_t deadline_us)
{
    for (;;) {
        const int unsent = PQflush(session->connection);
        if (unsent < 0 || PQconsumeInput(session->connection) != 1) {
            return true; /* lost: PQgetResult says so */
        }
        if (unsent == 0 && PQisBusy(session->connection) == 0) {
            return true;
        }
        const int64_t left_ms = (deadline_us - clock_monotonic_us()) / 1000;
        if (left_ms <= 0) {
            session->is_given_up = true;
            return false;
        }
        struct pollfd socket = {.fd = PQsocket(session->connection),
                                .events = (short)(unsent > 0 ? POLLIN | POLLOUT : POLLIN)};
        (void)poll(&socket, 1, left_ms < INT_MAX ? (int)left_ms : INT_MAX); /* reading tells */
    }
}

/* The next result of what was sent; NULL: there is none, or the time is over. */
static PGresult *next_result(struct db_session *session, int64_t deadline_us)
{
    if (session->call_limit_ms > 0 && (session->is_given_up || !await(session, deadline_us))) {
        return NULL;
    }
    return PQgetResult(session->connection);
}

static int64_t limit_of_call_us(const struct db_session *session)
{
    return clock_monotonic_us() + session->call_limit_ms * 1000;
}

/* The last result of what was sent: there is one, but for the command's end. NULL: lost, or given
 * up. */
static PGresult *only_result(struct db_session *session)
{
    const int64_t until_us = limit_of_call_us(session);
    PGresult *only = NULL;
    for (PGresult *result = next_result(session, until_us); result != NULL;
         result = next_result(session, until_us)) {
        PQclear(only);
        only = result;
    }
    return only;
}

bool db_session_run(struct db_session *session, const char *sql, struct error *err)
{
    bool is_done = true;
    if (PQsendQuery(session->connection, sql) != 1) {
        return set_lost(err);
    }
    const int64_t until_us = limit_of_call_us(session);
    for (PGresult *result = next_result(session, until_us); result != NULL;
         result = next_result(session, until_us)) {
        if (is_done && PQresultStatus(result) != PGRES_EMPTY_QUERY &&
            failure_classify(result) != FAILURE_NONE) {
            is_done = failure_report(result, "script", err);
        }
        PQclear(result);
    }
    return is_done && (!session->is_given_up || set_lost(err));
}

static struct prepared *find_prepared(struct db_session *session, const struct statement *statement,
                                      uint32_t signature)
{
    for (size_t i = 0; i < session->prepared_count; i++) {
        struct prepared *prepared = &session->prepared[i];
        if (prepared->text == statement->text && prepared->signature == signature) {
            return prepared;
        }
    }
    return NULL;
}

static bool grow(struct db_session *session, struct error *err)
{
    if (session->prepared_count < session->prepared_capacity) {
        return true;
    }
    const size_t capacity =
        session->prepared_capacity == 0 ? FIRST_CAPACITY : session->prepared_capacity * 2;
    struct prepared *grown = realloc(session->prepared, capacity * sizeof *grown);
    if (grown == NULL) {
        return error_set(err, ERROR_INTERNAL, "Out of memory");
    }
    session->prepared = grown;
    session->prepared_capacity = capacity;
    return true;
}

static void format_name(unsigned number, char name[NAME_BYTES])
{
    (void)snprintf(name, NAME_BYTES, "s%u", number); /* fits */
}

/* Numbers are never used twice, so a statement that had to be forgotten is prepared anew under
 * another name. NULL: failed. */
static struct prepared *prepare(struct db_session *session, const struct statement *statement,
                                const struct arguments *arguments, uint32_t signature,
                                struct error *err)
{
    char name[NAME_BYTES];
    if (!grow(session, err)) {
        return NULL;
    }
    format_name(session->next_number, name);
    PGresult *result = NULL;
    if (PQsendPrepare(session->connection, name, statement->text, arguments->count,
                      arguments->types) == 1) {
        result = only_result(session);
    }
    const bool is_prepared =
        failure_classify(result) == FAILURE_NONE || failure_report(result, statement->name, err);
    PQclear(result);
    if (!is_prepared) {
        return NULL;
    }
    struct prepared *prepared = &session->prepared[session->prepared_count++];
    *prepared = (struct prepared){
        .text = statement->text, .signature = signature, .number = session->next_number++};
    return prepared;
}

bool db_session_call(struct db_session *session, const struct statement *statement,
                     const struct db_params *params, struct arena *arena, struct db_rows *rows,
                     struct error *err)
{
    struct arguments arguments;
    char name[NAME_BYTES];
    const uint32_t signature = arguments_signature(params);
    arguments_collect(params, &arguments);
    struct prepared *prepared = find_prepared(session, statement, signature);
    if (prepared == NULL) {
        prepared = prepare(session, statement, &arguments, signature, err);
    }
    if (prepared == NULL) {
        return false;
    }
    format_name(prepared->number, name);
    PGresult *result = NULL;
    if (PQsendQueryPrepared(session->connection, name, arguments.count, arguments.values,
                            arguments.lengths, arguments.formats, 1) == 1) {
        result = only_result(session);
    }
    if (failure_classify(result) == FAILURE_PLAN) {
        *prepared = session->prepared[--session->prepared_count];
    }
    const struct result_part part = result_whole(result);
    return result_deliver(&part, statement, arena, rows, err);
}

/* Takes all notifications that have arrived; the last one's payload stays. */
static void drain(struct db_session *session, struct arena *arena, bool *got, struct text *payload)
{
    for (PGnotify *notify = PQnotifies(session->connection); notify != NULL;
         notify = PQnotifies(session->connection)) {
        *got = true;
        *payload = arena_copy(arena, text_of(notify->extra));
        PQfreemem(notify);
    }
}

bool db_session_wait_notify(struct db_session *session, int64_t timeout_ms, struct arena *arena,
                            bool *got, struct text *payload, struct error *err)
{
    const int64_t until_us = clock_monotonic_us() + timeout_ms * 1000;
    *got = false;
    *payload = TEXT_ABSENT;
    for (;;) {
        if (PQconsumeInput(session->connection) != 1) {
            return set_lost(err);
        }
        drain(session, arena, got, payload);
        const int64_t left_us = until_us - clock_monotonic_us();
        if (*got || left_us <= 0) {
            return true;
        }
        const int64_t left_ms = left_us / 1000 + 1;
        struct pollfd socket = {.fd = PQsocket(session->connection), .events = POLLIN};
        (void)poll(&socket, 1, left_ms < INT_MAX ? (int)left_ms : INT_MAX); /* reading tells */
    }
}

bool db_session_is_alive(const struct db_session *session)
{
    return PQstatus(session->connection) == CONNECTION_OK && !session->is_given_up;
}

bool db_session_is_idle(const struct db_session *session)
{
    struct pollfd socket = {.fd = PQsocket(session->connection), .events = POLLIN};
    return db_session_is_alive(session) &&
           PQtransactionStatus(session->connection) == PQTRANS_IDLE && poll(&socket, 1, 0) == 0;
}
