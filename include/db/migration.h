/*
 * Schema migrations: numbered SQL files embedded in the program, forward only, each in a
 * transaction of its own under one advisory lock, recorded with SHA-256 and time in
 * `schema_migrations`.
 */
#ifndef DB_MIGRATION_H
#define DB_MIGRATION_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "db/session.h"

struct migration {
    int64_t number;
    const char *name; /* "0001_initial" */
    const char *sql;
    size_t length;
};

extern const struct migration MIGRATIONS[]; /* ascending, generated */
extern const size_t MIGRATIONS_COUNT;

struct migration_status {
    size_t applied_count;
    size_t pending_count;
    int64_t unknown_number; /* one that the database has and this program does not know; 0: none */
    const struct migration *edited; /* one whose recorded SHA-256 differs; NULL: none */
};

NODISCARD bool migration_read_status(struct db_session *session, struct arena *arena,
                                     const struct migration *list, size_t count,
                                     struct migration_status *status, struct error *err);
/* Applies what is pending; `applied` gets how many. Refuses (ERROR_INTERNAL, detail names it) an
 * edited or unknown migration. Two at once are safe: the second waits and finds nothing to do. A
 * failing migration leaves the schema as the last good one left it. */
NODISCARD bool migration_apply(struct db_session *session, struct arena *arena,
                               const struct migration *list, size_t count, size_t *applied,
                               struct error *err);

#endif
