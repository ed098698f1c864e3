/*
 * The parameters of one statement, in binary. `struct db_params p = {.count = 0}; db_bind_uuid(&p,
 * user); …` in the order of $1, $2, … A bound text must live as long as the call. The struct must
 * not be copied once something is bound.
 */
#ifndef DB_PARAMS_H
#define DB_PARAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/uuid.h"

struct db_param {
    uint32_t oid;
    const char *value; /* NULL: SQL NULL */
    int length;
    char scratch[16];
};

struct db_params {
    size_t count;
    struct db_param items[LIMIT_DB_PARAMS];
};

void db_bind_bool(struct db_params *params, bool value);
void db_bind_i64(struct db_params *params, int64_t value);            /* int8 */
void db_bind_i64_ref(struct db_params *params, const int64_t *value); /* NULL → NULL */
void db_bind_real(struct db_params *params, double value);            /* float8 */
void db_bind_text(struct db_params *params, struct text value);       /* text; absent → NULL */
void db_bind_json(struct db_params *params, struct arena *arena,
                  struct text value);                            /* jsonb; absent → NULL */
void db_bind_bytes(struct db_params *params, struct text value); /* bytea; absent → NULL */
void db_bind_uuid(struct db_params *params, struct uuid value);  /* nil → NULL */
void db_bind_time(struct db_params *params, int64_t time_us);    /* timestamptz; 0 → NULL */
/* Arrays: text[], int8[], uuid[], float8[]. Encoded into the arena. */
void db_bind_text_array(struct db_params *params, struct arena *arena, const struct text *items,
                        size_t count);
void db_bind_i64_array(struct db_params *params, struct arena *arena, const int64_t *items,
                       size_t count);
void db_bind_uuid_array(struct db_params *params, struct arena *arena, const struct uuid *items,
                        size_t count);
void db_bind_real_array(struct db_params *params, struct arena *arena, const double *items,
                        size_t count);
/* An array of what the rows have in one column: all of one type, none an array. */
void db_bind_column(struct db_params *params, struct arena *arena,
                    const struct db_params *const *rows, size_t row_count, size_t column);

#endif
