/*
 * Lanes on a database that goes away: backends terminated, frozen, killed. Whatever happens, a call
 * ends with its own result or ERROR_UNAVAILABLE, and nothing is written twice.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "db/db.h"
#include "store/db_fixture.h"

enum {
    ECHO,
    PUT_SAFE,
    PUT_UNSAFE,
    PUT_SLOWLY,
    COUNT_PREPARED,
    TOUCH,
    TOUCH_LOCKED,
    STATEMENT_COUNT
};

static const struct statement STATEMENTS[] = {
    FIXTURE_STATEMENT(ECHO, LANE_READ, 1, true, "SELECT $1"),
    FIXTURE_STATEMENT(PUT_SAFE, LANE_WRITE, 1, true,
                      "INSERT INTO safe (n) VALUES ($1) ON CONFLICT DO NOTHING"),
    FIXTURE_STATEMENT(PUT_UNSAFE, LANE_WRITE, 1, false, "INSERT INTO unsafe (n) VALUES ($1)"),
    FIXTURE_STATEMENT(PUT_SLOWLY, LANE_WRITE, 1, false,
                      "INSERT INTO unsafe (n) SELECT $1 FROM pg_sleep(0.3)"),
    FIXTURE_STATEMENT(COUNT_PREPARED, LANE_WRITE, 0, true,
                      "SELECT count(*) FROM pg_prepared_statements"),
};

static const struct statement *const REGISTRY[] = {
    &STATEMENTS[0], &STATEMENTS[1], &STATEMENTS[2], &STATEMENTS[3], &STATEMENTS[4],
};

#define BACKENDS                                                                  \
    " FROM pg_stat_activity WHERE application_name LIKE 'quizd %' AND datname = " \
    "current_database()"
#define WRITE_BACKEND "SELECT pid::int8" BACKENDS " AND application_name = 'quizd write'"
#define TERMINATE "SELECT count(pg_terminate_backend(pid))" BACKENDS

struct fixture {
    struct db_session *session;
    struct db *db;
    struct db_config config;
};

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    fixture_silence();
    fixture->session = fixture_session();
    fixture->config = (struct db_config){
        .url = fixture_url(), .statements = REGISTRY, .statement_count = STATEMENT_COUNT};
    fixture_run(fixture->session, "DROP TABLE IF EXISTS safe, unsafe;"
                                  "CREATE TABLE safe (n int8 PRIMARY KEY);"
                                  "CREATE TABLE unsafe (n int8);");
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    db_close(fixture->db);
    db_session_close(fixture->session);
    free(fixture);
    return 0;
}

static void open_lanes(struct fixture *fixture)
{
    fixture->db = fixture_open(&fixture->config);
}

static struct fixture_call call_number(struct fixture *fixture, unsigned statement, int64_t number)
{
    return fixture_call_number(fixture->db, &STATEMENTS[statement], number);
}

static uint64_t reconnects(struct fixture *fixture)
{
    struct db_stats reads;
    struct db_stats writes;
    db_read_stats(fixture->db, LANE_READ, &reads);
    db_read_stats(fixture->db, LANE_WRITE, &writes);
    return reads.reconnects + writes.reconnects;
}

/* A call on a thread of its own, while the test goes on. */
static struct fixture_threads start_call(struct fixture *fixture, struct fixture_call *call,
                                         unsigned statement, int64_t number)
{
    fixture_call_start(call, fixture->db, &STATEMENTS[statement]);
    db_bind_i64(&call->params, number);
    return fixture_start(1, fixture_call_run, call, sizeof *call);
}

static void test_db_call__no_database_is_refused_soon(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {.code = ERROR_NONE};
    fixture->config.url = "postgresql://nobody@%2Fnonexistent/none";
    assert_true(db_open(&fixture->config, &fixture->db, &err));
    assert_false(db_is_ready(fixture->db));
    fixture_pause_ms(260);
    for (int i = 0; i < 5; i++) {
        const struct fixture_call call = call_number(fixture, PUT_UNSAFE, 1);
        assert_false(call.is_done);
        assert_int_equal(call.err.code, ERROR_UNAVAILABLE);
        assert_int_equal(call.err.retry_after_s, 1);
        assert_true(call.took_us < 100000);
    }
    const int64_t before_us = clock_monotonic_us();
    db_close(fixture->db);
    fixture->db = NULL;
    assert_true(clock_monotonic_us() - before_us < CLOCK_US_PER_S);
}

static void test_db_open__bad_url(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {.code = ERROR_NONE};
    fixture->config.read_url = "postgresql://%zz@host/";
    assert_false(db_open(&fixture->config, &fixture->db, &err));
    assert_int_equal(err.code, ERROR_INTERNAL);
    assert_null(fixture->db);
}

