/* Bodies that are made while they are sent: see http/body_sink.h. */
#include "http/body_sink.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

void body_sink_init(struct body_sink *sink, struct arena *arena)
{
    sink->bytes = arena_alloc_bytes(arena, BODY_SINK_HEAD_BYTES + BODY_SINK_PIECE_BYTES +
                                               BODY_SINK_TAIL_BYTES);
    sink->len = 0;
    sink->total = 0;
    sink->is_begun = false;
}

static bool send(struct body_sink *sink, const char *bytes, size_t len, struct error *err)
{
    const int64_t until_us = clock_monotonic_us() + sink->piece_limit_us;

    if (!sink->write(sink->context, (struct text){bytes, len}) || clock_monotonic_us() > until_us) {
        return error_set(err, ERROR_REQUEST_TIMEOUT, "the client is gone or reads too slowly");
    }
    return true;
}

static bool begin(struct body_sink *sink, struct error *err)
{
    if (sink->is_begun) {
        return true;
    }
    sink->is_begun = true;
    return send(sink, sink->head.data, sink->head.len, err);
}

bool body_sink_flush(struct body_sink *sink, struct error *err)
{
    const size_t len = sink->len;
    char head[BODY_SINK_HEAD_BYTES + 1];

    if (!begin(sink, err)) {
        return false;
    }
    if (len == 0) { /* as a chunk it would be the last one */
        return true;
    }
    sink->len = 0;
    if (!sink->is_chunked) {
        return send(sink, sink->bytes + BODY_SINK_HEAD_BYTES, len, err);
    }
    (void)snprintf(head, sizeof head, "%08x\r\n", (unsigned)len); /* fits */
    memcpy(sink->bytes, head, BODY_SINK_HEAD_BYTES);
    memcpy(sink->bytes + BODY_SINK_HEAD_BYTES + len, "\r\n", BODY_SINK_TAIL_BYTES);
    return send(sink, sink->bytes, BODY_SINK_HEAD_BYTES + len + BODY_SINK_TAIL_BYTES, err);
}

bool body_sink_write(struct body_sink *sink, struct text bytes, struct error *err)
{
    size_t at = 0;

    while (at < bytes.len) {
        const size_t room = BODY_SINK_PIECE_BYTES - sink->len;
        const size_t count = bytes.len - at < room ? bytes.len - at : room;
        memcpy(sink->bytes + BODY_SINK_HEAD_BYTES + sink->len, bytes.data + at, count);
        sink->len += count;
        sink->total += count;
        at += count;
        if (sink->len == BODY_SINK_PIECE_BYTES && !body_sink_flush(sink, err)) {
            return false;
        }
    }
    return true;
}

bool body_sink_end(struct body_sink *sink, struct error *err)
{
    static const char LAST[] = "0\r\n\r\n";

    return body_sink_flush(sink, err) &&
           (!sink->is_chunked || send(sink, LAST, sizeof LAST - 1, err));
}
