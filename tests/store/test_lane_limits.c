/* The ceilings of lanes: batch, queue, wait, statement, and batches larger than the sockets'
 * buffers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "db/db.h"
#include "store/db_fixture.h"

enum { PUT, SLEEP, ENLARGE, STATEMENT_COUNT };

static const struct statement STATEMENTS[] = {
    FIXTURE_STATEMENT(PUT, LANE_WRITE, 1, true,
                      "INSERT INTO lane_test (n) VALUES ($1) RETURNING n"),
    FIXTURE_STATEMENT(SLEEP, LANE_WRITE, 1, true, "SELECT pg_sleep($1 / 1000.0)"),
    FIXTURE_STATEMENT(ENLARGE, LANE_WRITE, 2, true, "SELECT repeat($2, 3), $1"),
};

static const struct statement *const REGISTRY[] = {&STATEMENTS[0], &STATEMENTS[1], &STATEMENTS[2]};

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
    fixture_run(fixture->session, "DROP TABLE IF EXISTS lane_test;"
                                  "CREATE TABLE lane_test (n int8 PRIMARY KEY)");
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

static int64_t count_rows(struct fixture *fixture)
{
    return fixture_number(fixture->session, "SELECT count(*) FROM lane_test");
}

/* Keeps the write lane busy while the calls queue up behind, so that they make one batch (or as few
 * as the limits allow). */
static void run_as_batch(struct fixture *fixture, struct fixture_call *calls, size_t count)
{
    fixture_call_start(&calls[0], fixture->db, &STATEMENTS[SLEEP]);
    db_bind_i64(&calls[0].params, 150);
    fixture_run_threads(count, fixture_call_run, calls, sizeof *calls);
}

static void start(struct fixture *fixture, struct fixture_call *call, unsigned statement,
                  int64_t number)
{
    fixture_call_start(call, fixture->db, &STATEMENTS[statement]);
    db_bind_i64(&call->params, number);
}

static void test_db_call__batch_limit(void **state)
{
    struct fixture *fixture = *state;
    struct fixture_call calls[33];
    struct db_stats stats;
    fixture->config.batch_limit = 8;
    open_lanes(fixture);
    for (size_t i = 1; i < COUNT_OF(calls); i++) {
        start(fixture, &calls[i], PUT, (int64_t)i);
    }
    run_as_batch(fixture, calls, COUNT_OF(calls));
    fixture_calls_end(calls, COUNT_OF(calls));
    assert_int_equal(count_rows(fixture), 32);
    db_read_stats(fixture->db, LANE_WRITE, &stats);
    assert_int_equal(stats.batch_sizes[4] + stats.batch_sizes[5] + stats.batch_sizes[6], 0);
    assert_true(stats.batches >= 5);
}

enum { LARGE_BYTES = 300000 };

static void test_db_call__batch_larger_than_the_socket_buffers(void **state)
{
    struct fixture *fixture = *state;
    struct fixture_call calls[25];
    char *large = malloc(LARGE_BYTES);
    assert_non_null(large);
    memset(large, 'x', LARGE_BYTES);
    open_lanes(fixture);
    for (size_t i = 1; i < COUNT_OF(calls); i++) {
        start(fixture, &calls[i], ENLARGE, (int64_t)i);
        db_bind_text(&calls[i].params, (struct text){large, LARGE_BYTES});
    }
    run_as_batch(fixture, calls, COUNT_OF(calls));
    size_t right = 0;
    for (size_t i = 1; i < COUNT_OF(calls); i++) {
        right += calls[i].is_done && PQgetlength(calls[i].rows.result, 0, 0) == 3 * LARGE_BYTES;
    }
    fixture_calls_end(calls, COUNT_OF(calls));
    free(large);
    assert_int_equal(right, COUNT_OF(calls) - 1);
}

static void test_db_call__queue_limit(void **state)
{
    struct fixture *fixture = *state;
    struct fixture_call calls[12];
    struct db_stats stats;
    size_t done = 0;
    fixture->config.queue_limit = 4;
    open_lanes(fixture);
    for (size_t i = 0; i < COUNT_OF(calls); i++) {
        start(fixture, &calls[i], SLEEP, 300);
    }
    fixture_run_threads(COUNT_OF(calls), fixture_call_run, calls, sizeof calls[0]);
    for (size_t i = 0; i < COUNT_OF(calls); i++) {
        done += calls[i].is_done ? 1 : 0;
        assert_true(calls[i].is_done || calls[i].err.code == ERROR_UNAVAILABLE);
        assert_true(calls[i].is_done || calls[i].err.retry_after_s == 1);
        assert_true(calls[i].is_done || calls[i].took_us < 290000);
    }
    fixture_calls_end(calls, COUNT_OF(calls));
    assert_int_equal(done, 4);
    db_read_stats(fixture->db, LANE_WRITE, &stats);
    assert_int_equal(stats.refused, 8);
}

static void test_db_call__wait_limit(void **state)
{
    struct fixture *fixture = *state;
    struct fixture_call calls[10];
    size_t done = 0;
    fixture->config.wait_limit_ms = 250;
    fixture->config.batch_limit = 1;
    open_lanes(fixture);
    for (size_t i = 0; i < COUNT_OF(calls); i++) {
        start(fixture, &calls[i], SLEEP, 100);
    }
    fixture_run_threads(COUNT_OF(calls), fixture_call_run, calls, sizeof calls[0]);
    for (size_t i = 0; i < COUNT_OF(calls); i++) {
        done += calls[i].is_done ? 1 : 0;
        assert_true(calls[i].is_done || calls[i].err.code == ERROR_UNAVAILABLE);
        assert_true(calls[i].took_us < CLOCK_US_PER_S);
    }
    fixture_calls_end(calls, COUNT_OF(calls));
    assert_in_range(done, 1, 9);
    assert_int_equal(fixture_call_number(fixture->db, &STATEMENTS[PUT], 1).number, 1);
}

static void test_db_call__statement_timeout_hits_the_guilty_only(void **state)
{
    struct fixture *fixture = *state;
    struct fixture_call calls[17];
    fixture->config.statement_timeout_ms = 300;
    open_lanes(fixture);
    for (size_t i = 1; i < COUNT_OF(calls); i++) {
        start(fixture, &calls[i], i == 5 ? SLEEP : PUT, i == 5 ? 60000 : (int64_t)i);
    }
    run_as_batch(fixture, calls, COUNT_OF(calls));
    for (size_t i = 1; i < COUNT_OF(calls); i++) {
        assert_int_equal(calls[i].is_done, i != 5);
    }
    assert_int_equal(calls[5].err.code, ERROR_UNAVAILABLE);
    assert_int_equal(calls[5].err.retry_after_s, 1);
    fixture_calls_end(calls, COUNT_OF(calls));
    assert_int_equal(count_rows(fixture), 15);
}

int main(void)
{
    random_start();
    static const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        TEST(test_db_call__batch_limit),
        TEST(test_db_call__batch_larger_than_the_socket_buffers),
        TEST(test_db_call__queue_limit),
        TEST(test_db_call__wait_limit),
        TEST(test_db_call__statement_timeout_hits_the_guilty_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
