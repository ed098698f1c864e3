/* Teams as a whole. */
#include "api/teams.h"

#include "base/limits.h"
#include "base/random.h"

enum { DEFAULT_LIMIT = 20 };

static const struct shape_member TEAM_PATH_MEMBERS[] = {MEMBER_UUID(struct team_path, team_id)};
const struct shape TEAM_PATH_SHAPE = SHAPE_OF("TeamPath", struct team_path, TEAM_PATH_MEMBERS);

static const struct shape_member LIST_QUERY_MEMBERS[] = {
    MEMBER_I64_REF(struct team_list_query, limit, .flags = SHAPE_REF | SHAPE_OPTIONAL, .min = 1,
                   .max = 100, .about = "Default 20."),
    MEMBER_TEXT(struct team_list_query, cursor, .flags = SHAPE_OPTIONAL, .min = 1, .max = 64,
                .about = "next_cursor of the page before."),
};
const struct shape TEAM_LIST_QUERY_SHAPE =
    SHAPE_OF("TeamListQuery", struct team_list_query, LIST_QUERY_MEMBERS);

#define SHARE_NAME_ABOUT "Whether the team sees the display name; else it sees a pseudonym."

static const struct shape_member REQUEST_MEMBERS[] = {
    MEMBER_TEXT(struct team_request, name, .min = 1, .max = LIMIT_TEAM_NAME, .format = "name"),
    MEMBER_BOOL(struct team_request, share_name, .flags = SHAPE_OPTIONAL,
                .about = SHARE_NAME_ABOUT),
};
const struct shape TEAM_REQUEST_SHAPE =
    SHAPE_OF("TeamRequest", struct team_request, REQUEST_MEMBERS);

static const struct shape_member PATCH_MEMBERS[] = {
    MEMBER_TEXT(struct team_patch, name, .flags = SHAPE_OPTIONAL, .min = 1, .max = LIMIT_TEAM_NAME,
                .format = "name"),
    MEMBER_BOOL_REF(struct team_patch, public, .flags = SHAPE_REF | SHAPE_OPTIONAL,
                    .about = "Whether the team takes part where teams are compared."),
};
const struct shape TEAM_PATCH_SHAPE = SHAPE_OF("TeamPatch", struct team_patch, PATCH_MEMBERS);

static const struct shape_member JOIN_MEMBERS[] = {
    MEMBER_TEXT(struct team_join, code, .min = 1, .max = 64, .about = "Of an invite."),
    MEMBER_BOOL(struct team_join, share_name, .flags = SHAPE_OPTIONAL, .about = SHARE_NAME_ABOUT),
};
const struct shape TEAM_JOIN_SHAPE = SHAPE_OF("TeamJoin", struct team_join, JOIN_MEMBERS);

static const struct shape_member REPLY_MEMBERS[] = {
    MEMBER_UUID(struct team, id),
    MEMBER_TEXT(struct team, name),
    {.name = "public", .type = SHAPE_BOOL, .offset = SHAPE_AT(struct team, is_public, bool)},
    MEMBER_I64(struct team, member_count),
    MEMBER_TIME(struct team, created_at),
    MEMBER_ENUM(struct team, role, &TEAM_ROLES, .about = "The caller's."),
    MEMBER_TEXT(struct team, pseudonym, .about = "What the team sees of the caller …"),
    {.name = "share_name",
     .type = SHAPE_BOOL,
     .offset = SHAPE_AT(struct team, shares_name, bool),
     .about = "… unless he shares his display name."},
};
const struct shape TEAM_REPLY_SHAPE = SHAPE_OF("Team", struct team, REPLY_MEMBERS);