static void test_db_call__connection_lost_while_idle_is_not_seen(void **state)
{
    struct fixture *fixture = *state;
    open_lanes(fixture);
    assert_true(call_number(fixture, PUT_UNSAFE, 1).is_done);
    assert_int_equal(call_number(fixture, COUNT_PREPARED, 0).number, 2);
    assert_int_equal(fixture_number(fixture->session, TERMINATE), 2);
    fixture_pause_ms(50);
    assert_true(call_number(fixture, PUT_UNSAFE, 2).is_done);
    assert_int_equal(call_number(fixture, COUNT_PREPARED, 0).number, 2);
    assert_int_equal(call_number(fixture, ECHO, 3).number, 3);
    assert_int_equal(reconnects(fixture), 2);
    assert_int_equal(fixture_number(fixture->session, "SELECT count(*) FROM unsafe"), 2);
}

static void test_db_call__terminated_statement_was_not_committed_and_runs_again(void **state)
{
    struct fixture *fixture = *state;
    struct fixture_call call;
    open_lanes(fixture);
    struct fixture_threads thread = start_call(fixture, &call, PUT_SLOWLY, 1);
    fixture_pause_ms(150);
    assert_int_equal(fixture_number(fixture->session, TERMINATE), 2);
    fixture_join(&thread);
    fixture_calls_end(&call, 1);
    assert_true(call.is_done);
    assert_int_equal(fixture_number(fixture->session, "SELECT count(*) FROM unsafe"), 1);
}

static void test_db_call__frozen_backend(void **state)
{
    struct fixture *fixture = *state;
    fixture->config.wait_limit_ms = 300;
    open_lanes(fixture);
    const pid_t backend = (pid_t)fixture_number(fixture->session, WRITE_BACKEND);
    assert_int_equal(kill(backend, SIGSTOP), 0);
    const struct fixture_call unknown = call_number(fixture, PUT_UNSAFE, 1);
    bool is_back = false;
    for (int i = 0; i < 400 && !is_back; i++) {
        is_back = call_number(fixture, PUT_SAFE, 2).is_done; /* on a new connection */
        fixture_pause_ms(5);
    }
    (void)kill(backend, SIGCONT); /* it is there: it was stopped */
    assert_false(unknown.is_done);
    assert_int_equal(unknown.err.code, ERROR_UNAVAILABLE);
    assert_non_null(strstr(unknown.err.detail, "unknown"));
    assert_in_range(unknown.took_us, 250000, 2000000);
    assert_true(is_back);
    assert_int_equal(fixture_number(fixture->session, "SELECT count(*) FROM safe"), 1);
    assert_true(fixture_number(fixture->session, "SELECT count(*) FROM unsafe") <= 1);
}

enum { WORKERS = 16, WORKER_CALLS = 20000 };

/* One of many threads that call while the lanes' backends are terminated again and again. */
struct worker {
    struct db *db;
    atomic_bool *is_over;
    int64_t next;
    int64_t safe_done[WORKER_CALLS];
    size_t safe_count;
    int64_t unsafe_done[WORKER_CALLS];
    size_t unsafe_count;
    size_t unavailable;
    size_t wrong;
};

static void note(struct worker *worker, const struct fixture_call *call, int64_t *done,
                 size_t *count)
{
    if (call->is_done) {
        done[(*count)++] = worker->next;
    } else if (call->err.code == ERROR_UNAVAILABLE && call->err.retry_after_s == 1) {
        worker->unavailable++;
    } else {
        worker->wrong++;
    }
}

static void *work(void *argument)
{
    struct worker *worker = argument;
    while (!atomic_load(worker->is_over) && worker->safe_count < WORKER_CALLS &&
           worker->unsafe_count < WORKER_CALLS) {
        worker->next++;
        const struct fixture_call safe =
            fixture_call_number(worker->db, &STATEMENTS[PUT_SAFE], worker->next);
        const struct fixture_call unsafe =
            fixture_call_number(worker->db, &STATEMENTS[PUT_UNSAFE], worker->next);
        const struct fixture_call echo =
            fixture_call_number(worker->db, &STATEMENTS[ECHO], worker->next);
        note(worker, &safe, worker->safe_done, &worker->safe_count);
        note(worker, &unsafe, worker->unsafe_done, &worker->unsafe_count);
        worker->wrong += echo.is_done && echo.number != worker->next ? 1 : 0;
    }
    return NULL;
}

