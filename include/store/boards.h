/*
 * Leaderboards. Those of banks, where a million may take part, are kept in memory by every server,
 * in order (domain/leaderboard.h): one thread reads what has changed since it last looked, every
 * second and whenever somebody joins or leaves. Those of teams are small and read as they are asked
 * for.
 */
#ifndef STORE_BOARDS_H
#define STORE_BOARDS_H

#include "base/arena.h"
#include "base/error.h"
#include "db/db.h"
#include "db/session.h"
#include "domain/leaderboard.h"

struct boards;

/* What a reply promises: `as_of` is never longer ago, unless the database is away. */
enum { BOARDS_FRESH_S = 5 };

NODISCARD bool boards_open(const char *database_url, int64_t poll_ms, struct boards **boards,
                           struct error *err);
void boards_close(struct boards *boards); /* takes NULL */

/* A part of the board of a bank, with the time it is of. */
struct board_reading {
    struct uuid bank_id; /* these two are given */
    enum board_window window;
    struct board_page page; /* ids are those of members */
    int64_t as_of;
};
/* ERROR_UNAVAILABLE before the board is loaded. */
NODISCARD bool boards_read(struct boards *boards, const struct board_view *view,
                           struct arena *arena, struct board_reading *reading, struct error *err);

struct board_entrant {
    struct uuid user_id;
    struct uuid bank_id;
    struct text pseudonym; /* kept from the first time on */
    bool shares_name;
};
/* Who takes part already changes whether he shares his name. ERROR_NOT_FOUND: the account is gone.
 */
NODISCARD bool store_boards_join(struct db *db, struct arena *arena,
                                 const struct board_entrant *entrant, struct error *err);
NODISCARD bool store_boards_leave(struct db *db, struct arena *arena, struct uuid user_id,
                                  struct uuid bank_id, struct error *err);
struct board_name {
    struct uuid id;
    struct text display_name;
};
/* The caller on the board; id nil: he takes no part. */
struct board_me {
    struct board_name name;
    int64_t departed_at; /* when somebody last went from a board, or took his name back */
};
NODISCARD bool store_boards_find_me(struct db *db, struct arena *arena, struct uuid user_id,
                                    struct uuid bank_id, struct board_me *me, struct error *err);

/* The names of those on a page who are there still. */
NODISCARD bool store_boards_names(struct db *db, struct arena *arena, const struct board_page *page,
                                  struct board_name **names, size_t *count, struct error *err);
/* The same, kept for a second for those who ask for the same page, unless somebody has gone since
 * (`departed_at`). NULL: nothing is kept. */
const struct board_name *boards_find_names(struct boards *boards,
                                           const struct board_reading *reading, int64_t departed_at,
                                           struct arena *arena, size_t *count);
void boards_keep_names(struct boards *boards, const struct board_reading *reading,
                       int64_t departed_at, const struct board_name *names, size_t count);

/* A small board, as it is now, with the names of all on it. */
struct small_board {
    struct leaderboard *board;
    const struct board_name *names;
    size_t count;
    int64_t as_of;
};
struct small_board_key {
    struct uuid user_id;
    struct uuid team_id;
    struct uuid bank_id; /* nil: all banks */
    enum board_window window;
};
/* The members of a team. ERROR_NOT_FOUND for who is not in it. */
NODISCARD bool store_team_board(struct db *db, struct arena *arena,
                                const struct small_board_key *key, struct small_board *board,
                                struct error *err);
/* The public teams at a bank: reads much, so through a session. */
NODISCARD bool store_boards_of_teams(struct db *db, struct arena *arena,
                                     const struct small_board_key *key, struct small_board *board,
                                     struct error *err);

/* An attempt that went implausibly fast. */
struct fast_attempt {
    struct uuid attempt_id;
    struct uuid user_id;
    struct text display_name;
    int64_t started_at;
    int64_t answers;
    int64_t credit;    /* mean, thousandths */
    int64_t answer_ms; /* for an answer, on the average */
};
enum { PLAUSIBLE_ANSWER_MS = 2000 };
/* Those of a bank, newest first, behind the id `after` (nil: from the first). */
struct review_page {
    struct uuid bank_id;
    struct uuid after;
    int64_t limit;
};
NODISCARD bool store_boards_review(struct db *db, struct arena *arena,
                                   const struct review_page *page, struct fast_attempt **attempts,
                                   size_t *count, struct error *err);

#endif