struct team_list {
    const struct team *data;
    size_t count;
    bool has_more;
    struct text next_cursor;
};
static const struct shape_member LIST_MEMBERS[] = {
    MEMBER_LIST(struct team_list, data, count, struct team, &TEAM_REPLY_SHAPE),
    MEMBER_BOOL(struct team_list, has_more),
    MEMBER_TEXT(struct team_list, next_cursor, .flags = SHAPE_NULLABLE),
};
const struct shape TEAM_LIST_SHAPE = SHAPE_OF("TeamList", struct team_list, LIST_MEMBERS);

struct team_caller team_caller_of(const struct call *call, struct uuid team_id)
{
    return (struct team_caller){
        .user_id = call->user_id, .team_id = team_id, .address = call->request->remote_address};
}

bool team_page_of(struct call *call, struct uuid team_id, struct team_page *page, struct error *err)
{
    const struct team_list_query *query = call->query;

    page->caller = team_caller_of(call, team_id);
    page->limit = (query->limit == NULL ? DEFAULT_LIMIT : *query->limit) + 1;
    return call_read_cursor(call, query->cursor, &page->after, err);
}

struct text team_random_word(struct call *call, size_t count)
{
    static const char LETTERS[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    char *word = arena_alloc_bytes(call->arena, count + 1);

    random_bytes(word, count);
    for (size_t i = 0; i < count; i++) {
        word[i] = LETTERS[(unsigned char)word[i] % (sizeof LETTERS - 1)]; /* 32 divides 256 */
    }
    word[count] = '\0';
    return (struct text){word, count};
}

static struct team_entry new_entry(struct call *call, bool shares_name)
{
    return (struct team_entry){.shares_name = shares_name,
                               .pseudonym =
                                   arena_printf(call->arena, "Member %.*s",
                                                TEXT_ARG(team_random_word(call, PSEUDONYM_CHARS)))};
}

bool api_create_team(struct call *call, void *reply, struct error *err)
{
    const struct team_request *body = call->body;
    const struct team_caller caller = team_caller_of(call, uuid_new());
    struct team_entry entry = new_entry(call, body->share_name);

    entry.name = body->name;
    return store_teams_create(call->db, call->arena, &caller, &entry, reply, err) ||
           call_refuse_gone_account(err);
}

bool api_join_team(struct call *call, void *reply, struct error *err)
{
    const struct team_join *body = call->body;
    const struct team_caller caller = team_caller_of(call, UUID_NIL);
    struct team_entry entry = new_entry(call, body->share_name);

    entry.code = body->code;
    return store_teams_join(call->db, call->arena, &caller, &entry, reply, err);
}

bool api_list_teams(struct call *call, void *reply, struct error *err)
{
    struct team_list *list = reply;
    struct team_page page = {.limit = 0};
    struct team *teams = NULL;

    if (!team_page_of(call, UUID_NIL, &page, err) ||
        !store_teams_list(call->db, call->arena, &page, &teams, &list->count, err)) {
        return false;
    }
    list->has_more = (int64_t)list->count == page.limit;
    list->count -= list->has_more ? 1 : 0;
    list->data = teams;
    list->next_cursor = list->has_more ? call_cursor(call, teams[list->count - 1].id) : TEXT_ABSENT;
    return true;
}

bool api_get_team(struct call *call, void *reply, struct error *err)
{
    const struct team_path *path = call->path;
    const struct team_caller caller = team_caller_of(call, path->team_id);

    return store_teams_get(call->db, call->arena, &caller, reply, err);
}

bool api_update_team(struct call *call, void *reply, struct error *err)
{
    const struct team_path *path = call->path;
    const struct team_patch *body = call->body;
    const struct team_caller caller = team_caller_of(call, path->team_id);
    const struct team_change change = {body->name, body->public};

    return store_teams_update(call->db, call->arena, &caller, &change, reply, err);
}

bool api_delete_team(struct call *call, void *reply, struct error *err)
{
    const struct team_path *path = call->path;
    const struct team_caller caller = team_caller_of(call, path->team_id);

    (void)reply; /* 204 */
    return store_teams_delete(call->db, call->arena, &caller, err);
}
