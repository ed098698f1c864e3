/*
 * A team's leaderboard as it changes: Server-Sent Events, and polls that wait for those who cannot
 * have these. Both hold a worker while they last, so that they are counted together against a limit
 * that leaves the rest of the workers to requests, and one for each person; who finds no place gets
 * a 503 or, where the others are his own, a 429 (events), or an answer at once (poll).
 *
 * Every event carries the whole board and its version as id, so that a client that comes again
 * with Last-Event-ID has missed nothing: it is sent the board if it is another one by now.
 */
#include <time.h>

#include "api/identity.h"
#include "api/leaderboards.h"
#include "api/teams.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/limits.h"

enum {
    LOOK_MS = 1000,
    HEARTBEAT_S = 2 /* who has gone keeps a place no longer than two of them */,
    STREAM_S = 600 /* its client comes again */,
    DEFAULT_WAIT_S = 20,
    RETRY_S = 5
};

static const struct shape_member EVENTS_QUERY_MEMBERS[] = {
    MEMBER_TEXT(struct team_board_query, bank, .flags = SHAPE_OPTIONAL, .min = 1,
                .max = LIMIT_SLUG_BYTES, .format = "slug", .about = "Of this bank only."),
    {.name = "window",
     .type = SHAPE_ENUM,
     .flags = SHAPE_REF | SHAPE_OPTIONAL,
     .offset = SHAPE_AT(struct team_board_query, board.window, const enum board_window *),
     .enumeration = &BOARD_WINDOWS,
     .about = "Default week."},
};
const struct shape TEAM_EVENTS_QUERY_SHAPE =
    SHAPE_OF("TeamLeaderboardEventsQuery", struct team_board_query, EVENTS_QUERY_MEMBERS);

static void pause_a_little(void)
{
    const struct timespec pause = {.tv_sec = LOOK_MS / 1000,
                                   .tv_nsec = (LOOK_MS % 1000) * 1000000L};

    (void)nanosleep(&pause, NULL); /* woken early is no harm */
}

/* ---- polls ---- */

/* The version as it is now; nothing of it stays in the request's arena. */
static bool is_news(const struct call *call, const struct team_board_query *query, bool *is_other,
                    struct error *err)
{
    struct call another = *call;
    struct board_news news = {.known = query->since};

    another.arena = arena_create();
    const bool is_read =
        identity_confirm(&another, err) && team_leaderboard_render(&another, query, &news, err);
    *is_other = is_read && news.json.data != NULL;
    arena_free(another.arena);
    return is_read;
}

bool board_wait(struct call *call, const struct team_board_query *query, struct error *err)
{
    const int64_t wait_s = query->wait == NULL ? DEFAULT_WAIT_S : *query->wait;
    const int64_t until_us = clock_monotonic_us() + wait_s * CLOCK_US_PER_S;
    bool is_other = false;
    bool is_good = true;

    if (query->since.data == NULL ||
        streams_enter(call->app->streams, call->user_id) != STREAMS_ENTERED) {
        return true;
    }
    while (is_good && !is_other && !atomic_load(&call->app->is_draining)) {
        is_good = is_news(call, query, &is_other, err);
        if (is_good && !is_other) {
            if (clock_monotonic_us() + LOOK_MS * INT64_C(1000) > until_us) {
                break;
            }
            pause_a_little();
        }
    }
    streams_leave(call->app->streams, call->user_id);
    return is_good;
}

/* ---- events ---- */

struct board_stream {
    struct call call;
    struct team_board_query query;
    char version[LIMIT_EVENT_ID_BYTES + 1]; /* that the client has */
    int64_t ends_us;
    int64_t beat_us; /* when something was sent last */
};

static void leave(void *context)
{
    const struct board_stream *stream = context;

    streams_leave(stream->call.app->streams, stream->call.user_id);
}

static bool enter(struct board_stream *stream, struct error *err)
{
    switch (streams_enter(stream->call.app->streams, stream->call.user_id)) {
    case STREAMS_ENTERED:
        return true;
    case STREAMS_FULL:
        return error_set_unavailable(err, RETRY_S,
                                     "as many as may are watching; poll, or come again");
    case STREAMS_TOO_MANY:
        break;
    }
    (void)error_set(err, ERROR_TOO_MANY_REQUESTS,
                    "at most %d streams and waiting polls at once for a person",
                    LIMIT_STREAMS_OF_USER); /* always false */
    err->retry_after_s = RETRY_S;
    return false;
}

