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
struct join_query {
    const bool *share_name; /* NULL: no */
};
struct team_board_query {
    struct text bank;    /* absent: all banks */
    struct text since;   /* absent: do not wait */
    const int64_t *wait; /* seconds */
    struct board_query board;
};
extern const struct shape BOARD_QUERY_SHAPE;
extern const struct shape JOIN_BOARD_QUERY_SHAPE;
extern const struct shape TEAM_BOARD_QUERY_SHAPE;
extern const struct shape TEAM_EVENTS_QUERY_SHAPE;
extern const struct shape LEADERBOARD_SHAPE;
extern const struct shape FAST_LIST_SHAPE;

/* What there is to tell somebody who has the version `known` (absent: none). */
struct board_news {
    struct text known;
    struct text version; /* the same as long as nobody's place, points or name changes */
    struct text json;    /* absent where `version` is known */
};
/* The board of the team of call->path, in call->arena. */
NODISCARD bool team_leaderboard_render(struct call *call, const struct team_board_query *query,
                                       struct board_news *news, struct error *err);
/* Waits as query->since and query->wait say; not at all where he has no place. */
NODISCARD bool board_wait(struct call *call, const struct team_board_query *query,
                          struct error *err);

bool api_get_team_leaderboard(struct call *call, void *reply, struct error *err);
bool api_watch_team_leaderboard(struct call *call, void *reply, struct error *err);
bool api_get_bank_leaderboard(struct call *call, void *reply, struct error *err);
bool api_join_leaderboard(struct call *call, void *reply, struct error *err);
bool api_leave_leaderboard(struct call *call, void *reply, struct error *err);
bool api_review_leaderboard(struct call *call, void *reply, struct error *err);
bool api_review_team_leaderboard(struct call *call, void *reply, struct error *err);
bool api_get_team_comparison(struct call *call, void *reply, struct error *err);

#endif
