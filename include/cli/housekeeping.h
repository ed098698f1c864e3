/* The thread of `serve` that deletes what has expired, a bounded number of rows at a time, with a
 * connection of its own. Any number of servers may do so at once. */
#ifndef CLI_HOUSEKEEPING_H
#define CLI_HOUSEKEEPING_H

#include "base/arena.h"
#include "base/config.h"

struct housekeeping;

/* `config` must outlive it; lives in the arena. */
NODISCARD bool housekeeping_start(struct arena *arena, const struct config *config,
                                  struct housekeeping **housekeeping, struct error *err);
/* Takes NULL; returns when the thread has ended. */
void housekeeping_stop(struct housekeeping *housekeeping);

#endif
