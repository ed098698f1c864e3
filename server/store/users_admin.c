/* Accounts in an admin's hands: users_admin.sql as functions. */
#include "store/users_admin.h"

#include "store/sql.h"

struct changed_row {
    struct user user;
    bool is_last;
};
static const struct shape_member CHANGED_MEMBERS[] = {
    MEMBER_UUID(struct changed_row, user.id),
    MEMBER_TEXT(struct changed_row, user.email),
    MEMBER_TEXT(struct changed_row, user.display_name),
    MEMBER_ENUM(struct changed_row, user.role, &ROLES),
    MEMBER_BOOL(struct changed_row, user.is_disabled),
    MEMBER_TIME(struct changed_row, user.created_at),
    MEMBER_BOOL(struct changed_row, is_last),
};
static const struct shape CHANGED_ROW =
    SHAPE_OF("ChangedUserRow", struct changed_row, CHANGED_MEMBERS);

static const struct shape_member USER_MEMBERS[] = {
    MEMBER_UUID(struct user, id),           MEMBER_TEXT(struct user, email),
    MEMBER_TEXT(struct user, display_name), MEMBER_ENUM(struct user, role, &ROLES),
    MEMBER_BOOL(struct user, is_disabled),  MEMBER_TIME(struct user, created_at),
};
static const struct shape USER_ROW = SHAPE_OF("ListedUserRow", struct user, USER_MEMBERS);

static void bind_role(struct db_params *params, const enum role *role)
{
    db_bind_text(params, role == NULL ? TEXT_ABSENT : text_of(enumeration_name(&ROLES, *role)));
}

static void bind_flag(struct db_params *params, const bool *flag)
{
    const int64_t value = flag != NULL && *flag ? 1 : 0;

    db_bind_i64_ref(params, flag == NULL ? NULL : &value);
}

bool store_users_admin_list(struct db *db, struct arena *arena, const struct user_filter *filter,
                            struct user **users, size_t *count, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *items = NULL;

    db_bind_uuid(&params, filter->after);
    bind_role(&params, filter->role);
    bind_flag(&params, filter->is_disabled);
    db_bind_text(&params, filter->email);
    db_bind_i64(&params, filter->limit);
    if (!db_call(db, &SQL_users_admin_list, &params, arena, &rows, err) ||
        !db_rows_read_all(&rows, &USER_ROW, arena, &items, err)) {
        return false;
    }
    *users = items;
    *count = rows.count;
    return true;
}

bool store_users_admin_update(struct db *db, struct arena *arena, const struct user_change *change,
                              struct user *user, struct error *err)
{
    const struct uuid events[] = {uuid_new(), uuid_new()};
    struct changed_row *row = arena_new(arena, struct changed_row);
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, change->actor_id);
    db_bind_uuid(&params, change->user_id);
    bind_role(&params, change->role);
    bind_flag(&params, change->is_disabled);
    db_bind_text(&params, change->address);
    db_bind_uuid_array(&params, arena, events, COUNT_OF(events));
    if (!db_call(db, &SQL_users_admin_update, &params, arena, &rows, err)) {
        return false;
    }
    if (rows.count == 0) {
        return error_set(err, ERROR_NOT_FOUND, "there is no such account");
    }
    if (!db_rows_read(&rows, 0, &CHANGED_ROW, arena, row, err)) {
        return false;
    }
    if (row->is_last) {
        return error_set(err, ERROR_LAST_ADMIN,
                         "this is the last admin who can log in; make another one first");
    }
    *user = row->user;
    return true;
}

bool store_users_admin_reset_password(struct db *db, struct arena *arena, struct text email,
                                      struct text password_hash, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_text(&params, email);
    db_bind_text(&params, password_hash);
    db_bind_uuid(&params, uuid_new());
    if (!db_call(db, &SQL_users_admin_reset_password, &params, arena, &rows, err)) {
        return false;
    }
    return rows.count > 0 || error_set(err, ERROR_NOT_FOUND, "there is no such account");
}
