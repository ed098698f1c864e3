/* Bringing the schema up to date and giving the runtime role its rights: for `migrate` and `serve
 * --migrate`. */
#ifndef CLI_SCHEMA_H
#define CLI_SCHEMA_H

#include "base/config.h"
#include "db/migration.h"
#include "db/session.h"

/* `applied` gets the number of migrations. Warns on standard error where there is no runtime role.
 */
NODISCARD bool schema_bring_up_to_date(struct db_session *session, const struct config *config,
                                       struct arena *arena, size_t *applied, struct error *err);

/* Whether the schema is the one this program was built for. */
NODISCARD bool schema_judge(const struct migration_status *status, struct error *err);

#endif
