/* Schema migrations: from empty, in steps, twice at once, and everything that must be refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "db/migration.h"
#include "store/db_fixture.h"

#define STEP(n, title, text)                                                      \
    {                                                                             \
        .number = (n), .name = (title), .sql = (text), .length = sizeof(text) - 1 \
    }

static const struct migration LIST[] = {
    STEP(1, "0001_initial", "CREATE TABLE m_one (n int8); INSERT INTO m_one VALUES (1);"),
    STEP(2, "0002_second", "CREATE TABLE m_two (n int8); INSERT INTO m_one VALUES (2);\n-- ü\n"),
    STEP(3, "0003_third", "ALTER TABLE m_two ADD m int8;"),
};

struct fixture {
    struct db_session *session;
    struct arena *arena;
    struct migration_status status;
    size_t applied;
    struct error err;
};

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    fixture->session = fixture_session();
    fixture->arena = arena_create();
    fixture_run(fixture->session, "SET client_min_messages = warning;"
                                  "DROP TABLE IF EXISTS schema_migrations, m_one, m_two");
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    db_session_close(fixture->session);
    arena_free(fixture->arena);
    free(fixture);
    return 0;
}

static bool apply(struct fixture *fixture, const struct migration *list, size_t count)
{
    return migration_apply(fixture->session, fixture->arena, list, count, &fixture->applied,
                           &fixture->err);
}

static bool read_status(struct fixture *fixture, const struct migration *list, size_t count)
{
    return migration_read_status(fixture->session, fixture->arena, list, count, &fixture->status,
                                 &fixture->err);
}

static void test_migration_read_status__empty_database(void **state)
{
    struct fixture *fixture = *state;
    assert_true(read_status(fixture, LIST, 3));
    assert_int_equal(fixture->status.applied_count, 0);
    assert_int_equal(fixture->status.pending_count, 3);
    assert_int_equal(fixture->status.unknown_number, 0);
    assert_null(fixture->status.edited);
    assert_int_equal(fixture_number(fixture->session,
                                    "SELECT count(*) FROM pg_class WHERE relname = "
                                    "'schema_migrations'"),
                     0);
}

static void test_migration_apply__from_empty_in_steps(void **state)
{
    struct fixture *fixture = *state;
    assert_true(apply(fixture, LIST, 2));
    assert_int_equal(fixture->applied, 2);
    assert_true(read_status(fixture, LIST, 3));
    assert_int_equal(fixture->status.applied_count, 2);
    assert_int_equal(fixture->status.pending_count, 1);
    assert_true(apply(fixture, LIST, 3));
    assert_int_equal(fixture->applied, 1);
    assert_true(apply(fixture, LIST, 3));
    assert_int_equal(fixture->applied, 0);
    assert_int_equal(fixture_number(fixture->session, "SELECT sum(n)::int8 FROM m_one"), 3);
}

static void test_migration_apply__records_sum_and_time(void **state)
{
    struct fixture *fixture = *state;
    assert_true(apply(fixture, LIST, 1));
    /* sha256sum of the text, by another program */
    assert_int_equal(
        fixture_number(fixture->session,
                       "SELECT count(*) FROM schema_migrations WHERE number = 1 AND "
                       "name = '0001_initial' AND encode(sha256, 'hex') = "
                       "'521117915c397c300a839b85c1b3f5e4d20af0c0a049a7ff8dded95897863575' AND "
                       "applied_at BETWEEN now() - interval '1 minute' AND now()"),
        1);
}

static void test_migration_apply__edited_is_refused(void **state)
{
    struct fixture *fixture = *state;
    const struct migration edited[] = {LIST[0], STEP(2, "0002_second", "SELECT 1"), LIST[2]};
    assert_true(apply(fixture, LIST, 2));
    assert_true(read_status(fixture, edited, 3));
    assert_ptr_equal(fixture->status.edited, &edited[1]);
    assert_false(apply(fixture, edited, 3));
    assert_int_equal(fixture->err.code, ERROR_INTERNAL);
    assert_non_null(strstr(fixture->err.detail, "0002_second"));
    assert_int_equal(fixture->applied, 0);
}

static void test_migration_apply__unknown_is_refused(void **state)
{
    struct fixture *fixture = *state;
    assert_true(apply(fixture, LIST, 3));
    assert_true(read_status(fixture, LIST, 2));
    assert_int_equal(fixture->status.unknown_number, 3);
    assert_false(apply(fixture, LIST, 2));
    assert_int_equal(fixture->err.code, ERROR_INTERNAL);
    assert_non_null(strstr(fixture->err.detail, "3"));
}

static void test_migration_apply__failure_leaves_the_last_good_one(void **state)
{
    struct fixture *fixture = *state;
    const struct migration list[] = {
        LIST[0], STEP(2, "0002_bad", "CREATE TABLE m_two (n int8); SELECT no_such_function();"),
        LIST[2]};
    fixture_silence();
    assert_false(apply(fixture, list, 3));
    assert_int_equal(fixture->err.code, ERROR_INTERNAL);
    assert_non_null(strstr(fixture->err.detail, "0002_bad"));
    assert_int_equal(fixture->applied, 1);
    assert_int_equal(fixture_number(fixture->session, "SELECT count(*) FROM pg_class WHERE "
                                                      "relname = 'm_two'"),
                     0);
    assert_int_equal(fixture_number(fixture->session, "SELECT max(number) FROM schema_migrations"),
                     1);
    assert_true(apply(fixture, LIST, 3)); /* the lock was given back, the good ones still go */
    assert_int_equal(fixture->applied, 2);
}

static void test_migration_apply__nul_byte_is_refused(void **state)
{
    struct fixture *fixture = *state;
    const struct migration list[] = {STEP(1, "0001_nul", "SELECT 1;\0CREATE TABLE m_one (n int)")};
    assert_false(apply(fixture, list, 1));
    assert_non_null(strstr(fixture->err.detail, "0001_nul"));
}

struct runner {
    struct db_session *session;
    struct arena *arena;
    size_t applied;
    struct error err;
    bool is_done;
};

static void *run(void *argument)
{
    struct runner *runner = argument;
    runner->is_done =
        migration_apply(runner->session, runner->arena, LIST, 3, &runner->applied, &runner->err);
    return NULL;
}

static void test_migration_apply__several_at_once(void **state)
{
    struct fixture *fixture = *state;
    struct runner runners[4];
    size_t applied = 0;
    size_t done = 0;
    for (size_t i = 0; i < COUNT_OF(runners); i++) {
        runners[i] = (struct runner){.session = fixture_session(), .arena = arena_create()};
    }
    fixture_run_threads(COUNT_OF(runners), run, runners, sizeof runners[0]);
    for (size_t i = 0; i < COUNT_OF(runners); i++) {
        applied += runners[i].applied;
        done += runners[i].is_done ? 1 : 0;
        db_session_close(runners[i].session);
        arena_free(runners[i].arena);
    }
    assert_int_equal(done, COUNT_OF(runners));
    assert_int_equal(applied, 3);
    assert_int_equal(fixture_number(fixture->session, "SELECT count(*) FROM m_one"), 2);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        TEST(test_migration_read_status__empty_database),
        TEST(test_migration_apply__from_empty_in_steps),
        TEST(test_migration_apply__records_sum_and_time),
        TEST(test_migration_apply__edited_is_refused),
        TEST(test_migration_apply__unknown_is_refused),
        TEST(test_migration_apply__failure_leaves_the_last_good_one),
        TEST(test_migration_apply__nul_byte_is_refused),
        TEST(test_migration_apply__several_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
