/* Teams: teams.sql as functions. */
#include "store/teams.h"

#include "base/limits.h"
#include "store/sql.h"

static const char *const OUTCOME_NAMES[TEAM_OUTCOME_COUNT] = {
    [TEAM_DONE] = "done", [TEAM_FORBIDDEN] = "forbidden", [TEAM_ABSENT] = "absent",
    [TEAM_FULL] = "full", [TEAM_TOO_MANY] = "too_many",   [TEAM_IS_OWNER] = "is_owner",
    [TEAM_GONE] = "gone",
};
const struct enumeration TEAM_OUTCOMES = {OUTCOME_NAMES, TEAM_OUTCOME_COUNT};

struct team_row {
    struct team team;
    enum team_outcome outcome;
};
static const struct shape_member TEAM_MEMBERS[] = {
    MEMBER_UUID(struct team_row, team.id),
    MEMBER_TEXT(struct team_row, team.name),
    MEMBER_BOOL(struct team_row, team.is_public),
    MEMBER_I64(struct team_row, team.member_count),
    MEMBER_TIME(struct team_row, team.created_at, .flags = SHAPE_NULLABLE),
    MEMBER_ENUM(struct team_row, team.role, &TEAM_ROLES),
    MEMBER_TEXT(struct team_row, team.pseudonym),
    MEMBER_BOOL(struct team_row, team.shares_name),
    MEMBER_ENUM(struct team_row, outcome, &TEAM_OUTCOMES),
};
static const struct shape TEAM_ROW = SHAPE_OF("TeamRow", struct team_row, TEAM_MEMBERS);

struct outcome_row {
    enum team_outcome outcome;
};
static const struct shape_member OUTCOME_MEMBERS[] = {
    MEMBER_ENUM(struct outcome_row, outcome, &TEAM_OUTCOMES),
};
static const struct shape OUTCOME_ROW =
    SHAPE_OF("TeamOutcomeRow", struct outcome_row, OUTCOME_MEMBERS);

bool store_teams_judge(enum team_outcome outcome, struct error *err)
{
    switch (outcome) {
    case TEAM_DONE:
        return true;
    case TEAM_FORBIDDEN:
        return error_set(err, ERROR_FORBIDDEN, "your role in the team does not allow this");
    case TEAM_ABSENT:
        return error_set(err, ERROR_NOT_FOUND, "the team has nothing of this id");
    case TEAM_FULL:
        return error_set(err, ERROR_TEAM_FULL, "a team has at most %d members", LIMIT_TEAM_MEMBERS);
    case TEAM_TOO_MANY:
        return error_set(err, ERROR_TOO_MANY,
                         "at most %d teams for a person, and %d good invites for a team",
                         LIMIT_TEAMS_OF_USER, LIMIT_TEAM_INVITES);
    case TEAM_IS_OWNER:
        return error_set(err, ERROR_OWNER_STAYS,
                         "make another member the owner first: a team has one");
    case TEAM_GONE:
        return error_set(err, ERROR_INVALID_TOKEN, "the account of this access token is gone");
    case TEAM_OUTCOME_COUNT:
        break;
    }
    return error_set(err, ERROR_INTERNAL, "a statement about teams says what nobody knows");
}

bool store_teams_conclude(const struct db_rows *rows, struct arena *arena, struct error *err)
{
    struct outcome_row row = {.outcome = TEAM_DONE};

    if (rows->count == 0) {
        return error_set(err, ERROR_NOT_FOUND, "there is no such team");
    }
    return db_rows_read(rows, 0, &OUTCOME_ROW, arena, &row, err) &&
           store_teams_judge(row.outcome, err);
}

void store_teams_bind_flag(struct db_params *params, const bool *flag)
{
    const int64_t value = flag != NULL && *flag ? 1 : 0;

    db_bind_i64_ref(params, flag == NULL ? NULL : &value);
}

