/* Migrations, then rights; see cli/schema.h. */
#include "cli/schema.h"

#include <stdio.h>

#include "db/migration.h"
#include "store/rights.h"

bool schema_bring_up_to_date(struct db_session *session, const struct config *config,
                             struct arena *arena, size_t *applied, struct error *err)
{
    const struct grant_request request = {
        .role = config->runtime_role, .rights = RIGHTS, .count = RIGHTS_COUNT};
    enum grant_outcome outcome = GRANT_DONE;

    if (!migration_apply(session, arena, MIGRATIONS, MIGRATIONS_COUNT, applied, err) ||
        !grant_apply(session, arena, &request, &outcome, err)) {
        return false;
    }
    if (outcome == GRANT_NO_ROLE) {
        (void)fprintf(stderr,
                      "quizd: warning: there is no role %s to give the rights of the server, and "
                      "this user may not make one\n"
                      "       (as a superuser: CREATE ROLE %s LOGIN; then migrate again)\n",
                      config->runtime_role, config->runtime_role);
    }
    return true;
}
