/* One person: person.sql as functions. */
#include "store/person.h"

#include "db/transaction.h"
#include "store/sql.h"

static const struct shape_member EXPORT_MEMBERS[] = {
    MEMBER_TIME(struct person_export, exported_at),
    MEMBER_JSON(struct person_export, account),
    MEMBER_JSON(struct person_export, sessions),
    MEMBER_JSON(struct person_export, account_tokens),
    MEMBER_JSON(struct person_export, token_revocations),
    MEMBER_JSON(struct person_export, attempts),
    MEMBER_JSON(struct person_export, section_evidence),
    MEMBER_JSON(struct person_export, reviews),
    MEMBER_JSON(struct person_export, study_activity),
    MEMBER_JSON(struct person_export, idempotency_keys),
    MEMBER_JSON(struct person_export, jobs),
    MEMBER_JSON(struct person_export, audit_events),
};
static const struct shape EXPORT_ROW =
    SHAPE_OF("PersonExportRow", struct person_export, EXPORT_MEMBERS);

struct lock_row {
    bool is_last;
    bool is_fresh;
    int64_t attempts;
};
static const struct shape_member LOCK_MEMBERS[] = {
    MEMBER_BOOL(struct lock_row, is_last),
    MEMBER_BOOL(struct lock_row, is_fresh),
    MEMBER_I64(struct lock_row, attempts),
};
static const struct shape LOCK_ROW = SHAPE_OF("PersonLockRow", struct lock_row, LOCK_MEMBERS);

bool store_person_export(struct db *db, struct arena *arena, const struct person *person,
                         struct person_export *document, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, person->user_id);
    db_bind_uuid(&params, uuid_new());
    db_bind_text(&params, person->address);
    if (!db_call(db, &SQL_person_export, &params, arena, &rows, err)) {
        return false;
    }
    if (rows.count == 0) {
        return error_set(err, ERROR_NOT_FOUND, "there is no such account");
    }
    return db_rows_read(&rows, 0, &EXPORT_ROW, arena, document, err);
}

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

static bool erase(struct db *db, struct arena *arena, const struct person *person,
                  struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, person->user_id);
    db_bind_uuid(&params, uuid_new());
    db_bind_text(&params, person->address);
    return db_call(db, &SQL_person_erase, &params, arena, &rows, err);
}

bool store_person_erase(struct db_pool *pool, struct arena *arena, const struct person *person,
                        struct error *err)
{
    struct db_transaction transaction;

    if (!db_transaction_begin(pool, arena, &transaction, err)) {
        return false;
    }
    const bool is_done = lock(transaction.db, arena, person, err) &&
                         erase(transaction.db, arena, person, err) &&
                         db_transaction_commit(&transaction, err);
    db_transaction_end(&transaction);
    return is_done;
}
