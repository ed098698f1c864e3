/* New passwords: passwords.sql as functions. */
#include "store/passwords.h"

#include "store/sql.h"

static const struct shape_member SESSION_MEMBERS[] = {
    MEMBER_UUID(struct session, user_id),
    MEMBER_UUID(struct session, id),
    MEMBER_ENUM(struct session, role, &ROLES),
};
static const struct shape SESSION_ROW = SHAPE_OF("SessionRow", struct session, SESSION_MEMBERS);

struct email_row {
    struct text email;
};
static const struct shape_member EMAIL_MEMBERS[] = {MEMBER_TEXT(struct email_row, email)};
static const struct shape EMAIL_ROW = SHAPE_OF("EmailRow", struct email_row, EMAIL_MEMBERS);

bool store_passwords_change(struct db *db, struct arena *arena,
                            const struct password_change *change, const struct client *client,
                            struct session *session, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, change->user_id);
    db_bind_text(&params, change->old_hash);
    db_bind_text(&params, change->new_hash);
    db_bind_uuid(&params, change->session_id);
    db_bind_bytes(&params, change->refresh_hash);
    db_bind_text(&params, client->network);
    db_bind_uuid(&params, uuid_new());
    db_bind_text(&params, client->address);
    if (!db_call(db, &SQL_passwords_change, &params, arena, &rows, err)) {
        return false;
    }
    if (rows.count == 0) {
        return error_set(err, ERROR_NOT_FOUND, "there is no such account");
    }
    return db_rows_read(&rows, 0, &SESSION_ROW, arena, session, err);
}

bool store_passwords_find_reset(struct db *db, struct arena *arena, struct text hash,
                                struct text *email, bool *is_found, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    struct email_row row = {.email = TEXT_ABSENT};

    db_bind_bytes(&params, hash);
    if (!db_call(db, &SQL_passwords_find_reset, &params, arena, &rows, err)) {
        return false;
    }
    *is_found = rows.count > 0;
    if (*is_found && !db_rows_read(&rows, 0, &EMAIL_ROW, arena, &row, err)) {
        return false;
    }
    *email = row.email;
    return true;
}

bool store_passwords_reset(struct db *db, struct arena *arena, const struct password_reset *reset,
                           const struct client *client, bool *is_reset, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_bytes(&params, reset->token_hash);
    db_bind_text(&params, reset->new_hash);
    db_bind_text(&params, client->network);
    db_bind_uuid(&params, uuid_new());
    db_bind_text(&params, client->address);
    if (!db_call(db, &SQL_passwords_reset, &params, arena, &rows, err)) {
        return false;
    }
    *is_reset = rows.count > 0;
    return true;
}
