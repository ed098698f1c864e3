/* The connector thread and the hand-over of the connection; see db/lane_link.h. */
#include "db/lane_link.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "db/failure.h"

/* The pauses between attempts to connect: doubled from the first to the last, each cut by up to a
 * half at random, so that the lanes of many servers do not come back in one moment, and the first
 * success is less than a second after the database is back. */
enum { PAUSE_FIRST_MS = 50, PAUSE_LAST_MS = 800 };

/* A connection that was used this short a time ago is not tested before it is used again: a system
 * call less in each batch. */
enum { FRESH_US = 5000 };

/* Repeated failures to connect are logged at the first and at each n-th. */
enum { LOG_EVERY = 20 };

static void wait_until(struct lane_link *link, int64_t until_us)
{
    const struct timespec until = {.tv_sec = (time_t)(until_us / CLOCK_US_PER_S),
                                   .tv_nsec = (long)(until_us % CLOCK_US_PER_S) * 1000};
    (void)pthread_cond_timedwait(&link->changed, &link->lock, &until); /* the caller looks again */
}

static int64_t draw_pause_us(unsigned failures)
{
    int64_t pause_ms = PAUSE_FIRST_MS;
    for (unsigned i = 1; i < failures && pause_ms < PAUSE_LAST_MS; i++) {
        pause_ms *= 2;
    }
    const int64_t half_us = pause_ms * 1000 / 2;
    return half_us + (int64_t)(random_u64() % (uint64_t)half_us);
}

/* A connection in pipeline mode that never blocks; NULL where the database is away. */
static PGconn *connect_pipeline(const struct lane_link *link, unsigned failures)
{
    PGconn *connection = connect_open(&link->settings);
    if (PQstatus(connection) == CONNECTION_OK && PQsetnonblocking(connection, 1) == 0 &&
        PQenterPipelineMode(connection) == 1) {
        return connection;
    }
    if (connection != NULL && failures % LOG_EVERY == 0) {
        failure_log_connection("db.connect_failed", connection, "cannot connect");
    }
    PQfinish(connection);
    return NULL;
}

/* Called and left with the lock held; connects without it. */
static void reconnect(struct lane_link *link, unsigned *failures)
{
    pthread_mutex_unlock(&link->lock);
    PQfinish(link->connection);
    link->connection = connect_pipeline(link, *failures);
    memset(link->prepared, 0, 2 * link->statement_count * sizeof *link->prepared);
    pthread_mutex_lock(&link->lock);
    if (link->connection == NULL) {
        *failures += 1;
        const int64_t until_us = clock_monotonic_us() + draw_pause_us(*failures);
        while (!link->is_closing && clock_monotonic_us() < until_us) {
            wait_until(link, until_us);
        }
        return;
    }
    *failures = 0;
    link->used_us = clock_monotonic_us();
    atomic_fetch_add_explicit(&link->connects, 1, memory_order_relaxed);
    atomic_store_explicit(&link->is_up, true, memory_order_release);
    pthread_cond_broadcast(&link->changed);
    log_info("db.connected", log_string("application", link->settings.application_name));
}

static void *run_connector(void *argument)
{
    struct lane_link *link = argument;
    unsigned failures = 0;
    pthread_mutex_lock(&link->lock);
    while (!link->is_closing) {
        if (atomic_load_explicit(&link->is_up, memory_order_acquire)) {
            pthread_cond_wait(&link->changed, &link->lock);
        } else {
            reconnect(link, &failures);
        }
    }
    pthread_mutex_unlock(&link->lock);
    return NULL;
}

/* Signals are for the main thread. */
static bool start_thread(struct lane_link *link)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const bool is_started = pthread_create(&link->thread, NULL, run_connector, link) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return is_started;
}

static void init_lock(struct lane_link *link)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&link->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&link->lock, NULL);
}

static void destroy(struct lane_link *link)
{
    PQfinish(link->connection);
    free(link->prepared);
    pthread_cond_destroy(&link->changed);
    pthread_mutex_destroy(&link->lock);
}

bool lane_link_open(struct lane_link *link, const struct connect_settings *settings,
                    size_t statement_count, struct error *err)
{
    *link = (struct lane_link){.settings = *settings,
                               .statement_count = statement_count,
                               .down_since_us = clock_monotonic_us()};
    link->prepared = calloc(2 * statement_count + 1, sizeof *link->prepared);
    init_lock(link);
    if (link->prepared == NULL || !start_thread(link)) {
        destroy(link);
        return error_set(err, ERROR_INTERNAL, "A lane to the database could not be started");
    }
    return true;
}

void lane_link_close(struct lane_link *link)
{
    pthread_mutex_lock(&link->lock);
    link->is_closing = true;
    pthread_cond_broadcast(&link->changed);
    pthread_mutex_unlock(&link->lock);
    pthread_join(link->thread, NULL);
    destroy(link);
}

/* Nothing comes unasked on a lane but the end of the connection, or the message that announces it
 * (or a changed setting of the server, and then a new connection does no harm). */
static bool is_quiet(const struct lane_link *link)
{
    struct pollfd socket = {.fd = PQsocket(link->connection), .events = POLLIN};
    return poll(&socket, 1, 0) == 0;
}

bool lane_link_acquire(struct lane_link *link, int64_t now_us, int64_t grace_ms)
{
    if (atomic_load_explicit(&link->is_up, memory_order_acquire)) {
        if (now_us - link->used_us < FRESH_US || is_quiet(link)) {
            return true;
        }
        lane_link_drop(link, "closed by the server while idle");
    }
    pthread_mutex_lock(&link->lock);
    const int64_t until_us = link->down_since_us + grace_ms * 1000;
    while (!atomic_load_explicit(&link->is_up, memory_order_acquire) &&
           clock_monotonic_us() < until_us) {
        wait_until(link, until_us);
    }
    const bool is_up = atomic_load_explicit(&link->is_up, memory_order_acquire);
    pthread_mutex_unlock(&link->lock);
    return is_up;
}

void lane_link_drop(struct lane_link *link, const char *reason)
{
    failure_log_connection("db.connection_lost", link->connection, reason);
    pthread_mutex_lock(&link->lock);
    link->down_since_us = clock_monotonic_us();
    atomic_store_explicit(&link->is_up, false, memory_order_release);
    pthread_cond_broadcast(&link->changed);
    pthread_mutex_unlock(&link->lock);
}
