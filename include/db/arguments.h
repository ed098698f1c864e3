/* Parameters as the parallel arrays that libpq takes. */
#ifndef DB_ARGUMENTS_H
#define DB_ARGUMENTS_H

#include <stdint.h>

#include <libpq-fe.h>

#include "db/params.h"

struct arguments {
    int count;
    Oid types[LIMIT_DB_PARAMS];
    const char *values[LIMIT_DB_PARAMS];
    int lengths[LIMIT_DB_PARAMS];
    int formats[LIMIT_DB_PARAMS];
};

/* The values still belong to `params`. */
void arguments_collect(const struct db_params *params, struct arguments *arguments);
/* A hash of the parameter types, never 0. A statement is prepared for the types of its first call;
 * one with other types (there should be none) must not be read as if it had these. */
uint32_t arguments_signature(const struct db_params *params);

#endif
