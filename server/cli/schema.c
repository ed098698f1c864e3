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

bool schema_judge(const struct migration_status *status, struct error *err)
{
    if (status->unknown_number != 0) {
        return error_set(err, ERROR_INTERNAL,
                         "the database has migration %lld, which this program does not know: it is "
                         "older than the database",
                         (long long)status->unknown_number);
    }
    if (status->edited != NULL) {
        return error_set(err, ERROR_INTERNAL, "migration %s was changed after it was applied",
                         status->edited->name);
    }
    if (status->pending_count > 0) {
        return error_set(err, ERROR_INTERNAL,
                         "the schema is old: %zu migrations are pending. Run: quizd migrate",
                         status->pending_count);
    }
    return true;
}
