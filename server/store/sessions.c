/* Logins: sessions.sql as functions. */
#include "store/sessions.h"

#include "store/sql.h"

struct refreshed_row {
    struct uuid user_id;
    struct uuid id;
    enum role role;
    struct text nonce;
};
static const struct shape_member REFRESHED_MEMBERS[] = {
    MEMBER_UUID(struct refreshed_row, user_id),
    MEMBER_UUID(struct refreshed_row, id),
    MEMBER_ENUM(struct refreshed_row, role, &ROLES),
    MEMBER_TEXT(struct refreshed_row, nonce),
};
static const struct shape REFRESHED_ROW =
    SHAPE_OF("RefreshedRow", struct refreshed_row, REFRESHED_MEMBERS);

bool store_sessions_refresh(struct db *db, struct arena *arena, const struct refresh *refresh,
                            struct session *session, struct text *nonce, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    struct refreshed_row row;

    db_bind_bytes(&params, refresh->hash);
    db_bind_bytes(&params, refresh->next_hash);
    db_bind_bytes(&params, refresh->nonce);
    db_bind_uuid(&params, uuid_new());
    db_bind_text(&params, refresh->address);
    if (!db_call(db, &SQL_sessions_refresh, &params, arena, &rows, err)) {
        return false;
    }
    if (rows.count == 0) {
        return error_set(err, ERROR_INVALID_CREDENTIALS, "the refresh token is not valid");
    }
    if (!db_rows_read(&rows, 0, &REFRESHED_ROW, arena, &row, err)) {
        return false;
    }
    *session = (struct session){.user_id = row.user_id, .id = row.id, .role = row.role};
    *nonce = row.nonce;
    return true;
}

bool store_sessions_revoke(struct db *db, struct arena *arena, struct text hash,
                           struct text address, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_bytes(&params, hash);
    db_bind_uuid(&params, uuid_new());
    db_bind_text(&params, address);
    return db_call(db, &SQL_sessions_revoke, &params, arena, &rows, err);
}
