/* One person: person.sql as functions. */
#include "store/person.h"

#include "db/transaction.h"
#include "store/sql.h"
#include "store/statistics.h"

struct lock_row {
    bool is_last;
    bool is_fresh;
    int64_t attempts;
    int64_t teams;
};
static const struct shape_member LOCK_MEMBERS[] = {
    MEMBER_BOOL(struct lock_row, is_last),
    MEMBER_BOOL(struct lock_row, is_fresh),
    MEMBER_I64(struct lock_row, attempts),
    MEMBER_I64(struct lock_row, teams),
};
static const struct shape LOCK_ROW = SHAPE_OF("PersonLockRow", struct lock_row, LOCK_MEMBERS);

static bool lock(struct db *db, struct arena *arena, const struct person *person, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    struct lock_row row;

    db_bind_uuid(&params, person->user_id);
    db_bind_uuid(&params, person->session_id);
    if (!db_call(db, &SQL_person_lock, &params, arena, &rows, err)) {
        return false;
    }
    if (rows.count == 0) {
        return error_set(err, ERROR_NOT_FOUND, "there is no such account");
    }
    if (!db_rows_read(&rows, 0, &LOCK_ROW, arena, &row, err)) {
        return false;
    }
    if (!row.is_fresh) {
        return error_set(err, ERROR_LOGIN_TOO_OLD,
                         "log in with the password again: this needs a login of the last 10 "
                         "minutes");
    }
    return !row.is_last || error_set(err, ERROR_LAST_ADMIN,
                                     "this is the last admin who can log in; make another one "
                                     "first");
}

/* What his submitted attempts say about questions is counted before they go. */
static bool count(struct db *db, struct arena *arena, const struct person *person,
                  struct error *err)
{
    int64_t counted = 0;

    return store_statistics_count(db, arena, person->user_id, INT64_MAX, &counted, err);
}

static bool erase(struct db *db, struct arena *arena, const struct person *person,
                  struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, person->user_id);
    db_bind_uuid(&params, uuid_new());
    return db_call(db, &SQL_person_erase, &params, arena, &rows, err);
}

static bool forget_addresses(struct db *db, struct arena *arena, const struct person *person,
                             struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, person->user_id);
    return db_call(db, &SQL_person_forget_addresses, &params, arena, &rows, err);
}

bool store_person_erase(struct db_pool *pool, struct arena *arena, const struct person *person,
                        struct error *err)
{
    struct db_transaction transaction;

    if (!db_transaction_begin(pool, arena, &transaction, err)) {
        return false;
    }
    const bool is_done = lock(transaction.db, arena, person, err) &&
                         count(transaction.db, arena, person, err) &&
                         erase(transaction.db, arena, person, err) &&
                         forget_addresses(transaction.db, arena, person, err) &&
                         db_transaction_commit(&transaction, err);
    db_transaction_end(&transaction);
    return is_done;
}
