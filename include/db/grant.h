/*
 * The rights of the runtime role: who serves needs fewer than who migrates. Applied after every
 * migration, whole and anew, so that what a table of the program says is what the database has.
 */
#ifndef DB_GRANT_H
#define DB_GRANT_H

#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "db/session.h"

struct table_rights {
    const char *table;
    const char *rights; /* "SELECT, INSERT" */
};

enum grant_outcome {
    GRANT_DONE,
    GRANT_NO_ROLE,   /* it does not exist, and this user may not make it */
    GRANT_NOT_NEEDED /* it owns the tables, or is a superuser: it has all rights anyway */
};

struct grant_request {
    const char *role;
    const struct table_rights *rights;
    size_t count;
};

/* Gives the role exactly these rights and takes all others; makes the role (LOGIN, no password)
 * where it is missing and this user may. Two at once are safe. */
NODISCARD bool grant_apply(struct db_session *session, struct arena *arena,
                           const struct grant_request *request, enum grant_outcome *outcome,
                           struct error *err);

#endif
