/*
 * A thread that keeps something in memory as the database has it: LISTEN makes it quick, looking
 * again every `poll_ms` makes it certain. A connection that is lost is made again, and then the
 * thread looks at once.
 */
#ifndef STORE_WATCH_H
#define STORE_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "db/session.h"

struct watch;

struct watch_config {
    struct db_session_config database;
    const char *listen;     /* "LISTEN quizd_banks" */
    const char *lost_event; /* logged when the connection is lost, or cannot be made */
    int64_t poll_ms;
    /* Looks at the database. `is_notified`: somebody said so, or the connection is new. `scratch`
     * is reset before. False ends the connection. */
    bool (*look)(void *context, struct db_session *session, bool is_notified, struct arena *scratch,
                 struct error *err);
    void *context;
};

NODISCARD bool watch_start(const struct watch_config *config, struct watch **watch,
                           struct error *err);
void watch_stop(struct watch *watch); /* waits for the thread; takes NULL */

#endif
