/*
 * SQLSTATE classes (PostgreSQL 15 manual, appendix A) into the program's own words. The client sees
 * none of PostgreSQL's text; the log gets it only where it cannot hold a user's data: class 42
 * speaks of the statement itself.
 */
#include "db/failure.h"

#include <string.h>

#include "base/log.h"

struct sqlstate_meaning {
    const char *prefix; /* of the five characters; the first row that fits counts */
    enum failure_kind kind;
};

static const struct sqlstate_meaning MEANINGS[] = {
    {"57014", FAILURE_TIMEOUT},     {"40001", FAILURE_CONFLICT}, {"40P01", FAILURE_CONFLICT},
    {"55P03", FAILURE_UNAVAILABLE}, /* lock_not_available: the lock limit */
    {"0A000", FAILURE_PLAN},        /* "cached plan must not change result type" */
    {"26000", FAILURE_PLAN},        /* no such prepared statement */
    {"42P05", FAILURE_PLAN},        /* prepared already */
    {"25006", FAILURE_READ_ONLY},   /* read_only_sql_transaction */
    {"57P", FAILURE_CONNECTION},    /* shutdown, crash, cannot connect now */
    {"08", FAILURE_CONNECTION},     {"53", FAILURE_UNAVAILABLE}, /* memory, disk, connections */
    {"58", FAILURE_UNAVAILABLE},                                 /* I/O error below PostgreSQL */
};

static const char *field(const PGresult *result, int code)
{
    const char *value = PQresultErrorField(result, code);
    return value == NULL ? "" : value;
}

static bool ends_connection(const PGresult *result)
{
    const char *severity = field(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    return strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0;
}

enum failure_kind failure_classify(const PGresult *result)
{
    switch (PQresultStatus(result)) {
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
        return FAILURE_NONE;
    case PGRES_FATAL_ERROR:
        break;
    case PGRES_EMPTY_QUERY:
    case PGRES_COPY_OUT:
    case PGRES_COPY_IN:
    case PGRES_COPY_BOTH:
    case PGRES_BAD_RESPONSE:
    case PGRES_NONFATAL_ERROR:
    case PGRES_SINGLE_TUPLE:
    case PGRES_PIPELINE_SYNC:
    case PGRES_PIPELINE_ABORTED:
        return FAILURE_LOST;
    }
    const char *sqlstate = field(result, PG_DIAG_SQLSTATE);
    if (sqlstate[0] == '\0') {
        return FAILURE_LOST;
    }
    if (ends_connection(result)) {
        return FAILURE_CONNECTION;
    }
    for (size_t i = 0; i < COUNT_OF(MEANINGS); i++) {
        if (strncmp(sqlstate, MEANINGS[i].prefix, strlen(MEANINGS[i].prefix)) == 0) {
            return MEANINGS[i].kind;
        }
    }
    return FAILURE_STATEMENT;
}

bool failure_report(const PGresult *result, const char *statement_name, struct error *err)
{
    const char *sqlstate = field(result, PG_DIAG_SQLSTATE);
    const bool is_about_sql = strncmp(sqlstate, "42", 2) == 0;
    log_error("db.statement_failed", log_string("statement", statement_name),
              log_string("sqlstate", sqlstate),
              log_string("constraint", field(result, PG_DIAG_CONSTRAINT_NAME)),
              log_string("message", is_about_sql ? field(result, PG_DIAG_MESSAGE_PRIMARY) : ""));
    switch (failure_classify(result)) {
    case FAILURE_TIMEOUT:
        return error_set_unavailable(err, 1, "The database took too long. Try again.");
    case FAILURE_CONFLICT:
    case FAILURE_UNAVAILABLE:
        return error_set_unavailable(err, 1, "The database is busy. Try again.");
    case FAILURE_CONNECTION:
    case FAILURE_LOST:
        return error_set_unavailable(err, 1, "The database cannot be reached. Try again.");
    case FAILURE_NONE:
    case FAILURE_STATEMENT:
    case FAILURE_PLAN:
    case FAILURE_READ_ONLY:
        break;
    }
    return error_set(err, ERROR_INTERNAL, "The database refused a statement");
}

static void log_notice(void *context, const PGresult *result)
{
    (void)context; /* none was given */
    log_debug("db.notice", log_string("sqlstate", field(result, PG_DIAG_SQLSTATE)),
              log_string("message", field(result, PG_DIAG_MESSAGE_PRIMARY)));
}

void failure_log_notices(PGconn *connection)
{
    (void)PQsetNoticeReceiver(connection, log_notice, NULL); /* the one before is libpq's own */
}

void failure_log_connection(const char *event, const PGconn *connection, const char *reason)
{
    struct text message = text_trim(text_of(PQerrorMessage(connection)));
    log_warn(event, log_string("reason", reason), log_text("message", message));
}