static bool read_team(const struct db_rows *rows, struct arena *arena, const char *absent,
                      struct team *team, struct error *err)
{
    struct team_row row = {.outcome = TEAM_DONE};

    if (rows->count == 0) {
        return error_set(err, ERROR_NOT_FOUND, "%s", absent);
    }
    if (!db_rows_read(rows, 0, &TEAM_ROW, arena, &row, err)) {
        return false;
    }
    *team = row.team;
    return store_teams_judge(row.outcome, err);
}

bool store_teams_create(struct db *db, struct arena *arena, const struct team_caller *caller,
                        const struct team_entry *entry, struct team *team, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, caller->user_id);
    db_bind_uuid(&params, caller->team_id);
    db_bind_text(&params, entry->name);
    db_bind_text(&params, entry->pseudonym);
    db_bind_bool(&params, entry->shares_name);
    db_bind_uuid(&params, uuid_new());
    db_bind_text(&params, caller->address);
    db_bind_i64(&params, LIMIT_TEAMS_OF_USER);
    return db_call(db, &SQL_teams_create, &params, arena, &rows, err) &&
           read_team(&rows, arena, "there is no such account", team, err);
}

bool store_teams_join(struct db *db, struct arena *arena, const struct team_caller *caller,
                      const struct team_entry *entry, struct team *team, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, caller->user_id);
    db_bind_text(&params, entry->code);
    db_bind_text(&params, entry->pseudonym);
    db_bind_bool(&params, entry->shares_name);
    db_bind_uuid(&params, uuid_new());
    db_bind_text(&params, caller->address);
    db_bind_i64(&params, LIMIT_TEAM_MEMBERS);
    db_bind_i64(&params, LIMIT_TEAMS_OF_USER);
    return db_call(db, &SQL_teams_join, &params, arena, &rows, err) &&
           read_team(&rows, arena, "there is no invite with this code", team, err);
}

bool store_teams_get(struct db *db, struct arena *arena, const struct team_caller *caller,
                     struct team *team, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, caller->user_id);
    db_bind_uuid(&params, caller->team_id);
    return db_call(db, &SQL_teams_get, &params, arena, &rows, err) &&
           read_team(&rows, arena, "there is no such team", team, err);
}

bool store_teams_list(struct db *db, struct arena *arena, const struct team_page *page,
                      struct team **teams, size_t *count, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *items = NULL;

    db_bind_uuid(&params, page->caller.user_id);
    db_bind_uuid(&params, page->after);
    db_bind_i64(&params, page->limit);
    if (!db_call(db, &SQL_teams_list, &params, arena, &rows, err) ||
        !db_rows_read_all(&rows, &TEAM_ROW, arena, &items, err)) {
        return false;
    }
    const struct team_row *read = items;
    *teams = arena_new_array(arena, rows.count, struct team);
    for (size_t i = 0; i < rows.count; i++) {
        (*teams)[i] = read[i].team;
    }
    *count = rows.count;
    return true;
}

bool store_teams_update(struct db *db, struct arena *arena, const struct team_caller *caller,
                        const struct team_change *change, struct team *team, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, caller->user_id);
    db_bind_uuid(&params, caller->team_id);
    db_bind_text(&params, change->name);
    store_teams_bind_flag(&params, change->is_public);
    db_bind_uuid(&params, uuid_new());
    db_bind_text(&params, caller->address);
    return db_call(db, &SQL_teams_update, &params, arena, &rows, err) &&
           read_team(&rows, arena, "there is no such team", team, err);
}

bool store_teams_delete(struct db *db, struct arena *arena, const struct team_caller *caller,
                        struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, caller->user_id);
    db_bind_uuid(&params, caller->team_id);
    db_bind_uuid(&params, uuid_new());
    db_bind_text(&params, caller->address);
    return db_call(db, &SQL_teams_delete, &params, arena, &rows, err) &&
           store_teams_conclude(&rows, arena, err);
}
