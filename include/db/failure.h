/*
 * The only reader of SQLSTATE: what a failed result means for the connection, for the call, and for
 * the client.
 */
#ifndef DB_FAILURE_H
#define DB_FAILURE_H

#include <stdbool.h>

#include <libpq-fe.h>

#include "base/error.h"

enum failure_kind {
    FAILURE_NONE,
    FAILURE_STATEMENT, /* the statement's own: a constraint, a bad value, a mistake in the SQL */
    FAILURE_TIMEOUT,   /* canceled: it took longer than the statement limit */
    FAILURE_CONFLICT, /* serialization failure or deadlock: the same statement may well succeed next
                         time */
    FAILURE_UNAVAILABLE, /* the server could not, but the connection stays: no memory, no disk, lock
                            limit */
    FAILURE_PLAN,        /* what was prepared on this connection is gone or of no use any more */
    FAILURE_READ_ONLY,   /* a write where none is allowed: on a read lane, or on a standby after a
                            fail-over */
    FAILURE_CONNECTION,  /* the server ended the connection, or cannot serve it now */
    FAILURE_LOST, /* not a word of the server: libpq's own report that the connection is lost */
};

enum failure_kind failure_classify(const PGresult *result);
/* Logs the failed result under the statement's name and fills `err`: ERROR_UNAVAILABLE where trying
 * again can help, else ERROR_INTERNAL. Returns false. */
bool failure_report(const PGresult *result, const char *statement_name, struct error *err);
/* Hands the messages of a connection that nobody asked for (NOTICE, WARNING) to the log; libpq
 * would print them. */
void failure_log_notices(PGconn *connection);
/* libpq's last words about a connection, as one line for the log. */
void failure_log_connection(const char *event, const PGconn *connection, const char *reason);

#endif
