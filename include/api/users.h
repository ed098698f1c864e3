/* Accounts in the hands of admins, and what was done to them. */
#ifndef API_USERS_H
#define API_USERS_H

#include "api/call.h"
#include "base/shape.h"

struct user_path {
    struct uuid user_id;
};
struct users_query {
    const enum role *role; /* NULL: any */
    const bool *disabled;
    struct text email;
    const int64_t *limit;
    struct text cursor;
};
struct user_patch {
    const enum role *role; /* NULL: as it is */
    const bool *disabled;
};
struct audit_query {
    struct text event;
    struct uuid actor_id;
    struct uuid subject_id;
    int64_t since;
    int64_t until;
    const int64_t *limit;
    struct text cursor;
};
extern const struct shape USER_PATH_SHAPE;
extern const struct shape USERS_QUERY_SHAPE;
extern const struct shape USER_PATCH_SHAPE;
extern const struct shape ACCOUNT_SHAPE;
extern const struct shape ACCOUNT_LIST_SHAPE;
extern const struct shape AUDIT_QUERY_SHAPE;
extern const struct shape AUDIT_LIST_SHAPE;

bool api_list_users(struct call *call, void *reply, struct error *err);
bool api_update_user(struct call *call, void *reply, struct error *err);
bool api_list_audit(struct call *call, void *reply, struct error *err);

#endif
