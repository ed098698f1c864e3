/* One fixed DO block, which reads what it is to do from two settings of the session; see
 * db/grant.h. */
#include "db/grant.h"

#include "base/buffer.h"

enum { RIGHTS_BYTES_MAX = 16384 };

static const struct statement SET = {.name = "grant_set",
                                     .text = "SELECT set_config('quizd.role', $1, false),"
                                             " set_config('quizd.rights', $2, false)",
                                     .lane = LANE_SESSION,
                                     .param_count = 2};
static const struct statement READ_OUTCOME = {.name = "grant_read_outcome",
                                              .text =
                                                  "SELECT current_setting('quizd.outcome')::bigint",
                                              .lane = LANE_SESSION};

/* The lock is that of the migrations (db/migration.c): two that grant would change the same rows of
 * the catalogue. TEMPORARY is taken from everybody where the database is ours to say so. */
static const char GRANT[] =
    "DO $do$ DECLARE"
    " runtime text := current_setting('quizd.role');"
    " one record;"
    "BEGIN"
    " PERFORM pg_advisory_xact_lock(487301151332), set_config('quizd.outcome', '0', false);"
    " IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = runtime) THEN"
    "  IF NOT (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user) THEN"
    "   PERFORM set_config('quizd.outcome', '1', false);"
    "   RETURN;"
    "  END IF;"
    "  BEGIN"
    "   EXECUTE format('CREATE ROLE %I LOGIN', runtime);"
    "  EXCEPTION WHEN duplicate_object OR unique_violation THEN"
    "   NULL;" /* another database of the cluster was quicker */
    "  END;"
    " END IF;"
    " IF pg_has_role(runtime, current_user, 'MEMBER') THEN"
    "  PERFORM set_config('quizd.outcome', '2', false);"
    "  RETURN;"
    " END IF;"
    " EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM %I', current_schema(), runtime);"
    " IF pg_has_role(current_user, (SELECT nspowner FROM pg_namespace"
    "    WHERE nspname = current_schema()), 'USAGE') THEN"
    "  EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC, %I', current_schema(), runtime);"
    "  EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), runtime);"
    " END IF;"
    " IF pg_has_role(current_user, (SELECT datdba FROM pg_database"
    "    WHERE datname = current_database()), 'USAGE') THEN"
    "  EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC, %I', current_database(),"
    "   runtime);"
    " END IF;"
    " FOR one IN SELECT key, value FROM jsonb_each_text(current_setting('quizd.rights')::jsonb)"
    " LOOP"
    "  EXECUTE format('GRANT %s ON %I TO %I', one.value, one.key, runtime);"
    " END LOOP;"
    "END $do$";

struct outcome_row {
    int64_t outcome;
};
static const struct shape_member OUTCOME_MEMBERS[] = {MEMBER_I64(struct outcome_row, outcome)};
static const struct shape OUTCOME_ROW = SHAPE_OF("OutcomeRow", struct outcome_row, OUTCOME_MEMBERS);

static bool list_rights(const struct grant_request *request, struct arena *arena, struct text *json,
                        struct error *err)
{
    struct buffer list;

    buffer_init(&list, arena, RIGHTS_BYTES_MAX);
    buffer_append_char(&list, '{');
    for (size_t i = 0; i < request->count; i++) {
        buffer_append(&list, i > 0 ? TEXT(",") : TEXT(""));
        buffer_append_json_string(&list, text_of(request->rights[i].table));
        buffer_append_char(&list, ':');
        buffer_append_json_string(&list, text_of(request->rights[i].rights));
    }
    buffer_append_char(&list, '}');
    return buffer_text(&list, json, err);
}

bool grant_apply(struct db_session *session, struct arena *arena,
                 const struct grant_request *request, enum grant_outcome *outcome,
                 struct error *err)
{
    struct db_params settings = {.count = 0};
    const struct db_params none = {.count = 0};
    struct outcome_row row = {.outcome = GRANT_DONE};
    struct text rights = TEXT_ABSENT;
    struct db_rows rows;

    if (!list_rights(request, arena, &rights, err)) {
        return false;
    }
    db_bind_text(&settings, text_of(request->role));
    db_bind_text(&settings, rights);
    if (!db_session_call(session, &SET, &settings, arena, &rows, err) ||
        !db_session_run(session, GRANT, err) ||
        !db_session_call(session, &READ_OUTCOME, &none, arena, &rows, err) ||
        !db_rows_read(&rows, 0, &OUTCOME_ROW, arena, &row, err)) {
        return false;
    }
    *outcome = (enum grant_outcome)row.outcome;
    return true;
}
