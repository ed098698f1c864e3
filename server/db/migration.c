/*
 * Reading and advancing the state of the schema; see db/migration.h. The table `schema_migrations`
 * is made here. SHA-256 is computed by PostgreSQL over the very bytes of the file.
 */
#include "db/migration.h"

#include <string.h>

#include "base/log.h"

/* Any number will do, as long as all versions of this program take the same: "quizd" in ASCII. */
static const int64_t LOCK_KEY = INT64_C(0x7175697a64);

static const char CREATE_TABLE[] = "CREATE TABLE IF NOT EXISTS schema_migrations ("
                                   " number int8 PRIMARY KEY,"
                                   " name text NOT NULL,"
                                   " sha256 bytea NOT NULL,"
                                   " applied_at timestamptz NOT NULL DEFAULT clock_timestamp())";

static const struct statement LOCK = {.name = "migration_lock",
                                      .text = "SELECT pg_advisory_lock($1)",
                                      .lane = LANE_SESSION,
                                      .param_count = 1};
static const struct statement UNLOCK = {.name = "migration_unlock",
                                        .text = "SELECT pg_advisory_unlock($1)",
                                        .lane = LANE_SESSION,
                                        .param_count = 1};
static const struct statement HAS_TABLE = {
    .name = "migration_has_table",
    .text = "SELECT to_regclass('schema_migrations') IS NOT NULL",
    .lane = LANE_SESSION};
static const struct statement COMPARE = {
    .name = "migration_compare",
    .text = "SELECT sha256 = sha256($2) FROM schema_migrations WHERE number = $1",
    .lane = LANE_SESSION,
    .param_count = 2};
static const struct statement FIND_UNKNOWN = {
    .name = "migration_find_unknown",
    .text = "SELECT coalesce(min(number), 0) FROM schema_migrations WHERE number <> ALL ($1)",
    .lane = LANE_SESSION,
    .param_count = 1};
static const struct statement RECORD = {
    .name = "migration_record",
    .text = "INSERT INTO schema_migrations (number, name, sha256) VALUES ($1, $2, sha256($3))",
    .lane = LANE_SESSION,
    .param_count = 3};

struct answer_row {
    bool is_true;
};
static const struct shape_member ANSWER_MEMBERS[] = {MEMBER_BOOL(struct answer_row, is_true)};
static const struct shape ANSWER_SHAPE = SHAPE_OF("Answer", struct answer_row, ANSWER_MEMBERS);

struct number_row {
    int64_t number;
};
static const struct shape_member NUMBER_MEMBERS[] = {MEMBER_I64(struct number_row, number)};
static const struct shape NUMBER_SHAPE = SHAPE_OF("Number", struct number_row, NUMBER_MEMBERS);

static struct text text_of_sql(const struct migration *migration)
{
    return (struct text){.data = migration->sql, .len = migration->length};
}

static bool has_table(struct db_session *session, struct arena *arena, bool *has, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    struct answer_row row;
    if (!db_session_call(session, &HAS_TABLE, &params, arena, &rows, err) ||
        !db_rows_read(&rows, 0, &ANSWER_SHAPE, arena, &row, err)) {
        return false;
    }
    *has = row.is_true;
    return true;
}

static bool find_unknown(struct db_session *session, struct arena *arena,
                         const struct migration *list, size_t count, int64_t *number,
                         struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    struct number_row row;
    int64_t *known = arena_new_array(arena, count + 1, int64_t);
    for (size_t i = 0; i < count; i++) {
        known[i] = list[i].number;
    }
    db_bind_i64_array(&params, arena, known, count);
    if (!db_session_call(session, &FIND_UNKNOWN, &params, arena, &rows, err) ||
        !db_rows_read(&rows, 0, &NUMBER_SHAPE, arena, &row, err)) {
        return false;
    }
    *number = row.number;
    return true;
}

/* Counts one known migration as applied or pending, and remembers the first that was edited. */
static bool compare(struct db_session *session, struct arena *arena,
                    const struct migration *migration, struct migration_status *status,
                    struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    struct answer_row row;
    db_bind_i64(&params, migration->number);
    db_bind_bytes(&params, text_of_sql(migration));
    if (!db_session_call(session, &COMPARE, &params, arena, &rows, err)) {
        return false;
    }
    if (rows.count == 0) {
        status->pending_count++;
        return true;
    }
    if (!db_rows_read(&rows, 0, &ANSWER_SHAPE, arena, &row, err)) {
        return false;
    }
    status->applied_count++;
    if (!row.is_true && status->edited == NULL) {
        status->edited = migration;
    }
    return true;
}

