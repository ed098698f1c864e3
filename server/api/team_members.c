/* Who is in a team, and how others get in. */
#include "api/teams.h"
#include "base/limits.h"

enum { CODE_CHARS = 20 /* 100 bits */, DEFAULT_HOURS = 24 * 7 };

static const struct shape_member MEMBER_PATH_MEMBERS[] = {
    MEMBER_UUID(struct team_member_path, team_id),
    MEMBER_UUID(struct team_member_path, user_id),
};
const struct shape TEAM_MEMBER_PATH_SHAPE =
    SHAPE_OF("TeamMemberPath", struct team_member_path, MEMBER_PATH_MEMBERS);

static const struct shape_member INVITE_PATH_MEMBERS[] = {
    MEMBER_UUID(struct team_invite_path, team_id),
    MEMBER_UUID(struct team_invite_path, invite_id),
};
const struct shape TEAM_INVITE_PATH_SHAPE =
    SHAPE_OF("TeamInvitePath", struct team_invite_path, INVITE_PATH_MEMBERS);

static const struct shape_member MEMBER_PATCH_MEMBERS[] = {
    {.name = "role",
     .type = SHAPE_ENUM,
     .flags = SHAPE_REF | SHAPE_OPTIONAL,
     .offset = SHAPE_AT(struct team_member_patch, role, const enum team_role *),
     .enumeration = &TEAM_ROLES,
     .about = "Given by the owner; \"owner\" hands the team over."},
    MEMBER_BOOL_REF(struct team_member_patch, share_name, .flags = SHAPE_REF | SHAPE_OPTIONAL,
                    .about = "Everybody's own affair."),
    MEMBER_BOOL_REF(struct team_member_patch, share_results, .flags = SHAPE_REF | SHAPE_OPTIONAL,
                    .about = "So is this: whether owner and managers see what one is weak in."),
};
const struct shape TEAM_MEMBER_PATCH_SHAPE =
    SHAPE_OF("TeamMemberPatch", struct team_member_patch, MEMBER_PATCH_MEMBERS);

static const struct shape_member INVITE_REQUEST_MEMBERS[] = {
    MEMBER_I64_REF(struct team_invite_request, uses, .flags = SHAPE_REF | SHAPE_OPTIONAL, .min = 1,
                   .max = LIMIT_TEAM_MEMBERS, .about = "How many may join with it; default 1."),
    MEMBER_I64_REF(struct team_invite_request, expires_in_hours,
                   .flags = SHAPE_REF | SHAPE_OPTIONAL, .min = 1, .max = LIMIT_INVITE_HOURS,
                   .about = "Default 168."),
};
const struct shape TEAM_INVITE_REQUEST_SHAPE =
    SHAPE_OF("TeamInviteRequest", struct team_invite_request, INVITE_REQUEST_MEMBERS);

static const struct shape_member MEMBER_MEMBERS[] = {
    MEMBER_UUID(struct team_member, user_id),
    MEMBER_TEXT(struct team_member, display_name, .about = "A pseudonym unless he shares it."),
    MEMBER_ENUM(struct team_member, role, &TEAM_ROLES),
    {.name = "share_name",
     .type = SHAPE_BOOL,
     .offset = SHAPE_AT(struct team_member, shares_name, bool)},
    {.name = "share_results",
     .type = SHAPE_BOOL,
     .offset = SHAPE_AT(struct team_member, shares_results, bool)},
    MEMBER_TIME(struct team_member, joined_at),
    MEMBER_BOOL(struct team_member, is_me),
};
const struct shape TEAM_MEMBER_SHAPE = SHAPE_OF("TeamMember", struct team_member, MEMBER_MEMBERS);

struct member_list {
    const struct team_member *data;
    size_t count;
    bool has_more;
    struct text next_cursor;
};
static const struct shape_member MEMBER_LIST_MEMBERS[] = {
    MEMBER_LIST(struct member_list, data, count, struct team_member, &TEAM_MEMBER_SHAPE),
    MEMBER_BOOL(struct member_list, has_more),
    MEMBER_TEXT(struct member_list, next_cursor, .flags = SHAPE_NULLABLE),
};
const struct shape TEAM_MEMBER_LIST_SHAPE =
    SHAPE_OF("TeamMemberList", struct member_list, MEMBER_LIST_MEMBERS);

static const struct shape_member INVITE_MEMBERS[] = {
    MEMBER_UUID(struct team_invite, id),
    MEMBER_I64(struct team_invite, uses_left),
    MEMBER_TIME(struct team_invite, created_at),
    MEMBER_TIME(struct team_invite, expires_at),
};
static const struct shape INVITE_SHAPE = SHAPE_OF("TeamInvite", struct team_invite, INVITE_MEMBERS);

