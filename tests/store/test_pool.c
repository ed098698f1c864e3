/* Sessions in turn: never more than there may be, nobody waits in vain, and a transaction is whole
 * or nothing. */
#include "db_fixture.h"

#include "db/pool.h"
#include "db/transaction.h"

enum { TAKERS = 32, SESSIONS = 3, PATIENCE_MS = 10000 };

static const struct statement ADD = FIXTURE_STATEMENT(
    0, LANE_WRITE, 1, false, "INSERT INTO pooled (number) VALUES ($1) RETURNING number");
static const struct statement SLEEP =
    FIXTURE_STATEMENT(1, LANE_SESSION, 1, false, "SELECT 1::bigint FROM pg_sleep($1::bigint)");

static struct db_pool *open_pool(unsigned size, unsigned queue_limit, int64_t wait_limit_ms)
{
    const struct db_pool_config config = {.url = fixture_url(),
                                          .application_name = "test pool",
                                          .size = size,
                                          .queue_limit = queue_limit,
                                          .wait_limit_ms = wait_limit_ms,
                                          .statement_timeout_ms = 1000};
    struct db_pool *pool = NULL;
    struct error err = {.code = ERROR_NONE};

    assert_true(db_pool_open(&config, &pool, &err));
    return pool;
}

static int64_t open_sessions(struct db_session *session)
{
    return fixture_number(
        session,
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'test pool' AND datname = "
        "current_database()");
}

/* ---- sessions ---- */

struct taker {
    struct db_pool *pool;
    bool is_done;
};

static void *take_and_work(void *argument)
{
    struct taker *taker = argument;
    struct db_session *session = NULL;
    struct error err = {.code = ERROR_NONE};

    taker->is_done = true;
    for (int i = 0; i < 20 && taker->is_done; i++) {
        taker->is_done = db_pool_take(taker->pool, &session, &err) &&
                         db_session_run(session, "SELECT pg_sleep(0.001)", &err);
        db_pool_give_back(taker->pool, session);
    }
    return NULL;
}

static void test_db_pool__many_take_turns(void **state)
{
    struct db_session *look = fixture_session();
    struct db_pool *pool = open_pool(SESSIONS, TAKERS, PATIENCE_MS);
    struct taker takers[TAKERS];

    assert_int_equal(open_sessions(look), 0); /* none before somebody wants one */
    for (size_t i = 0; i < TAKERS; i++) {
        takers[i] = (struct taker){.pool = pool};
    }
    fixture_run_threads(TAKERS, take_and_work, takers, sizeof takers[0]);
    for (size_t i = 0; i < TAKERS; i++) {
        assert_true(takers[i].is_done);
    }
    const int64_t count = open_sessions(look);
    assert_true(count >= 1 && count <= SESSIONS);
    db_pool_close(pool);
    db_session_close(look);
}

static void test_db_pool__nobody_waits_for_ever(void **state)
{
    struct db_pool *pool = open_pool(1, 1, 100);
    struct db_session *taken = NULL;
    struct db_session *none = NULL;
    struct error err = {.code = ERROR_NONE};

    assert_true(db_pool_take(pool, &taken, &err));
    const int64_t before_us = clock_monotonic_us();
    assert_false(db_pool_take(pool, &none, &err));
    assert_null(none);
    assert_int_equal(err.code, ERROR_UNAVAILABLE);
    assert_int_equal(err.retry_after_s, 1);
    assert_true(clock_monotonic_us() - before_us >= 90000);
    db_pool_give_back(pool, taken);
    assert_true(db_pool_take(pool, &taken, &err));
    db_pool_give_back(pool, taken);
    db_pool_give_back(pool, NULL);
    db_pool_close(pool);
}

static void test_db_pool__a_full_queue(void **state)
{
    struct db_pool *pool = open_pool(1, 0, PATIENCE_MS);
    struct db_session *none = NULL;
    struct error err = {.code = ERROR_NONE};
    const int64_t before_us = clock_monotonic_us();

    assert_false(db_pool_take(pool, &none, &err));
    assert_int_equal(err.code, ERROR_UNAVAILABLE);
    assert_true(clock_monotonic_us() - before_us < CLOCK_US_PER_S);
    db_pool_close(pool);
}

static void test_db_pool__a_session_that_died_is_replaced(void **state)
{
    struct db_session *look = fixture_session();
    struct db_pool *pool = open_pool(1, 8, PATIENCE_MS);
    struct db_session *session = NULL;
    struct error err = {.code = ERROR_NONE};

    for (int i = 0; i < 3; i++) {
        assert_true(db_pool_take(pool, &session, &err));
        assert_true(db_session_run(session, "SELECT 1", &err));
        db_pool_give_back(pool, session);
        (void)fixture_number(look, "SELECT count(pg_terminate_backend(pid, 5000)) FROM "
                                   "pg_stat_activity WHERE application_name = 'test pool'");
    }
    db_pool_close(pool);
    db_session_close(look);
}

