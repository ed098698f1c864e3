/* Members and invites: team_members.sql as functions. */
#include "base/limits.h"
#include "store/sql.h"
#include "store/teams.h"

struct member_row {
    struct team_member member;
    enum team_outcome outcome;
};
static const struct shape_member MEMBER_MEMBERS[] = {
    MEMBER_UUID(struct member_row, member.user_id, .flags = SHAPE_NULLABLE),
    MEMBER_TEXT(struct member_row, member.display_name, .flags = SHAPE_NULLABLE),
    MEMBER_ENUM(struct member_row, member.role, &TEAM_ROLES),
    MEMBER_BOOL(struct member_row, member.shares_name),
    MEMBER_BOOL(struct member_row, member.shares_results),
    MEMBER_TIME(struct member_row, member.joined_at, .flags = SHAPE_NULLABLE),
    MEMBER_BOOL(struct member_row, member.is_me),
    MEMBER_ENUM(struct member_row, outcome, &TEAM_OUTCOMES),
};
static const struct shape MEMBER_ROW = SHAPE_OF("TeamMemberRow", struct member_row, MEMBER_MEMBERS);

struct invite_row {
    struct team_invite invite;
    enum team_outcome outcome;
};
static const struct shape_member INVITE_MEMBERS[] = {
    MEMBER_UUID(struct invite_row, invite.id, .flags = SHAPE_NULLABLE),
    MEMBER_I64(struct invite_row, invite.uses_left),
    MEMBER_TIME(struct invite_row, invite.created_at, .flags = SHAPE_NULLABLE),
    MEMBER_TIME(struct invite_row, invite.expires_at, .flags = SHAPE_NULLABLE),
    MEMBER_ENUM(struct invite_row, outcome, &TEAM_OUTCOMES),
};
static const struct shape INVITE_ROW = SHAPE_OF("TeamInviteRow", struct invite_row, INVITE_MEMBERS);

static void bind_page(struct db_params *params, const struct team_page *page)
{
    db_bind_uuid(params, page->caller.user_id);
    db_bind_uuid(params, page->caller.team_id);
    db_bind_uuid(params, page->after);
    db_bind_i64(params, page->limit);
}

bool store_team_members_list(struct db *db, struct arena *arena, const struct team_page *page,
                             struct team_member **members, size_t *count, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *items = NULL;

    bind_page(&params, page);
    if (!db_call(db, &SQL_team_members_list, &params, arena, &rows, err) ||
        !db_rows_read_all(&rows, &MEMBER_ROW, arena, &items, err)) {
        return false;
    }
    if (rows.count == 0) {
        return error_set(err, ERROR_NOT_FOUND, "there is no such team");
    }
    const struct member_row *read = items;
    *members = arena_new_array(arena, rows.count, struct team_member);
    *count = uuid_is_nil(read[0].member.user_id) ? 0 : rows.count;
    for (size_t i = 0; i < *count; i++) {
        (*members)[i] = read[i].member;
    }
    return true;
}

bool store_team_members_update(struct db *db, struct arena *arena, const struct team_caller *caller,
                               const struct team_member_change *change, struct team_member *member,
                               struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    struct member_row row = {.outcome = TEAM_DONE};

    db_bind_uuid(&params, caller->user_id);
    db_bind_uuid(&params, caller->team_id);
    db_bind_uuid(&params, change->user_id);
    db_bind_text(&params, change->role == NULL
                              ? TEXT_ABSENT
                              : text_of(enumeration_name(&TEAM_ROLES, *change->role)));
    store_teams_bind_flag(&params, change->shares_name);
    db_bind_uuid(&params, uuid_new());
    db_bind_text(&params, caller->address);
    store_teams_bind_flag(&params, change->shares_results);
    if (!db_call(db, &SQL_team_members_update, &params, arena, &rows, err)) {
        return false;
    }
    if (rows.count == 0) {
        return error_set(err, ERROR_NOT_FOUND, "there is no such team");
    }
    if (!db_rows_read(&rows, 0, &MEMBER_ROW, arena, &row, err)) {
        return false;
    }
    *member = row.member;
    return store_teams_judge(row.outcome, err);
}

bool store_team_members_remove(struct db *db, struct arena *arena, const struct team_caller *caller,
                               struct uuid user_id, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, caller->user_id);
    db_bind_uuid(&params, caller->team_id);
    db_bind_uuid(&params, user_id);
    db_bind_uuid(&params, uuid_new());
    db_bind_text(&params, caller->address);
    return db_call(db, &SQL_team_members_remove, &params, arena, &rows, err) &&
           store_teams_conclude(&rows, arena, err);
}

bool store_team_invites_create(struct db *db, struct arena *arena, const struct team_caller *caller,
                               const struct new_team_invite *new_invite, struct team_invite *invite,
                               struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    struct invite_row row = {.outcome = TEAM_DONE};

    db_bind_uuid(&params, caller->user_id);
    db_bind_uuid(&params, caller->team_id);
    db_bind_uuid(&params, uuid_new());
    db_bind_text(&params, new_invite->code);
    db_bind_i64(&params, new_invite->uses);
    db_bind_i64(&params, new_invite->hours);
    db_bind_uuid(&params, uuid_new());
    db_bind_text(&params, caller->address);
    db_bind_i64(&params, LIMIT_TEAM_INVITES);
    if (!db_call(db, &SQL_team_invites_create, &params, arena, &rows, err)) {
        return false;
    }
    if (rows.count == 0) {
        return error_set(err, ERROR_NOT_FOUND, "there is no such team");
    }
    if (!db_rows_read(&rows, 0, &INVITE_ROW, arena, &row, err)) {
        return false;
    }
    *invite = row.invite;
    return store_teams_judge(row.outcome, err);
}

bool store_team_invites_list(struct db *db, struct arena *arena, const struct team_page *page,
                             struct team_invite **invites, size_t *count, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *items = NULL;

    bind_page(&params, page);
    if (!db_call(db, &SQL_team_invites_list, &params, arena, &rows, err) ||
        !db_rows_read_all(&rows, &INVITE_ROW, arena, &items, err)) {
        return false;
    }
    if (rows.count == 0) {
        return error_set(err, ERROR_NOT_FOUND, "there is no such team");
    }
    const struct invite_row *read = items;
    if (!store_teams_judge(read[0].outcome, err)) {
        return false;
    }
    *invites = arena_new_array(arena, rows.count, struct team_invite);
    *count = uuid_is_nil(read[0].invite.id) ? 0 : rows.count;
    for (size_t i = 0; i < *count; i++) {
        (*invites)[i] = read[i].invite;
    }
    return true;
}

bool store_team_invites_revoke(struct db *db, struct arena *arena, const struct team_caller *caller,
                               struct uuid invite_id, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, caller->user_id);
    db_bind_uuid(&params, caller->team_id);
    db_bind_uuid(&params, invite_id);
    db_bind_uuid(&params, uuid_new());
    db_bind_text(&params, caller->address);
    return db_call(db, &SQL_team_invites_revoke, &params, arena, &rows, err) &&
           store_teams_conclude(&rows, arena, err);
}
