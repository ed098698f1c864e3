/*
 * Several calls in one transaction, on a session of a pool: what is done through `db` is committed
 * whole or not at all. The store functions see no difference to the lanes.
 */
#ifndef DB_TRANSACTION_H
#define DB_TRANSACTION_H

#include "db/db.h"
#include "db/pool.h"

struct db_transaction {
    struct db *db; /* for db_call; belongs to the arena, good until the end */
    struct db_pool *pool;
    struct db_session *session;
};

NODISCARD bool db_transaction_begin(struct db_pool *pool, struct arena *arena,
                                    struct db_transaction *transaction, struct error *err);
/* ERROR_UNAVAILABLE: it is not known whether it was committed. */
NODISCARD bool db_transaction_commit(struct db_transaction *transaction, struct error *err);
/* After a begin that succeeded, always and last: undoes what was not committed, gives the session
 * back. */
void db_transaction_end(struct db_transaction *transaction);

#endif