static void test_db_pool__a_session_in_a_transaction_is_not_handed_on(void **state)
{
    struct db_pool *pool = open_pool(1, 8, PATIENCE_MS);
    struct db_session *session = NULL;
    struct error err = {.code = ERROR_NONE};

    assert_true(db_pool_take(pool, &session, &err));
    assert_true(db_session_run(session, "BEGIN", &err));
    assert_false(db_session_is_idle(session));
    db_pool_give_back(pool, session);
    assert_true(db_pool_take(pool, &session, &err));
    assert_true(db_session_is_idle(session));
    db_pool_give_back(pool, session);
    db_pool_close(pool);
}

static void test_db_pool__no_database(void **state)
{
    const struct db_pool_config config = {.url = "postgresql://nobody@%2Fnowhere/none",
                                          .application_name = "test pool",
                                          .size = 1,
                                          .queue_limit = 8,
                                          .wait_limit_ms = PATIENCE_MS};
    struct db_pool *pool = NULL;
    struct db_session *session = NULL;
    struct error err = {.code = ERROR_NONE};
    const int64_t before_us = clock_monotonic_us();

    fixture_silence();
    assert_true(db_pool_open(&config, &pool, &err));
    assert_false(db_pool_take(pool, &session, &err));
    assert_int_equal(err.code, ERROR_UNAVAILABLE);
    assert_true(clock_monotonic_us() - before_us < 5 * CLOCK_US_PER_S);
    db_pool_close(pool);
}

/* ---- a server that is silent ---- */

static void test_db_session__gives_a_silent_server_up(void **state)
{
    const struct db_session_config config = {
        .url = fixture_url(), .application_name = "test silent", .call_limit_ms = 200};
    struct db_session *session = NULL;
    struct arena *arena = arena_create();
    struct db_params params = {.count = 0};
    struct db_rows rows;
    struct error err = {.code = ERROR_NONE};

    fixture_silence();
    assert_true(db_session_open(&config, &session, &err));
    db_bind_i64(&params, 0);
    assert_true(db_session_call(session, &SLEEP, &params, arena, &rows, &err));
    params.count = 0;
    db_bind_i64(&params, 30);
    const int64_t before_us = clock_monotonic_us();
    const bool is_done = db_session_call(session, &SLEEP, &params, arena, &rows, &err);
    const int64_t took_us = clock_monotonic_us() - before_us;
    const bool is_alive = db_session_is_alive(session);
    const bool is_done_again = db_session_run(session, "SELECT 1", &err);
    db_session_close(session);
    arena_free(arena);
    assert_false(is_done);
    assert_int_equal(err.code, ERROR_UNAVAILABLE);
    assert_true(took_us >= 190000 && took_us < 5 * CLOCK_US_PER_S);
    assert_false(is_alive);
    assert_false(is_done_again);
}

/* ---- transactions ---- */

static bool add(struct db *db, struct arena *arena, int64_t number)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    struct error err = {.code = ERROR_NONE};

    db_bind_i64(&params, number);
    return db_call(db, &ADD, &params, arena, &rows, &err);
}

static void test_db_transaction__is_whole_or_nothing(void **state)
{
    struct db_session *look = fixture_session();
    struct db_pool *pool = open_pool(1, 8, PATIENCE_MS);
    struct arena *arena = arena_create();
    struct db_transaction transaction;
    struct error err = {.code = ERROR_NONE};

    fixture_run(look, "CREATE TABLE pooled (number bigint PRIMARY KEY)");
    assert_true(db_transaction_begin(pool, arena, &transaction, &err));
    assert_true(add(transaction.db, arena, 1) && add(transaction.db, arena, 2));
    assert_int_equal(fixture_number(look, "SELECT count(*) FROM pooled"), 0);
    assert_true(db_transaction_commit(&transaction, &err));
    db_transaction_end(&transaction);
    assert_int_equal(fixture_number(look, "SELECT count(*) FROM pooled"), 2);

    assert_true(db_transaction_begin(pool, arena, &transaction, &err)); /* not committed */
    assert_true(add(transaction.db, arena, 3));
    db_transaction_end(&transaction);

    fixture_silence();
    assert_true(db_transaction_begin(pool, arena, &transaction, &err)); /* one part fails */
    assert_true(add(transaction.db, arena, 4));
    assert_false(add(transaction.db, arena, 1));
    db_transaction_end(&transaction);

    assert_true(db_transaction_begin(pool, arena, &transaction, &err)); /* the session is sound */
    assert_true(add(transaction.db, arena, 5) && db_transaction_commit(&transaction, &err));
    db_transaction_end(&transaction);
    assert_int_equal(fixture_number(look, "SELECT sum(number)::bigint FROM pooled"), 1 + 2 + 5);
    arena_free(arena);
    db_pool_close(pool);
    db_session_close(look);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_db_pool__many_take_turns),
        cmocka_unit_test(test_db_pool__nobody_waits_for_ever),
        cmocka_unit_test(test_db_pool__a_full_queue),
        cmocka_unit_test(test_db_pool__a_session_that_died_is_replaced),
        cmocka_unit_test(test_db_pool__a_session_in_a_transaction_is_not_handed_on),
        cmocka_unit_test(test_db_pool__no_database),
        cmocka_unit_test(test_db_session__gives_a_silent_server_up),
        cmocka_unit_test(test_db_transaction__is_whole_or_nothing),
    };
    random_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
