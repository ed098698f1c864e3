/* An ordinary connection: statements, transactions, notifications, losses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "db/session.h"
#include "store/db_fixture.h"

struct fixture {
    struct db_session *session;
    struct db_session *other;
    struct arena *arena;
    struct db_rows rows;
    struct error err;
};

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    fixture->session = fixture_session();
    fixture->other = fixture_session();
    fixture->arena = arena_create();
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    db_session_close(fixture->session);
    db_session_close(fixture->other);
    arena_free(fixture->arena);
    free(fixture);
    return 0;
}

static int64_t backend_of(struct db_session *session)
{
    return fixture_number(session, "SELECT pg_backend_pid()");
}

static void terminate(struct fixture *fixture, struct db_session *session)
{
    static const struct statement terminate_statement = {
        .name = "terminate", .text = "SELECT pg_terminate_backend($1::int8::int4, 5000)"};
    struct db_params params = {.count = 0};
    db_bind_i64(&params, backend_of(session));
    assert_true(db_session_call(fixture->other, &terminate_statement, &params, fixture->arena,
                                &fixture->rows, &fixture->err));
}

static void test_session_open__unreachable(void **state)
{
    struct fixture *fixture = *state;
    struct db_session *session = NULL;
    const struct db_session_config config = {.url = "postgresql://nobody@%2Fnonexistent/none",
                                             .connect_timeout_s = 2};
    fixture_silence();
    assert_false(db_session_open(&config, &session, &fixture->err));
    assert_int_equal(fixture->err.code, ERROR_UNAVAILABLE);
    assert_int_equal(fixture->err.retry_after_s, 1);
    assert_null(session);
}

static void test_session_open__bad_url(void **state)
{
    struct fixture *fixture = *state;
    struct db_session *session = NULL;
    const struct db_session_config config = {.url = "postgresql://%zz:secret@host/"};
    assert_false(db_session_open(&config, &session, &fixture->err));
    assert_int_equal(fixture->err.code, ERROR_INTERNAL);
    assert_null(strstr(fixture->err.detail, "secret"));
}

static void test_session_open__keeps_the_options_of_the_url(void **state)
{
    struct fixture *fixture = *state;
    struct db_session *session = NULL;
    char url[1000];
    const char *separator = strchr(fixture_url(), '?') == NULL ? "?" : "&";
    (void)snprintf(url, sizeof url, "%s%soptions=-c%%20statement_timeout%%3D4321", fixture_url(),
                   separator);
    const struct db_session_config config = {.url = url, .statement_timeout_ms = 1000};
    assert_true(db_session_open(&config, &session, &fixture->err));
    const int64_t timeout_ms =
        fixture_number(session, "SELECT setting::int8 FROM pg_settings WHERE "
                                "name = 'statement_timeout'");
    db_session_close(session);
    assert_int_equal(timeout_ms, 4321);
}

static void test_session_open__statement_timeout(void **state)
{
    struct fixture *fixture = *state;
    struct db_session *session = NULL;
    const struct db_session_config config = {.url = fixture_url(), .statement_timeout_ms = 50};
    fixture_silence();
    assert_true(db_session_open(&config, &session, &fixture->err));
    const bool is_done = db_session_run(session, "SELECT pg_sleep(10)", &fixture->err);
    db_session_close(session);
    assert_false(is_done);
    assert_int_equal(fixture->err.code, ERROR_UNAVAILABLE);
}

static void test_session_run__several_statements_until_the_first_error(void **state)
{
    struct fixture *fixture = *state;
    fixture_silence();
    fixture_run(fixture->session, "CREATE TABLE run_test (n int); INSERT INTO run_test VALUES (1);"
                                  "INSERT INTO run_test VALUES (2)");
    assert_int_equal(fixture_number(fixture->other, "SELECT count(*) FROM run_test"), 2);
    assert_false(db_session_run(fixture->session,
                                "INSERT INTO run_test VALUES (3); SELECT 1/0;"
                                "INSERT INTO run_test VALUES (4)",
                                &fixture->err));
    assert_int_equal(fixture->err.code, ERROR_INTERNAL);
    assert_int_equal(fixture_number(fixture->session, "SELECT count(*) FROM run_test"), 2);
}

static void test_session_run__transaction_rolls_back(void **state)
{
    struct fixture *fixture = *state;
    fixture_run(fixture->session, "CREATE TABLE rollback_test (n int)");
    fixture_run(fixture->session, "BEGIN");
    fixture_run(fixture->session, "INSERT INTO rollback_test VALUES (1)");
    fixture_run(fixture->session, "ROLLBACK");
    assert_int_equal(fixture_number(fixture->session, "SELECT count(*) FROM rollback_test"), 0);
}

static void test_session_call__prepares_once(void **state)
{
    struct fixture *fixture = *state;
    static const struct statement statement = {.name = "once", .text = "SELECT $1 + 1"};
    for (int64_t i = 0; i < 100; i++) {
        struct db_params params = {.count = 0};
        struct number_row row = {.number = 0};
        db_bind_i64(&params, i);
        assert_true(db_session_call(fixture->session, &statement, &params, fixture->arena,
                                    &fixture->rows, &fixture->err));
        assert_true(
            db_rows_read(&fixture->rows, 0, &NUMBER_SHAPE, fixture->arena, &row, &fixture->err));
        assert_int_equal(row.number, i + 1);
    }
    assert_int_equal(fixture_number(fixture->session, "SELECT count(*) FROM "
                                                      "pg_prepared_statements WHERE statement = "
                                                      "'SELECT $1 + 1'"),
                     1);
}

static void test_session_call__error_leaves_the_session_usable(void **state)
{
    struct fixture *fixture = *state;
    static const struct statement divide = {.name = "divide", .text = "SELECT 1 / $1"};
    struct db_params params = {.count = 0};
    fixture_silence();
    db_bind_i64(&params, 0);
    assert_false(db_session_call(fixture->session, &divide, &params, fixture->arena, &fixture->rows,
                                 &fixture->err));
    assert_int_equal(fixture->err.code, ERROR_INTERNAL);
    assert_null(strstr(fixture->err.detail, "zero"));
    assert_true(db_session_is_alive(fixture->session));
    assert_int_equal(fixture_number(fixture->session, "SELECT 7"), 7);
}

static void test_session_call__plan_made_stale_by_ddl_is_made_anew(void **state)
{
    struct fixture *fixture = *state;
    static const struct statement all = {.name = "all", .text = "SELECT * FROM stale_test"};
    const struct db_params params = {.count = 0};
    fixture_silence();
    fixture_run(fixture->session, "CREATE TABLE stale_test (n int8)");
    assert_true(db_session_call(fixture->session, &all, &params, fixture->arena, &fixture->rows,
                                &fixture->err));
    fixture_run(fixture->other, "ALTER TABLE stale_test ADD m int8");
    assert_false(db_session_call(fixture->session, &all, &params, fixture->arena, &fixture->rows,
                                 &fixture->err));
    assert_true(db_session_call(fixture->session, &all, &params, fixture->arena, &fixture->rows,
                                &fixture->err));
    assert_int_equal(PQnfields(fixture->rows.result), 2);
}

static void test_session_call__lost_connection(void **state)
{
    struct fixture *fixture = *state;
    static const struct statement one = {.name = "one", .text = "SELECT 1"};
    const struct db_params params = {.count = 0};
    fixture_silence();
    terminate(fixture, fixture->session);
    assert_false(db_session_call(fixture->session, &one, &params, fixture->arena, &fixture->rows,
                                 &fixture->err));
    assert_int_equal(fixture->err.code, ERROR_UNAVAILABLE);
    assert_false(db_session_is_alive(fixture->session));
}

static void test_session_wait_notify__last_payload_of_all_that_wait(void **state)
{
    struct fixture *fixture = *state;
    bool got = false;
    struct text payload = TEXT_ABSENT;
    fixture_run(fixture->session, "LISTEN test_channel");
    fixture_run(fixture->other, "NOTIFY test_channel, 'first'; NOTIFY test_channel, 'last'");
    assert_true(db_session_wait_notify(fixture->session, 5000, fixture->arena, &got, &payload,
                                       &fixture->err));
    assert_true(got);
    assert_true(text_equal(payload, TEXT("last")));
    assert_true(
        db_session_wait_notify(fixture->session, 0, fixture->arena, &got, &payload, &fixture->err));
    assert_false(got);
    assert_null(payload.data);
}

static void test_session_wait_notify__times_out(void **state)
{
    struct fixture *fixture = *state;
    bool got = true;
    struct text payload = TEXT_ABSENT;
    fixture_run(fixture->session, "LISTEN test_channel");
    const int64_t before_us = clock_monotonic_us();
    assert_true(db_session_wait_notify(fixture->session, 50, fixture->arena, &got, &payload,
                                       &fixture->err));
    assert_false(got);
    assert_true(clock_monotonic_us() - before_us >= 50000);
}

static void test_session_wait_notify__lost_connection(void **state)
{
    struct fixture *fixture = *state;
    bool got = false;
    struct text payload = TEXT_ABSENT;
    fixture_run(fixture->session, "LISTEN test_channel");
    terminate(fixture, fixture->session);
    assert_false(db_session_wait_notify(fixture->session, 5000, fixture->arena, &got, &payload,
                                        &fixture->err));
    assert_int_equal(fixture->err.code, ERROR_UNAVAILABLE);
    assert_false(db_session_is_alive(fixture->session));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        TEST(test_session_open__unreachable),
        TEST(test_session_open__bad_url),
        TEST(test_session_open__keeps_the_options_of_the_url),
        TEST(test_session_open__statement_timeout),
        TEST(test_session_run__several_statements_until_the_first_error),
        TEST(test_session_run__transaction_rolls_back),
        TEST(test_session_call__prepares_once),
        TEST(test_session_call__error_leaves_the_session_usable),
        TEST(test_session_call__plan_made_stale_by_ddl_is_made_anew),
        TEST(test_session_call__lost_connection),
        TEST(test_session_wait_notify__last_payload_of_all_that_wait),
        TEST(test_session_wait_notify__times_out),
        TEST(test_session_wait_notify__lost_connection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
