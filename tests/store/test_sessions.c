/*
 * Logins by many at once: of any number of refreshes with one token exactly one makes the successor
 * and all get it; logins and the change of a password meet without leaving a login behind; and what
 * ends a login is heard of.
 */
#include "db_fixture.h"

#include <stdatomic.h>

#include "auth/refresh_token.h"
#include "db/migration.h"
#include "store/logins.h"
#include "store/passwords.h"
#include "store/revocations.h"
#include "store/sessions.h"
#include "store/sql.h"

enum { THREADS = 50, ROUNDS = 10, SERVERS = 2, PATIENCE_MS = 5000, SLOW_POLL_MS = 4000 };

static const struct client CLIENT = {.address = TEXT_INIT("192.0.2.1"),
                                     .network = TEXT_INIT("192.0.2.1")};
#define ADA "0190a5c0-7e1f-7abc-8def-000000000001"

static int prepare_schema(void **state)
{
    struct arena *arena = arena_create();
    struct db_session *session = fixture_session();
    struct error err = {.code = ERROR_NONE};
    size_t applied = 0;

    (void)state;
    random_start();
    const bool is_good =
        migration_apply(session, arena, MIGRATIONS, MIGRATIONS_COUNT, &applied, &err);
    fixture_run(session, "INSERT INTO users (id, email, email_key, display_name, role, "
                         "password_hash) VALUES ('" ADA "', 'ada@example.org', "
                         "'ada@example.org', 'Ada', 'learner', 'right')");
    db_session_close(session);
    arena_free(arena);
    return is_good ? 0 : -1;
}

static struct uuid ada(void)
{
    struct uuid id;
    assert_true(uuid_parse(TEXT(ADA), &id));
    return id;
}

/* Two programs' worth of lanes on one database. */
struct fixture {
    struct db *servers[SERVERS];
    struct db_session *session;
    struct arena *arena;
};

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    const struct db_config config = {
        .url = fixture_url(), .statements = SQL_ALL, .statement_count = SQL_ALL_COUNT};

    *state = fixture;
    for (size_t i = 0; i < SERVERS; i++) {
        fixture->servers[i] = fixture_open(&config);
    }
    fixture->session = fixture_session();
    fixture->arena = arena_create();
    fixture_run(fixture->session, "DELETE FROM sessions; DELETE FROM token_revocations; "
                                  "UPDATE users SET password_hash = 'right', role = 'learner'");
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;

    for (size_t i = 0; i < SERVERS; i++) {
        db_close(fixture->servers[i]);
    }
    db_session_close(fixture->session);
    arena_free(fixture->arena);
    free(fixture);
    return 0;
}

/* One login; its refresh token. */
static struct text log_in(struct fixture *fixture, struct uuid session_id)
{
    struct login_begin begin = {
        .user_id = ada(), .session_id = session_id, .password_hash = TEXT("right")};
    struct text token = TEXT_ABSENT;
    struct error err = {.code = ERROR_NONE};
    bool has_begun = false;

    refresh_token_new(fixture->arena, &token, &begin.refresh_hash);
    assert_true(
        store_logins_begin(fixture->servers[0], fixture->arena, &begin, &CLIENT, &has_begun, &err));
    assert_true(has_begun);
    return token;
}

struct refresher {
    struct db *db;
    struct text token;
    struct arena *arena;
    struct text successor;
    enum error_code code;
};

static void *run_refresh(void *context)
{
    struct refresher *refresher = context;
    struct refresh refresh = {.nonce = refresh_nonce_new(refresher->arena),
                              .address = CLIENT.address};
    struct session session;
    struct text token = TEXT_ABSENT;
    struct text nonce = TEXT_ABSENT;
    struct error err = {.code = ERROR_NONE};

    if (refresh_token_hash(refresher->token, refresher->arena, &refresh.hash) &&
        refresh_token_succeed(refresher->token, refresh.nonce, refresher->arena, &token,
                              &refresh.next_hash) &&
        store_sessions_refresh(refresher->db, refresher->arena, &refresh, &session, &nonce, &err) &&
        refresh_token_succeed(refresher->token, nonce, refresher->arena, &refresher->successor,
                              &refresh.next_hash)) {
        return NULL;
    }
    refresher->code = err.code;
    return NULL;
}

/* Refreshes THREADS times at once; the one successor. */
static struct text refresh_at_once(struct fixture *fixture, struct text token)
{
    struct refresher refreshers[THREADS] = {{.code = ERROR_NONE}};
    struct text successor = TEXT_ABSENT;

