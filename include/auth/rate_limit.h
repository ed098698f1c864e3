/*
 * How many requests a minute somebody may make, in memory, for this process: a token bucket for
 * each key (GCRA: one time stamp a bucket). Bounded: a full set forgets the bucket that is fullest.
 * Safe for any number of threads: each set has its own lock.
 */
#ifndef AUTH_RATE_LIMIT_H
#define AUTH_RATE_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"

struct rate_limit;

enum { RATE_WINDOW_S = 60 };

struct rate_verdict {
    bool is_allowed;
    int64_t allowed;       /* in RATE_WINDOW_S, and at once */
    int64_t remaining;     /* now */
    int64_t full_again_s;  /* until all are there again */
    int64_t retry_after_s; /* until one is there again; 0 where one is */
};

/* `allowed` requests a minute for each of about `capacity` keys; lives in the arena. */
NONNULL_RETURN struct rate_limit *rate_limit_create(struct arena *arena, size_t capacity,
                                                    int64_t allowed);
/* Takes one from the bucket of `key`, where there is one. `now_us`: monotonic. */
struct rate_verdict rate_limit_take(struct rate_limit *limit, struct text key, int64_t now_us);

#endif
