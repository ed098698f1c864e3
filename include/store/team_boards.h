/*
 * Boards of teams against one another, kept for a second for all who ask: each is a sum over all
 * public teams. Where what is kept is older, one request reads; meanwhile the others have what
 * there is, as long as that is no older than a reply may be, and else wait. What is kept says
 * nothing but how many points a team has: names, and which teams are not to be seen any more, are
 * read with every page. Safe for any number of threads.
 */
#ifndef STORE_TEAM_BOARDS_H
#define STORE_TEAM_BOARDS_H

#include "store/boards.h"

struct team_boards;

enum { TEAM_BOARDS_KEPT_S = 1 };

/* Lives in the arena. */
NONNULL_RETURN struct team_boards *team_boards_create(struct arena *arena);
void team_boards_close(struct team_boards *boards); /* takes NULL */

/* Comes back when there is a board to look at, or `must_read`: then the caller is the one who reads
 * it, and hands it over with team_boards_keep in any case. ERROR_UNAVAILABLE: whoever reads it
 * takes too long, or has failed. */
NODISCARD bool team_boards_begin(struct team_boards *boards, const struct small_board_key *key,
                                 bool *must_read, struct error *err);
/* NULL: it could not be read. */
void team_boards_keep(struct team_boards *boards, const struct small_board_key *key,
                      const struct team_standings *read);

/* What one request sees of a board. */
struct team_board_view {
    const struct uuid *mine; /* teams: the best of them is view.me */
    size_t mine_count;
    struct board_view view;
    struct board_page page;
    int64_t as_of;
};
/* After team_boards_begin has found a board, or team_boards_keep was given one. */
void team_boards_look(struct team_boards *boards, const struct small_board_key *key,
                      struct arena *arena, struct team_board_view *look);

#endif