    for (size_t i = 0; i < THREADS; i++) {
        refreshers[i].db = fixture->servers[i % SERVERS];
        refreshers[i].token = token;
        refreshers[i].arena = arena_create();
    }
    fixture_run_threads(THREADS, run_refresh, refreshers, sizeof refreshers[0]);
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(refreshers[i].code, ERROR_NONE);
        if (i == 0) {
            successor = arena_copy(fixture->arena, refreshers[i].successor);
        }
        assert_true(text_equal(refreshers[i].successor, successor));
        arena_free(refreshers[i].arena);
    }
    return successor;
}

static void test_store_sessions_refresh__many_at_once_get_one_successor(void **state)
{
    struct fixture *fixture = *state;
    struct text token = log_in(fixture, uuid_new());

    for (int64_t round = 1; round <= ROUNDS; round++) {
        const struct text successor = refresh_at_once(fixture, token);
        assert_false(text_equal(successor, token));
        assert_int_equal(
            fixture_number(fixture->session, "SELECT count(*) FROM used_refresh_tokens"), round);
        token = successor;
    }
    assert_int_equal(
        fixture_number(fixture->session, "SELECT count(*) FROM sessions WHERE revoked_at IS NULL"),
        1);
}

static enum error_code refresh_once(struct fixture *fixture, struct text token)
{
    struct refresher refresher = {
        .db = fixture->servers[0], .token = token, .arena = fixture->arena};
    (void)run_refresh(&refresher);
    return refresher.code;
}

static void test_store_sessions_refresh__reuse_ends_the_login_once(void **state)
{
    struct fixture *fixture = *state;
    const struct text first = log_in(fixture, uuid_new());
    const struct text second = refresh_at_once(fixture, first);
    const int64_t before = fixture_number(
        fixture->session, "SELECT count(*) FROM audit_events WHERE event = 'token.reused'");

    fixture_run(fixture->session,
                "UPDATE sessions SET refreshed_at = refreshed_at - interval '11 seconds'");
    assert_int_equal(refresh_once(fixture, first), ERROR_INVALID_CREDENTIALS);
    assert_int_equal(refresh_once(fixture, first), ERROR_INVALID_CREDENTIALS);
    assert_int_equal(refresh_once(fixture, second), ERROR_INVALID_CREDENTIALS);
    assert_int_equal(
        fixture_number(fixture->session,
                       "SELECT count(*) FROM audit_events WHERE event = 'token.reused'"),
        before + 1);
    assert_int_equal(fixture_number(fixture->session, "SELECT count(*) FROM token_revocations"), 1);
}

struct contender {
    struct db *db;
    bool has_failed;
    bool has_begun;
};

static void *run_login(void *context)
{
    struct contender *contender = context;
    struct arena *arena = arena_create();
    struct login_begin begin = {
        .user_id = ada(), .session_id = uuid_new(), .password_hash = TEXT("right")};
    struct text token = TEXT_ABSENT;
    struct error err = {.code = ERROR_NONE};

    refresh_token_new(arena, &token, &begin.refresh_hash);
    contender->has_failed =
        !store_logins_begin(contender->db, arena, &begin, &CLIENT, &contender->has_begun, &err);
    arena_free(arena);
    return NULL;
}

static void change_password(struct fixture *fixture, struct db *db)
{
    struct password_change change = {.user_id = ada(),
                                     .old_hash = TEXT("right"),
                                     .new_hash = TEXT("newer"),
                                     .session_id = uuid_new()};
    struct session session;
    struct text token = TEXT_ABSENT;
    struct error err = {.code = ERROR_NONE};

    refresh_token_new(fixture->arena, &token, &change.refresh_hash);
    assert_true(store_passwords_change(db, fixture->arena, &change, &CLIENT, &session, &err));
    assert_true(uuid_equal(session.id, change.session_id));
}

/* However they meet: of the logins with the old password none is left, and each that began is
 * revoked for all to hear. */
static void test_store_passwords_change__while_others_log_in(void **state)
{
    struct fixture *fixture = *state;

    for (size_t round = 0; round < ROUNDS; round++) {
        struct contender contenders[THREADS] = {{.has_failed = false}};
        int64_t begun = 0;
        for (size_t i = 0; i < THREADS; i++) {
            contenders[i].db = fixture->servers[i % SERVERS];
        }
        fixture_run(fixture->session, "DELETE FROM sessions; DELETE FROM token_revocations; "
                                      "UPDATE users SET password_hash = 'right'");
        struct fixture_threads threads =
            fixture_start(THREADS, run_login, contenders, sizeof contenders[0]);
        change_password(fixture, fixture->servers[round % SERVERS]);
        fixture_join(&threads);
        for (size_t i = 0; i < THREADS; i++) {
            assert_false(contenders[i].has_failed);
            begun += contenders[i].has_begun ? 1 : 0;
        }
        assert_int_equal(fixture_number(fixture->session,
                                        "SELECT count(*) FROM sessions WHERE revoked_at IS NULL"),
                         1);
        assert_int_equal(fixture_number(fixture->session, "SELECT count(*) FROM token_revocations"),
                         begun);
    }
}

