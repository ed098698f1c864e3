/*
 * What the tests of the db layer share: the fresh database of DATABASE_URL, a session for looking
 * and for doing what an operator does, lanes over it, and threads that call through them.
 */
#ifndef STORE_DB_FIXTURE_H
#define STORE_DB_FIXTURE_H

#include <pthread.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <setjmp.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "db/db.h"
#include "db/migration.h"
#include "db/session.h"
#include "store/rights.h"

#define FIXTURE_STATEMENT(number, kind, params, safe, sql)                                  \
    {                                                                                       \
        .name = "test_" #number, .text = (sql), .lane = (kind), .is_safe_to_retry = (safe), \
        .param_count = (params), .index = (number)                                          \
    }

struct number_row {
    int64_t number;
};
static const struct shape_member NUMBER_MEMBERS[] = {MEMBER_I64(struct number_row, number)};
static const struct shape NUMBER_SHAPE = SHAPE_OF("Number", struct number_row, NUMBER_MEMBERS);

static inline const char *fixture_url(void)
{
    const char *url = getenv("DATABASE_URL"); /* NOLINT(concurrency-mt-unsafe): nobody sets it */
    if (url == NULL) {
        fail_msg("DATABASE_URL is not set: it names a fresh, empty database");
        abort();
    }
    return url;
}

/* The same database as the role that serves sees it; after fixture_migrate. */
static inline const char *fixture_runtime_url(void)
{
    const char *url = getenv("DATABASE_RUNTIME_URL"); /* NOLINT(concurrency-mt-unsafe) */
    if (url == NULL) {
        fail_msg("DATABASE_RUNTIME_URL is not set: run this by tests/run");
        abort();
    }
    return url;
}

/* Failures that a test provokes are logged as errors; they are no news. */
static inline void fixture_silence(void)
{
    log_set_level(LOG_LEVEL_COUNT);
}

static inline struct db_session *fixture_session(void)
{
    struct error err = {.code = ERROR_NONE};
    struct db_session *session = NULL;
    const struct db_session_config config = {.url = fixture_url(), .application_name = "test"};
    if (!db_session_open(&config, &session, &err)) {
        fail_msg("%s", err.detail);
    }
    return session;
}

/* All migrations, and the rights of the role that serves. */
static inline bool fixture_migrate(void)
{
    struct arena *arena = arena_create();
    struct db_session *session = fixture_session();
    const struct grant_request request = {
        .role = "quizd_runtime", .rights = RIGHTS, .count = RIGHTS_COUNT};
    enum grant_outcome outcome = GRANT_NO_ROLE;
    struct error err = {.code = ERROR_NONE};
    size_t applied = 0;
    const bool is_good =
        migration_apply(session, arena, MIGRATIONS, MIGRATIONS_COUNT, &applied, &err) &&
        grant_apply(session, arena, &request, &outcome, &err) && outcome == GRANT_DONE;
    db_session_close(session);
    arena_free(arena);
    return is_good;
}

static inline struct db_session *fixture_runtime_session(void)
{
    struct error err = {.code = ERROR_NONE};
    struct db_session *session = NULL;
    const struct db_session_config config = {.url = fixture_runtime_url(),
                                             .application_name = "test runtime"};
    if (!db_session_open(&config, &session, &err)) {
        fail_msg("%s", err.detail);
    }
    return session;
}

static inline void fixture_run(struct db_session *session, const char *sql)
{
    struct error err = {.code = ERROR_NONE};
    if (!db_session_run(session, sql, &err)) {
        fail_msg("%s: %s", err.detail, sql);
    }
}

/* The one integer that a query without parameters gives. */
static inline int64_t fixture_number(struct db_session *session, const char *sql)
{
    struct error err = {.code = ERROR_NONE};
    struct arena *arena = arena_create();
    const struct statement statement = {.name = "test_number", .text = sql};
    const struct db_params params = {.count = 0};
    struct db_rows rows;
    struct number_row row = {.number = INT64_MIN};
    const bool is_read = db_session_call(session, &statement, &params, arena, &rows, &err) &&
                         db_rows_read(&rows, 0, &NUMBER_SHAPE, arena, &row, &err);
    arena_free(arena);
    if (!is_read) {
        fail_msg("%s: %s", err.detail, sql);
    }
    return row.number;
}