struct new_invite_reply {
    struct uuid id;
    struct text code;
    int64_t uses_left;
    int64_t created_at;
    int64_t expires_at;
};
static const struct shape_member NEW_INVITE_MEMBERS[] = {
    MEMBER_UUID(struct new_invite_reply, id),
    MEMBER_TEXT(struct new_invite_reply, code, .about = "Told once: only its hash is kept."),
    MEMBER_I64(struct new_invite_reply, uses_left),
    MEMBER_TIME(struct new_invite_reply, created_at),
    MEMBER_TIME(struct new_invite_reply, expires_at),
};
const struct shape NEW_TEAM_INVITE_SHAPE =
    SHAPE_OF("NewTeamInvite", struct new_invite_reply, NEW_INVITE_MEMBERS);

struct invite_list {
    const struct team_invite *data;
    size_t count;
    bool has_more;
    struct text next_cursor;
};
static const struct shape_member INVITE_LIST_MEMBERS[] = {
    MEMBER_LIST(struct invite_list, data, count, struct team_invite, &INVITE_SHAPE),
    MEMBER_BOOL(struct invite_list, has_more),
    MEMBER_TEXT(struct invite_list, next_cursor, .flags = SHAPE_NULLABLE),
};
const struct shape TEAM_INVITE_LIST_SHAPE =
    SHAPE_OF("TeamInviteList", struct invite_list, INVITE_LIST_MEMBERS);

bool api_list_team_members(struct call *call, void *reply, struct error *err)
{
    const struct team_path *path = call->path;
    struct member_list *list = reply;
    struct team_page page = {.limit = 0};
    struct team_member *members = NULL;

    if (!team_page_of(call, path->team_id, &page, err) ||
        !store_team_members_list(call->db, call->arena, &page, &members, &list->count, err)) {
        return false;
    }
    list->has_more = (int64_t)list->count == page.limit;
    list->count -= list->has_more ? 1 : 0;
    list->data = members;
    list->next_cursor =
        list->has_more ? call_cursor(call, members[list->count - 1].user_id) : TEXT_ABSENT;
    return true;
}

bool api_update_team_member(struct call *call, void *reply, struct error *err)
{
    const struct team_member_path *path = call->path;
    const struct team_member_patch *body = call->body;
    const struct team_caller caller = team_caller_of(call, path->team_id);
    const struct team_member_change change = {.user_id = path->user_id,
                                              .role = body->role,
                                              .shares_name = body->share_name,
                                              .shares_results = body->share_results};

    return store_team_members_update(call->db, call->arena, &caller, &change, reply, err);
}

bool api_remove_team_member(struct call *call, void *reply, struct error *err)
{
    const struct team_member_path *path = call->path;
    const struct team_caller caller = team_caller_of(call, path->team_id);

    (void)reply; /* 204 */
    return store_team_members_remove(call->db, call->arena, &caller, path->user_id, err);
}

bool api_create_team_invite(struct call *call, void *reply, struct error *err)
{
    const struct team_path *path = call->path;
    const struct team_invite_request *body = call->body;
    const struct team_caller caller = team_caller_of(call, path->team_id);
    const struct new_team_invite wanted = {
        .code = team_random_word(call, CODE_CHARS),
        .uses = body->uses == NULL ? 1 : *body->uses,
        .hours = body->expires_in_hours == NULL ? DEFAULT_HOURS : *body->expires_in_hours};
    struct new_invite_reply *out = reply;
    struct team_invite invite = {.id = UUID_NIL};

    if (!store_team_invites_create(call->db, call->arena, &caller, &wanted, &invite, err)) {
        return false;
    }
    *out = (struct new_invite_reply){.id = invite.id,
                                     .code = wanted.code,
                                     .uses_left = invite.uses_left,
                                     .created_at = invite.created_at,
                                     .expires_at = invite.expires_at};
    return true;
}

bool api_list_team_invites(struct call *call, void *reply, struct error *err)
{
    const struct team_path *path = call->path;
    struct invite_list *list = reply;
    struct team_page page = {.limit = 0};
    struct team_invite *invites = NULL;

    if (!team_page_of(call, path->team_id, &page, err) ||
        !store_team_invites_list(call->db, call->arena, &page, &invites, &list->count, err)) {
        return false;
    }
    list->has_more = (int64_t)list->count == page.limit;
    list->count -= list->has_more ? 1 : 0;
    list->data = invites;
    list->next_cursor =
        list->has_more ? call_cursor(call, invites[list->count - 1].id) : TEXT_ABSENT;
    return true;
}

bool api_revoke_team_invite(struct call *call, void *reply, struct error *err)
{
    const struct team_invite_path *path = call->path;
    const struct team_caller caller = team_caller_of(call, path->team_id);

    (void)reply; /* 204 */
    return store_team_invites_revoke(call->db, call->arena, &caller, path->invite_id, err);
}
