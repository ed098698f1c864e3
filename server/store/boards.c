/* The boards of banks in memory; see store/boards.h. What is committed late is not missed: each
 * look goes back some seconds behind the last one, further than a statement of a request lives.
 * The sweeper's transactions live longer: for them, one look in some goes back to a minute behind
 * the last that did. Who has gone is taken off after the changes are read, so that he does not come
 * back with them. */
#include "store/boards.h"

#include <pthread.h>

#include "base/limits.h"
#include "base/log.h"
#include "store/board_callers.h"
#include "store/board_names.h"
#include "store/sql.h"
#include "store/watch.h"

enum {
    PAGE = 5000,
    OVERLAP_S = 10,
    FAR_OVERLAP_S = 60 /* twice what the database gives a statement of the sweeper */,
    FAR_EVERY = 30 /* looks */,
    STALE_S = 1800 /* departures are remembered for an hour */,
    CALLERS = 65536,
    NAMES = 65536,
    DATE_BYTES = 11,
    ZONE_BYTES = 64
};

static const int64_t US_PER_S = 1000000;

struct clock_row {
    struct uuid bank_id;
    struct text today;
    struct text week;
    struct text time_zone;
    int64_t read_at;
};
static const struct shape_member CLOCK_MEMBERS[] = {
    MEMBER_UUID(struct clock_row, bank_id), MEMBER_TEXT(struct clock_row, today),
    MEMBER_TEXT(struct clock_row, week),    MEMBER_TEXT(struct clock_row, time_zone),
    MEMBER_TIME(struct clock_row, read_at),
};
static const struct shape CLOCK_ROW = SHAPE_OF("BoardClockRow", struct clock_row, CLOCK_MEMBERS);

struct change_row {
    struct uuid bank_id;
    struct uuid member_id;
    int64_t day_points;
    int64_t day_at;
    int64_t week_points;
    int64_t week_at;
    int64_t all_points;
    int64_t all_at;
};
static const struct shape_member CHANGE_MEMBERS[] = {
    MEMBER_UUID(struct change_row, bank_id),
    MEMBER_UUID(struct change_row, member_id),
    MEMBER_I64(struct change_row, day_points),
    MEMBER_TIME(struct change_row, day_at, .flags = SHAPE_NULLABLE),
    MEMBER_I64(struct change_row, week_points),
    MEMBER_TIME(struct change_row, week_at, .flags = SHAPE_NULLABLE),
    MEMBER_I64(struct change_row, all_points),
    MEMBER_TIME(struct change_row, all_at, .flags = SHAPE_NULLABLE),
};
static const struct shape CHANGE_ROW =
    SHAPE_OF("BoardChangeRow", struct change_row, CHANGE_MEMBERS);

struct departed_row {
    struct uuid member_id;
};
static const struct shape_member DEPARTED_MEMBERS[] = {
    MEMBER_UUID(struct departed_row, member_id),
};
static const struct shape DEPARTED_ROW =
    SHAPE_OF("BoardDepartedRow", struct departed_row, DEPARTED_MEMBERS);

/* A board and what it is made of. */
struct kept_board {
    struct arena *arena;
    struct leaderboard *board;
};

struct bank_boards {
    struct bank_boards *next;
    struct uuid bank_id;
    char today[DATE_BYTES];
    char week[DATE_BYTES];
    char time_zone[ZONE_BYTES];
    struct kept_board windows[BOARD_WINDOW_COUNT];
};

struct boards {
    struct arena *arena; /* owns this struct and the list of banks */
    struct watch *watch;
    struct board_names *names;
    struct board_callers *callers;
    int64_t far_at; /* when a look went far back; this and far_in: of the thread of `watch` */
    int far_in;     /* looks until the next one that does */
    pthread_rwlock_t lock; /* guards what follows: written by the thread of `watch` alone */
    struct bank_boards *banks;
    int64_t as_of; /* 0: nothing is loaded */
};

static struct bank_boards *find_bank(const struct boards *boards, struct uuid bank_id)
{
    struct bank_boards *bank = boards->banks;

    while (bank != NULL && !uuid_equal(bank->bank_id, bank_id)) {
        bank = bank->next;
    }
    return bank;
}

static void clear(struct kept_board *kept)
{
    arena_free(kept->arena);
    kept->arena = arena_create();
    kept->board = leaderboard_create(kept->arena);
}

/* Whether the text is another now. */
static bool keep_text(char *kept, size_t size, struct text text)
{
    const size_t length = text.len < size ? text.len : size - 1;

    if (strlen(kept) == length && memcmp(kept, text.data, length) == 0) {
        return false;
    }
    memcpy(kept, text.data, length);
    kept[length] = '\0';
    return true;
}

