/*
 * Work that comes again and again, on a thread of its own. Each time begins `period_ms` after the
 * last one ended; to stop cuts a pause short and waits for work that is under way.
 */
#ifndef BASE_PERIODIC_H
#define BASE_PERIODIC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

struct periodic;

struct periodic_config {
    const char *what; /* for the error: "cannot start the thread that <what>" */
    int64_t period_ms;
    /* `scratch` is reset after each time. What takes long asks periodic_is_stopping now and then.
     */
    void (*work)(void *context, const struct periodic *periodic, struct arena *scratch);
    void *context;
};

/* Lives in the arena; so does what the config points to, or longer. The first time comes after a
 * pause. ERROR_INTERNAL where there can be no thread. */
NODISCARD bool periodic_start(struct arena *arena, const struct periodic_config *config,
                              struct periodic **periodic, struct error *err);
/* Takes NULL; returns when the thread has ended. */
void periodic_stop(struct periodic *periodic);
bool periodic_is_stopping(const struct periodic *periodic);

#endif
