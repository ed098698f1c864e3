/* Logins: sessions.sql as functions. */
#include "store/sessions.h"

#include "store/sql.h"

static const struct shape_member SESSION_MEMBERS[] = {
    MEMBER_UUID(struct session, user_id),
    MEMBER_UUID(struct session, id),
    MEMBER_ENUM(struct session, role, &ROLES),
};
static const struct shape SESSION_ROW = SHAPE_OF("SessionRow", struct session, SESSION_MEMBERS);

bool store_sessions_create(struct db *db, struct arena *arena, const struct session *session,
                           struct text refresh_hash, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, session->user_id);
    db_bind_uuid(&params, session->id);
    db_bind_bytes(&params, refresh_hash);
    return db_call(db, &SQL_sessions_create, &params, arena, &rows, err);
}

bool store_sessions_refresh(struct db *db, struct arena *arena, struct text hash,
                            struct text next_hash, struct session *session, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_bytes(&params, hash);
    db_bind_bytes(&params, next_hash);
    if (!db_call(db, &SQL_sessions_refresh, &params, arena, &rows, err)) {
        return false;
    }
    if (rows.count == 0) {
        return error_set(err, ERROR_INVALID_CREDENTIALS, "the refresh token is not valid");
    }
    return db_rows_read(&rows, 0, &SESSION_ROW, arena, session, err);
}

bool store_sessions_revoke(struct db *db, struct arena *arena, struct text hash, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_bytes(&params, hash);
    return db_call(db, &SQL_sessions_revoke, &params, arena, &rows, err);
}
