/*
 * What came back for a call: a result of its own, or its part of one that several calls share.
 * Whoever holds a part releases it; the result is freed with its last part.
 */
#ifndef DB_RESULT_H
#define DB_RESULT_H

#include <libpq-fe.h>

#include "base/arena.h"
#include "base/error.h"
#include "db/rows.h"
#include "db/statement.h"

struct result_share; /* counts the parts of a result */

struct result_part {
    PGresult *result;           /* NULL: nothing */
    struct result_share *share; /* NULL: the only part */
    size_t first_row;
    size_t row_count; /* rows returned, or rows changed where the statement returns none */
};

/* All of a result; takes it over. */
struct result_part result_whole(PGresult *result);
/* Takes the result over; it is freed when `part_count` parts are released. */
struct result_share *result_share(PGresult *result, size_t part_count);
void result_release(struct result_part *part); /* leaves nothing; takes nothing */

/* The arena takes the part, whatever it is. A good one fills `rows`, a failed one is logged under
 * the statement's name and fills `err` (see db/failure.h). */
NODISCARD bool result_deliver(const struct result_part *part, const struct statement *statement,
                              struct arena *arena, struct db_rows *rows, struct error *err);

#endif
