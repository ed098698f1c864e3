/* Builds the connection parameters; see db/connect.h. */
#include "db/connect.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/failure.h"

enum { OPTIONS_BYTES = 2048, NUMBER_BYTES = 24, PARAMETERS_MAX = 16 };

/* A transaction that its client left open holds locks; none of ours stays open for a minute. */
enum { IDLE_IN_TRANSACTION_MS = 60000 };

/* One plan for a statement, which goes by the indexes even while the tables are small: a table
 * grows faster than its statistics. Where a table has to be read whole all the same (banks), that
 * plan has the price of a plan that is switched off, for which the database would compile it. */
#define FOR_KEYS "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c jit=off"
#define ANEW "-c plan_cache_mode=force_custom_plan"

/* How long sent bytes may stay unacknowledged before the kernel gives the connection up. */
#define TCP_USER_TIMEOUT_MS "10000"

struct parameters {
    const char *keywords[PARAMETERS_MAX];
    const char *values[PARAMETERS_MAX];
    size_t count;
};

static void add_parameter(struct parameters *parameters, const char *keyword, const char *value)
{
    parameters->keywords[parameters->count] = keyword;
    parameters->values[parameters->count] = value;
    parameters->count++;
}

bool connect_check_url(const char *url, struct error *err)
{
    char *message = NULL;
    PQconninfoOption *parsed = PQconninfoParse(url, &message);
    const bool is_valid = parsed != NULL;
    PQconninfoFree(parsed);
    PQfreemem(message);
    return is_valid || error_set(err, ERROR_INTERNAL,
                                 "The database URL is not a valid connection string or URI");
}

/* Copies the `options` of the connection string, which ours must not displace; "" where it has
 * none. */
static bool copy_url_options(const char *url, char *out, size_t size)
{
    out[0] = '\0';
    PQconninfoOption *parsed = PQconninfoParse(url, NULL);
    bool fits = true;
    for (const PQconninfoOption *option = parsed; option != NULL && option->keyword != NULL;
         option++) {
        if (strcmp(option->keyword, "options") == 0 && option->val != NULL) {
            const int length = snprintf(out, size, "%s", option->val);
            fits = length >= 0 && (size_t)length < size;
        }
    }
    PQconninfoFree(parsed);
    return fits;
}

/* Later options win, so the connection string's own stand last. */
static bool build_options(const struct connect_settings *settings, char *out, size_t size)
{
    char own[OPTIONS_BYTES / 2];
    if (!copy_url_options(settings->url, own, sizeof own)) {
        return false;
    }
    const int length =
        snprintf(out, size,
                 "-c statement_timeout=%" PRId64 " -c lock_timeout=%" PRId64
                 " -c idle_in_transaction_session_timeout=%d %s %s %s",
                 settings->statement_timeout_ms, settings->lock_timeout_ms, IDLE_IN_TRANSACTION_MS,
                 settings->is_read_only ? "-c default_transaction_read_only=on" : "",
                 settings->is_for_keys  ? FOR_KEYS
                 : settings->plans_anew ? ANEW
                                        : "",
                 own);
    return length >= 0 && (size_t)length < size;
}

PGconn *connect_open(const struct connect_settings *settings)
{
    char timeout[NUMBER_BYTES];
    char options[OPTIONS_BYTES];
    struct parameters parameters = {.count = 0};
    (void)snprintf(timeout, sizeof timeout, "%u", settings->connect_timeout_s); /* fits */
    add_parameter(&parameters, "application_name", settings->application_name);
    add_parameter(&parameters, "connect_timeout", timeout);
    add_parameter(&parameters, "client_encoding", "UTF8");
    add_parameter(&parameters, "keepalives_idle", "10");
    add_parameter(&parameters, "keepalives_interval", "3");
    add_parameter(&parameters, "keepalives_count", "3");
    add_parameter(&parameters, "tcp_user_timeout", TCP_USER_TIMEOUT_MS);
    /* GSSAPI is asked for first by default and costs every connection a round trip. */
    add_parameter(&parameters, "gssencmode", "disable");
    /* libpq expands the connection string here: what it says replaces what stands above. */
    add_parameter(&parameters, "dbname", settings->url);
    if (!settings->is_pooled && build_options(settings, options, sizeof options)) {
        add_parameter(&parameters, "options", options);
    }
    add_parameter(&parameters, NULL, NULL);
    PGconn *connection = PQconnectdbParams(parameters.keywords, parameters.values, 1);
    if (connection != NULL) {
        failure_log_notices(connection);
    }
    return connection;
}
