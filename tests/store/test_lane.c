/* Lanes on a sound database: batches, isolation of failures, limits, order, counters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "db/db.h"
#include "store/db_fixture.h"

enum {
    ECHO,
    PUT,
    FAIL_AFTER_PUT,
    SLEEP,
    COUNT_PREPARED,
    DEFERRED,
    LATER,
    WRITE_ON_READ_LANE,
    OWNER_LANE,
    WIDE,
    SPECIAL,
    STATEMENT_COUNT
};

static const struct statement STATEMENTS[] = {
    FIXTURE_STATEMENT(ECHO, LANE_READ, 1, true, "SELECT $1"),
    FIXTURE_STATEMENT(PUT, LANE_WRITE, 1, true,
                      "INSERT INTO lane_test (n) VALUES ($1) RETURNING n"),
    FIXTURE_STATEMENT(FAIL_AFTER_PUT, LANE_WRITE, 1, true,
                      "WITH put AS (INSERT INTO lane_test (n) VALUES ($1) RETURNING n) "
                      "SELECT 1 / (n - n) FROM put"),
    FIXTURE_STATEMENT(SLEEP, LANE_WRITE, 1, true, "SELECT pg_sleep($1 / 1000.0)"),
    FIXTURE_STATEMENT(COUNT_PREPARED, LANE_READ, 0, true,
                      "SELECT count(*) FROM pg_prepared_statements"),
    FIXTURE_STATEMENT(DEFERRED, LANE_WRITE, 1, true,
                      "INSERT INTO lane_deferred (n) VALUES ($1) RETURNING n"),
    FIXTURE_STATEMENT(LATER, LANE_WRITE, 0, true, "SELECT count(*) FROM lane_later"),
    FIXTURE_STATEMENT(WRITE_ON_READ_LANE, LANE_READ, 1, true,
                      "INSERT INTO lane_test (n) VALUES ($1) RETURNING n"),
    FIXTURE_STATEMENT(OWNER_LANE, LANE_WRITE, 1, true,
                      "SELECT pg_backend_pid()::int8 FROM (SELECT $1::uuid) owner"),
    FIXTURE_STATEMENT(WIDE, LANE_WRITE, 0, true, "SELECT * FROM lane_wide"),
    FIXTURE_STATEMENT(SPECIAL, LANE_SESSION, 0, true, "SELECT 1::int8"),
};

static const struct statement *const REGISTRY[STATEMENT_COUNT] = {
    &STATEMENTS[0], &STATEMENTS[1], &STATEMENTS[2], &STATEMENTS[3], &STATEMENTS[4],  &STATEMENTS[5],
    &STATEMENTS[6], &STATEMENTS[7], &STATEMENTS[8], &STATEMENTS[9], &STATEMENTS[10],
};

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
    fixture_run(fixture->session,
                "DROP TABLE IF EXISTS lane_test, lane_deferred, lane_later, lane_wide;"
                "CREATE TABLE lane_test (n int8 PRIMARY KEY);"
                "CREATE TABLE lane_deferred (n int8 PRIMARY KEY DEFERRABLE INITIALLY DEFERRED);"
                "CREATE TABLE lane_wide (n int8)");
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

static void test_db_call__alone(void **state)
{
    struct fixture *fixture = *state;
    open_lanes(fixture);
    for (int64_t i = 0; i < 20; i++) {
        assert_int_equal(
            fixture_call_number(fixture->db, &STATEMENTS[ECHO], i * INT64_C(10000000000)).number,
            i * INT64_C(10000000000));
        assert_int_equal(fixture_call_number(fixture->db, &STATEMENTS[PUT], i).number, i);
    }
    assert_int_equal(count_rows(fixture), 20);
}

static void test_db_call__prepares_on_first_use(void **state)
{
    struct fixture *fixture = *state;
    open_lanes(fixture);
    for (int64_t i = 0; i < 3; i++) {
        assert_true(fixture_call_number(fixture->db, &STATEMENTS[ECHO], i).is_done);
        assert_int_equal(fixture_call_number(fixture->db, &STATEMENTS[COUNT_PREPARED], 0).number,
                         2);
    }
}

static void test_db_call__unnamed(void **state)
{
    struct fixture *fixture = *state;
    fixture->config.use_unnamed_statements = true;
    open_lanes(fixture);
    for (int64_t i = 0; i < 3; i++) {
        assert_int_equal(fixture_call_number(fixture->db, &STATEMENTS[ECHO], i).number, i);
        assert_int_equal(fixture_call_number(fixture->db, &STATEMENTS[COUNT_PREPARED], 0).number,
                         0);
    }
}

static void test_db_call__other_types_for_the_same_statement(void **state)
{
    struct fixture *fixture = *state;
    struct fixture_call call;
    open_lanes(fixture);
    assert_int_equal(fixture_call_number(fixture->db, &STATEMENTS[ECHO], 5).number, 5);
    fixture_call_start(&call, fixture->db, &STATEMENTS[ECHO]);
    db_bind_text(&call.params, TEXT("12345678"));
    (void)fixture_call_run(&call); /* always NULL */
    assert_true(call.is_done);
    assert_int_equal(PQftype(call.rows.result, 0), 25); /* text */
    assert_string_equal(PQgetvalue(call.rows.result, 0, 0), "12345678");
    fixture_calls_end(&call, 1);
}

