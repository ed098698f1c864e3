/* Whether the database answers now: one round trip on a lane of each kind. */
#ifndef STORE_HEALTH_H
#define STORE_HEALTH_H

#include "base/arena.h"
#include "base/error.h"
#include "db/db.h"

/* ERROR_UNAVAILABLE where it does not. */
NODISCARD bool store_health_check(struct db *db, struct arena *arena, struct error *err);

#endif
