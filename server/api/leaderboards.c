/* Leaderboards. Every view is a page of one ordered board (domain/leaderboard.h); here names are
 * put to it, and what must not be shown is left out. */
#include "api/leaderboards.h"

#include "api/bank_board.h"
#include "api/banks.h"
#include "api/team_comparison.h"
#include "api/teams.h"
#include "base/limits.h"
#include "json/codec.h"

enum { DEFAULT_LIMIT = 20, DEFAULT_AROUND = 21 };

static const char *const AROUND_NAMES[BOARD_AROUND_COUNT] = {"me"};
static const struct enumeration AROUND = {AROUND_NAMES, BOARD_AROUND_COUNT};

#define BOARD_QUERY_ITEMS(S, m)                                                           \
    {.name = "window",                                                                    \
     .type = SHAPE_ENUM,                                                                  \
     .flags = SHAPE_REF | SHAPE_OPTIONAL,                                                 \
     .offset = SHAPE_AT(S, m window, const enum board_window *),                          \
     .enumeration = &BOARD_WINDOWS,                                                       \
     .about = "Today, this ISO week (default), or since ever, in the bank's time zone."}, \
        {.name = "around",                                                                \
         .type = SHAPE_ENUM,                                                              \
         .flags = SHAPE_REF | SHAPE_OPTIONAL,                                             \
         .offset = SHAPE_AT(S, m around, const enum board_around *),                      \
         .enumeration = &AROUND,                                                          \
         .about = "With the caller in the middle."},                                      \
        {.name = "limit",                                                                 \
         .type = SHAPE_I64,                                                               \
         .flags = SHAPE_REF | SHAPE_OPTIONAL,                                             \
         .offset = SHAPE_AT(S, m limit, const int64_t *),                                 \
         .min = 1,                                                                        \
         .max = 100,                                                                      \
         .about = "Default 20; around me 21: ten above and ten below."},                  \
    {                                                                                     \
        .name = "cursor", .type = SHAPE_TEXT, .flags = SHAPE_OPTIONAL,                    \
        .offset = SHAPE_AT(S, m cursor, struct text), .min = 1, .max = 96,                \
        .about = "next_cursor of the page before."                                        \
    }

static const struct shape_member BOARD_QUERY_MEMBERS[] = {BOARD_QUERY_ITEMS(struct board_query, )};
const struct shape BOARD_QUERY_SHAPE =
    SHAPE_OF("LeaderboardQuery", struct board_query, BOARD_QUERY_MEMBERS);

static const struct shape_member TEAM_BOARD_QUERY_MEMBERS[] = {
    MEMBER_TEXT(struct team_board_query, bank, .flags = SHAPE_OPTIONAL, .min = 1,
                .max = LIMIT_SLUG_BYTES, .format = "slug", .about = "Of this bank only."),
    MEMBER_TEXT(struct team_board_query, since, .flags = SHAPE_OPTIONAL, .min = 1, .max = 64,
                .about = "A `version`: wait until there is another."),
    MEMBER_I64_REF(struct team_board_query, wait, .flags = SHAPE_REF | SHAPE_OPTIONAL, .min = 1,
                   .max = LIMIT_POLL_S, .about = "At most so many seconds; default 20."),
    BOARD_QUERY_ITEMS(struct team_board_query, board.)};
const struct shape TEAM_BOARD_QUERY_SHAPE =
    SHAPE_OF("TeamLeaderboardQuery", struct team_board_query, TEAM_BOARD_QUERY_MEMBERS);

static const struct shape_member JOIN_QUERY_MEMBERS[] = {
    MEMBER_BOOL_REF(struct join_query, share_name, .flags = SHAPE_REF | SHAPE_OPTIONAL,
                    .about = "Under the display name; default: a pseudonym."),
};
const struct shape JOIN_BOARD_QUERY_SHAPE =
    SHAPE_OF("JoinLeaderboardQuery", struct join_query, JOIN_QUERY_MEMBERS);

struct entry_reply {
    int64_t rank;
    struct text display_name;
    int64_t points;
    bool is_me;
};
static const struct shape_member ENTRY_MEMBERS[] = {
    MEMBER_I64(struct entry_reply, rank,
               .about = "1 + the number of those with strictly more points."),
    MEMBER_TEXT(struct entry_reply, display_name),
    MEMBER_I64(struct entry_reply, points),
    MEMBER_BOOL(struct entry_reply, is_me),
};
static const struct shape ENTRY_SHAPE =
    SHAPE_OF("LeaderboardEntry", struct entry_reply, ENTRY_MEMBERS);

