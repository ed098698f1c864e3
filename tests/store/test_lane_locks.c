/*
 * Lanes and the locks of others: who waits, who must run again, and that nobody else does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "db/db.h"
#include "store/db_fixture.h"

enum { TOUCH, TOUCH_LOCKED, STATEMENT_COUNT };

static const struct statement STATEMENTS[] = {
    FIXTURE_STATEMENT(TOUCH, LANE_WRITE, 1, true,
                      "UPDATE touched SET times = times + 1 WHERE n = $1 RETURNING times"),
    FIXTURE_STATEMENT(TOUCH_LOCKED, LANE_WRITE, 0, true,
                      "UPDATE touched SET times = times + 1 "
                      "FROM (SELECT pg_advisory_xact_lock(1), pg_advisory_xact_lock(2), "
                      "pg_advisory_xact_lock(3) OFFSET 0) AS locks WHERE n = 1"),
};
static const struct statement *const REGISTRY[] = {&STATEMENTS[0], &STATEMENTS[1]};

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
    fixture_run(fixture->session, "DROP TABLE IF EXISTS touched;"
                                  "CREATE TABLE touched (n int8 PRIMARY KEY, times int8);"
                                  "INSERT INTO touched VALUES (1, 0), (2, 0)");
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

struct script {
    struct db_session *session;
    const char *sql;
    bool is_done;
};

static void *run_script(void *argument)
{
    struct script *script = argument;
    struct error err;
    script->is_done = db_session_run(script->session, script->sql, &err);
    return NULL;
}

/* Whether so many wait for advisory locks, soon. */
static bool wait_for_waiting(struct db_session *session, int64_t count)
{
    const int64_t until_us = clock_monotonic_us() + 10 * CLOCK_US_PER_S;
    while (fixture_number(session, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND "
                                   "NOT granted") != count) {
        if (clock_monotonic_us() > until_us) {
            return false;
        }
        fixture_pause_ms(5);
    }
    return true;
}

/* The lane has lock 1 and waits for lock 2, which a third holds; the session has lock 3 and waits
 * for lock 1. Let go, the lane waits for lock 3: it closes the circle and looks for one first, so
 * it is the victim. Such locks go to whoever waits, so it cannot come between a second time. */
static void test_db_call__deadlock_is_solved_by_running_again(void **state)
{
    struct fixture *fixture = *state;
    struct db_session *third = fixture_session();
    struct fixture_call call;
    struct db_stats stats;
    struct script script = {.session = fixture->session,
                            .sql = "SELECT pg_advisory_xact_lock(1); "
                                   "UPDATE touched SET times = times + 10 WHERE n = 1; COMMIT"};
    fixture->config.statement_timeout_ms = 40000; /* and half of it for locks */
    open_lanes(fixture);
    fixture_run(fixture->session, "SET deadlock_timeout = '60s';"
                                  "BEGIN; SELECT pg_advisory_xact_lock(3)");
    fixture_run(third, "BEGIN; SELECT pg_advisory_xact_lock(2)");
    fixture_call_start(&call, fixture->db, &STATEMENTS[TOUCH_LOCKED]);
    struct fixture_threads lane = fixture_start(1, fixture_call_run, &call, sizeof call);
    const bool lane_waits = wait_for_waiting(third, 1);
    struct fixture_threads other = fixture_start(1, run_script, &script, sizeof script);
    const bool both_wait = wait_for_waiting(third, 2);
    fixture_run(third, "COMMIT");
    fixture_join(&lane);
    fixture_join(&other);
    fixture_calls_end(&call, 1);
    db_session_close(third);
    assert_true(lane_waits && both_wait);
    assert_true(script.is_done && call.is_done);
    assert_int_equal(fixture_number(fixture->session, "SELECT times FROM touched WHERE n = 1"), 11);
    db_read_stats(fixture->db, LANE_WRITE, &stats);
    assert_int_equal(stats.reruns, 1);
}

static void test_db_call__a_lock_that_another_holds_delays_only_its_call(void **state)
{
    struct fixture *fixture = *state;
    struct fixture_call locked;
    fixture->config.statement_timeout_ms = 400; /* and half of it for locks */
    open_lanes(fixture);
    fixture_run(fixture->session, "BEGIN; UPDATE touched SET times = 5 WHERE n = 1");
    fixture_call_start(&locked, fixture->db, &STATEMENTS[TOUCH]);
    db_bind_i64(&locked.params, 1);
    struct fixture_threads thread = fixture_start(1, fixture_call_run, &locked, sizeof locked);
    fixture_pause_ms(20);
    const struct fixture_call free_call = fixture_call_number(fixture->db, &STATEMENTS[TOUCH], 2);
    fixture_join(&thread);
    fixture_run(fixture->session, "COMMIT");
    fixture_calls_end(&locked, 1);
    assert_int_equal(free_call.number, 1);
    assert_false(locked.is_done);
    assert_int_equal(locked.err.code, ERROR_UNAVAILABLE);
    assert_int_equal(fixture_call_number(fixture->db, &STATEMENTS[TOUCH], 1).number, 6);
}

int main(void)
{
    random_start();
    static const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        TEST(test_db_call__deadlock_is_solved_by_running_again),
        TEST(test_db_call__a_lock_that_another_holds_delays_only_its_call),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