static void test_db_call__misuse_is_refused(void **state)
{
    struct fixture *fixture = *state;
    open_lanes(fixture);
    struct fixture_call call = fixture_call_number(fixture->db, &STATEMENTS[SPECIAL], 0);
    assert_false(call.is_done);
    assert_int_equal(call.err.code, ERROR_INTERNAL);
    fixture_call_start(&call, fixture->db, &STATEMENTS[ECHO]);
    (void)fixture_call_run(&call); /* always NULL */
    assert_false(call.is_done);
    assert_int_equal(call.err.code, ERROR_INTERNAL);
    fixture_calls_end(&call, 1);
}

static void test_db_call__read_lane_refuses_writes(void **state)
{
    struct fixture *fixture = *state;
    open_lanes(fixture);
    const struct fixture_call call =
        fixture_call_number(fixture->db, &STATEMENTS[WRITE_ON_READ_LANE], 1);
    assert_false(call.is_done);
    assert_int_equal(call.err.code, ERROR_INTERNAL);
    assert_int_equal(count_rows(fixture), 0);
}

static void test_db_call__statement_that_cannot_be_prepared_yet(void **state)
{
    struct fixture *fixture = *state;
    struct db_stats stats;
    open_lanes(fixture);
    const struct fixture_call call = fixture_call_number(fixture->db, &STATEMENTS[LATER], 0);
    assert_int_equal(call.err.code, ERROR_INTERNAL);
    fixture_run(fixture->session, "CREATE TABLE lane_later (n int8)");
    assert_int_equal(fixture_call_number(fixture->db, &STATEMENTS[LATER], 0).number, 0);
    assert_int_equal(fixture_call_number(fixture->db, &STATEMENTS[LATER], 0).number, 0);
    db_read_stats(fixture->db, LANE_WRITE, &stats);
    assert_int_equal(stats.reconnects, 0);
}

static void test_db_call__queued_calls_make_one_batch(void **state)
{
    struct fixture *fixture = *state;
    struct fixture_call calls[65];
    struct db_stats stats;
    open_lanes(fixture);
    for (size_t i = 1; i < COUNT_OF(calls); i++) {
        start(fixture, &calls[i], PUT, (int64_t)i);
    }
    run_as_batch(fixture, calls, COUNT_OF(calls));
    for (size_t i = 1; i < COUNT_OF(calls); i++) {
        assert_int_equal(calls[i].number, i);
    }
    fixture_calls_end(calls, COUNT_OF(calls));
    assert_int_equal(count_rows(fixture), 64);
    db_read_stats(fixture->db, LANE_WRITE, &stats);
    assert_int_equal(stats.statements, 65);
    assert_in_range(stats.batches, 2, 8);
    assert_int_equal(stats.reruns, 0);
    assert_int_equal(stats.refused, 0);
    assert_int_equal(stats.queue_length, 0);
    assert_in_range(stats.wait_us_total, 65 * 1000, 65 * 5000000);
    uint64_t batches = 0;
    for (size_t i = 0; i < DB_BATCH_BUCKETS; i++) {
        batches += stats.batch_sizes[i];
    }
    assert_int_equal(batches, stats.batches);
}

