/* See db/transaction.h. */
#include "db/transaction.h"

#include "base/log.h"

bool db_transaction_begin(struct db_pool *pool, struct arena *arena,
                          struct db_transaction *transaction, struct error *err)
{
    struct db_session *session = NULL;

    if (!db_pool_take(pool, &session, err)) {
        return false;
    }
    if (!db_session_run(session, "BEGIN", err)) {
        db_pool_give_back(pool, session);
        return false;
    }
    *transaction = (struct db_transaction){
        .db = db_over_session(session, arena), .pool = pool, .session = session};
    return true;
}

bool db_transaction_commit(struct db_transaction *transaction, struct error *err)
{
    return db_session_run(transaction->session, "COMMIT", err);
}

void db_transaction_end(struct db_transaction *transaction)
{
    struct error err = {.code = ERROR_NONE};

    if (db_session_is_alive(transaction->session) && !db_session_is_idle(transaction->session) &&
        !db_session_run(transaction->session, "ROLLBACK", &err)) {
        log_warn("db.rollback_failed", log_string("detail", err.detail)); /* it will be closed */
    }
    db_pool_give_back(transaction->pool, transaction->session);
    transaction->session = NULL;
}
