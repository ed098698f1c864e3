/*
 * The connection of a lane, and the thread that makes it: with a full stack, again and again after
 * each loss, first at once, then with growing pauses below a second. The thread sleeps while the
 * connection is up.
 *
 * `connection` and `prepared` belong to the leader of the lane while the link is up, to the thread
 * while it is down. The leader takes it down (lane_link_drop), the thread brings it up.
 */
#ifndef DB_LANE_LINK_H
#define DB_LANE_LINK_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <libpq-fe.h>

#include "base/error.h"
#include "db/connect.h"

struct lane_link {
    struct connect_settings settings;
    size_t statement_count;
    PGconn *connection;
    uint32_t *prepared; /* by statement index, then those of the gathered texts: the signature of
                           the parameter types; 0: not prepared */
    int64_t used_us;    /* the leader's: when the connection was last heard of */
    atomic_bool is_up;
    atomic_uint_least64_t connects; /* how often it came up */
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed; /* is_up, is_closing */
    bool is_closing;        /* guarded by lock */
    int64_t down_since_us;  /* guarded by lock */
};

/* Starts the thread; the settings' texts must outlive the link. */
NODISCARD bool lane_link_open(struct lane_link *link, const struct connect_settings *settings,
                              size_t statement_count, struct error *err);
void lane_link_close(struct lane_link *link);
/* Whether there is a connection to send on. Where there is none, waits for it while the loss is
 * fresh (`grace_ms` from the loss on), so that a short break is not seen outside and a long one
 * makes nobody wait. An idle connection that the server has closed meanwhile is found out here,
 * before anything is sent on it. */
NODISCARD bool lane_link_acquire(struct lane_link *link, int64_t now_us, int64_t grace_ms);
/* The connection is lost or of no use; `reason` is for the log. */
void lane_link_drop(struct lane_link *link, const char *reason);

#endif