struct board_reply {
    enum board_window window;
    int64_t as_of;
    int64_t fresh_within_s;
    struct text version;
    bool hidden;
    int64_t total;
    const struct entry_reply *data;
    size_t count;
    const struct entry_reply *me;
    bool has_more;
    struct text next_cursor;
};
static const struct shape_member BOARD_MEMBERS[] = {
    MEMBER_ENUM(struct board_reply, window, &BOARD_WINDOWS),
    MEMBER_TIME(struct board_reply, as_of, .about = "What is later is not on it yet."),
    MEMBER_I64(struct board_reply, fresh_within_s,
               .about = "as_of is at most so many seconds old."),
    MEMBER_TEXT(struct board_reply, version, .flags = SHAPE_NULLABLE,
                .about = "Of a team's board: another one whenever something on it changes."),
    MEMBER_BOOL(struct board_reply, hidden,
                .about = "Fewer than 5 take part: nobody's place is shown but one's own."),
    MEMBER_I64(struct board_reply, total, .about = "How many stand on the board."),
    MEMBER_LIST(struct board_reply, data, count, struct entry_reply, &ENTRY_SHAPE),
    MEMBER_OBJECT_REF(struct board_reply, me, struct entry_reply, &ENTRY_SHAPE,
                      .flags = SHAPE_REF | SHAPE_NULLABLE, .about = "null: not on the board."),
    MEMBER_BOOL(struct board_reply, has_more),
    MEMBER_TEXT(struct board_reply, next_cursor, .flags = SHAPE_NULLABLE),
};
const struct shape LEADERBOARD_SHAPE = SHAPE_OF("Leaderboard", struct board_reply, BOARD_MEMBERS);

/* ---- what all boards share ---- */

static enum board_window window_of(const struct board_query *query)
{
    return query->window == NULL ? BOARD_WEEK : *query->window;
}

/* "points.microseconds.id": the place of an entry, good wherever it has gone. */
static bool read_cursor(struct call *call, struct text cursor, struct standing *after,
                        struct error *err)
{
    struct text points = TEXT_ABSENT;
    struct text reached_at = TEXT_ABSENT;
    struct text rest = TEXT_ABSENT;

    return (text_split(cursor, '.', &points, &rest) && text_split(rest, '.', &reached_at, &rest) &&
            text_to_i64(points, &after->points) && text_to_i64(reached_at, &after->reached_at) &&
            uuid_parse(rest, &after->id)) ||
           error_add_parameter_fault(err, call->arena, TEXT("cursor"), FAULT_BAD_FORMAT,
                                     "this is not a cursor of this list");
}

static bool make_view(struct call *call, const struct board_query *query, struct board_view *view,
                      struct error *err)
{
    view->is_around_me = query->around != NULL;
    view->limit = view->is_around_me ? DEFAULT_AROUND : DEFAULT_LIMIT;
    if (query->limit != NULL) {
        view->limit = (size_t)*query->limit;
    }
    if (query->cursor.data == NULL) {
        return true;
    }
    struct standing *after = arena_new(call->arena, struct standing);
    view->after = after;
    return read_cursor(call, query->cursor, after, err);
}

static struct text name_of(const struct board_name *names, size_t count, struct uuid id)
{
    for (size_t i = 0; i < count; i++) {
        if (uuid_equal(names[i].id, id)) {
            return names[i].display_name;
        }
    }
    return TEXT_ABSENT;
}

static struct entry_reply show(const struct board_entry *entry, struct text name, bool is_me)
{
    return (struct entry_reply){entry->rank, name, entry->standing.points, is_me};
}

/* Entries without a name have just gone: they are left out. */
static void fill(struct call *call, const struct board_page *page, const struct board_name *names,
                 size_t name_count, struct board_reply *reply)
{
    struct entry_reply *data = arena_new_array(call->arena, page->count, struct entry_reply);

    for (size_t i = 0; i < page->count && !reply->hidden; i++) {
        const struct board_entry *entry = &page->entries[i];
        const struct text name = name_of(names, name_count, entry->standing.id);
        const bool is_me =
            page->me != NULL && uuid_equal(page->me->standing.id, entry->standing.id);
        if (name.data != NULL) {
            data[reply->count++] = show(entry, name, is_me);
        }
    }
    reply->data = data;
    reply->total = (int64_t)page->total;
    reply->has_more = page->has_more && !reply->hidden;
    if (reply->has_more) {
        const struct standing *last = &page->entries[page->count - 1].standing;
        reply->next_cursor =
            arena_printf(call->arena, "%lld.%lld.%.*s", (long long)last->points,
                         (long long)last->reached_at, TEXT_ARG(call_cursor(call, last->id)));
    }
}

/* No name: he has just gone. */
static void fill_me(struct call *call, const struct board_page *page, struct text name,
                    struct board_reply *reply)
{
    if (page->me != NULL && name.data != NULL) {
        struct entry_reply *me = arena_new(call->arena, struct entry_reply);
        *me = show(page->me, name, true);
        reply->me = me;
    }
}

static struct text my_name(const struct board_page *page, const struct small_board *board)
{
    return page->me == NULL ? TEXT_ABSENT
                            : name_of(board->names, board->count, page->me->standing.id);
}

/* ---- a team ---- */