static struct text make_event(struct arena *arena, const struct board_news *news)
{
    return arena_printf(arena, "event: leaderboard\nid: %.*s\ndata: %.*s\n\n",
                        TEXT_ARG(news->version), TEXT_ARG(news->json));
}

/* What there is to say now. False: the end, also where the member has left the team, his login is
 * over, or a database that is away would leave him with an old board. */
static bool look(struct board_stream *stream, struct arena *scratch, struct text *piece)
{
    struct error ignored = {.code = ERROR_NONE};
    struct board_news news = {.known = text_of(stream->version)};
    struct call call = stream->call;

    call.arena = scratch;
    if (!identity_confirm(&call, &ignored) ||
        !team_leaderboard_render(&call, &stream->query, &news, &ignored)) {
        return false;
    }
    const int64_t now_us = clock_monotonic_us();
    if (news.json.data != NULL) {
        *piece = make_event(scratch, &news);
        memcpy(stream->version, news.version.data, news.version.len);
        stream->version[news.version.len] = '\0';
        stream->beat_us = now_us;
    } else if (now_us - stream->beat_us >= HEARTBEAT_S * CLOCK_US_PER_S) {
        *piece = TEXT(": still here\n\n");
        stream->beat_us = now_us;
    }
    return true;
}

/* Where the client has gone, the end of the stream is what notices. */
static bool send_events(void *context, struct body_sink *sink, struct error *err)
{
    struct board_stream *stream = context;
    struct arena *scratch = arena_create();
    struct text piece = TEXT_ABSENT;
    bool is_sent = true;

    while (is_sent && !atomic_load(&stream->call.app->is_draining) &&
           clock_monotonic_us() <= stream->ends_us && look(stream, scratch, &piece)) {
        is_sent =
            piece.len == 0 || (body_sink_write(sink, piece, err) && body_sink_flush(sink, err));
        if (is_sent) {
            pause_a_little();
        }
        piece = TEXT_ABSENT;
        arena_reset(scratch);
    }
    arena_free(scratch);
    return is_sent;
}

static bool wants_stream(struct text accept)
{
    struct text type = TEXT_ABSENT;
    struct text rest = accept;
    bool has_more = accept.data != NULL;

    while (has_more) {
        has_more = text_split(rest, ',', &type, &rest);
        (void)text_split(type, ';', &type, &(struct text){NULL, 0}); /* without its parameters */
        if (text_equal_ignoring_case(text_trim(type), TEXT("text/event-stream"))) {
            return true;
        }
    }
    return false;
}

bool api_watch_team_leaderboard(struct call *call, void *reply, struct error *err)
{
    const struct text id = call->request->last_event_id;
    struct board_stream *stream = arena_new(call->arena, struct board_stream);
    struct board_news news = {.known = TEXT_ABSENT};

    (void)reply; /* made piece by piece */
    stream->call = *call;
    stream->query = *(const struct team_board_query *)call->query;
    stream->beat_us = clock_monotonic_us();
    stream->ends_us = stream->beat_us + STREAM_S * CLOCK_US_PER_S;
    if (!team_leaderboard_render(call, &stream->query, &news, err)) {
        return false; /* told with a status, not in a stream */
    }
    call->response->content_type = TEXT("text/event-stream");
    if (!wants_stream(call->request->accept)) {
        call->response->body = make_event(call->arena, &news);
        return true;
    }
    if (!enter(stream, err)) {
        return false;
    }
    arena_defer(call->arena, leave, stream);
    if (id.data != NULL && id.len <= LIMIT_EVENT_ID_BYTES) {
        memcpy(stream->version, id.data, id.len);
    }
    call->response->stream = (struct response_stream){.send = send_events, .context = stream};
    call->response->must_close = true;
    response_add_header(call->response, "X-Accel-Buffering", TEXT("no")); /* for nginx before us */
    return true;
}
