/* Accounts: users.sql as functions. */
#include "store/users.h"

#include "store/sql.h"

static const struct shape_member CREATED_MEMBERS[] = {
    {.name = "created_at", .type = SHAPE_TIME, .offset = 0},
};
static const struct shape CREATED_ROW = {.name = "CreatedRow",
                                         .size = sizeof(int64_t),
                                         .members = CREATED_MEMBERS,
                                         .count = COUNT_OF(CREATED_MEMBERS)};

static const struct shape_member USER_MEMBERS[] = {
    MEMBER_UUID(struct user, id),           MEMBER_TEXT(struct user, email),
    MEMBER_TEXT(struct user, display_name), MEMBER_ENUM(struct user, role, &ROLES),
    MEMBER_BOOL(struct user, is_disabled),  MEMBER_TIME(struct user, created_at),
};
static const struct shape USER_ROW = SHAPE_OF("UserRow", struct user, USER_MEMBERS);

bool store_users_create(struct db *db, struct arena *arena, const struct new_user *user,
                        int64_t *created_at, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, user->id);
    db_bind_text(&params, user->email);
    db_bind_text(&params, user->display_name);
    db_bind_text(&params, text_of(enumeration_name(&ROLES, user->role)));
    db_bind_text(&params, user->password_hash);
    db_bind_uuid(&params, uuid_new());
    if (!db_call(db, &SQL_users_create, &params, arena, &rows, err)) {
        return false;
    }
    if (rows.count == 0) {
        return error_set(err, ERROR_EMAIL_TAKEN, "there is an account with this e-mail address");
    }
    return db_rows_read(&rows, 0, &CREATED_ROW, arena, created_at, err);
}

bool store_users_register(struct db *db, struct arena *arena, const struct new_user *user,
                          struct text address, int64_t *created_at, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, user->id);
    db_bind_text(&params, user->email);
    db_bind_text(&params, user->display_name);
    db_bind_text(&params, text_of(enumeration_name(&ROLES, user->role)));
    db_bind_text(&params, user->password_hash);
    db_bind_bool(&params, user->needs_verification);
    db_bind_uuid(&params, uuid_new());
    db_bind_text(&params, address);
    if (!db_call(db, &SQL_users_register, &params, arena, &rows, err)) {
        return false;
    }
    if (rows.count == 0) {
        return error_set(err, ERROR_EMAIL_TAKEN, "there is an account with this e-mail address");
    }
    return db_rows_read(&rows, 0, &CREATED_ROW, arena, created_at, err);
}

static bool read_user(const struct db_rows *rows, struct arena *arena, struct user *user,
                      struct error *err)
{
    if (rows->count == 0) {
        return error_set(err, ERROR_NOT_FOUND, "there is no such account");
    }
    return db_rows_read(rows, 0, &USER_ROW, arena, user, err);
}

bool store_users_get(struct db *db, struct arena *arena, struct uuid id, struct user *user,
                     struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, id);
    return db_call(db, &SQL_users_get, &params, arena, &rows, err) &&
           read_user(&rows, arena, user, err);
}

bool store_users_rename(struct db *db, struct arena *arena, struct uuid id,
                        struct text display_name, struct user *user, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, id);
    db_bind_text(&params, display_name);
    return db_call(db, &SQL_users_rename, &params, arena, &rows, err) &&
           read_user(&rows, arena, user, err);
}