/* Begins a new day or week where it has come; true: everything is to be loaded again, because the
 * time zone is another. At a new bank nobody can have joined before the last look. */
static bool turn(struct boards *boards, const struct clock_row *row)
{
    struct bank_boards *bank = find_bank(boards, row->bank_id);
    const bool was_known = bank != NULL;

    if (!was_known) {
        bank = arena_new(boards->arena, struct bank_boards);
        bank->bank_id = row->bank_id;
        bank->next = boards->banks;
        boards->banks = bank;
    }
    const bool is_other = keep_text(bank->time_zone, sizeof bank->time_zone, row->time_zone);
    if (keep_text(bank->today, sizeof bank->today, row->today) || is_other) {
        clear(&bank->windows[BOARD_DAY]);
    }
    if (keep_text(bank->week, sizeof bank->week, row->week) || is_other) {
        clear(&bank->windows[BOARD_WEEK]);
    }
    if (is_other) {
        clear(&bank->windows[BOARD_ALL]);
    }
    return is_other && was_known;
}

static void place(struct kept_board *kept, struct uuid id, int64_t points, int64_t reached_at)
{
    if (points > 0) {
        leaderboard_put(kept->board, &(struct standing){id, points, reached_at});
    } else {
        leaderboard_remove(kept->board, id);
    }
}

static void place_all(struct boards *boards, const struct change_row *rows, size_t count)
{
    (void)pthread_rwlock_wrlock(&boards->lock); /* fails only for misuse, as all below */
    for (size_t i = 0; i < count; i++) {
        const struct change_row *row = &rows[i];
        struct bank_boards *bank = find_bank(boards, row->bank_id);
        if (bank != NULL) {
            place(&bank->windows[BOARD_DAY], row->member_id, row->day_points, row->day_at);
            place(&bank->windows[BOARD_WEEK], row->member_id, row->week_points, row->week_at);
            place(&bank->windows[BOARD_ALL], row->member_id, row->all_points, row->all_at);
        }
    }
    (void)pthread_rwlock_unlock(&boards->lock);
}

/* What there was counts no more; until all is loaded, readers are told to come again. */
static void start_over(struct boards *boards)
{
    boards->as_of = 0;
    for (struct bank_boards *bank = boards->banks; bank != NULL; bank = bank->next) {
        for (size_t i = 0; i < BOARD_WINDOW_COUNT; i++) {
            clear(&bank->windows[i]);
        }
    }
}

/* Reads the clocks of all banks; *is_new: load everything, as after an absence that departures are
 * not remembered for. */
static bool read_clock(struct boards *boards, struct db_session *session, struct arena *scratch,
                       bool *is_new, int64_t *now, struct error *err)
{
    const struct db_params none = {.count = 0};
    struct db_rows rows;
    void *items = NULL;

    if (!db_session_call(session, &SQL_boards_clock, &none, scratch, &rows, err) ||
        !db_rows_read_all(&rows, &CLOCK_ROW, scratch, &items, err)) {
        return false;
    }
    const struct clock_row *clocks = items;
    *now = rows.count == 0 ? 0 : clocks[0].read_at;
    (void)pthread_rwlock_wrlock(&boards->lock);
    *is_new = boards->as_of == 0 || *now - boards->as_of > STALE_S * US_PER_S;
    for (size_t i = 0; i < rows.count; i++) {
        *is_new = turn(boards, &clocks[i]) || *is_new;
    }
    if (*is_new) {
        start_over(boards);
    }
    (void)pthread_rwlock_unlock(&boards->lock);
    return true;
}

static bool load(struct boards *boards, struct db_session *session, struct arena *scratch,
                 struct error *err)
{
    struct uuid after = UUID_NIL;
    size_t count = PAGE;

    while (count == PAGE) {
        struct db_params params = {.count = 0};
        struct db_rows rows;
        void *items = NULL;
        arena_reset(scratch);
        db_bind_uuid(&params, after);
        db_bind_i64(&params, PAGE);
        if (!db_session_call(session, &SQL_boards_load, &params, scratch, &rows, err) ||
            !db_rows_read_all(&rows, &CHANGE_ROW, scratch, &items, err)) {
            return false;
        }
        const struct change_row *changes = items;
        place_all(boards, changes, rows.count);
        count = rows.count;
        after = count == 0 ? after : changes[count - 1].member_id;
    }
    return true;
}

