/*
 * Every statement of the embedded SQL against the migrated schema, as the role that serves: it
 * prepares, and has the parameters that its header says; a gathered one is the same for one call
 * and for many.
 */
#include "db_fixture.h"

#include <libpq-fe.h>

#include "store/sql.h"

struct fixture {
    struct arena *arena;
    PGconn *connection;
};

static int setup(void **state)
{
    struct arena *arena = arena_create();
    struct fixture *fixture = arena_new(arena, struct fixture);

    fixture->arena = arena;
    *state = fixture;
    if (!fixture_migrate()) {
        return -1;
    }
    fixture->connection = PQconnectdb(fixture_runtime_url());
    return PQstatus(fixture->connection) == CONNECTION_OK ? 0 : -1;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    PQfinish(fixture->connection);
    arena_free(fixture->arena);
    return 0;
}

static void prepare(const struct fixture *fixture, const char *name, const char *text)
{
    PGresult *prepared = PQprepare(fixture->connection, name, text, 0, NULL);
    if (PQresultStatus(prepared) != PGRES_COMMAND_OK) {
        print_error("%s: %s", name, PQresultErrorMessage(prepared));
    }
    assert_int_equal(PQresultStatus(prepared), PGRES_COMMAND_OK);
    PQclear(prepared);
}

static void test_sql_all__prepares(void **state)
{
    const struct fixture *fixture = *state;

    assert_true(SQL_ALL_COUNT > 10);
    for (size_t i = 0; i < SQL_ALL_COUNT; i++) {
        prepare(fixture, SQL_ALL[i]->name, SQL_ALL[i]->text);
        assert_int_equal(SQL_ALL[i]->index, i);
    }
}

static PGresult *describe(const struct fixture *fixture, const char *name, unsigned param_count)
{
    PGresult *described = PQdescribePrepared(fixture->connection, name);
    assert_int_equal(PQresultStatus(described), PGRES_COMMAND_OK);
    if (PQnparams(described) != (int)param_count) {
        print_error("%s has other parameters\n", name);
    }
    assert_int_equal(PQnparams(described), param_count);
    return described;
}

static void test_sql_all__has_its_parameters(void **state)
{
    const struct fixture *fixture = *state;

    for (size_t i = 0; i < SQL_ALL_COUNT; i++) {
        PQclear(describe(fixture, SQL_ALL[i]->name, SQL_ALL[i]->param_count));
    }
}

/* Both texts of a gathered statement return the same columns, the number of the call first. */
static void test_sql_all__gathered_is_the_same_for_many(void **state)
{
    enum { INT8 = 20 };
    const struct fixture *fixture = *state;
    size_t gathered = 0;

    for (size_t i = 0; i < SQL_ALL_COUNT; i++) {
        const struct statement *statement = SQL_ALL[i];
        if (statement->gathered_text == NULL) {
            continue;
        }
        const struct text name = arena_printf(fixture->arena, "%s of many", statement->name);
        prepare(fixture, name.data, statement->gathered_text);
        PGresult *one = describe(fixture, statement->name, statement->param_count);
        PGresult *many = describe(fixture, name.data, statement->param_count);
        assert_int_equal(PQnfields(many), PQnfields(one));
        assert_string_equal(PQfname(many, 0), "call");
        for (int column = 0; column < PQnfields(one); column++) {
            assert_int_equal(PQftype(many, column), PQftype(one, column));
        }
        assert_int_equal(PQftype(one, 0), INT8);
        PQclear(one);
        PQclear(many);
        gathered++;
    }
    assert_true(gathered > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sql_all__prepares),
        cmocka_unit_test(test_sql_all__has_its_parameters),
        cmocka_unit_test(test_sql_all__gathered_is_the_same_for_many),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
