/* Parameters whose values are special: absent ones, and what PostgreSQL refuses. What each type
 * becomes is in test_rows.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "db/session.h"
#include "store/db_fixture.h"

struct fixture {
    struct db_session *session;
    struct arena *arena;
    struct db_params params;
    struct db_rows rows;
    struct error err;
};

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    fixture->session = fixture_session();
    fixture->arena = arena_create();
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

static bool call(struct fixture *fixture, const char *sql)
{
    struct statement *statement = arena_new(fixture->arena, struct statement);
    *statement = (struct statement){.name = "test", .text = sql};
    return db_session_call(fixture->session, statement, &fixture->params, fixture->arena,
                           &fixture->rows, &fixture->err);
}

static bool read_row(struct fixture *fixture, const struct shape *shape, void *out)
{
    return db_rows_read(&fixture->rows, 0, shape, fixture->arena, out, &fixture->err);
}

static const struct uuid ID = {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 255}};

static void test_db_bind__absent_is_null(void **state)
{
    struct fixture *fixture = *state;
    struct db_params *params = &fixture->params;
    struct number_row row;
    db_bind_text(params, TEXT_ABSENT);
    db_bind_uuid(params, UUID_NIL);
    db_bind_time(params, 0);
    db_bind_i64_ref(params, NULL);
    db_bind_json(params, fixture->arena, TEXT_ABSENT);
    db_bind_bytes(params, TEXT_ABSENT);
    assert_true(call(fixture, "SELECT num_nulls($1, $2, $3, $4, $5, $6)"));
    assert_true(read_row(fixture, &NUMBER_SHAPE, &row));
    assert_int_equal(row.number, 6);
}

static void test_db_bind__nil_and_absent_items_are_null(void **state)
{
    struct fixture *fixture = *state;
    const struct text texts[] = {TEXT("a"), TEXT_ABSENT};
    const struct uuid ids[] = {UUID_NIL, ID};
    struct number_row row;
    db_bind_text_array(&fixture->params, fixture->arena, texts, 2);
    db_bind_uuid_array(&fixture->params, fixture->arena, ids, 2);
    assert_true(call(fixture, "SELECT (($1)[2] IS NULL)::int * 10 + (($2)[1] IS NULL)::int + "
                              "100 * array_length($1, 1)"));
    assert_true(read_row(fixture, &NUMBER_SHAPE, &row));
    assert_int_equal(row.number, 211);
}

static void test_db_bind__a_text_with_nul_is_an_error_of_the_call(void **state)
{
    struct fixture *fixture = *state;
    fixture_silence();
    db_bind_text(&fixture->params, TEXT("a\0b"));
    assert_false(call(fixture, "SELECT $1"));
    assert_int_equal(fixture->err.code, ERROR_INTERNAL);
    assert_true(db_session_is_alive(fixture->session));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        TEST(test_db_bind__absent_is_null),
        TEST(test_db_bind__nil_and_absent_items_are_null),
        TEST(test_db_bind__a_text_with_nul_is_an_error_of_the_call),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
