/* Members of banks: bank_members.sql as functions. */
#include "store/bank_members.h"

#include "store/sql.h"

struct rank_row {
    int64_t rank;
};
static const struct shape_member RANK_MEMBERS[] = {MEMBER_I64(struct rank_row, rank)};
static const struct shape RANK_ROW = SHAPE_OF("RankRow", struct rank_row, RANK_MEMBERS);

struct member_row {
    int64_t rank;
    struct uuid user_id; /* nil: none */
    struct text display_name;
    struct text role;
    int64_t created_at;
};
static const struct shape_member MEMBER_MEMBERS[] = {
    MEMBER_I64(struct member_row, rank),
    MEMBER_UUID(struct member_row, user_id, .flags = SHAPE_NULLABLE),
    MEMBER_TEXT(struct member_row, display_name, .flags = SHAPE_NULLABLE),
    MEMBER_TEXT(struct member_row, role, .flags = SHAPE_NULLABLE),
    MEMBER_TIME(struct member_row, created_at, .flags = SHAPE_NULLABLE),
};
static const struct shape MEMBER_ROW = SHAPE_OF("BankMemberRow", struct member_row, MEMBER_MEMBERS);

struct deleted_row {
    int64_t rank;
    bool is_deleted;
};
static const struct shape_member DELETED_MEMBERS[] = {
    MEMBER_I64(struct deleted_row, rank),
    MEMBER_BOOL(struct deleted_row, is_deleted),
};
static const struct shape DELETED_ROW =
    SHAPE_OF("DeletedMemberRow", struct deleted_row, DELETED_MEMBERS);

static void bind_caller(struct db_params *params, const struct bank_caller *caller)
{
    db_bind_uuid(params, caller->user_id);
    db_bind_uuid(params, caller->bank_id);
}

/* One that is there. */
static bool convert(const struct member_row *row, struct bank_member *member, struct error *err)
{
    unsigned role = 0;

    if (!enumeration_find(&BANK_ROLES, row->role, &role)) {
        return error_set(err, ERROR_INTERNAL, "a member has a role that is none");
    }
    *member = (struct bank_member){.user_id = row->user_id,
                                   .display_name = row->display_name,
                                   .role = (enum bank_role)role,
                                   .created_at = row->created_at};
    return true;
}

bool store_bank_members_require(struct db *db, struct arena *arena,
                                const struct bank_caller *caller, enum bank_role role,
                                struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    struct rank_row row = {.rank = 0};

    bind_caller(&params, caller);
    return db_call(db, &SQL_bank_members_rank, &params, arena, &rows, err) &&
           db_rows_read(&rows, 0, &RANK_ROW, arena, &row, err) &&
           bank_role_check(row.rank, role, err);
}

bool store_bank_members_list(struct db *db, struct arena *arena, const struct bank_caller *caller,
                             struct bank_member_page page, struct bank_member_list *list,
                             struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    bind_caller(&params, caller);
    db_bind_uuid(&params, page.after);
    db_bind_i64(&params, page.limit);
    if (!db_call(db, &SQL_bank_members_list, &params, arena, &rows, err)) {
        return false;
    }
    struct bank_member *members = arena_new_array(arena, rows.count, struct bank_member);
    *list = (struct bank_member_list){.members = members};
    for (size_t i = 0; i < rows.count; i++) {
        struct member_row row = {.rank = 0};
        if (!db_rows_read(&rows, i, &MEMBER_ROW, arena, &row, err) ||
            !bank_role_check(row.rank, BANK_EDITOR, err)) {
            return false;
        }
        if (uuid_is_nil(row.user_id)) {
            continue;
        }
        if (!convert(&row, &members[list->count++], err)) {
            return false;
        }
    }
    return true;
}

bool store_bank_members_put(struct db *db, struct arena *arena, const struct bank_caller *caller,
                            struct bank_member_change change, struct bank_member *member,
                            struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    struct member_row row = {.rank = 0};

    bind_caller(&params, caller);
    db_bind_uuid(&params, change.user_id);
    db_bind_text(&params, text_of(enumeration_name(&BANK_ROLES, change.role)));
    db_bind_uuid(&params, uuid_new());
    db_bind_text(&params, caller->address);
    if (!db_call(db, &SQL_bank_members_put, &params, arena, &rows, err) ||
        !db_rows_read(&rows, 0, &MEMBER_ROW, arena, &row, err) ||
        !bank_role_check(row.rank, BANK_OWNER, err)) {
        return false;
    }
    if (uuid_is_nil(row.user_id)) {
        return error_set(err, ERROR_NOT_FOUND, "there is no such account");
    }
    return convert(&row, member, err);
}

bool store_bank_members_delete(struct db *db, struct arena *arena, const struct bank_caller *caller,
                               struct uuid user_id, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    struct deleted_row row = {.rank = 0};

    bind_caller(&params, caller);
    db_bind_uuid(&params, user_id);
    db_bind_uuid(&params, uuid_new());
    db_bind_text(&params, caller->address);
    return db_call(db, &SQL_bank_members_delete, &params, arena, &rows, err) &&
           db_rows_read(&rows, 0, &DELETED_ROW, arena, &row, err) &&
           bank_role_check(row.rank, BANK_OWNER, err) &&
           (row.is_deleted ||
            error_set(err, ERROR_NOT_FOUND, "this account is no member of the bank"));
}
