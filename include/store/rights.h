/*
 * What the statements of this layer need of each table: all that the runtime role is given
 * (db/grant.h). A test holds it against the statements, in both directions. A table that is not
 * here cannot even be read.
 */
#ifndef STORE_RIGHTS_H
#define STORE_RIGHTS_H

#include "db/grant.h"

extern const struct table_rights RIGHTS[];
extern const size_t RIGHTS_COUNT;

#endif
