/*
 * The rows of a result, read by shape: column i of the statement is member i of the shape, binary
 * format. Types: bool; int2, int4, int8 → I64 or MILLI; float8 → REAL; text, varchar, jsonb → TEXT
 * (jsonb also JSON); bytea → TEXT; uuid; timestamptz → TIME; text naming an enum value → ENUM;
 * one-dimensional arrays → LIST of TEXT, I64, UUID, REAL. NULL → absent; a NULL for a member that
 * is neither optional nor nullable is ERROR_INTERNAL. Texts point into the result, which lives as
 * long as the arena.
 */
#ifndef DB_ROWS_H
#define DB_ROWS_H

#include <libpq-fe.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/shape.h"

struct db_rows {
    PGresult *result; /* held by the arena of the call, perhaps together with other calls' */
    size_t count;     /* rows returned, or rows changed where the statement returns none */
    size_t first_row; /* where they begin in the result */
    int first_column;
};

NODISCARD bool db_rows_read(const struct db_rows *rows, size_t row, const struct shape *shape,
                            struct arena *arena, void *out, struct error *err);
/* All rows as an array of shape->size. */
NODISCARD bool db_rows_read_all(const struct db_rows *rows, const struct shape *shape,
                                struct arena *arena, void **items, struct error *err);

#endif
