/* Asking the database whether it is there: health.sql as a function. */
#include "store/health.h"

#include "store/sql.h"

bool store_health_check(struct db *db, struct arena *arena, struct error *err)
{
    const struct db_params none = {.count = 0};
    struct db_rows rows;

    return db_call(db, &SQL_health_check_read, &none, arena, &rows, err) &&
           db_call(db, &SQL_health_check_write, &none, arena, &rows, err);
}
