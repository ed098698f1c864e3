/* Sessions in turn; see db/pool.h. */
#include "db/pool.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "db/connect.h"

/* Longer than the statement limit, so that the server's own answer comes first. */
enum { SILENCE_MS = 2000, CONNECT_S = 5 };

/* Between two attempts to connect. */
#define PAUSE_US INT64_C(50000)

struct db_pool {
    struct db_session_config session_config;
    struct db_pool_config config;
    char *url;
    pthread_t opener;
    pthread_mutex_t lock;  /* guards all below */
    pthread_cond_t wanted; /* somebody waits and no session is free: the opener's */
    pthread_cond_t given;  /* a session is free, or opening one failed: the waiting callers' */
    struct db_session *idle[DB_POOL_SESSIONS_MAX];
    unsigned idle_count;
    unsigned open_count; /* idle or taken */
    unsigned waiting;
    unsigned failures; /* of the opener */
    bool is_closing;
};

static bool refuse(struct error *err)
{
    return error_set_unavailable(err, 1, "The database is busy or away. Try again.");
}

/* Called and left with the lock held. */
static void wait_on(pthread_cond_t *condition, struct db_pool *pool, int64_t until_us)
{
    const struct timespec until = {.tv_sec = (time_t)(until_us / CLOCK_US_PER_S),
                                   .tv_nsec = (long)(until_us % CLOCK_US_PER_S) * 1000};
    (void)pthread_cond_timedwait(condition, &pool->lock, &until); /* the caller looks again */
}

/* Called and left with the lock held; connects without it. */
static void open_one(struct db_pool *pool)
{
    struct db_session *session = NULL;
    struct error ignored = {.code = ERROR_NONE}; /* db_session_open has logged it */

    pool->open_count++;
    (void)pthread_mutex_unlock(&pool->lock);
    const bool is_open = db_session_open(&pool->session_config, &session, &ignored);
    (void)pthread_mutex_lock(&pool->lock);
    if (is_open) {
        pool->idle[pool->idle_count] = session;
        pool->idle_count++;
        (void)pthread_cond_signal(&pool->given);
        return;
    }
    pool->open_count--;
    pool->failures++;
    (void)pthread_cond_broadcast(&pool->given);
    wait_on(&pool->wanted, pool, clock_monotonic_us() + PAUSE_US);
}

static void *run_opener(void *argument)
{
    struct db_pool *pool = argument;

    (void)pthread_mutex_lock(&pool->lock);
    while (!pool->is_closing) {
        if (pool->waiting > pool->idle_count && pool->open_count < pool->config.size) {
            open_one(pool);
        } else {
            (void)pthread_cond_wait(&pool->wanted, &pool->lock);
        }
    }
    (void)pthread_mutex_unlock(&pool->lock);
    return NULL;
}

static void init_conditions(struct db_pool *pool)
{
    pthread_condattr_t attributes;

    (void)pthread_condattr_init(&attributes); /* none of these fails on Linux */
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&pool->wanted, &attributes);
    (void)pthread_cond_init(&pool->given, &attributes);
    (void)pthread_condattr_destroy(&attributes);
    (void)pthread_mutex_init(&pool->lock, NULL);
}

/* Signals are for the main thread. */
static bool start_opener(struct db_pool *pool)
{
    sigset_t all;
    sigset_t before;

    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    const bool is_started = pthread_create(&pool->opener, NULL, run_opener, pool) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return is_started;
}

static void free_pool(struct db_pool *pool)
{
    (void)pthread_cond_destroy(&pool->wanted);
    (void)pthread_cond_destroy(&pool->given);
    (void)pthread_mutex_destroy(&pool->lock);
    free(pool->url);
    free(pool);
}

bool db_pool_open(const struct db_pool_config *config, struct db_pool **out, struct error *err)
{
    if (!connect_check_url(config->url, err)) {
        return false;
    }
    struct db_pool *pool = calloc(1, sizeof *pool);
    if (pool == NULL) {
        return error_set(err, ERROR_INTERNAL, "Out of memory");
    }
    pool->config = *config;
    pool->url = strdup(config->url);
    if (pool->config.size > DB_POOL_SESSIONS_MAX) {
        pool->config.size = DB_POOL_SESSIONS_MAX;
    }
    pool->session_config =
        (struct db_session_config){.url = pool->url,
                                   .application_name = config->application_name,
                                   .connect_timeout_s = CONNECT_S,
                                   .statement_timeout_ms = config->statement_timeout_ms,
                                   .plans_anew = config->plans_anew,
                                   .call_limit_ms = config->statement_timeout_ms + SILENCE_MS};
    init_conditions(pool);
    if (pool->url == NULL || !start_opener(pool)) {
        free_pool(pool);
        return error_set(err, ERROR_INTERNAL, "Out of memory or threads");
    }
    *out = pool;
    return true;
}

void db_pool_close(struct db_pool *pool)
{
    if (pool == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&pool->lock);
    pool->is_closing = true;
    (void)pthread_cond_broadcast(&pool->wanted);
    (void)pthread_mutex_unlock(&pool->lock);
    (void)pthread_join(pool->opener, NULL); /* it was started in db_pool_open */
    for (unsigned i = 0; i < pool->idle_count; i++) {
        db_session_close(pool->idle[i]);
    }
    free_pool(pool);
}

/* Called with the lock held. Sessions that have died while nobody used them are closed on the way.
 */
static struct db_session *pop_idle(struct db_pool *pool)
{
    while (pool->idle_count > 0) {
        pool->idle_count--;
        struct db_session *session = pool->idle[pool->idle_count];
        if (db_session_is_idle(session)) {
            return session;
        }
        db_session_close(session);
        pool->open_count--;
    }
    return NULL;
}

/* Called and left with the lock held. NULL: the time is over, or the database is away. */
static struct db_session *wait_for_one(struct db_pool *pool)
{
    const int64_t until_us = clock_monotonic_us() + pool->config.wait_limit_ms * 1000;
    const unsigned failures = pool->failures;
    struct db_session *session = pop_idle(pool);

    pool->waiting++;
    while (session == NULL && pool->failures == failures && clock_monotonic_us() < until_us) {
        (void)pthread_cond_signal(&pool->wanted);
        wait_on(&pool->given, pool, until_us);
        session = pop_idle(pool);
    }
    pool->waiting--;
    return session;
}

bool db_pool_take(struct db_pool *pool, struct db_session **out, struct error *err)
{
    (void)pthread_mutex_lock(&pool->lock);
    const bool is_full = pool->waiting >= pool->config.queue_limit;
    struct db_session *session = is_full ? NULL : wait_for_one(pool);
    (void)pthread_mutex_unlock(&pool->lock);
    *out = session;
    return session != NULL || refuse(err);
}

void db_pool_give_back(struct db_pool *pool, struct db_session *session)
{
    if (session == NULL) {
        return;
    }
    const bool is_good = db_session_is_idle(session);
    if (!is_good) {
        db_session_close(session);
    }
    (void)pthread_mutex_lock(&pool->lock);
    if (is_good) {
        pool->idle[pool->idle_count] = session;
        pool->idle_count++;
    } else {
        pool->open_count--;
    }
    (void)pthread_cond_signal(is_good ? &pool->given : &pool->wanted);
    (void)pthread_mutex_unlock(&pool->lock);
}
