/*
 * A leaderboard in memory: an ordered tree that knows the size of each of its parts, so that a
 * page, a rank and a change cost the logarithm of the number of people.
 *
 * Rank is 1 + the number of those with strictly more points; who has the same shares it. Within a
 * rank whoever got there first stands first. There is one function for it, leaderboard_rank, and
 * every view is made by leaderboard_page.
 */
#ifndef DOMAIN_LEADERBOARD_H
#define DOMAIN_LEADERBOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/shape.h"
#include "base/uuid.h"

enum board_window { BOARD_DAY, BOARD_WEEK, BOARD_ALL, BOARD_WINDOW_COUNT };
extern const struct enumeration BOARD_WINDOWS;

/* Below so many a board of strangers, or a team among others, is not shown: it would say too much
 * of each. */
enum { BOARD_MEMBERS_MIN = 5 };

struct standing {
    struct uuid id;
    int64_t points;
    int64_t reached_at; /* when the last of the points came in */
};

struct leaderboard;

/* Everything belongs to the arena. */
NONNULL_RETURN struct leaderboard *leaderboard_create(struct arena *arena);
/* Adds somebody, or moves him. */
void leaderboard_put(struct leaderboard *board, const struct standing *standing);
void leaderboard_remove(struct leaderboard *board, struct uuid id); /* who is not there is gone */
size_t leaderboard_count(const struct leaderboard *board);
int64_t leaderboard_rank(const struct leaderboard *board, int64_t points);
/* NULL where he is not on the board. */
const struct standing *leaderboard_find(const struct leaderboard *board, struct uuid id);

struct board_view {
    struct uuid me;               /* nil: nobody */
    size_t limit;                 /* entries at most */
    bool is_around_me;            /* me in the middle; from the top where I am not there */
    const struct standing *after; /* else behind this one, be it there or not; NULL: from the top */
};
struct board_entry {
    struct standing standing;
    int64_t rank;
};
struct board_page {
    const struct board_entry *entries;
    size_t count;
    bool has_more;
    size_t total;                 /* on the whole board */
    const struct board_entry *me; /* NULL: not there */
};
struct board_page leaderboard_page(const struct leaderboard *board, const struct board_view *view,
                                   struct arena *arena);

#endif
