/* Gathered statements: several calls served by one execution, each with exactly its own rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "db/db.h"
#include "store/db_fixture.h"

enum { HOLD, SERIES, ADD, SHUFFLED, TYPES, STATEMENT_COUNT };

/* As embed-sql makes them. */
#define OWNER_ONE \
    "WITH calls (owner, n, call) AS NOT MATERIALIZED (SELECT $1::uuid, $2::int8, 1::int8) "
#define OWNER_MANY                                                                       \
    "WITH calls (owner, n, call) AS (SELECT * FROM unnest($1::uuid[], $2::int8[]) WITH " \
    "ORDINALITY) "
#define SERIES_REST                                                                    \
    "SELECT c.call, c.n * 1000 + i FROM calls AS c, generate_series(1, c.n % 4) AS i " \
    "ORDER BY c.call, i"
/* A second row of one owner in one execution is an error of PostgreSQL's, n = 0 one of division. */
#define ADD_REST                                                                              \
    ", added AS (INSERT INTO gather_test AS t (owner, n) SELECT owner, n + 0 / n FROM calls " \
    "ON CONFLICT (owner) DO UPDATE SET n = t.n + excluded.n RETURNING owner, n) "             \
    "SELECT c.call, a.n FROM calls AS c JOIN added AS a ON a.owner = c.owner ORDER BY c.call"
#define SHUFFLED_REST "SELECT c.call, c.n FROM calls AS c ORDER BY c.call DESC"
#define TYPES_COLUMNS "owner, b, r, t, j, y, at"
#define TYPES_REST                                                                                 \
    "SELECT c.call, num_nulls(b, r, t, j, y, at)::int8 * 1000000 + coalesce(b::int, 0) + "         \
    "coalesce(r, 0)::int8 + coalesce(length(t), 0) + coalesce((j->>'n')::int8, 0) + "              \
    "coalesce(length(y), 0) + coalesce(extract(epoch FROM at), 0)::int8 FROM calls AS c ORDER BY " \
    "c.call"

static const struct statement STATEMENTS[] = {
    FIXTURE_STATEMENT(HOLD, LANE_WRITE, 0, true, "SELECT 1 FROM pg_advisory_xact_lock(77)"),
    {.name = "series",
     .text = OWNER_ONE SERIES_REST,
     .gathered_text = OWNER_MANY SERIES_REST,
     .lane = LANE_WRITE,
     .is_safe_to_retry = true,
     .param_count = 2,
     .index = SERIES},
    {.name = "add",
     .text = OWNER_ONE ADD_REST,
     .gathered_text = OWNER_MANY ADD_REST,
     .lane = LANE_WRITE,
     .param_count = 2,
     .index = ADD},
    {.name = "shuffled",
     .text = OWNER_ONE SHUFFLED_REST,
     .gathered_text = OWNER_MANY SHUFFLED_REST,
     .lane = LANE_WRITE,
     .is_safe_to_retry = true,
     .param_count = 2,
     .index = SHUFFLED},
    {.name = "types",
     .text = "WITH calls (" TYPES_COLUMNS ", call) AS NOT MATERIALIZED (SELECT $1::uuid, $2::bool, "
             "$3::float8, $4::text, $5::jsonb, $6::bytea, $7::timestamptz, 1::int8) " TYPES_REST,
     .gathered_text = "WITH calls (" TYPES_COLUMNS ", call) AS (SELECT * FROM unnest($1::uuid[], "
                      "$2::bool[], $3::float8[], $4::text[], $5::jsonb[], $6::bytea[], "
                      "$7::timestamptz[]) WITH ORDINALITY) " TYPES_REST,
     .lane = LANE_WRITE,
     .is_safe_to_retry = true,
     .param_count = 7,
     .index = TYPES},
};
static const struct statement *const REGISTRY[STATEMENT_COUNT] = {
    &STATEMENTS[0], &STATEMENTS[1], &STATEMENTS[2], &STATEMENTS[3], &STATEMENTS[4]};

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
                "DROP TABLE IF EXISTS gather_test;"
                "CREATE TABLE gather_test (owner uuid PRIMARY KEY, n int8 NOT NULL)");
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

static struct uuid owner(int number)
{
    return (struct uuid){.bytes = {[0] = 1, [15] = (uint8_t)number}};
}

static void start(struct fixture *fixture, struct fixture_call *call, unsigned statement,
                  struct uuid of, int64_t number)
{
    fixture_call_start(call, fixture->db, &STATEMENTS[statement]);
    db_bind_uuid(&call->params, of);
    db_bind_i64(&call->params, number);
}