bool migration_read_status(struct db_session *session, struct arena *arena,
                           const struct migration *list, size_t count,
                           struct migration_status *status, struct error *err)
{
    bool has = false;
    *status = (struct migration_status){.pending_count = 0};
    if (!has_table(session, arena, &has, err)) {
        return false;
    }
    if (!has) {
        status->pending_count = count;
        return true;
    }
    for (size_t i = 0; i < count; i++) {
        if (!compare(session, arena, &list[i], status, err)) {
            return false;
        }
    }
    return find_unknown(session, arena, list, count, &status->unknown_number, err);
}

static bool refuse_status(const struct migration_status *status, struct error *err)
{
    if (status->edited != NULL) {
        return error_set(err, ERROR_INTERNAL,
                         "Migration %s was edited after it had been applied; write a new one",
                         status->edited->name);
    }
    if (status->unknown_number != 0) {
        return error_set(err, ERROR_INTERNAL,
                         "The database has migration %lld, which this program does not know; "
                         "it is older than the database",
                         (long long)status->unknown_number);
    }
    return true;
}

static bool record(struct db_session *session, struct arena *arena,
                   const struct migration *migration, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    db_bind_i64(&params, migration->number);
    db_bind_text(&params, text_of(migration->name));
    db_bind_bytes(&params, text_of_sql(migration));
    return db_session_call(session, &RECORD, &params, arena, &rows, err);
}

/* PQexec takes a C string: a NUL in the file would hide the rest of it. */
static bool is_whole_text(const struct migration *migration, struct error *err)
{
    return memchr(migration->sql, '\0', migration->length) == NULL ||
           error_set(err, ERROR_INTERNAL, "Migration %s holds a NUL byte", migration->name);
}

static bool apply_one(struct db_session *session, struct arena *arena,
                      const struct migration *migration, struct error *err)
{
    struct error ignored;
    if (!is_whole_text(migration, err)) {
        return false;
    }
    if (db_session_run(session, "BEGIN", err) && db_session_run(session, migration->sql, err) &&
        record(session, arena, migration, err) && db_session_run(session, "COMMIT", err)) {
        log_info("migration.applied", log_string("name", migration->name));
        return true;
    }
    if (!db_session_run(session, "ROLLBACK", &ignored)) {
        log_warn("migration.rollback_failed", log_string("name", migration->name));
    }
    if (err->code == ERROR_UNAVAILABLE) {
        return false;
    }
    return error_set(err, ERROR_INTERNAL, "Migration %s failed; the log has the reason",
                     migration->name);
}

static bool apply_pending(struct db_session *session, struct arena *arena,
                          const struct migration *list, size_t count, size_t *applied,
                          struct error *err)
{
    struct migration_status status;
    if (!db_session_run(session, CREATE_TABLE, err) ||
        !migration_read_status(session, arena, list, count, &status, err) ||
        !refuse_status(&status, err)) {
        return false;
    }
    for (size_t i = 0; i < count && status.pending_count > 0; i++) {
        struct migration_status one = {.pending_count = 0};
        if (!compare(session, arena, &list[i], &one, err)) {
            return false;
        }
        if (one.pending_count == 0) {
            continue;
        }
        if (!apply_one(session, arena, &list[i], err)) {
            return false;
        }
        *applied += 1;
    }
    return true;
}

static bool call_with_key(struct db_session *session, const struct statement *statement,
                          struct arena *arena, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    db_bind_i64(&params, LOCK_KEY);
    return db_session_call(session, statement, &params, arena, &rows, err);
}

bool migration_apply(struct db_session *session, struct arena *arena, const struct migration *list,
                     size_t count, size_t *applied, struct error *err)
{
    struct error ignored;
    *applied = 0;
    if (!call_with_key(session, &LOCK, arena, err)) {
        return false;
    }
    const bool is_done = apply_pending(session, arena, list, count, applied, err);
    if (!call_with_key(session, &UNLOCK, arena, &ignored)) {
        log_warn("migration.unlock_failed"); /* the end of the connection unlocks */
    }
    return is_done;
}
