/* Teams, their members and invites. */
#ifndef API_TEAMS_H
#define API_TEAMS_H

#include "api/call.h"
#include "base/shape.h"
#include "store/teams.h"

struct team_path {
    struct uuid team_id;
};
struct team_member_path {
    struct uuid team_id;
    struct uuid user_id;
};
struct team_invite_path {
    struct uuid team_id;
    struct uuid invite_id;
};
struct team_list_query {
    const int64_t *limit;
    struct text cursor;
};
struct team_request {
    struct text name;
    bool share_name;
};
struct team_patch {
    struct text name; /* absent: as it is */
    const bool *public;
};
struct team_join {
    struct text code;
    bool share_name;
};
struct team_member_patch {
    const enum team_role *role; /* NULL: as it is */
    const bool *share_name;
    const bool *share_results;
};
struct team_invite_request {
    const int64_t *uses;
    const int64_t *expires_in_hours;
};
extern const struct shape TEAM_PATH_SHAPE;
extern const struct shape TEAM_MEMBER_PATH_SHAPE;
extern const struct shape TEAM_INVITE_PATH_SHAPE;
extern const struct shape TEAM_LIST_QUERY_SHAPE;
extern const struct shape TEAM_REQUEST_SHAPE;
extern const struct shape TEAM_PATCH_SHAPE;
extern const struct shape TEAM_JOIN_SHAPE;
extern const struct shape TEAM_MEMBER_PATCH_SHAPE;
extern const struct shape TEAM_INVITE_REQUEST_SHAPE;
extern const struct shape TEAM_REPLY_SHAPE;
extern const struct shape TEAM_LIST_SHAPE;
extern const struct shape TEAM_MEMBER_SHAPE;
extern const struct shape TEAM_MEMBER_LIST_SHAPE;
extern const struct shape NEW_TEAM_INVITE_SHAPE;
extern const struct shape TEAM_INVITE_LIST_SHAPE;

bool api_create_team(struct call *call, void *reply, struct error *err);
bool api_list_teams(struct call *call, void *reply, struct error *err);
bool api_get_team(struct call *call, void *reply, struct error *err);
bool api_update_team(struct call *call, void *reply, struct error *err);
bool api_delete_team(struct call *call, void *reply, struct error *err);
bool api_join_team(struct call *call, void *reply, struct error *err);
bool api_list_team_members(struct call *call, void *reply, struct error *err);
bool api_update_team_member(struct call *call, void *reply, struct error *err);
bool api_remove_team_member(struct call *call, void *reply, struct error *err);
bool api_create_team_invite(struct call *call, void *reply, struct error *err);
bool api_list_team_invites(struct call *call, void *reply, struct error *err);
bool api_revoke_team_invite(struct call *call, void *reply, struct error *err);

struct team_caller team_caller_of(const struct call *call, struct uuid team_id);
/* The page that call->query asks for, with one more than its limit, to see whether there are more.
 */
NODISCARD bool team_page_of(struct call *call, struct uuid team_id, struct team_page *page,
                            struct error *err);
/* `count` random letters and digits (base 32 without those that look alike), 5 bits each. */
struct text team_random_word(struct call *call, size_t count);
enum { PSEUDONYM_CHARS = 6 };

#endif
