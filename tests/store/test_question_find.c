/* The statements that find questions can go by their indexes, as the sessions plan them that run
 * them: the table is small here, but need not be. */
#include "db_fixture.h"

#include <string.h>

#include "db/connect.h"
#include "db/migration.h"
#include "store/sql.h"

static const char BANK[] = "'01900000-0000-7000-8000-0000000000b0'";
static const char ADMIN[] = "'01900000-0000-7000-8000-0000000000a0'";

/* Questions of many words, each of its own; a tag for one in a hundred. */
static const char FILL[] =
    "INSERT INTO users (id, email, email_key, display_name, role, password_hash)"
    " VALUES ('01900000-0000-7000-8000-0000000000a0', 'a', 'a', 'A', 'admin', '-');"
    "INSERT INTO banks (id, slug, title, language, target_milli, domains, notes_markdown)"
    " VALUES ('01900000-0000-7000-8000-0000000000b0', 'b', 'B', 'en', 720, '{\"domains\":[]}', '');"
    "INSERT INTO sections (bank_id, id, path, anchor, title, depth, position, first_line,"
    " last_line, body, links, content_hash)"
    " SELECT id, id, 's', 's', 'S', 1, 0, 1, 1, '', '[]', '' FROM banks;"
    "INSERT INTO questions (bank_id, id, slug, state, current_version)"
    " SELECT id, gen_random_uuid(), 'q' || i, 'published', 1 FROM banks,"
    " generate_series(1, 5000) AS i;"
    "INSERT INTO question_versions (bank_id, question_id, version, section_id, body)"
    " SELECT bank_id, id, 1, bank_id, jsonb_build_object('slug', slug, 'type', 'single_choice',"
    " 'difficulty', 3, 'tags', jsonb_build_array('t' || substr(slug, length(slug) - 1)),"
    " 'explanation', 'x', 'stem', 'Which of these does ' || slug || ' say of ' || md5(slug)"
    " || ' and ' || md5(slug || 'x') || '?') FROM questions;"
    "ANALYZE questions;";

struct fixture {
    struct arena *arena;
    PGconn *connection;
};

static int setup(void **state)
{
    struct arena *arena = arena_create();
    struct fixture *fixture = arena_new(arena, struct fixture);
    struct db_session *session = fixture_session();
    struct error err = {.code = ERROR_NONE};
    size_t applied = 0;

    if (!migration_apply(session, arena, MIGRATIONS, MIGRATIONS_COUNT, &applied, &err)) {
        fail_msg("%s", err.detail);
    }
    fixture_run(session, FILL);
    db_session_close(session);
    const struct connect_settings settings = {.url = fixture_url(),
                                              .application_name = "test",
                                              .connect_timeout_s = 5,
                                              .plans_anew = true};
    fixture->arena = arena;
    fixture->connection = connect_open(&settings);
    assert_int_equal(PQstatus(fixture->connection), CONNECTION_OK);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;

    PQfinish(fixture->connection);
    arena_free(fixture->arena);
    return 0;
}

/* The plan of a statement with these arguments, as SQL. */
static const char *plan(struct fixture *fixture, const struct statement *statement,
                        struct text arguments)
{
    struct text text = TEXT("");
    const struct text prepare =
        arena_printf(fixture->arena, "DEALLOCATE ALL; SET enable_seqscan = off; PREPARE p AS %s",
                     statement->text);
    PGresult *result = PQexec(fixture->connection, prepare.data);
    assert_int_equal(PQresultStatus(result), PGRES_COMMAND_OK);
    PQclear(result);
    const struct text explain =
        arena_printf(fixture->arena, "EXPLAIN (COSTS off) EXECUTE p(%.*s)", TEXT_ARG(arguments));
    result = PQexec(fixture->connection, explain.data);
    assert_int_equal(PQresultStatus(result), PGRES_TUPLES_OK);
    for (int i = 0; i < PQntuples(result); i++) {
        text = arena_printf(fixture->arena, "%.*s%s\n", TEXT_ARG(text), PQgetvalue(result, i, 0));
    }
    PQclear(result);
    return text.data;
}

static void assert_plan(const char *text, const char *index)
{
    if (strstr(text, index) == NULL || strstr(text, "Seq Scan on questions") != NULL) {
        fail_msg("%s is not used:\n%s", index, text);
    }
}

static struct text filters(struct fixture *fixture, const char *tag, const char *rest)
{
    return arena_printf(fixture->arena,
                        "%s, %s, 20, NULL, NULL, NULL, %s, NULL, '{}', NULL, NULL, NULL, NULL%s",
                        ADMIN, BANK, tag, rest);
}

static void test_question_find_list__by_id_and_by_tag(void **state)
{
    struct fixture *f = *state;

    assert_plan(plan(f, &SQL_question_find_list, filters(f, "NULL", "")), "questions_pkey");
    assert_plan(plan(f, &SQL_question_find_list, filters(f, "'t7'", "")), "questions_tags");
}

static void test_question_find_search__by_words_and_likeness(void **state)
{
    struct fixture *f = *state;

    assert_plan(plan(f, &SQL_question_find_search,
                     filters(f, "NULL", ", 'pg_catalog.english', 'q77', NULL, 0")),
                "questions_words");
    assert_plan(plan(f, &SQL_question_find_search,
                     filters(f, "NULL", ", 'pg_catalog.english', NULL, 'what does q77 say', 0")),
                "questions_words");
}

static void test_question_find_twins__by_words(void **state)
{
    struct fixture *f = *state;
    const struct text arguments = arena_printf(
        f->arena, "%s, %s, 'pg_catalog.english', 'Which of these does q77 say of what?', 0.6, NULL",
        ADMIN, BANK);

    assert_plan(plan(f, &SQL_question_find_twins, arguments), "questions_words");
}

/* What a thousand questions have is no reason to look at them. */
static void test_rare_words__leaves_common_ones_out(void **state)
{
    struct fixture *f = *state;
    PGresult *result = PQexec(
        f->connection, "SELECT rare_words('pg_catalog.english', 'Which does q77 say of q78?')");

    assert_int_equal(PQresultStatus(result), PGRES_TUPLES_OK);
    assert_string_equal(PQgetvalue(result, 0, 0), "'q77' | 'q78'");
    PQclear(result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_question_find_list__by_id_and_by_tag),
        cmocka_unit_test(test_question_find_search__by_words_and_likeness),
        cmocka_unit_test(test_question_find_twins__by_words),
        cmocka_unit_test(test_rare_words__leaves_common_ones_out),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