static bool follow(struct boards *boards, struct db_session *session, int64_t since,
                   struct arena *scratch, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *items = NULL;

    db_bind_time(&params, since);
    if (!db_session_call(session, &SQL_boards_changed, &params, scratch, &rows, err) ||
        !db_rows_read_all(&rows, &CHANGE_ROW, scratch, &items, err)) {
        return false;
    }
    place_all(boards, items, rows.count);
    if (!db_session_call(session, &SQL_boards_departed, &params, scratch, &rows, err) ||
        !db_rows_read_all(&rows, &DEPARTED_ROW, scratch, &items, err)) {
        return false;
    }
    const struct departed_row *departed = items;
    (void)pthread_rwlock_wrlock(&boards->lock);
    for (struct bank_boards *bank = boards->banks; bank != NULL; bank = bank->next) {
        for (size_t i = 0; i < rows.count * BOARD_WINDOW_COUNT; i++) {
            leaderboard_remove(bank->windows[i % BOARD_WINDOW_COUNT].board,
                               departed[i / BOARD_WINDOW_COUNT].member_id);
        }
    }
    (void)pthread_rwlock_unlock(&boards->lock);
    return true;
}

static bool look(void *context, struct db_session *session, bool is_notified, struct arena *scratch,
                 struct error *err)
{
    struct boards *boards = context;
    const int64_t last = boards->as_of;
    bool is_new = false;
    int64_t now = 0;

    (void)is_notified;
    if (!read_clock(boards, session, scratch, &is_new, &now, err)) {
        return false;
    }
    const bool is_far = is_new || boards->far_in == 0;
    const int64_t since = is_new   ? now - FAR_OVERLAP_S * US_PER_S
                          : is_far ? boards->far_at - FAR_OVERLAP_S * US_PER_S
                                   : last - OVERLAP_S * US_PER_S;
    if ((is_new && !load(boards, session, scratch, err)) ||
        !follow(boards, session, since, scratch, err)) {
        return false;
    }
    boards->far_at = is_far ? now : boards->far_at;
    boards->far_in = is_far ? FAR_EVERY - 1 : boards->far_in - 1;
    (void)pthread_rwlock_wrlock(&boards->lock);
    boards->as_of = now;
    (void)pthread_rwlock_unlock(&boards->lock);
    return true;
}

bool boards_open(const char *database_url, int64_t poll_ms, struct boards **out, struct error *err)
{
    struct arena *arena = arena_create();
    struct boards *boards = arena_new(arena, struct boards);
    const struct watch_config config = {
        .database = {.url = database_url, .application_name = "quizd boards"},
        .listen = "LISTEN quizd_boards",
        .lost_event = "boards.connection_lost",
        .poll_ms = poll_ms,
        .look = look,
        .context = boards};

    boards->arena = arena;
    boards->names = board_names_create(arena, NAMES);
    boards->callers = board_callers_create(arena, CALLERS);
    (void)pthread_rwlock_init(&boards->lock, NULL);
    if (!watch_start(&config, &boards->watch, err)) {
        arena_free(arena);
        return false;
    }
    *out = boards;
    return true;
}

void boards_close(struct boards *boards)
{
    if (boards == NULL) {
        return;
    }
    watch_stop(boards->watch);
    for (struct bank_boards *bank = boards->banks; bank != NULL; bank = bank->next) {
        for (size_t i = 0; i < BOARD_WINDOW_COUNT; i++) {
            arena_free(bank->windows[i].arena);
        }
    }
    board_names_close(boards->names);
    board_callers_close(boards->callers);
    (void)pthread_rwlock_destroy(&boards->lock);
    arena_free(boards->arena);
}

bool boards_read(struct boards *boards, const struct board_view *view, struct arena *arena,
                 struct board_reading *reading, struct error *err)
{
    (void)pthread_rwlock_rdlock(&boards->lock);
    const struct bank_boards *bank =
        boards->as_of == 0 ? NULL : find_bank(boards, reading->bank_id);
    if (bank != NULL) {
        reading->page = leaderboard_page(bank->windows[reading->window].board, view, arena);
        reading->as_of = boards->as_of;
    }
    (void)pthread_rwlock_unlock(&boards->lock);
    return bank != NULL || error_set_unavailable(err, 1, "the leaderboard is being made");
}

void boards_recall_names(struct boards *boards, struct arena *arena, struct board_people *people)
{
    board_names_find(boards->names, arena, people);
}

void boards_keep_names(struct boards *boards, const struct board_people *people)
{
    board_names_keep(boards->names, people);
}

struct uuid boards_recall_member(struct boards *boards, struct uuid user_id, struct uuid bank_id)
{
    return board_callers_find(boards->callers, user_id, bank_id);
}

void boards_keep_member(struct boards *boards, const struct board_people *people)
{
    board_callers_put(boards->callers, people->user_id, people->bank_id, people->caller.id);
}