/* Waits until so many calls are on their way in the lane. */
static void wait_for_calls(struct fixture *fixture, size_t count)
{
    struct db_stats stats = {.queue_length = 0};
    for (int i = 0; i < 10000 && stats.queue_length < count; i++) {
        fixture_pause_ms(1);
        db_read_stats(fixture->db, LANE_WRITE, &stats);
    }
    assert_int_equal(stats.queue_length, count);
}

/* calls[0] holds the lane, waiting for a lock, until all others have queued up behind it. */
static struct db_stats run_as_batch(struct fixture *fixture, struct fixture_call *calls,
                                    size_t count)
{
    struct db_stats stats;
    fixture_call_start(&calls[0], fixture->db, &STATEMENTS[HOLD]);
    fixture_run(fixture->session, "SELECT pg_advisory_lock(77)");
    struct fixture_threads holder = fixture_start(1, fixture_call_run, calls, sizeof *calls);
    wait_for_calls(fixture, 1);
    struct fixture_threads others =
        fixture_start(count - 1, fixture_call_run, calls + 1, sizeof *calls);
    wait_for_calls(fixture, count);
    fixture_run(fixture->session, "SELECT pg_advisory_unlock(77)");
    fixture_join(&holder);
    fixture_join(&others);
    db_read_stats(fixture->db, LANE_WRITE, &stats);
    return stats;
}

static void open_lanes(struct fixture *fixture)
{
    fixture->db = fixture_open(&fixture->config);
}

static void assert_series(struct fixture_call *call, int64_t number)
{
    struct error err = {.code = ERROR_NONE};
    void *items = NULL;
    assert_true(call->is_done);
    assert_int_equal(call->rows.count, number % 4);
    assert_true(db_rows_read_all(&call->rows, &NUMBER_SHAPE, call->arena, &items, &err));
    const struct number_row *rows = items;
    for (size_t i = 0; i < call->rows.count; i++) {
        assert_int_equal(rows[i].number, number * 1000 + (int64_t)i + 1);
    }
    struct number_row beyond;
    assert_false(
        db_rows_read(&call->rows, call->rows.count, &NUMBER_SHAPE, call->arena, &beyond, &err));
}

/* Calls with no, one, two and three rows. */
static void serve_series(struct fixture *fixture)
{
    enum { CALLS = 64 };
    static struct fixture_call calls[CALLS];
    open_lanes(fixture);
    for (int i = 1; i < CALLS; i++) {
        start(fixture, &calls[i], SERIES, owner(i), i);
    }
    const struct db_stats stats = run_as_batch(fixture, calls, CALLS);
    for (size_t i = 1; i < CALLS; i++) {
        assert_series(&calls[i], (int64_t)i);
    }
    assert_int_equal(stats.statements, CALLS);
    assert_true(stats.executions < CALLS / 2);
    fixture_calls_end(calls, CALLS);
}

static void test_db_call__gathered_calls_get_their_own_rows(void **state)
{
    serve_series(*state);
}

static void test_db_call__gathered_and_unnamed(void **state)
{
    struct fixture *fixture = *state;
    fixture->config.use_unnamed_statements = true;
    serve_series(fixture);
}

static void test_db_call__one_call_of_a_gathered_statement(void **state)
{
    struct fixture *fixture = *state;
    struct fixture_call call;
    open_lanes(fixture);
    for (int64_t number = 0; number < 4; number++) {
        start(fixture, &call, SERIES, owner(1), number);
        (void)fixture_call_run(&call); /* always NULL */
        assert_series(&call, number);
        arena_free(call.arena);
    }
}

/* The rows live as long as the last of those who share them. */
static void test_db_call__shared_rows_outlive_the_other_calls(void **state)
{
    enum { CALLS = 8 };
    struct fixture *fixture = *state;
    static struct fixture_call calls[CALLS];
    open_lanes(fixture);
    for (int i = 1; i < CALLS; i++) {
        start(fixture, &calls[i], SERIES, owner(i), i);
    }
    (void)run_as_batch(fixture, calls, CALLS); /* the counters are of no interest here */
    for (size_t i = CALLS - 1; i > 0; i--) {
        assert_series(&calls[i], (int64_t)i);
        arena_free(calls[i].arena);
    }
    arena_free(calls[0].arena);
}

/* Two writes of one owner never share an execution: both count. */
static void test_db_call__calls_of_one_owner_stay_apart(void **state)
{
    enum { CALLS = 25, OWNERS = 3 };
    struct fixture *fixture = *state;
    static struct fixture_call calls[CALLS];
    open_lanes(fixture);
    for (int i = 1; i < CALLS; i++) {
        start(fixture, &calls[i], ADD, owner(i % OWNERS), 10);
    }
    const struct db_stats stats = run_as_batch(fixture, calls, CALLS);
    for (size_t i = 1; i < CALLS; i++) {
        assert_true(calls[i].is_done);
    }
    assert_int_equal(
        fixture_number(fixture->session, "SELECT min(n) * 1000 + max(n) FROM gather_test"), 80080);
    assert_int_equal(stats.reruns, 0);
    fixture_calls_end(calls, CALLS);
}

