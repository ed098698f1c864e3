/* Leaderboards: of a team, of a bank (who takes part says so), and of teams against one another. */
#ifndef API_LEADERBOARDS_H
#define API_LEADERBOARDS_H

#include "api/call.h"
#include "base/shape.h"
#include "store/boards.h"

enum board_around { BOARD_AROUND_ME, BOARD_AROUND_COUNT };

struct board_query {
    const enum board_window *window; /* NULL: week */
    const enum board_around *around;
    const int64_t *limit;
    struct text cursor;
};
struct team_board_query {
    struct text bank; /* absent: all banks */
    struct board_query board;
};
extern const struct shape BOARD_QUERY_SHAPE;
extern const struct shape TEAM_BOARD_QUERY_SHAPE;
extern const struct shape LEADERBOARD_SHAPE;

bool api_get_team_leaderboard(struct call *call, void *reply, struct error *err);
bool api_get_bank_leaderboard(struct call *call, void *reply, struct error *err);
bool api_join_leaderboard(struct call *call, void *reply, struct error *err);
bool api_leave_leaderboard(struct call *call, void *reply, struct error *err);
bool api_get_team_comparison(struct call *call, void *reply, struct error *err);

#endif
