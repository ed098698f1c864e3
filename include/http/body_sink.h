/*
 * A body that is made while it is sent, for what may be longer than any reply in memory: collected
 * in pieces, each a chunk of Transfer-Encoding: chunked (to HTTP/1.0, bytes until the end of the
 * connection). The client must take each piece in time.
 */
#ifndef HTTP_BODY_SINK_H
#define HTTP_BODY_SINK_H

#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

enum {
    BODY_SINK_PIECE_BYTES = 64 * 1024,
    BODY_SINK_HEAD_BYTES = 10, /* eight digits and a line end */
    BODY_SINK_TAIL_BYTES = 2
};

struct body_sink {
    /* Whether the client took all of it; blocks. */
    bool (*write)(void *context, struct text bytes);
    void *context;
    bool is_chunked;
    int64_t piece_limit_us; /* for taking one piece */
    struct text head;       /* of the message: sent before the first piece */
    bool is_begun;          /* it was sent */
    char *bytes;            /* room for the head of a chunk, the piece, its end */
    size_t len;             /* of the piece */
    size_t total;           /* bytes of the body so far */
};

/* `sink` has what the caller sets: write, context, is_chunked, piece_limit_us, head. */
void body_sink_init(struct body_sink *sink, struct arena *arena);
/* ERROR_REQUEST_TIMEOUT where the client is gone or takes too long: the connection is of no use any
 * more. */
NODISCARD bool body_sink_write(struct body_sink *sink, struct text bytes, struct error *err);
/* Sends what was collected so far, for a client that waits for it. */
NODISCARD bool body_sink_flush(struct body_sink *sink, struct error *err);
/* What is left, and the end. Without it a client of HTTP/1.1 knows that the body is not whole. */
NODISCARD bool body_sink_end(struct body_sink *sink, struct error *err);

#endif