/* One that fails changes nothing of the others, nor they of it. */
static void test_db_call__a_failing_call_is_alone_with_it(void **state)
{
    enum { CALLS = 40, EVERY = 7 };
    struct fixture *fixture = *state;
    static struct fixture_call calls[CALLS];
    open_lanes(fixture);
    for (int i = 1; i < CALLS; i++) {
        start(fixture, &calls[i], ADD, owner(i), i % EVERY == 0 ? 0 : i);
    }
    (void)run_as_batch(fixture, calls, CALLS); /* the counters are of no interest here */
    int64_t sum = 0;
    for (size_t i = 1; i < CALLS; i++) {
        assert_int_equal(calls[i].is_done, i % EVERY != 0);
        assert_int_equal(calls[i].err.code, i % EVERY != 0 ? ERROR_NONE : ERROR_INTERNAL);
        assert_int_equal(calls[i].number, i % EVERY != 0 ? (int64_t)i : INT64_MIN);
        sum += i % EVERY != 0 ? (int64_t)i : 0;
    }
    assert_int_equal(fixture_number(fixture->session, "SELECT sum(n)::int8 FROM gather_test"), sum);
    fixture_calls_end(calls, CALLS);
}

/* A statement that breaks the promise of db/statement.h: nobody gets another's rows. */
static void test_db_call__rows_out_of_order_are_nobodys(void **state)
{
    enum { CALLS = 6 };
    struct fixture *fixture = *state;
    static struct fixture_call calls[CALLS];
    open_lanes(fixture);
    for (int i = 1; i < CALLS; i++) {
        start(fixture, &calls[i], SHUFFLED, owner(i), i);
    }
    const struct db_stats stats = run_as_batch(fixture, calls, CALLS);
    size_t wrong = 0;
    for (size_t i = 1; i < CALLS; i++) {
        wrong += calls[i].is_done && calls[i].number != (int64_t)i;
    }
    assert_int_equal(wrong, 0);
    assert_true(stats.executions < CALLS);
    assert_false(calls[CALLS - 1].is_done && calls[1].is_done);
    fixture_calls_end(calls, CALLS);
}

static void bind_types(struct fixture_call *call, int number)
{
    const bool is_odd = number % 2 == 1;
    db_bind_uuid(&call->params, owner(number));
    db_bind_bool(&call->params, is_odd);
    db_bind_real(&call->params, 2.0 * number);
    db_bind_text(&call->params, is_odd ? TEXT("\"{,\\") : TEXT_ABSENT);
    db_bind_json(&call->params, call->arena, is_odd ? TEXT("{\"n\":7}") : TEXT_ABSENT);
    db_bind_bytes(&call->params, is_odd ? TEXT("ab") : TEXT_ABSENT);
    db_bind_time(&call->params, is_odd ? INT64_C(30000000) : 0);
}

static void test_db_call__gathers_every_type_and_null(void **state)
{
    enum { CALLS = 20 };
    struct fixture *fixture = *state;
    static struct fixture_call calls[CALLS];
    open_lanes(fixture);
    for (int i = 1; i < CALLS; i++) {
        fixture_call_start(&calls[i], fixture->db, &STATEMENTS[TYPES]);
        bind_types(&calls[i], i);
    }
    const struct db_stats stats = run_as_batch(fixture, calls, CALLS);
    for (size_t i = 1; i < CALLS; i++) {
        assert_true(calls[i].is_done);
        assert_int_equal(calls[i].number,
                         (int64_t)(2 * i) + (i % 2 == 1 ? 1 + 4 + 7 + 2 + 30 : 4000000));
    }
    assert_true(stats.executions < CALLS / 2);
    fixture_calls_end(calls, CALLS);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        TEST(test_db_call__gathered_calls_get_their_own_rows),
        TEST(test_db_call__gathered_and_unnamed),
        TEST(test_db_call__one_call_of_a_gathered_statement),
        TEST(test_db_call__shared_rows_outlive_the_other_calls),
        TEST(test_db_call__calls_of_one_owner_stay_apart),
        TEST(test_db_call__a_failing_call_is_alone_with_it),
        TEST(test_db_call__rows_out_of_order_are_nobodys),
        TEST(test_db_call__gathers_every_type_and_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
