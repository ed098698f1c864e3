/* The rights of the runtime role, a line a table. Rows that a foreign key deletes need no right:
 * the owner deletes them. What a trigger does needs them like any statement. */
#include "store/rights.h"

const struct table_rights RIGHTS[] = {
    {"account_tokens", "SELECT, INSERT, UPDATE, DELETE"},
    {"answers", "SELECT, INSERT, UPDATE, DELETE"},
    {"attempt_papers", "SELECT, INSERT"},
    {"attempts", "SELECT, INSERT, UPDATE, DELETE"},
    {"audit_events", "SELECT, INSERT"},
    {"banks", "SELECT, INSERT, UPDATE"},
    {"exams", "SELECT, INSERT, UPDATE"},
    {"exposure_state", "SELECT, UPDATE"},
    {"idempotency_keys", "SELECT, INSERT, UPDATE, DELETE"},
    {"job_files", "SELECT, INSERT, UPDATE, DELETE"},
    {"jobs", "SELECT, INSERT, UPDATE, DELETE"},
    {"login_throttles", "SELECT, INSERT, UPDATE, DELETE"},
    {"question_erased_answers", "SELECT, INSERT, UPDATE"},
    {"question_exposure", "SELECT, INSERT, UPDATE"},
    {"question_versions", "SELECT, INSERT"},
    {"questions", "SELECT, INSERT, UPDATE"},
    {"reviews", "SELECT, INSERT, UPDATE, DELETE"},
    {"schema_migrations", "SELECT"},
    {"section_evidence", "SELECT, INSERT, UPDATE, DELETE"},
    {"sections", "SELECT, INSERT, UPDATE"},
    {"sessions", "SELECT, INSERT, UPDATE, DELETE"},
    {"study_activity", "SELECT, INSERT, UPDATE, DELETE"},
    {"time_zones", "SELECT"},
    {"token_revocations", "SELECT, INSERT, UPDATE, DELETE"},
    {"used_refresh_tokens", "SELECT, INSERT"},
    {"users", "SELECT, INSERT, UPDATE, DELETE"},
};
const size_t RIGHTS_COUNT = COUNT_OF(RIGHTS);
