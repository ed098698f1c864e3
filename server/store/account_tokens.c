/* Tokens that are sent by mail: account_tokens.sql as functions. */
#include "store/account_tokens.h"

#include "store/sql.h"

static const char *const PURPOSE_NAMES[MAIL_PURPOSE_COUNT] = {"reset", "verify", "notice"};
const struct enumeration MAIL_PURPOSES = {PURPOSE_NAMES, MAIL_PURPOSE_COUNT};

static const struct shape_member TOKEN_MEMBERS[] = {
    MEMBER_TEXT(struct account_token, email),
    MEMBER_ENUM(struct account_token, purpose, &MAIL_PURPOSES),
};
static const struct shape TOKEN_ROW =
    SHAPE_OF("AccountTokenRow", struct account_token, TOKEN_MEMBERS);

struct password_row {
    struct text password_hash;
};
static const struct shape_member PASSWORD_MEMBERS[] = {
    MEMBER_TEXT(struct password_row, password_hash)};
static const struct shape PASSWORD_ROW =
    SHAPE_OF("PasswordRow", struct password_row, PASSWORD_MEMBERS);

bool store_account_tokens_create(struct db *db, struct arena *arena,
                                 const struct account_token_request *request,
                                 struct account_token *token, bool *is_made, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_text(&params, request->email);
    db_bind_text(&params, text_of(enumeration_name(&MAIL_PURPOSES, request->purpose)));
    db_bind_bytes(&params, request->hash);
    db_bind_uuid(&params, uuid_new());
    db_bind_text(&params, request->address);
    if (!db_call(db, &SQL_account_tokens_create, &params, arena, &rows, err)) {
        return false;
    }
    *is_made = rows.count > 0;
    return !*is_made || db_rows_read(&rows, 0, &TOKEN_ROW, arena, token, err);
}

bool store_account_tokens_find_verify(struct db *db, struct arena *arena, struct text hash,
                                      struct text *password_hash, bool *is_found, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    struct password_row row = {.password_hash = TEXT_ABSENT};

    db_bind_bytes(&params, hash);
    if (!db_call(db, &SQL_account_tokens_find_verify, &params, arena, &rows, err)) {
        return false;
    }
    *is_found = rows.count > 0;
    if (*is_found && !db_rows_read(&rows, 0, &PASSWORD_ROW, arena, &row, err)) {
        return false;
    }
    *password_hash = row.password_hash;
    return true;
}

bool store_account_tokens_verify(struct db *db, struct arena *arena,
                                 const struct verification *verification, bool *is_verified,
                                 struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_bytes(&params, verification->token_hash);
    db_bind_uuid(&params, uuid_new());
    db_bind_text(&params, verification->address);
    db_bind_text(&params, verification->password_hash);
    if (!db_call(db, &SQL_account_tokens_verify, &params, arena, &rows, err)) {
        return false;
    }
    *is_verified = rows.count > 0;
    return true;
}