static inline void fixture_pause_ms(long ms)
{
    const struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    (void)nanosleep(&pause, NULL); /* cut short: the caller looks again the sooner */
}

/* Opens the lanes and waits until they are connected: calls wait for a first connection only a
 * quarter of a second. */
static inline struct db *fixture_open(const struct db_config *config)
{
    struct error err = {.code = ERROR_NONE};
    struct db *db = NULL;
    if (!db_open(config, &db, &err)) {
        fail_msg("%s", err.detail);
    }
    const int64_t until_us = clock_monotonic_us() + 10 * CLOCK_US_PER_S;
    while (!db_is_ready(db) && clock_monotonic_us() < until_us) {
        fixture_pause_ms(1);
    }
    assert_true(db_is_ready(db));
    return db;
}

/* One call and what came of it. */
struct fixture_call {
    struct db *db;
    const struct statement *statement;
    struct db_params params;
    struct arena *arena;
    struct db_rows rows;
    struct error err;
    bool is_done;
    int64_t number; /* of the first row, where it is one */
    int64_t took_us;
};

static inline void fixture_call_start(struct fixture_call *call, struct db *db,
                                      const struct statement *statement)
{
    call->db = db;
    call->statement = statement;
    call->params.count = 0;
    call->arena = arena_create();
    call->rows = (struct db_rows){.count = 0};
    call->err = (struct error){.code = ERROR_NONE};
    call->number = INT64_MIN;
}

/* The body of a thread, or called as it is. */
static inline void *fixture_call_run(void *argument)
{
    struct fixture_call *call = argument;
    struct error ignored;
    struct number_row row = {.number = INT64_MIN};
    const int64_t before_us = clock_monotonic_us();
    call->is_done =
        db_call(call->db, call->statement, &call->params, call->arena, &call->rows, &call->err);
    call->took_us = clock_monotonic_us() - before_us;
    if (call->is_done && call->rows.count > 0 && PQftype(call->rows.result, 0) == 20 &&
        db_rows_read(&call->rows, 0, &NUMBER_SHAPE, call->arena, &row, &ignored)) {
        call->number = row.number;
    }
    return NULL;
}

static inline void fixture_calls_end(struct fixture_call *calls, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        arena_free(calls[i].arena);
        calls[i].arena = NULL;
    }
}

/* A call with one int8, or none where the statement takes none, at once. */
static inline struct fixture_call
fixture_call_number(struct db *db, const struct statement *statement, int64_t number)
{
    struct fixture_call call;
    fixture_call_start(&call, db, statement);
    if (statement->param_count > 0) {
        db_bind_i64(&call.params, number);
    }
    (void)fixture_call_run(&call); /* always NULL */
    arena_free(call.arena);
    call.arena = NULL;
    return call;
}

/* Threads that are at work; joined by the test's own thread, which alone may assert. */
struct fixture_threads {
    pthread_t *threads;
    size_t count;
};

/* Runs `work(items + i * size)` on `count` threads at once. */
static inline struct fixture_threads fixture_start(size_t count, void *(*work)(void *), void *items,
                                                   size_t size)
{
    struct fixture_threads started = {.threads = calloc(count, sizeof(pthread_t))};
    assert_non_null(started.threads);
    while (started.count < count && pthread_create(&started.threads[started.count], NULL, work,
                                                   (char *)items + started.count * size) == 0) {
        started.count++;
    }
    assert_int_equal(started.count, count);
    return started;
}

static inline void fixture_join(struct fixture_threads *started)
{
    for (size_t i = 0; i < started->count; i++) {
        assert_int_equal(pthread_join(started->threads[i], NULL), 0);
    }
    free(started->threads);
    started->threads = NULL;
}

static inline void fixture_run_threads(size_t count, void *(*work)(void *), void *items,
                                       size_t size)
{
    struct fixture_threads started = fixture_start(count, work, items, size);
    fixture_join(&started);
}

#endif
