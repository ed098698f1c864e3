/* Logging in: logins.sql as functions. */
#include "store/logins.h"

#include "store/sql.h"

static const struct shape_member ACCOUNT_MEMBERS[] = {
    MEMBER_UUID(struct login_account, id, .flags = SHAPE_NULLABLE),
    MEMBER_TEXT(struct login_account, email),
    MEMBER_TEXT(struct login_account, password_hash, .flags = SHAPE_NULLABLE),
    MEMBER_ENUM(struct login_account, role, &ROLES),
    MEMBER_BOOL(struct login_account, is_closed),
    MEMBER_BOOL(struct login_account, is_locked),
    MEMBER_I64(struct login_account, network_wait_s),
};
static const struct shape ACCOUNT_ROW =
    SHAPE_OF("LoginAccountRow", struct login_account, ACCOUNT_MEMBERS);

bool store_logins_find(struct db *db, struct arena *arena, struct text email,
                       const struct client *client, struct login_account *account,
                       struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_text(&params, email);
    db_bind_text(&params, client->network);
    return db_call(db, &SQL_logins_find, &params, arena, &rows, err) &&
           db_rows_read(&rows, 0, &ACCOUNT_ROW, arena, account, err);
}

bool store_logins_find_user(struct db *db, struct arena *arena, struct uuid user_id,
                            const struct client *client, struct login_account *account,
                            struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, user_id);
    db_bind_text(&params, client->network);
    if (!db_call(db, &SQL_logins_find_user, &params, arena, &rows, err)) {
        return false;
    }
    if (rows.count == 0) {
        return error_set(err, ERROR_NOT_FOUND, "there is no such account");
    }
    return db_rows_read(&rows, 0, &ACCOUNT_ROW, arena, account, err);
}

bool store_logins_begin(struct db *db, struct arena *arena, const struct login_begin *begin,
                        const struct client *client, bool *has_begun, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, begin->user_id);
    db_bind_uuid(&params, begin->session_id);
    db_bind_bytes(&params, begin->refresh_hash);
    db_bind_text(&params, begin->password_hash);
    db_bind_text(&params, begin->new_password_hash);
    db_bind_text(&params, client->network);
    db_bind_uuid(&params, uuid_new());
    db_bind_text(&params, client->address);
    if (!db_call(db, &SQL_logins_begin, &params, arena, &rows, err)) {
        return false;
    }
    *has_begun = rows.count > 0;
    return true;
}

bool store_logins_refuse(struct db *db, struct arena *arena, const struct login_refusal *refusal,
                         const struct client *client, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_text(&params, refusal->email);
    db_bind_text(&params, client->network);
    db_bind_uuid(&params, refusal->user_id);
    db_bind_text(&params, client->address);
    db_bind_text(&params, refusal->reason);
    db_bind_i64(&params, refusal->account_failures);
    db_bind_i64(&params, refusal->network_failures);
    db_bind_uuid(&params, uuid_new());
    db_bind_uuid(&params, uuid_new());
    db_bind_uuid(&params, uuid_new());
    return db_call(db, &SQL_logins_refuse, &params, arena, &rows, err);
}
