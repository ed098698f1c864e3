/* Accounts in the hands of admins. */
#include "api/users.h"

#include "base/limits.h"
#include "store/users_admin.h"

enum { DEFAULT_LIMIT = 20 };

static const struct shape_member USER_PATH_MEMBERS[] = {MEMBER_UUID(struct user_path, user_id)};
const struct shape USER_PATH_SHAPE = SHAPE_OF("UserPath", struct user_path, USER_PATH_MEMBERS);

static const struct shape_member USERS_QUERY_MEMBERS[] = {
    {.name = "role",
     .type = SHAPE_ENUM,
     .flags = SHAPE_REF | SHAPE_OPTIONAL,
     .offset = SHAPE_AT(struct users_query, role, const enum role *),
     .enumeration = &ROLES},
    MEMBER_BOOL_REF(struct users_query, disabled, .flags = SHAPE_REF | SHAPE_OPTIONAL),
    MEMBER_TEXT(struct users_query, email, .flags = SHAPE_OPTIONAL, .min = 1,
                .max = LIMIT_EMAIL_BYTES, .about = "The whole address, in any case."),
    MEMBER_I64_REF(struct users_query, limit, .flags = SHAPE_REF | SHAPE_OPTIONAL, .min = 1,
                   .max = 100, .about = "Default 20."),
    MEMBER_TEXT(struct users_query, cursor, .flags = SHAPE_OPTIONAL, .min = 1, .max = 64,
                .about = "next_cursor of the page before."),
};
const struct shape USERS_QUERY_SHAPE =
    SHAPE_OF("UsersQuery", struct users_query, USERS_QUERY_MEMBERS);

static const struct shape_member USER_PATCH_MEMBERS[] = {
    {.name = "role",
     .type = SHAPE_ENUM,
     .flags = SHAPE_REF | SHAPE_OPTIONAL,
     .offset = SHAPE_AT(struct user_patch, role, const enum role *),
     .enumeration = &ROLES},
    MEMBER_BOOL_REF(struct user_patch, disabled, .flags = SHAPE_REF | SHAPE_OPTIONAL,
                    .about = "A disabled account cannot log in; its logins end."),
};
const struct shape USER_PATCH_SHAPE = SHAPE_OF("UserPatch", struct user_patch, USER_PATCH_MEMBERS);

static const struct shape_member ACCOUNT_MEMBERS[] = {
    MEMBER_UUID(struct user, id),
    MEMBER_TEXT(struct user, email),
    MEMBER_TEXT(struct user, display_name),
    MEMBER_ENUM(struct user, role, &ROLES),
    {.name = "disabled", .type = SHAPE_BOOL, .offset = SHAPE_AT(struct user, is_disabled, bool)},
    MEMBER_TIME(struct user, created_at),
};
const struct shape ACCOUNT_SHAPE = SHAPE_OF("Account", struct user, ACCOUNT_MEMBERS);

struct account_list {
    const struct user *data;
    size_t count;
    bool has_more;
    struct text next_cursor;
};
static const struct shape_member LIST_MEMBERS[] = {
    MEMBER_LIST(struct account_list, data, count, struct user, &ACCOUNT_SHAPE),
    MEMBER_BOOL(struct account_list, has_more),
    MEMBER_TEXT(struct account_list, next_cursor, .flags = SHAPE_NULLABLE),
};
const struct shape ACCOUNT_LIST_SHAPE = SHAPE_OF("AccountList", struct account_list, LIST_MEMBERS);

static bool list(struct call *call, const struct user_filter *filter, struct user **users,
                 size_t *count, struct error *err)
{
    struct db_session *session = NULL;

    if (!db_pool_take(call->app->scans, &session, err)) {
        return false;
    }
    const bool is_done = store_users_admin_list(db_over_session(session, call->arena), call->arena,
                                                filter, users, count, err);
    db_pool_give_back(call->app->scans, session);
    return is_done;
}

bool api_list_users(struct call *call, void *reply, struct error *err)
{
    const struct users_query *query = call->query;
    struct account_list *out = reply;
    const int64_t limit = query->limit == NULL ? DEFAULT_LIMIT : *query->limit;
    struct user_filter filter = {.role = query->role,
                                 .is_disabled = query->disabled,
                                 .email = query->email,
                                 .limit = limit + 1};
    struct user *users = NULL;
    size_t count = 0;

    if (!call_read_cursor(call, query->cursor, &filter.after, err) ||
        !list(call, &filter, &users, &count, err)) {
        return false;
    }
    out->has_more = count > (size_t)limit;
    out->count = out->has_more ? (size_t)limit : count;
    out->data = users;
    out->next_cursor = out->has_more ? call_cursor(call, users[out->count - 1].id) : TEXT_ABSENT;
    return true;
}

bool api_update_user(struct call *call, void *reply, struct error *err)
{
    const struct user_path *path = call->path;
    const struct user_patch *body = call->body;
    const struct user_change change = {.actor_id = call->user_id,
                                       .user_id = path->user_id,
                                       .role = body->role,
                                       .is_disabled = body->disabled,
                                       .address = call->request->remote_address};

    return store_users_admin_update(call->db, call->arena, &change, reply, err);
}
