/* Bodies in pieces: see http/body_reader.h. */
#include "http/body_reader.h"

#include "base/clock.h"

enum { SLOW_US = 20000 }; /* a piece that took longer comes from a slow sender */

static size_t next_piece(size_t piece, int64_t took_us)
{
    if (took_us > SLOW_US) {
        return 1;
    }
    return piece < BODY_PIECE_BYTES_MAX ? 2 * piece : piece;
}

static bool fill(const struct body_source *source, char *bytes, size_t length, int64_t deadline_us,
                 struct error *err)
{
    int64_t now_us = clock_monotonic_us();
    size_t piece = 1;
    size_t got = 0;

    while (got < length) {
        const size_t left = length - got;
        const int count = source->read(source->context, bytes + got, left < piece ? left : piece);
        if (count <= 0) {
            return error_set(err, ERROR_REQUEST_TIMEOUT,
                             "the body ended before its Content-Length");
        }
        got += (size_t)count;
        const int64_t before_us = now_us;
        now_us = clock_monotonic_us();
        if (got < length && now_us > deadline_us) {
            return error_set(err, ERROR_REQUEST_TIMEOUT, "the body took too long");
        }
        piece = next_piece(piece, now_us - before_us);
    }
    return true;
}

bool body_read(const struct body_source *source, size_t length, int64_t deadline_us,
               struct arena *arena, struct text *body, struct error *err)
{
    char *bytes = arena_alloc_bytes(arena, length + 1);

    if (!fill(source, bytes, length, deadline_us, err)) {
        return false;
    }
    bytes[length] = '\0';
    *body = (struct text){bytes, length};
    return true;
}