static bool read_team_board(struct call *call, const struct team_board_query *query,
                            struct board_reply *reply, struct error *err)
{
    const struct team_path *path = call->path;
    struct board_view view = {.me = call->user_id};
    struct small_board_key key = {
        .user_id = call->user_id, .team_id = path->team_id, .window = window_of(&query->board)};
    const struct bank *bank = NULL;
    struct small_board board;
    struct text json = TEXT_ABSENT;

    if (query->bank.data != NULL) {
        if (!call_find_bank(call, query->bank, &bank, err)) {
            return false;
        }
        key.bank_id = bank->id;
    }
    if (!make_view(call, &query->board, &view, err) ||
        !store_team_board(call->db, call->arena, &key, &board, err)) {
        return false;
    }
    const struct board_page page = leaderboard_page(board.board, &view, call->arena);
    *reply = (struct board_reply){.window = key.window, .fresh_within_s = BOARDS_FRESH_S};
    fill(call, &page, board.names, board.count, reply);
    fill_me(call, &page, my_name(&page, &board), reply);
    if (!codec_encode_text(call->arena, &LEADERBOARD_SHAPE, reply, &json, err)) {
        return false;
    }
    reply->version = arena_printf(call->arena, "%016llx", (unsigned long long)text_hash(json));
    reply->as_of = board.as_of;
    return true;
}

bool team_leaderboard_render(struct call *call, const struct team_board_query *query,
                             struct board_news *news, struct error *err)
{
    struct board_reply *reply = arena_new(call->arena, struct board_reply);

    if (!read_team_board(call, query, reply, err)) {
        return false;
    }
    news->version = reply->version;
    news->json = TEXT_ABSENT;
    return text_equal(news->version, news->known) ||
           codec_encode_text(call->arena, &LEADERBOARD_SHAPE, reply, &news->json, err);
}

bool api_get_team_leaderboard(struct call *call, void *reply, struct error *err)
{
    const struct team_board_query *query = call->query;

    return board_wait(call, query, err) && read_team_board(call, query, reply, err);
}

/* ---- a bank ---- */

bool api_get_bank_leaderboard(struct call *call, void *reply, struct error *err)
{
    const struct bank_path *path = call->path;
    const struct board_query *query = call->query;
    struct board_reply *out = reply;
    const struct bank *bank = NULL;
    struct board_view view = {.me = UUID_NIL};
    struct bank_board board = {.reading = {.window = window_of(query)}};

    if (!call_find_bank(call, path->bank, &bank, err) || !make_view(call, query, &view, err)) {
        return false;
    }
    board.reading.bank_id = bank->id;
    if (!bank_board_read(call, &view, &board, err)) {
        return false;
    }
    *out = (struct board_reply){.window = window_of(query),
                                .as_of = board.reading.as_of,
                                .fresh_within_s = BOARDS_FRESH_S,
                                .hidden = board.reading.page.total < BOARD_MEMBERS_MIN};
    fill(call, &board.reading.page, board.people.names, board.people.count, out);
    fill_me(call, &board.reading.page, board.people.caller.display_name, out);
    return true;
}

bool api_join_leaderboard(struct call *call, void *reply, struct error *err)
{
    const struct bank_path *path = call->path;
    const struct join_query *query = call->query;
    const struct bank *bank = NULL;

    (void)reply; /* 204 */
    if (!call_find_bank(call, path->bank, &bank, err)) {
        return false;
    }
    const struct board_entrant entrant = {
        .user_id = call->user_id,
        .bank_id = bank->id,
        .pseudonym = arena_printf(call->arena, "Learner %.*s",
                                  TEXT_ARG(team_random_word(call, PSEUDONYM_CHARS))),
        .shares_name = query->share_name != NULL && *query->share_name};
    return store_boards_join(call->db, call->arena, &entrant, err) || call_refuse_gone_account(err);
}

bool api_leave_leaderboard(struct call *call, void *reply, struct error *err)
{
    const struct bank_path *path = call->path;
    const struct bank *bank = NULL;

    (void)reply; /* 204 */
    return call_find_bank(call, path->bank, &bank, err) &&
           store_boards_leave(call->db, call->arena, call->user_id, bank->id, err);
}

/* ---- teams ---- */

bool api_get_team_comparison(struct call *call, void *reply, struct error *err)
{
    const struct bank_path *path = call->path;
    const struct board_query *query = call->query;
    struct board_reply *out = reply;
    const struct bank *bank = NULL;
    struct team_comparison teams = {.key = {.window = window_of(query)}};

    if (!call_find_bank(call, path->bank, &bank, err) ||
        !make_view(call, query, &teams.look.view, err)) {
        return false;
    }
    teams.key.bank_id = bank->id;
    if (!team_comparison_read(call, &teams, err)) {
        return false;
    }
    *out = (struct board_reply){
        .window = teams.key.window, .as_of = teams.look.as_of, .fresh_within_s = BOARDS_FRESH_S};
    fill(call, &teams.look.page, teams.names, teams.count, out);
    fill_me(call, &teams.look.page, teams.my_name, out);
    return true;
}
