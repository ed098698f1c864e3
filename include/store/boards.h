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
    struct uuid id; /* of a member */
    struct text display_name;
};
/* Who asks and who stands on a page, as the database has them. */
struct board_people {
    struct uuid user_id; /* these three are given */
    struct uuid bank_id;
    const struct board_page *page;
    struct board_name caller; /* id nil: he takes no part */
    int64_t departed_at;      /* when somebody last went from a board, or took his name back */
    const struct board_name *names; /* of those on the page who are there still */
    size_t count;
    size_t known_count; /* the last so many of them were known before */
};
/* Names on the page that were read within the last second, as of departed_at. The next call asks
 * for the others, and for these, too, where somebody has gone since. */
void boards_recall_names(struct boards *boards, struct arena *arena, struct board_people *people);
NODISCARD bool store_boards_find_people(struct db *db, struct arena *arena,
                                        struct board_people *people, struct error *err);
/* Those that were read. */
void boards_keep_names(struct boards *boards, const struct board_people *people);
/* Which member somebody was when he last asked; nil: not known. No more than a guess. */
struct uuid boards_recall_member(struct boards *boards, struct uuid user_id, struct uuid bank_id);
void boards_keep_member(struct boards *boards, const struct board_people *people);

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
/* The public teams at a bank, in any order: reads much, so through a session. */
struct team_standings {
    const struct standing *items;
    size_t count;
    int64_t as_of; /* 0: nobody stands there, so it does not say */
};
NODISCARD bool store_boards_of_teams(struct db *db, struct arena *arena,
                                     const struct small_board_key *key,
                                     struct team_standings *standings, struct error *err);
/* The names of those on a page that still are public, and large enough. */
NODISCARD bool store_boards_team_names(struct db *db, struct arena *arena,
                                       const struct board_page *page,
                                       const struct board_name **names, size_t *count,
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
enum { PLAUSIBLE_ANSWER_MS = 2000, REVIEWED_DAYS = 30 };
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
