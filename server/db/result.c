/* See db/result.h. */
#include "db/result.h"

#include "db/failure.h"

static void release_result(void *result)
{
    PQclear(result);
}

/* Rows returned, or rows changed where the statement returns none. */
static size_t count_rows(PGresult *result)
{
    int64_t count = PQntuples(result);
    if (PQresultStatus(result) == PGRES_COMMAND_OK &&
        !text_to_i64(text_of(PQcmdTuples(result)), &count)) {
        return 0;
    }
    return (size_t)count;
}

bool result_deliver(PGresult *result, const char *statement_name, struct arena *arena,
                    struct db_rows *rows, struct error *err)
{
    arena_defer(arena, release_result, result);
    if (failure_classify(result) != FAILURE_NONE) {
        return failure_report(result, statement_name, err);
    }
    *rows = (struct db_rows){.result = result, .count = count_rows(result)};
    return true;
}
