/* One person as a whole: who asks, and the end of it; store/person_export.h has all that is stored.
 */
#ifndef STORE_PERSON_H
#define STORE_PERSON_H

#include "base/arena.h"
#include "base/error.h"
#include "db/pool.h"

struct person {
    struct uuid user_id;
    struct uuid session_id; /* that asks */
    struct text address;    /* of the client */
};

/* Forgets the person in one transaction; what his answers say about the questions stays as sums.
 * ERROR_NOT_FOUND; ERROR_LAST_ADMIN; ERROR_LOGIN_TOO_OLD where the session began more than ten
 * minutes ago. */
NODISCARD bool store_person_erase(struct db_pool *pool, struct arena *arena,
                                  const struct person *person, struct error *err);

#endif
