/*
 * Opening a connection to PostgreSQL with every time limit set: libpq's blocking calls have none of
 * their own, so a server that is silent is found out by the socket (keep-alive, tcp_user_timeout),
 * and one that is slow by the server itself (statement_timeout).
 */
#ifndef DB_CONNECT_H
#define DB_CONNECT_H

#include <stdbool.h>
#include <stdint.h>

#include <libpq-fe.h>

#include "base/error.h"

struct connect_settings {
    const char *url; /* libpq connection string or URI; what it says wins over all below */
    const char *application_name;
    unsigned connect_timeout_s;
    int64_t statement_timeout_ms; /* 0: none */
    int64_t lock_timeout_ms;      /* 0: none */
    bool is_read_only;            /* refuse writes */
    bool is_for_keys;             /* short statements that look rows up by their keys */
    bool plans_anew;              /* searches, whose plan depends on what is asked for */
    bool is_pooled; /* behind PgBouncer, which refuses the `options` that limits and flags
                       travel in */
};

/* Whether libpq can read the connection string. ERROR_INTERNAL where not; the detail never quotes
 * it. */
NODISCARD bool connect_check_url(const char *url, struct error *err);
/* Connects and blocks up to the time-out (for each host that the URL names). The caller checks
 * PQstatus and finishes the connection, also a failed one; NULL: out of memory. Needs a full stack:
 * name resolution and TLS. */
PGconn *connect_open(const struct connect_settings *settings);

#endif