static void test_db_call__a_failure_in_a_batch_is_nobody_elses(void **state)
{
    struct fixture *fixture = *state;
    struct fixture_call calls[33];
    struct db_stats stats;
    open_lanes(fixture);
    for (size_t i = 1; i < COUNT_OF(calls); i++) {
        start(fixture, &calls[i], i == 20 ? FAIL_AFTER_PUT : PUT, (int64_t)i);
    }
    run_as_batch(fixture, calls, COUNT_OF(calls));
    for (size_t i = 1; i < COUNT_OF(calls); i++) {
        assert_int_equal(calls[i].is_done, i != 20);
        assert_int_equal(calls[i].err.code, i == 20 ? ERROR_INTERNAL : ERROR_NONE);
    }
    fixture_calls_end(calls, COUNT_OF(calls));
    assert_int_equal(count_rows(fixture), 31);
    db_read_stats(fixture->db, LANE_WRITE, &stats);
    assert_true(stats.reruns > 0);
}

static void test_db_call__many_failures_cost_few_reruns(void **state)
{
    struct fixture *fixture = *state;
    struct fixture_call calls[65];
    struct db_stats stats;
    open_lanes(fixture);
    for (size_t i = 1; i < COUNT_OF(calls); i++) {
        start(fixture, &calls[i], i % 2 == 0 ? FAIL_AFTER_PUT : PUT, (int64_t)i);
    }
    run_as_batch(fixture, calls, COUNT_OF(calls));
    fixture_calls_end(calls, COUNT_OF(calls));
    assert_int_equal(count_rows(fixture), 32);
    db_read_stats(fixture->db, LANE_WRITE, &stats);
    assert_in_range(stats.reruns, 1, 64 * 5);
}

static void test_db_call__a_failing_commit_is_nobody_elses(void **state)
{
    struct fixture *fixture = *state;
    struct fixture_call calls[17];
    open_lanes(fixture);
    fixture_run(fixture->session, "INSERT INTO lane_deferred VALUES (7)");
    for (size_t i = 1; i < COUNT_OF(calls); i++) {
        start(fixture, &calls[i], DEFERRED, (int64_t)i);
    }
    run_as_batch(fixture, calls, COUNT_OF(calls));
    for (size_t i = 1; i < COUNT_OF(calls); i++) {
        assert_int_equal(calls[i].is_done, i != 7);
        assert_int_equal(calls[i].err.code, i == 7 ? ERROR_INTERNAL : ERROR_NONE);
    }
    fixture_calls_end(calls, COUNT_OF(calls));
    assert_int_equal(fixture_number(fixture->session, "SELECT count(*) FROM lane_deferred"), 16);
}

/* One of 64 threads that mix good and failing calls on both lanes. */
struct mixer {
    struct db *db;
    int64_t first;
    int64_t wrong;
};

enum { MIXER_CALLS = 60 };

static void *mix(void *argument)
{
    struct mixer *mixer = argument;
    for (int64_t i = 0; i < MIXER_CALLS; i++) {
        const int64_t number = mixer->first + i;
        const bool must_fail = number % 16 == 3;
        const struct fixture_call put =
            fixture_call_number(mixer->db, &STATEMENTS[must_fail ? FAIL_AFTER_PUT : PUT], number);
        const struct fixture_call echo = fixture_call_number(mixer->db, &STATEMENTS[ECHO], -number);
        const bool is_put_right =
            must_fail ? !put.is_done && put.err.code == ERROR_INTERNAL : put.number == number;
        mixer->wrong += is_put_right && echo.number == -number ? 0 : 1;
    }
    return NULL;
}

