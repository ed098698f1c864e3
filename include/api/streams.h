/* The places for event streams and waiting polls: each holds a worker while it lasts, so there are
 * only so many, and nobody has more than LIMIT_STREAMS_OF_USER of them. Safe for any number of
 * threads. */
#ifndef API_STREAMS_H
#define API_STREAMS_H

#include <stddef.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/uuid.h"

struct streams;

enum streams_verdict { STREAMS_ENTERED, STREAMS_FULL, STREAMS_TOO_MANY /* of this user */ };

/* With `capacity` places; lives in the arena. */
NONNULL_RETURN struct streams *streams_create(struct arena *arena, size_t capacity);
enum streams_verdict streams_enter(struct streams *streams, struct uuid user_id);
/* Gives back one place of who has entered. */
void streams_leave(struct streams *streams, struct uuid user_id);

#endif
