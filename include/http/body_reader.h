/*
 * Reading a body of known length against its deadline, from a source that waits until it has all
 * that it was asked for. So it is asked for little: one byte at a time of a slow sender, some more
 * of a fast one.
 */
#ifndef HTTP_BODY_READER_H
#define HTTP_BODY_READER_H

#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

/* A sender that turns slow is cut at most this many waits of its source past the deadline; one that
 * is slow from the start, one wait past it. */
enum { BODY_PIECE_BYTES_MAX = 16 };

struct body_source {
    /* Returns how many bytes were read, 0 or less where there will be no more. */
    int (*read)(void *context, char *bytes, size_t count);
    void *context;
};

/* ERROR_REQUEST_TIMEOUT where the body ends early or is not there at `deadline_us`
 * (clock_monotonic_us). The body is in the arena, with a NUL behind it. */
NODISCARD bool body_read(const struct body_source *source, size_t length, int64_t deadline_us,
                         struct arena *arena, struct text *body, struct error *err);

#endif
