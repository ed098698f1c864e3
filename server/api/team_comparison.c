/* What all share is how many points each team has. Which of them may be seen, under what name, is
 * asked for every page, so that a team which is public no longer is gone at once. */
#include "api/team_comparison.h"

#include "api/teams.h"
#include "base/clock.h"
#include "base/limits.h"

/* Hands it over to all, also that it failed. */
static bool read_for_all(struct call *call, const struct small_board_key *key, struct error *err)
{
    const int64_t now_us = clock_now_us();
    struct db_session *session = NULL;
    struct team_standings standings = {.count = 0};
    const bool is_read = db_pool_take(call->app->scans, &session, err) &&
                         store_boards_of_teams(db_over_session(session, call->arena), call->arena,
                                               key, &standings, err);

    db_pool_give_back(call->app->scans, session);
    if (standings.as_of == 0) {
        standings.as_of = now_us;
    }
    team_boards_keep(call->app->team_boards, key, is_read ? &standings : NULL);
    return is_read;
}

/* The caller's that take part. */
static struct uuid *list_public(struct call *call, const struct team *teams, size_t count,
                                size_t *public_count)
{
    struct uuid *ids = arena_new_array(call->arena, count, struct uuid);

    *public_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (teams[i].is_public && teams[i].member_count >= BOARD_MEMBERS_MIN) {
            ids[(*public_count)++] = teams[i].id;
        }
    }
    return ids;
}

bool team_comparison_read(struct call *call, struct team_comparison *comparison, struct error *err)
{
    const struct team_page mine = {.caller = team_caller_of(call, UUID_NIL),
                                   .limit = LIMIT_TEAMS_OF_USER};
    struct team_board_view *look = &comparison->look;
    struct team *teams = NULL;
    size_t count = 0;
    bool must_read = false;

    if (!team_boards_begin(call->app->team_boards, &comparison->key, &must_read, err) ||
        (must_read && !read_for_all(call, &comparison->key, err)) ||
        !store_teams_list(call->db, call->arena, &mine, &teams, &count, err)) {
        return false;
    }
    look->mine = list_public(call, teams, count, &look->mine_count);
    team_boards_look(call->app->team_boards, &comparison->key, call->arena, look);
    for (size_t i = 0; i < count && look->page.me != NULL; i++) {
        if (uuid_equal(teams[i].id, look->page.me->standing.id)) {
            comparison->my_name = teams[i].name;
        }
    }
    return store_boards_team_names(call->db, call->arena, &look->page, &comparison->names,
                                   &comparison->count, err);
}
