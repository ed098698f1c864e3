/*
 * A team's leaderboard as it changes: Server-Sent Events, and polls that wait for those who cannot
 * have these. Both hold a worker while they last, so that they are counted together against a limit
 * that leaves the rest of the workers to requests; who finds all places taken gets a 503 (events),
 * or an answer at once (poll).
 *
 * Every event carries the whole board and its version as id, so that a client that comes again
 * with Last-Event-ID has missed nothing: it is sent the board if it is another one by now.
 */
#include <time.h>

#include "api/leaderboards.h"
#include "api/teams.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/limits.h"

enum {
    LOOK_MS = 1000,
    HEARTBEAT_S = 5,
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

bool stream_enter(struct app *app)
{
    if (atomic_fetch_add(&app->stream_count, 1) < app->stream_limit) {
        return true;
    }
    atomic_fetch_sub(&app->stream_count, 1);
    return false;
}

void stream_leave(struct app *app)
{
    atomic_fetch_sub(&app->stream_count, 1);
}

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
    struct text json;
    struct text version;

    another.arena = arena_create();
    const bool is_read = team_leaderboard_render(&another, query, &json, &version, err);
    *is_other = is_read && !text_equal(version, query->since);
    arena_free(another.arena);
    return is_read;
}

bool board_wait(struct call *call, const struct team_board_query *query, struct error *err)
{
    const int64_t wait_s = query->wait == NULL ? DEFAULT_WAIT_S : *query->wait;
    const int64_t until_us = clock_monotonic_us() + wait_s * CLOCK_US_PER_S;
    bool is_other = false;
    bool is_good = true;

    if (query->since.data == NULL || !stream_enter(call->app)) {
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
    stream_leave(call->app);
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

static void leave(void *stream)
{
    stream_leave(((struct board_stream *)stream)->call.app);
}

static struct text make_event(struct arena *arena, struct text json, struct text version)
{
    return arena_printf(arena, "event: leaderboard\nid: %.*s\ndata: %.*s\n\n", TEXT_ARG(version),
                        TEXT_ARG(json));
}

/* What there is to say now. False: the end, also where the member has left the team, or a database
 * that is away would leave him with an old board. */
static bool look(struct board_stream *stream, struct arena *scratch, struct text *piece)
{
    struct error ignored = {.code = ERROR_NONE};
    struct text json;
    struct text version;
    struct call call = stream->call;

    call.arena = scratch;
    if (!team_leaderboard_render(&call, &stream->query, &json, &version, &ignored)) {
        return false;
    }
    const int64_t now_us = clock_monotonic_us();
    if (!text_equal(version, text_of(stream->version))) {
        *piece = make_event(scratch, json, version);
        memcpy(stream->version, version.data, version.len);
        stream->version[version.len] = '\0';
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
    struct text json;
    struct text version;

    (void)reply; /* made piece by piece */
    stream->call = *call;
    stream->query = *(const struct team_board_query *)call->query;
    stream->beat_us = clock_monotonic_us();
    stream->ends_us = stream->beat_us + STREAM_S * CLOCK_US_PER_S;
    if (!team_leaderboard_render(call, &stream->query, &json, &version, err)) {
        return false; /* told with a status, not in a stream */
    }
    call->response->content_type = TEXT("text/event-stream");
    if (!wants_stream(call->request->accept)) {
        call->response->body = make_event(call->arena, json, version);
        return true;
    }
    if (!stream_enter(call->app)) {
        return error_set_unavailable(err, RETRY_S,
                                     "as many as may are watching; poll, or come again");
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
