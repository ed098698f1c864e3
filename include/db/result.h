/* Handing a PGresult to an arena and to the rows of a call. */
#ifndef DB_RESULT_H
#define DB_RESULT_H

#include <libpq-fe.h>

#include "base/arena.h"
#include "base/error.h"
#include "db/rows.h"

/* The arena takes the result, whatever it is. A good one fills `rows`, a failed one is logged under
 * the statement's name and fills `err` (see db/failure.h). */
NODISCARD bool result_deliver(PGresult *result, const char *statement_name, struct arena *arena,
                              struct db_rows *rows, struct error *err);

#endif