/* How many rows of the table (the statement joins it) have one of the numbers. */
static size_t count_present(struct fixture *fixture, const struct statement *statement,
                            const int64_t *numbers, size_t count)
{
    struct error err;
    struct arena *arena = arena_create();
    struct db_params params = {.count = 0};
    struct db_rows rows;
    struct number_row row = {.number = 0};
    db_bind_i64_array(&params, arena, numbers, count);
    const bool is_read =
        db_session_call(fixture->session, statement, &params, arena, &rows, &err) &&
        db_rows_read(&rows, 0, &NUMBER_SHAPE, arena, &row, &err);
    arena_free(arena);
    assert_true(is_read);
    return (size_t)row.number;
}

static void check_worker(struct fixture *fixture, const struct worker *worker)
{
    static const struct statement safe = {.name = "count_safe",
                                          .text = "SELECT count(*) FROM safe WHERE n = ANY ($1)"};
    static const struct statement unsafe = {
        .name = "count_unsafe", .text = "SELECT count(*) FROM unsafe WHERE n = ANY ($1)"};
    assert_int_equal(worker->wrong, 0);
    assert_int_equal(count_present(fixture, &safe, worker->safe_done, worker->safe_count),
                     worker->safe_count);
    assert_int_equal(count_present(fixture, &unsafe, worker->unsafe_done, worker->unsafe_count),
                     worker->unsafe_count);
}

static void test_db_call__backends_terminated_ten_times_a_second(void **state)
{
    struct fixture *fixture = *state;
    atomic_bool is_over = false;
    struct worker *workers = calloc(WORKERS, sizeof *workers);
    size_t done = 0;
    open_lanes(fixture);
    for (size_t i = 0; i < WORKERS; i++) {
        workers[i] = (struct worker){
            .db = fixture->db, .is_over = &is_over, .next = (int64_t)(i + 1) * 1000000};
    }
    struct fixture_threads threads = fixture_start(WORKERS, work, workers, sizeof workers[0]);
    for (int i = 0; i < 20; i++) {
        fixture_pause_ms(100);
        (void)fixture_number(fixture->session,
                             TERMINATE); /* between two connections there is none */
    }
    atomic_store(&is_over, true);
    fixture_join(&threads);
    for (size_t i = 0; i < WORKERS; i++) {
        check_worker(fixture, &workers[i]);
        done += workers[i].safe_count + workers[i].unsafe_count;
    }
    free(workers);
    assert_true(done > 100);
    assert_true(reconnects(fixture) >= 4);
    assert_int_equal(fixture_number(fixture->session, "SELECT count(*) FROM (SELECT n FROM unsafe "
                                                      "GROUP BY n HAVING count(*) > 1) twice"),
                     0);
    assert_true(call_number(fixture, PUT_SAFE, 1).is_done);
}

/* A killed backend makes PostgreSQL end all others and recover from its log. */
static void test_db_call__first_success_within_a_second_after_a_crash(void **state)
{
    struct fixture *fixture = *state;
    open_lanes(fixture);
    assert_true(call_number(fixture, PUT_UNSAFE, 1).is_done);
    const pid_t backend = (pid_t)fixture_number(fixture->session, WRITE_BACKEND);
    assert_int_equal(kill(backend, SIGKILL), 0);
    /* Until PostgreSQL has noticed, it still takes new connections, only to end them. */
    struct error err;
    while (db_session_run(fixture->session, "SELECT 1", &err)) {
        fixture_pause_ms(1);
    }
    db_session_close(fixture->session);
    fixture->session = NULL;
    const struct db_session_config config = {.url = fixture_url()};
    while (!db_session_open(&config, &fixture->session, &err)) {
        const struct fixture_call call = call_number(fixture, PUT_UNSAFE, 2);
        assert_true(call.is_done || call.err.code == ERROR_UNAVAILABLE);
    }
    const int64_t back_us = clock_monotonic_us();
    while (!call_number(fixture, PUT_SAFE, 3).is_done &&
           clock_monotonic_us() - back_us < 5 * CLOCK_US_PER_S) {
        fixture_pause_ms(5);
    }
    assert_true(clock_monotonic_us() - back_us < CLOCK_US_PER_S);
    assert_int_equal(fixture_number(fixture->session, "SELECT count(*) FROM unsafe WHERE n = 1"),
                     1);
}

int main(void)
{
    random_start();
    static const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        TEST(test_db_call__no_database_is_refused_soon),
        TEST(test_db_open__bad_url),
        TEST(test_db_call__connection_lost_while_idle_is_not_seen),
        TEST(test_db_call__terminated_statement_was_not_committed_and_runs_again),
        TEST(test_db_call__frozen_backend),
        TEST(test_db_call__backends_terminated_ten_times_a_second),
        TEST(test_db_call__first_success_within_a_second_after_a_crash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
