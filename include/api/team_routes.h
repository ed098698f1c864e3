/* The rows of the route table that teams and boards have: a part of the one table in api/routes.c,
 * which would be too long for a file. */
#ifndef API_TEAM_ROUTES_H
#define API_TEAM_ROUTES_H

#include "api/banks.h"
#include "api/leaderboards.h"
#include "api/team_weak_areas.h"
#include "api/teams.h"

/* As ERRORS in api/routes.c. */
#define ROUTE_ERRORS(...) ((const enum error_code[]){__VA_ARGS__, ERROR_NONE})

#define TEAM_ROUTES                                                                                \
    {.method = HTTP_POST,                                                                          \
     .path = "/v1/teams",                                                                          \
     .operation = "create_team",                                                                   \
     .tag = "teams",                                                                               \
     .roles = ACCESS_USER,                                                                         \
     .status = 201,                                                                                \
     .summary = "Make a team; who makes it owns it",                                               \
     .body_shape = &TEAM_REQUEST_SHAPE,                                                            \
     .reply_shape = &TEAM_REPLY_SHAPE,                                                             \
     .takes_key = true,                                                                            \
     .handler = api_create_team,                                                                   \
     .errors = ROUTE_ERRORS(ERROR_TOO_MANY, ERROR_UNAVAILABLE)},                                   \
        {.method = HTTP_GET,                                                                       \
         .path = "/v1/teams",                                                                      \
         .operation = "list_teams",                                                                \
         .tag = "teams",                                                                           \
         .roles = ACCESS_USER,                                                                     \
         .status = 200,                                                                            \
         .summary = "The caller's teams, newest first",                                            \
         .query_shape = &TEAM_LIST_QUERY_SHAPE,                                                    \
         .reply_shape = &TEAM_LIST_SHAPE,                                                          \
         .handler = api_list_teams,                                                                \
         .errors = ROUTE_ERRORS(ERROR_UNAVAILABLE)},                                               \
        {.method = HTTP_POST,                                                                      \
         .path = "/v1/teams/join",                                                                 \
         .operation = "join_team",                                                                 \
         .tag = "teams",                                                                           \
         .roles = ACCESS_USER,                                                                     \
         .status = 200,                                                                            \
         .summary = "Join a team with the code of an invite",                                      \
         .body_shape = &TEAM_JOIN_SHAPE,                                                           \
         .reply_shape = &TEAM_REPLY_SHAPE,                                                         \
         .takes_key = true,                                                                        \
         .handler = api_join_team,                                                                 \
         .errors =                                                                                 \
             ROUTE_ERRORS(ERROR_NOT_FOUND, ERROR_TEAM_FULL, ERROR_TOO_MANY, ERROR_UNAVAILABLE)},   \
        {.method = HTTP_GET,                                                                       \
         .path = "/v1/teams/{team_id}",                                                            \
         .operation = "get_team",                                                                  \
         .tag = "teams",                                                                           \
         .roles = ACCESS_USER,                                                                     \
         .status = 200,                                                                            \
         .summary = "One team",                                                                    \
         .path_shape = &TEAM_PATH_SHAPE,                                                           \
         .reply_shape = &TEAM_REPLY_SHAPE,                                                         \
         .handler = api_get_team,                                                                  \
         .errors = ROUTE_ERRORS(ERROR_UNAVAILABLE)},                                               \
        {.method = HTTP_PATCH,                                                                     \
         .path = "/v1/teams/{team_id}",                                                            \
         .operation = "update_team",                                                               \
         .tag = "teams",                                                                           \
         .roles = ACCESS_USER,                                                                     \
         .status = 200,                                                                            \
         .summary = "Rename a team, or let it take part where teams are compared: its owner and "  \
                    "managers",                                                                    \
         .path_shape = &TEAM_PATH_SHAPE,                                                           \
         .body_shape = &TEAM_PATCH_SHAPE,                                                          \
         .reply_shape = &TEAM_REPLY_SHAPE,                                                         \
         .handler = api_update_team,                                                               \
         .errors = ROUTE_ERRORS(ERROR_FORBIDDEN, ERROR_UNAVAILABLE)},                              \
        {.method = HTTP_DELETE,                                                                    \
         .path = "/v1/teams/{team_id}",                                                            \
         .operation = "delete_team",                                                               \
         .tag = "teams",                                                                           \
         .roles = ACCESS_USER,                                                                     \
         .status = 204,                                                                            \
         .summary = "End a team: its owner",                                                       \
         .path_shape = &TEAM_PATH_SHAPE,                                                           \
         .handler = api_delete_team,                                                               \
         .errors = ROUTE_ERRORS(ERROR_FORBIDDEN, ERROR_UNAVAILABLE)},                              \
        {.method = HTTP_GET,                                                                       \
         .path = "/v1/teams/{team_id}/members",                                                    \
         .operation = "list_team_members",                                                         \
         .tag = "teams",                                                                           \
         .roles = ACCESS_USER,                                                                     \
         .status = 200,                                                                            \
         .summary = "The members of a team",                                                       \
         .path_shape = &TEAM_PATH_SHAPE,                                                           \
         .query_shape = &TEAM_LIST_QUERY_SHAPE,                                                    \
         .reply_shape = &TEAM_MEMBER_LIST_SHAPE,                                                   \
         .handler = api_list_team_members,                                                         \
         .errors = ROUTE_ERRORS(ERROR_UNAVAILABLE)},                                               \
        {.method = HTTP_PATCH,                                                                     \
         .path = "/v1/teams/{team_id}/members/{user_id}",                                          \
         .operation = "update_team_member",                                                        \
         .tag = "teams",                                                                           \
         .roles = ACCESS_USER,                                                                     \
         .status = 200,                                                                            \
         .summary = "Give a role, hand the team over, or share one's own name",                    \
         .path_shape = &TEAM_MEMBER_PATH_SHAPE,                                                    \
         .body_shape = &TEAM_MEMBER_PATCH_SHAPE,                                                   \
         .reply_shape = &TEAM_MEMBER_SHAPE,                                                        \
         .handler = api_update_team_member,                                                        \
         .errors = ROUTE_ERRORS(ERROR_FORBIDDEN, ERROR_OWNER_STAYS, ERROR_UNAVAILABLE)},           \
        {.method = HTTP_DELETE,                                                                    \
         .path = "/v1/teams/{team_id}/members/{user_id}",                                          \
         .operation = "remove_team_member",                                                        \
         .tag = "teams",                                                                           \
         .roles = ACCESS_USER,                                                                     \
         .status = 204,                                                                            \
         .summary = "Leave a team, or remove somebody from it",                                    \
         .path_shape = &TEAM_MEMBER_PATH_SHAPE,                                                    \
         .handler = api_remove_team_member,                                                        \
         .errors = ROUTE_ERRORS(ERROR_FORBIDDEN, ERROR_OWNER_STAYS, ERROR_UNAVAILABLE)},           \
        {.method = HTTP_POST,                                                                      \
         .path = "/v1/teams/{team_id}/invites",                                                    \
         .operation = "create_team_invite",                                                        \
         .tag = "teams",                                                                           \
         .roles = ACCESS_USER,                                                                     \
         .status = 201,                                                                            \
         .summary = "Invite to a team: its owner and managers",                                    \
         .path_shape = &TEAM_PATH_SHAPE,                                                           \
         .body_shape = &TEAM_INVITE_REQUEST_SHAPE,                                                 \
         .reply_shape = &NEW_TEAM_INVITE_SHAPE,                                                    \
         .takes_key = true,                                                                        \
         .handler = api_create_team_invite,                                                        \
         .errors = ROUTE_ERRORS(ERROR_FORBIDDEN, ERROR_TOO_MANY, ERROR_UNAVAILABLE)},              \
        {.method = HTTP_GET,                                                                       \
         .path = "/v1/teams/{team_id}/invites",                                                    \
         .operation = "list_team_invites",                                                         \
         .tag = "teams",                                                                           \
         .roles = ACCESS_USER,                                                                     \
         .status = 200,                                                                            \
         .summary = "The invites that are still good",                                             \
         .path_shape = &TEAM_PATH_SHAPE,                                                           \
         .query_shape = &TEAM_LIST_QUERY_SHAPE,                                                    \
         .reply_shape = &TEAM_INVITE_LIST_SHAPE,                                                   \
         .handler = api_list_team_invites,                                                         \
         .errors = ROUTE_ERRORS(ERROR_FORBIDDEN, ERROR_UNAVAILABLE)},                              \
        {.method = HTTP_DELETE,                                                                    \
         .path = "/v1/teams/{team_id}/invites/{invite_id}",                                        \
         .operation = "revoke_team_invite",                                                        \
         .tag = "teams",                                                                           \
         .roles = ACCESS_USER,                                                                     \
         .status = 204,                                                                            \
         .summary = "Revoke an invite",                                                            \
         .path_shape = &TEAM_INVITE_PATH_SHAPE,                                                    \
         .handler = api_revoke_team_invite,                                                        \
         .errors = ROUTE_ERRORS(ERROR_FORBIDDEN, ERROR_UNAVAILABLE)},                              \
        {.method = HTTP_GET,                                                                       \
         .path = "/v1/teams/{team_id}/weak-areas",                                                 \
         .operation = "list_team_weak_areas",                                                      \
         .tag = "teams",                                                                           \
         .roles = ACCESS_USER,                                                                     \
         .status = 200,                                                                            \
         .summary = "Where a team is weak, section by section: for its owner and managers",        \
         .path_shape = &TEAM_PATH_SHAPE,                                                           \
         .query_shape = &TEAM_WEAK_AREAS_QUERY_SHAPE,                                              \
         .reply_shape = &TEAM_WEAK_AREAS_SHAPE,                                                    \
         .handler = api_list_team_weak_areas,                                                      \
         .errors = ROUTE_ERRORS(ERROR_FORBIDDEN, ERROR_UNAVAILABLE)},                              \
        {.method = HTTP_GET,                                                                       \
         .path = "/v1/teams/{team_id}/leaderboard/review",                                         \
         .operation = "review_team_leaderboard",                                                   \
         .tag = "leaderboards",                                                                    \
         .roles = ACCESS_USER,                                                                     \
         .status = 200,                                                                            \
         .summary = "Members' attempts that went implausibly fast: for owner and managers",        \
         .path_shape = &TEAM_PATH_SHAPE,                                                           \
         .query_shape = &TEAM_LIST_QUERY_SHAPE,                                                    \
         .reply_shape = &FAST_LIST_SHAPE,                                                          \
         .handler = api_review_team_leaderboard,                                                   \
         .errors = ROUTE_ERRORS(ERROR_FORBIDDEN, ERROR_UNAVAILABLE)},                              \
        {.method = HTTP_GET,                                                                       \
         .path = "/v1/teams/{team_id}/leaderboard",                                                \
         .operation = "get_team_leaderboard",                                                      \
         .tag = "leaderboards",                                                                    \
         .roles = ACCESS_USER,                                                                     \
         .status = 200,                                                                            \
         .summary = "The members of a team by their points",                                       \
         .path_shape = &TEAM_PATH_SHAPE,                                                           \
         .query_shape = &TEAM_BOARD_QUERY_SHAPE,                                                   \
         .reply_shape = &LEADERBOARD_SHAPE,                                                        \
         .handler = api_get_team_leaderboard,                                                      \
         .errors = ROUTE_ERRORS(ERROR_UNAVAILABLE)},                                               \
        {.method = HTTP_GET,                                                                       \
         .path = "/v1/banks/{bank}/leaderboard",                                                   \
         .operation = "get_bank_leaderboard",                                                      \
         .tag = "leaderboards",                                                                    \
         .roles = ACCESS_USER,                                                                     \
         .status = 200,                                                                            \
         .summary = "Those who take part at a bank by their points",                               \
         .path_shape = &BANK_PATH_SHAPE,                                                           \
         .query_shape = &BOARD_QUERY_SHAPE,                                                        \
         .reply_shape = &LEADERBOARD_SHAPE,                                                        \
         .handler = api_get_bank_leaderboard,                                                      \
         .errors = ROUTE_ERRORS(ERROR_UNAVAILABLE)},                                               \
        {.method = HTTP_PUT,                                                                       \
         .path = "/v1/banks/{bank}/leaderboard/me",                                                \
         .operation = "join_leaderboard",                                                          \
         .tag = "leaderboards",                                                                    \
         .roles = ACCESS_USER,                                                                     \
         .status = 204,                                                                            \
         .summary = "Take part in a bank's leaderboard, under a pseudonym or the display name",    \
         .path_shape = &BANK_PATH_SHAPE,                                                           \
         .query_shape = &JOIN_BOARD_QUERY_SHAPE,                                                   \
         .handler = api_join_leaderboard,                                                          \
         .errors = ROUTE_ERRORS(ERROR_UNAVAILABLE)},                                               \
        {.method = HTTP_DELETE,                                                                    \
         .path = "/v1/banks/{bank}/leaderboard/me",                                                \
         .operation = "leave_leaderboard",                                                         \
         .tag = "leaderboards",                                                                    \
         .roles = ACCESS_USER,                                                                     \
         .status = 204,                                                                            \
         .summary = "Take part no more: gone from the board at once",                              \
         .path_shape = &BANK_PATH_SHAPE,                                                           \
         .handler = api_leave_leaderboard,                                                         \
         .errors = ROUTE_ERRORS(ERROR_UNAVAILABLE)},                                               \
        {.method = HTTP_GET,                                                                       \
         .path = "/v1/banks/{bank}/team-leaderboard",                                              \
         .operation = "get_team_comparison",                                                       \
         .tag = "leaderboards",                                                                    \
         .roles = ACCESS_USER,                                                                     \
         .status = 200,                                                                            \
         .summary = "Public teams at a bank, each by the mean of its best 5 members with points; " \
                    "is_me: the caller's best team",                                               \
         .path_shape = &BANK_PATH_SHAPE,                                                           \
         .query_shape = &BOARD_QUERY_SHAPE,                                                        \
         .reply_shape = &LEADERBOARD_SHAPE,                                                        \
         .handler = api_get_team_comparison,                                                       \
         .errors = ROUTE_ERRORS(ERROR_UNAVAILABLE)},                                               \
        {.method = HTTP_GET,                                                                       \
         .path = "/v1/teams/{team_id}/leaderboard/events",                                         \
         .operation = "watch_team_leaderboard",                                                    \
         .tag = "leaderboards",                                                                    \
         .roles = ACCESS_USER,                                                                     \
         .status = 200,                                                                            \
         .summary =                                                                                \
             "The members of a team by their points, as events whenever something changes; "       \
             "without Accept: text/event-stream one event",                                        \
         .path_shape = &TEAM_PATH_SHAPE,                                                           \
         .query_shape = &TEAM_EVENTS_QUERY_SHAPE,                                                  \
         .reply_type = "text/event-stream",                                                        \
         .handler = api_watch_team_leaderboard,                                                    \
         .errors = ROUTE_ERRORS(ERROR_UNAVAILABLE)},                                               \
    {                                                                                              \
        .method = HTTP_GET, .path = "/v1/banks/{bank}/leaderboard/review",                         \
        .operation = "review_leaderboard", .tag = "leaderboards",                                  \
        .roles = ACCESS_INSTRUCTOR | ACCESS_ADMIN, .status = 200,                                  \
        .summary = "Attempts that went implausibly fast, newest first",                            \
        .path_shape = &BANK_PATH_SHAPE, .query_shape = &TEAM_LIST_QUERY_SHAPE,                     \
        .reply_shape = &FAST_LIST_SHAPE, .handler = api_review_leaderboard,                        \
        .errors = ROUTE_ERRORS(ERROR_UNAVAILABLE)                                                  \
    }

#endif
