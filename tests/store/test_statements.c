/*
 * Every statement of the embedded SQL against the migrated schema, as the role that serves: it
 * prepares, and has the parameters that its header says.
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

static void test_sql_all__prepares(void **state)
{
    const struct fixture *fixture = *state;

    assert_true(SQL_ALL_COUNT > 10);
    for (size_t i = 0; i < SQL_ALL_COUNT; i++) {
        const struct statement *statement = SQL_ALL[i];
        PGresult *prepared =
            PQprepare(fixture->connection, statement->name, statement->text, 0, NULL);
        if (PQresultStatus(prepared) != PGRES_COMMAND_OK) {
            print_error("%s: %s", statement->name, PQresultErrorMessage(prepared));
        }
        assert_int_equal(PQresultStatus(prepared), PGRES_COMMAND_OK);
        PQclear(prepared);
        assert_int_equal(statement->index, i);
    }
}

static void test_sql_all__has_its_parameters(void **state)
{
    const struct fixture *fixture = *state;

    for (size_t i = 0; i < SQL_ALL_COUNT; i++) {
        const struct statement *statement = SQL_ALL[i];
        PGresult *described = PQdescribePrepared(fixture->connection, statement->name);
        assert_int_equal(PQresultStatus(described), PGRES_COMMAND_OK);
        if (PQnparams(described) != (int)statement->param_count) {
            print_error("%s has other parameters\n", statement->name);
        }
        assert_int_equal(PQnparams(described), statement->param_count);
        PQclear(described);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sql_all__prepares),
        cmocka_unit_test(test_sql_all__has_its_parameters),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
