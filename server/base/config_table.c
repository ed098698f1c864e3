/*
 * The table of options. To add one: a member of struct config, an id, a row here. What is printed
 * from it: config_print.c.
 */
#include "base/config.h"

#define AT(member) .offset = offsetof(struct config, member)
#define RANGE(least, most) .min = (least), .max = (most)

const struct config_option CONFIG_OPTIONS[CONFIG_OPTION_COUNT] = {
    [CONFIG_LISTEN] = {.flag = "listen",
                       .variable = "QUIZD_LISTEN",
                       .type = CONFIG_TYPE_ADDRESS,
                       AT(listen),
                       .default_value = "127.0.0.1:8080",
                       .about = "IPv4 address and port to serve on; port 0 takes any free one"},
    [CONFIG_ADMIN_LISTEN] = {.flag = "admin-listen",
                             .variable = "QUIZD_ADMIN_LISTEN",
                             .type = CONFIG_TYPE_ADDRESS,
                             AT(admin_listen),
                             .about = "IPv4 address and port for GET /metrics, which is not for "
                                      "the public; without it there are no metrics"},
    [CONFIG_DATABASE_URL] = {.flag = "database-url",
                             .variable = "QUIZD_DATABASE_URL",
                             .also = "DATABASE_URL",
                             .type = CONFIG_TYPE_URL,
                             AT(database_url),
                             .is_secret = true,
                             .about = "PostgreSQL database; may lead through a pooler"},
    [CONFIG_DATABASE_DIRECT_URL] = {.flag = "database-direct-url",
                                    .variable = "QUIZD_DATABASE_DIRECT_URL",
                                    .also = "DATABASE_DIRECT_URL",
                                    .type = CONFIG_TYPE_URL,
                                    AT(database_direct_url),
                                    .is_secret = true,
                                    .about = "the same database without a pooler, for migrations "
                                             "and LISTEN; without it the database URL"},
    [CONFIG_DATABASE_READ_URL] = {.flag = "database-read-url",
                                  .variable = "QUIZD_DATABASE_READ_URL",
                                  .also = "DATABASE_READ_URL",
                                  .type = CONFIG_TYPE_URL,
                                  AT(database_read_url),
                                  .is_secret = true,
                                  .about = "where reads go; without it the database URL"},
    [CONFIG_RUNTIME_ROLE] = {.flag = "runtime-role",
                             .variable = "QUIZD_RUNTIME_ROLE",
                             .type = CONFIG_TYPE_STRING,
                             AT(runtime_role),
                             .default_value = "quizd_runtime",
                             .about = "database role that the server runs as; `migrate`, run by "
                                      "the owner of the tables, gives it its rights"},
    [CONFIG_JWT_KEY_FILE] =
        {.flag = "jwt-key-file",
         .variable = "QUIZD_JWT_KEY_FILE",
         .type = CONFIG_TYPE_STRING,
         AT(jwt_key_file),
         .about = "file with the key that signs access tokens: 32 bytes or more, mode 0600"},
    [CONFIG_JWT_PREVIOUS_KEY_FILE] =
        {.flag = "jwt-previous-key-file",
         .variable = "QUIZD_JWT_PREVIOUS_KEY_FILE",
         .type = CONFIG_TYPE_STRING,
         AT(jwt_previous_key_file),
         .about = "the key before it, still accepted while keys are changed"},
    [CONFIG_CORS_ORIGINS] = {.flag = "cors-origins",
                             .variable = "QUIZD_CORS_ORIGINS",
                             .type = CONFIG_TYPE_STRING,
                             AT(cors_origins),
                             .about = "origins whose pages may call the API from a browser, with "
                                      "commas between them: https://app.example"},
    [CONFIG_LOG_LEVEL] = {.flag = "log-level",
                          .variable = "QUIZD_LOG_LEVEL",
                          .type = CONFIG_TYPE_LEVEL,
                          AT(log_level),
                          .default_value = "info",
                          .about = "least level that is logged: debug, info, warn or error"},
    [CONFIG_THREADS] = {.flag = "threads",
                        .variable = "QUIZD_THREADS",
                        .type = CONFIG_TYPE_INTEGER,
                        AT(threads),
                        .default_value = "1152",
                        RANGE(4, 4096),
                        .about = "worker threads; each open connection holds one"},
    [CONFIG_STREAMS] = {.flag = "streams",
                        .variable = "QUIZD_STREAMS",
                        .type = CONFIG_TYPE_INTEGER,
                        AT(streams),
                        .default_value = "256",
                        RANGE(0, 2048),
                        .about = "event streams and waiting polls at once, each of which holds a "
                                 "worker; never more than half of the threads"},
    [CONFIG_READ_LANES] = {.flag = "read-lanes",
                           .variable = "QUIZD_READ_LANES",
                           .type = CONFIG_TYPE_INTEGER,
                           AT(read_lanes),
                           .default_value = "1",
                           RANGE(1, 16),
                           .about = "database connections that requests share for reads"},
    [CONFIG_WRITE_LANES] = {.flag = "write-lanes",
                            .variable = "QUIZD_WRITE_LANES",
                            .type = CONFIG_TYPE_INTEGER,
                            AT(write_lanes),
                            .default_value = "1",
                            RANGE(1, 16),
                            .about = "database connections that requests share for writes"},
    [CONFIG_QUEUE_LIMIT] = {.flag = "queue-limit",
                            .variable = "QUIZD_QUEUE_LIMIT",
                            .type = CONFIG_TYPE_INTEGER,
                            AT(queue_limit),
                            .default_value = "4096",
                            RANGE(1, 65536),
                            .about =
                                "requests that may wait for one lane; the next is answered 503"},
    [CONFIG_IMPORT_BYTES] = {.flag = "import-bytes",
                             .variable = "QUIZD_IMPORT_BYTES",
                             .type = CONFIG_TYPE_INTEGER,
                             AT(import_bytes),
                             .default_value = "16777216",
                             RANGE(65536, 67108864),
                             .about = "a file that is sent to be imported, at most"},
    [CONFIG_UNNAMED_STATEMENTS] =
        {.flag = "unnamed-statements",
         .variable = "QUIZD_UNNAMED_STATEMENTS",
         .type = CONFIG_TYPE_BOOL,
         AT(unnamed_statements),
         .default_value = "false",
         .about = "no named prepared statements: for PgBouncer in transaction mode"},
    [CONFIG_TRANSACTION_SESSIONS] =
        {.flag = "transaction-sessions",
         .variable = "QUIZD_TRANSACTION_SESSIONS",
         .type = CONFIG_TYPE_INTEGER,
         AT(transaction_sessions),
         .default_value = "4",
         RANGE(1, 64),
         .about =
             "database connections at most for requests with an Idempotency-Key and changes of "
             "questions"},
    [CONFIG_SCAN_SESSIONS] =
        {.flag = "scan-sessions",
         .variable = "QUIZD_SCAN_SESSIONS",
         .type = CONFIG_TYPE_INTEGER,
         AT(scan_sessions),
         .default_value = "2",
         RANGE(1, 16),
         .about = "database connections at most for exports, long lists and searches"},
    [CONFIG_HOUSEKEEPING_MS] = {.flag = "housekeeping-ms",
                                .variable = "QUIZD_HOUSEKEEPING_MS",
                                .type = CONFIG_TYPE_INTEGER,
                                AT(housekeeping_ms),
                                .default_value = "60000",
                                RANGE(50, 3600000),
                                .about = "how often what has expired is deleted"},
    [CONFIG_HEAD_TIMEOUT_MS] = {.flag = "head-timeout-ms",
                                .variable = "QUIZD_HEAD_TIMEOUT_MS",
                                .type = CONFIG_TYPE_INTEGER,
                                AT(head_timeout_ms),
                                .default_value = "5000",
                                RANGE(100, 60000),
                                .about = "longest time for a whole request head"},
    [CONFIG_BODY_TIMEOUT_MS] = {.flag = "body-timeout-ms",
                                .variable = "QUIZD_BODY_TIMEOUT_MS",
                                .type = CONFIG_TYPE_INTEGER,
                                AT(body_timeout_ms),
                                .default_value = "10000",
                                RANGE(100, 600000),
                                .about = "longest time for a whole request body"},
    [CONFIG_IDLE_TIMEOUT_MS] = {.flag = "idle-timeout-ms",
                                .variable = "QUIZD_IDLE_TIMEOUT_MS",
                                .type = CONFIG_TYPE_INTEGER,
                                AT(idle_timeout_ms),
                                .default_value = "5000",
                                RANGE(100, 600000),
                                .about = "how long an idle connection is kept open"},
    [CONFIG_DRAIN_TIMEOUT_MS] = {.flag = "drain-timeout-ms",
                                 .variable = "QUIZD_DRAIN_TIMEOUT_MS",
                                 .type = CONFIG_TYPE_INTEGER,
                                 AT(drain_timeout_ms),
                                 .default_value = "10000",
                                 RANGE(0, 600000),
                                 .about = "longest wait at the end for requests in flight"},
    [CONFIG_BANK_POLL_MS] = {.flag = "bank-poll-ms",
                             .variable = "QUIZD_BANK_POLL_MS",
                             .type = CONFIG_TYPE_INTEGER,
                             AT(bank_poll_ms),
                             .default_value = "1000",
                             RANGE(50, 60000),
                             .about = "how often changes of the banks are looked for"},
    [CONFIG_ANSWER_GRACE_MS] = {.flag = "answer-grace-ms",
                                .variable = "QUIZD_ANSWER_GRACE_MS",
                                .type = CONFIG_TYPE_INTEGER,
                                AT(answer_grace_ms),
                                .default_value = "10000",
                                RANGE(0, 600000),
                                .about = "how long after its deadline an attempt takes answers"},
    [CONFIG_PASSWORD_BYTES_MIN] = {.flag = "password-bytes-min",
                                   .variable = "QUIZD_PASSWORD_BYTES_MIN",
                                   .type = CONFIG_TYPE_INTEGER,
                                   AT(password_bytes_min),
                                   .default_value = "12",
                                   RANGE(8, 64),
                                   .about = "least length of a new password"},
    [CONFIG_ACCOUNT_FAILURES] = {.flag = "account-failures",
                                 .variable = "QUIZD_ACCOUNT_FAILURES",
                                 .type = CONFIG_TYPE_INTEGER,
                                 AT(account_failures),
                                 .default_value = "10",
                                 RANGE(0, 1000),
                                 .about = "failed logins that lock an account, for a minute and "
                                          "with each that follows for longer, up to 15 minutes; "
                                          "0: never"},
    [CONFIG_NETWORK_FAILURES] = {.flag = "network-failures",
                                 .variable = "QUIZD_NETWORK_FAILURES",
                                 .type = CONFIG_TYPE_INTEGER,
                                 AT(network_failures),
                                 .default_value = "10",
                                 RANGE(0, 100000),
                                 .about = "failed logins that lock out the address they come from "
                                          "(of IPv6 the /64), as long as an account; 0: never"},
    [CONFIG_USER_REQUESTS] = {.flag = "user-requests",
                              .variable = "QUIZD_USER_REQUESTS",
                              .type = CONFIG_TYPE_INTEGER,
                              AT(user_requests),
                              .default_value = "600",
                              RANGE(0, 1000000),
                              .about = "requests of a user in a minute that one server answers; 0: "
                                       "no limit"},
    [CONFIG_NETWORK_REQUESTS] = {.flag = "network-requests",
                                 .variable = "QUIZD_NETWORK_REQUESTS",
                                 .type = CONFIG_TYPE_INTEGER,
                                 AT(network_requests),
                                 .default_value = "3000",
                                 RANGE(0, 1000000),
                                 .about = "the same of an address (of IPv6 the /64)"},
    [CONFIG_TRUSTED_PROXIES] = {.flag = "trusted-proxies",
                                .variable = "QUIZD_TRUSTED_PROXIES",
                                .type = CONFIG_TYPE_NETWORKS,
                                AT(trusted_proxies),
                                .about = "proxies whose X-Forwarded-For is believed; without it "
                                         "all that comes through a proxy counts as one address"},
    [CONFIG_MAIL] = {.flag = "mail",
                     .variable = "QUIZD_MAIL",
                     .type = CONFIG_TYPE_TEXT,
                     AT(mail),
                     .is_secret = true,
                     .about = "where mail goes: smtps://USER:PASSWORD@HOST, smtp://HOST, "
                              "command:/usr/sbin/sendmail -t, or file:PATH; without it no mail is "
                              "sent, and no password can be reset"},
    [CONFIG_MAIL_FROM] = {.flag = "mail-from",
                          .variable = "QUIZD_MAIL_FROM",
                          .type = CONFIG_TYPE_TEXT,
                          AT(mail_from),
                          .default_value = "quizd@localhost",
                          .about = "the sender's address"},
    [CONFIG_MAIL_LINK] = {.flag = "mail-link",
                          .variable = "QUIZD_MAIL_LINK",
                          .type = CONFIG_TYPE_TEXT,
                          AT(mail_link),
                          .about = "page of the client that mails link to, with ?action=…&token=… "
                                   "behind it; without it mails have the bare token"},
    [CONFIG_VERIFY_EMAIL] = {.flag = "verify-email",
                             .variable = "QUIZD_VERIFY_EMAIL",
                             .type = CONFIG_TYPE_BOOL,
                             AT(verify_email),
                             .default_value = "false",
                             .about = "who registers must prove the address before the first login "
                                      "(needs mail)"},
    [CONFIG_WEAK_AREAS_MODEL] = {.flag = "weak-areas-model",
                                 .variable = "QUIZD_WEAK_AREAS_MODEL",
                                 .type = CONFIG_TYPE_CHOICE,
                                 .choices = "beta-1 beta-2",
                                 AT(weak_areas_model),
                                 .default_value = "beta-2",
                                 .about = "model of weak areas where a request names none"},
    [CONFIG_SEPARATE_APPROVER] = {.flag = "separate-approver",
                                  .variable = "QUIZD_SEPARATE_APPROVER",
                                  .type = CONFIG_TYPE_BOOL,
                                  AT(separate_approver),
                                  .default_value = "true",
                                  .about = "whoever wrote a question cannot publish it"},
    [CONFIG_DEV] = {.flag = "dev",
                    .variable = "QUIZD_DEV",
                    .type = CONFIG_TYPE_BOOL,
                    AT(dev),
                    .default_value = "false",
                    .about = "development mode: loopback only, request limits off; the file that "
                             "QUIZD_JWT_KEY_FILE names is made where it is not there"},
};

#undef AT
#undef RANGE

static struct text find_option_variable(struct text name)
{
    for (size_t i = 0; i < CONFIG_OPTION_COUNT; i++) {
        const struct config_option *option = &CONFIG_OPTIONS[i];
        const struct text variable = text_of(option->variable);
        if (!text_starts_with(name, variable)) {
            continue;
        }
        const struct text rest = text_slice(name, variable.len, name.len);
        if (rest.len == 0 || (option->is_secret && text_equal(rest, TEXT("_FILE")))) {
            return variable;
        }
    }
    return TEXT_ABSENT;
}

struct text config_find_unknown(char *const environment[])
{
    for (size_t i = 0; environment[i] != NULL; i++) {
        struct text name = TEXT_ABSENT;
        struct text value = TEXT_ABSENT;
        if (text_split(text_of(environment[i]), '=', &name, &value) &&
            text_starts_with(name, TEXT("QUIZD_")) && find_option_variable(name).data == NULL) {
            return name;
        }
    }
    return TEXT_ABSENT;
}
