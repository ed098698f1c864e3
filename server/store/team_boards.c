/* One lock for all: what is done under it takes microseconds. */
#include "store/team_boards.h"

#include <pthread.h>
#include <time.h>

#include "base/clock.h"

enum { WAIT_S = 5 };

/* Of one bank and window. */
struct kept_board {
    struct kept_board *next;
    struct uuid bank_id;
    enum board_window window;
    struct arena *arena; /* of the board; NULL: there is none */
    struct leaderboard *board;
    int64_t as_of;
    int64_t read_us;  /* monotonic, when reading it began */
    int64_t begun_us; /* the same of what is being read now */
    bool is_being_read;
    uint64_t failure_count;
};

struct team_boards {
    struct arena *arena;
    pthread_mutex_t lock; /* guards the rest */
    pthread_cond_t is_read;
    struct kept_board *first; /* at most one for each bank and window */
};

/* The calls of pthread fail only for misuse, or want of memory, which aborts. */
struct team_boards *team_boards_create(struct arena *arena)
{
    struct team_boards *boards = arena_new(arena, struct team_boards);
    pthread_condattr_t attributes;

    boards->arena = arena;
    (void)pthread_mutex_init(&boards->lock, NULL);
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&boards->is_read, &attributes);
    (void)pthread_condattr_destroy(&attributes);
    return boards;
}

void team_boards_close(struct team_boards *boards)
{
    if (boards == NULL) {
        return;
    }
    for (struct kept_board *kept = boards->first; kept != NULL; kept = kept->next) {
        arena_free(kept->arena);
    }
    (void)pthread_cond_destroy(&boards->is_read);
    (void)pthread_mutex_destroy(&boards->lock);
}

static struct kept_board *find(struct team_boards *boards, const struct small_board_key *key)
{
    struct kept_board *kept = boards->first;

    while (kept != NULL &&
           (kept->window != key->window || !uuid_equal(kept->bank_id, key->bank_id))) {
        kept = kept->next;
    }
    if (kept == NULL) {
        kept = arena_new(boards->arena, struct kept_board);
        kept->bank_id = key->bank_id;
        kept->window = key->window;
        kept->next = boards->first;
        boards->first = kept;
    }
    return kept;
}

static bool is_younger(const struct kept_board *kept, int64_t seconds, int64_t now_us)
{
    return kept->board != NULL && now_us - kept->read_us <= seconds * CLOCK_US_PER_S;
}

/* False where nobody reads it any more, or it takes too long. */
static bool wait_for(struct team_boards *boards, const struct kept_board *kept)
{
    const uint64_t failure_count = kept->failure_count;
    const int64_t until_us = clock_monotonic_us() + WAIT_S * CLOCK_US_PER_S;
    const struct timespec until = {.tv_sec = until_us / CLOCK_US_PER_S,
                                   .tv_nsec = until_us % CLOCK_US_PER_S * 1000};
    bool is_in_time = true;

    while (kept->is_being_read && kept->failure_count == failure_count && is_in_time &&
           !is_younger(kept, BOARDS_FRESH_S, clock_monotonic_us())) {
        is_in_time = pthread_cond_timedwait(&boards->is_read, &boards->lock, &until) == 0;
    }
    return is_younger(kept, BOARDS_FRESH_S, clock_monotonic_us());
}

bool team_boards_begin(struct team_boards *boards, const struct small_board_key *key,
                       bool *must_read, struct error *err)
{
    const int64_t now_us = clock_monotonic_us();
    bool is_there = true;

    (void)pthread_mutex_lock(&boards->lock);
    struct kept_board *kept = find(boards, key);
    *must_read = !kept->is_being_read && !is_younger(kept, TEAM_BOARDS_KEPT_S, now_us);
    if (*must_read) {
        kept->is_being_read = true;
        kept->begun_us = now_us;
    } else {
        is_there = wait_for(boards, kept);
    }
    (void)pthread_mutex_unlock(&boards->lock);
    return is_there || error_set_unavailable(err, 1, "the leaderboard is being made");
}

void team_boards_keep(struct team_boards *boards, const struct small_board_key *key,
                      const struct team_standings *read)
{
    struct arena *arena = read == NULL ? NULL : arena_create();
    struct leaderboard *board = read == NULL ? NULL : leaderboard_create(arena);

    for (size_t i = 0; read != NULL && i < read->count; i++) {
        leaderboard_put(board, &read->items[i]);
    }
    (void)pthread_mutex_lock(&boards->lock);
    struct kept_board *kept = find(boards, key);
    kept->is_being_read = false;
    if (read == NULL) {
        kept->failure_count++;
    } else {
        arena_free(kept->arena);
        kept->arena = arena;
        kept->board = board;
        kept->as_of = read->as_of;
        kept->read_us = kept->begun_us;
    }
    (void)pthread_cond_broadcast(&boards->is_read);
    (void)pthread_mutex_unlock(&boards->lock);
}

static struct uuid best_of(const struct leaderboard *board, const struct team_board_view *look)
{
    const struct standing *best = NULL;

    for (size_t i = 0; i < look->mine_count; i++) {
        const struct standing *mine = leaderboard_find(board, look->mine[i]);
        if (mine != NULL && (best == NULL || mine->points > best->points)) {
            best = mine;
        }
    }
    return best == NULL ? UUID_NIL : best->id;
}

void team_boards_look(struct team_boards *boards, const struct small_board_key *key,
                      struct arena *arena, struct team_board_view *look)
{
    (void)pthread_mutex_lock(&boards->lock);
    const struct kept_board *kept = find(boards, key);
    if (kept->board != NULL) {
        look->view.me = best_of(kept->board, look);
        look->page = leaderboard_page(kept->board, &look->view, arena);
        look->as_of = kept->as_of;
    }
    (void)pthread_mutex_unlock(&boards->lock);
}