static void count_news(void *context, const struct revocation *items, size_t count)
{
    atomic_size_t *news = context;
    for (size_t i = 0; i < count; i++) {
        if (items[i].role.data != NULL && text_equal(items[i].role, TEXT("admin"))) {
            atomic_fetch_add(news, 1);
        }
    }
}

static bool hears(atomic_size_t *news)
{
    const int64_t until_us = clock_monotonic_us() + INT64_C(1000) * PATIENCE_MS;
    while (atomic_load(news) == 0 && clock_monotonic_us() < until_us) {
        fixture_pause_ms(1);
    }
    return atomic_load(news) > 0;
}

static struct revocations *open_revocations(struct fixture *fixture, atomic_size_t *news,
                                            int64_t poll_ms, const char *url)
{
    const struct revocations_config config = {
        .db = fixture->servers[0],
        .database = {.url = url, .application_name = "test tokens"},
        .poll_ms = poll_ms,
        .take = count_news,
        .context = news};
    struct revocations *revocations = NULL;
    struct error err = {.code = ERROR_NONE};
    assert_true(revocations_open(&config, &revocations, &err));
    return revocations;
}

/* Before the poll can have told. */
static void test_revocations_open__hears_by_notify(void **state)
{
    struct fixture *fixture = *state;
    atomic_size_t news = 0;
    struct revocations *revocations = open_revocations(fixture, &news, SLOW_POLL_MS, fixture_url());
    const int64_t until_us = clock_monotonic_us() + INT64_C(1000) * PATIENCE_MS;

    while (fixture_number(fixture->session,
                          "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'test "
                          "tokens' AND query = 'LISTEN quizd_tokens' AND state = 'idle'") == 0 &&
           clock_monotonic_us() < until_us) {
        fixture_pause_ms(1);
    }
    const int64_t before_us = clock_monotonic_us();
    fixture_run(fixture->session, "UPDATE users SET role = 'admin'");
    assert_true(hears(&news));
    assert_true(clock_monotonic_us() - before_us < INT64_C(1000) * SLOW_POLL_MS / 2);
    revocations_close(revocations);
}

/* With a database for LISTEN that is not there, only the poll can. */
static void test_revocations_open__hears_by_the_poll(void **state)
{
    struct fixture *fixture = *state;
    atomic_size_t news = 0;
    struct revocations *revocations =
        open_revocations(fixture, &news, 50, "postgresql://nobody@127.0.0.1:1/nothing");

    fixture_run(fixture->session, "UPDATE users SET role = 'admin'");
    assert_true(hears(&news));
    revocations_close(revocations);
}

/* What was there before is known when it is open. */
static void test_revocations_open__takes_what_there_is(void **state)
{
    struct fixture *fixture = *state;
    atomic_size_t news = 0;

    fixture_run(fixture->session, "UPDATE users SET role = 'admin'");
    struct revocations *revocations = open_revocations(fixture, &news, 50, fixture_url());
    assert_true(atomic_load(&news) > 0);
    revocations_close(revocations);
}

static void test_store_revocations_check__finds_both_kinds(void **state)
{
    struct fixture *fixture = *state;
    struct session session = {.user_id = ada(), .id = uuid_new(), .role = ROLE_LEARNER};
    struct error err = {.code = ERROR_NONE};
    bool is_revoked = true;

    (void)log_in(fixture, session.id);
    assert_true(
        store_revocations_check(fixture->servers[0], fixture->arena, &session, &is_revoked, &err));
    assert_false(is_revoked);
    fixture_run(fixture->session, "UPDATE users SET role = 'admin'");
    assert_true(
        store_revocations_check(fixture->servers[0], fixture->arena, &session, &is_revoked, &err));
    assert_true(is_revoked);
    session.role = ROLE_ADMIN;
    assert_true(
        store_revocations_check(fixture->servers[0], fixture->arena, &session, &is_revoked, &err));
    assert_false(is_revoked);
    fixture_run(fixture->session, "UPDATE sessions SET revoked_at = clock_timestamp()");
    assert_true(
        store_revocations_check(fixture->servers[0], fixture->arena, &session, &is_revoked, &err));
    assert_true(is_revoked);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_store_sessions_refresh__many_at_once_get_one_successor,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_store_sessions_refresh__reuse_ends_the_login_once,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_store_passwords_change__while_others_log_in, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_revocations_open__hears_by_notify, setup, teardown),
        cmocka_unit_test_setup_teardown(test_revocations_open__hears_by_the_poll, setup, teardown),
        cmocka_unit_test_setup_teardown(test_revocations_open__takes_what_there_is, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_store_revocations_check__finds_both_kinds, setup,
                                        teardown),
    };
    fixture_silence();
    return cmocka_run_group_tests(tests, prepare_schema, NULL);
}