static void test_db_call__threads_get_their_own_results(void **state)
{
    struct fixture *fixture = *state;
    struct mixer mixers[64];
    int64_t wrong = 0;
    open_lanes(fixture);
    for (size_t i = 0; i < COUNT_OF(mixers); i++) {
        mixers[i] = (struct mixer){.db = fixture->db, .first = (int64_t)i * 1000};
    }
    fixture_run_threads(COUNT_OF(mixers), mix, mixers, sizeof mixers[0]);
    for (size_t i = 0; i < COUNT_OF(mixers); i++) {
        wrong += mixers[i].wrong;
    }
    assert_int_equal(wrong, 0);
    assert_int_equal(
        fixture_number(fixture->session, "SELECT count(*) FROM lane_test WHERE n % 16 = 3"), 0);
    int64_t good = 0;
    for (int64_t i = 0; i < 64; i++) {
        for (int64_t j = 0; j < MIXER_CALLS; j++) {
            good += (i * 1000 + j) % 16 == 3 ? 0 : 1;
        }
    }
    assert_int_equal(count_rows(fixture), good);
}

static int64_t lane_of(struct fixture *fixture, uint8_t owner)
{
    struct fixture_call call;
    fixture_call_start(&call, fixture->db, &STATEMENTS[OWNER_LANE]);
    db_bind_uuid(&call.params, (struct uuid){{owner, 1, 2, 3, 4, 5, 6, owner}});
    (void)fixture_call_run(&call); /* always NULL */
    fixture_calls_end(&call, 1);
    assert_true(call.number > 0);
    return call.number;
}

static void test_db_call__one_owner_one_lane(void **state)
{
    struct fixture *fixture = *state;
    size_t changes = 0;
    fixture->config.write_lanes = 4;
    open_lanes(fixture);
    const int64_t lane = lane_of(fixture, 1);
    for (uint8_t owner = 1; owner < 40; owner++) {
        assert_int_equal(lane_of(fixture, owner), lane_of(fixture, owner));
        changes += lane_of(fixture, owner) != lane ? 1 : 0;
    }
    assert_true(changes > 0);
}

static void test_db_call__plan_made_stale_by_ddl(void **state)
{
    struct fixture *fixture = *state;
    struct db_stats stats;
    open_lanes(fixture);
    assert_true(fixture_call_number(fixture->db, &STATEMENTS[WIDE], 0).is_done);
    fixture_run(fixture->session, "ALTER TABLE lane_wide ADD m int8");
    assert_true(fixture_call_number(fixture->db, &STATEMENTS[WIDE], 0).is_done);
    assert_true(fixture_call_number(fixture->db, &STATEMENTS[WIDE], 0).is_done);
    db_read_stats(fixture->db, LANE_WRITE, &stats);
    assert_int_equal(stats.reconnects, 1);
}

int main(void)
{
    random_start();
    static const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        TEST(test_db_call__alone),
        TEST(test_db_call__prepares_on_first_use),
        TEST(test_db_call__unnamed),
        TEST(test_db_call__other_types_for_the_same_statement),
        TEST(test_db_call__misuse_is_refused),
        TEST(test_db_call__read_lane_refuses_writes),
        TEST(test_db_call__statement_that_cannot_be_prepared_yet),
        TEST(test_db_call__queued_calls_make_one_batch),
        TEST(test_db_call__a_failure_in_a_batch_is_nobody_elses),
        TEST(test_db_call__many_failures_cost_few_reruns),
        TEST(test_db_call__a_failing_commit_is_nobody_elses),
        TEST(test_db_call__threads_get_their_own_results),
        TEST(test_db_call__one_owner_one_lane),
        TEST(test_db_call__plan_made_stale_by_ddl),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
