/*
 * quizd serve: starts everything in the order in which it is needed, waits for a signal, stops it
 * in the reverse order. A database that is away at start is waited for (requests get 503
 * meanwhile); a schema that is not this program's ends it.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "api/dispatch.h"
#include "api/identity.h"
#include "api/metrics.h"
#include "api/openapi.h"
#include "api/passwords.h"
#include "api/prepared.h"
#include "api/routes.h"
#include "base/limits.h"
#include "base/log.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/housekeeping.h"
#include "cli/job_worker.h"
#include "cli/schema.h"
#include "cli/serve_settings.h"
#include "cli/signing_keys.h"
#include "cli/sweeper.h"
#include "db/migration.h"
#include "http/server.h"
#include "store/sql.h"

enum {
    SCHEMA_RETRY_MS = 500,
    METRICS_THREADS = 4,
    METRICS_DRAIN_MS = 1000,
    TOKEN_POLL_MS = 500,
    CACHED_OUTLOOKS = 4096,
    BOARD_POLL_MS = 1000,
    PAPER_CACHE_BYTES = 16 * 1024 * 1024,
    POOL_QUEUE_LIMIT = 256,
    POOL_WAIT_LIMIT_MS = 5000,
    TRANSACTION_STATEMENT_MS = 2000,
    SCAN_STATEMENT_MS = 30000
};

struct serve {
    const struct config *config;
    struct arena *arena;
    struct app app;
    struct revocations *revocations;
    struct http_server *server;
    struct http_server *admin; /* NULL: no metrics */
    struct metrics_source metrics;
    struct sweeper *sweeper;
    struct housekeeping *housekeeping;
    struct job_worker *jobs;
    bool does_migrate;
    bool is_schema_known; /* compared once with what this program needs */
};

static void take(void *context, int key, const char *value)
{
    struct serve *serve = context;

    (void)value;
    serve->does_migrate = serve->does_migrate || key == 'm';
}

/* Compares the schema, or brings it up to date. ERROR_UNAVAILABLE: the database is away, to be
 * tried again. */
static bool check_schema(struct serve *serve, struct error *err)
{
    const struct db_session_config database = {.url = serve->config->database_direct_url,
                                               .application_name = "quizd serve"};
    struct db_session *session = NULL;
    struct migration_status status;
    size_t applied = 0;

    const bool is_good =
        db_session_open(&database, &session, err) &&
        (!serve->does_migrate ||
         schema_bring_up_to_date(session, serve->config, serve->arena, &applied, err)) &&
        migration_read_status(session, serve->arena, MIGRATIONS, MIGRATIONS_COUNT, &status, err) &&
        schema_judge(&status, err);
    db_session_close(session);
    serve->is_schema_known = is_good;
    return is_good;
}

/* Sessions name their statements, so they go past a pooler. */
static bool open_pools(struct serve *serve, struct error *err)
{
    const struct config *config = serve->config;
    const struct db_pool_config transactions = {.url = config->database_direct_url,
                                                .application_name = "quizd transactions",
                                                .size = (unsigned)config->transaction_sessions,
                                                .queue_limit = POOL_QUEUE_LIMIT,
                                                .wait_limit_ms = POOL_WAIT_LIMIT_MS,
                                                .statement_timeout_ms = TRANSACTION_STATEMENT_MS};
    struct db_pool_config scans = transactions;

    scans.application_name = "quizd scans";
    scans.size = (unsigned)config->scan_sessions;
    scans.statement_timeout_ms = SCAN_STATEMENT_MS;
    scans.plans_anew = true;
    return db_pool_open(&transactions, &serve->app.transactions, err) &&
           db_pool_open(&scans, &serve->app.scans, err);
}

static bool open_revocations(struct serve *serve, struct error *err)
{
    const struct revocations_config config = {
        .db = serve->app.lanes,
        .database = {.url = serve->config->database_direct_url, .application_name = "quizd tokens"},
        .poll_ms = TOKEN_POLL_MS,
        .take = identity_take_revocations,
        .context = &serve->app};

    return revocations_open(&config, &serve->revocations, err);
}

static bool open_database(struct serve *serve, struct error *err)
{
    const struct config *config = serve->config;
    const struct db_config lanes = {.url = config->database_url,
                                    .read_url = config->database_read_url,
                                    .statements = SQL_ALL,
                                    .statement_count = SQL_ALL_COUNT,
                                    .read_lanes = (unsigned)config->read_lanes,
                                    .write_lanes = (unsigned)config->write_lanes,
                                    .queue_limit = (unsigned)config->queue_limit,
                                    .use_unnamed_statements = config->unnamed_statements};
    const struct snapshots_config banks = {
        .database = {.url = config->database_direct_url, .application_name = "quizd banks"},
        .poll_ms = config->bank_poll_ms,
        .prepare = api_prepare_banks};

    return db_open(&lanes, &serve->app.lanes, err) && open_pools(serve, err) &&
           snapshots_open(&banks, &serve->app.snapshots, err) && open_revocations(serve, err) &&
           boards_open(config->database_direct_url, BOARD_POLL_MS, &serve->app.boards, err) &&
           housekeeping_start(serve->arena, config, &serve->housekeeping, err);
}

/* Its own listener with few workers: metrics are read when the public one is busy. */
static bool open_metrics(struct serve *serve, struct http_server_config http, struct error *err)
{
    if (serve->config->admin_listen == NULL) {
        return true;
    }
    serve->metrics = (struct metrics_source){.app = &serve->app, .server = serve->server};
    http.listen = serve->config->admin_listen;
    http.threads = METRICS_THREADS;
    http.handler = metrics_handle;
    http.body_limit = NULL;
    http.context = &serve->metrics;
    if (!http_server_start(&http, &serve->admin, err)) {
        return false;
    }
    log_info("serve.metrics", log_i64("port", http_server_port(serve->admin)));
    return true;
}

static bool open_server(struct serve *serve, struct error *err)
{
    const struct config *config = serve->config;
    const struct http_server_config http = {.listen = config->listen,
                                            .threads = (unsigned)config->threads,
                                            .head_timeout_ms = config->head_timeout_ms,
                                            .body_timeout_ms = config->body_timeout_ms,
                                            .idle_timeout_ms = config->idle_timeout_ms,
                                            .body_limit = api_body_limit,
                                            .handler = api_handle,
                                            .context = &serve->app};

    return http_server_start(&http, &serve->server, err) && open_metrics(serve, http, err);
}

static struct rate_limit *make_limit(struct serve *serve, int64_t allowed)
{
    return allowed == 0 || serve->config->dev
               ? NULL
               : rate_limit_create(serve->arena, LIMIT_RATE_BUCKETS, allowed);
}

/* What is in memory only, and the rules for accounts. */
static void fill_app(struct serve *serve)
{
    const struct config *config = serve->config;
    struct app *app = &serve->app;

    app->tokens = token_cache_create(serve->arena, LIMIT_CACHED_TOKENS);
    app->revocations = revocation_set_create(serve->arena, LIMIT_REVOCATIONS);
    app->papers = paper_cache_create(serve->arena, PAPER_CACHE_BYTES);
    app->outlooks = outlook_cache_create(serve->arena, CACHED_OUTLOOKS);
    app->team_boards = team_boards_create(serve->arena);
    app->answer_grace_ms = config->answer_grace_ms;
    app->separates_approver = config->separate_approver;
    app->import_bytes = config->import_bytes;
    app->user_requests = make_limit(serve, config->user_requests);
    app->network_requests = make_limit(serve, config->network_requests);
    app->proxies = config->trusted_proxies;
    app->mail_link = config->mail_link;
    app->streams = streams_create(
        serve->arena,
        (size_t)(config->streams < config->threads / 2 ? config->streams : config->threads / 2));
    app->rules = (struct account_rules){.password_bytes_min = config->password_bytes_min,
                                        .account_failures = config->account_failures,
                                        .network_failures = config->network_failures,
                                        .verifies_email = config->verify_email};
}

static bool open_mailer(struct serve *serve, struct error *err)
{
    const struct mailer_config config = {.target = serve->config->mail,
                                         .from = serve->config->mail_from,
                                         .write = api_write_mail,
                                         .context = &serve->app};

    return config.target == NULL || mailer_open(&config, &serve->app.mailer, err);
}

static bool read_keys(struct serve *serve, struct error *err)
{
    const struct token_keys *keys = NULL;
    const bool is_read = signing_keys_read(serve->config, serve->arena, &keys, err);

    atomic_store(&serve->app.keys, keys); /* NULL: the start ends here */
    return is_read;
}

/* On SIGHUP. Requests that verify with the old keys at this moment may: those stay in memory. Where
 * the files are not good, everything stays as it was. */
static void rotate_keys(struct serve *serve)
{
    const struct token_keys *keys = NULL;
    struct error err = {.code = ERROR_NONE};

    if (!signing_keys_rotate(serve->config, serve->arena, atomic_load(&serve->app.keys), &keys,
                             &err)) {
        log_error("serve.keys_not_read", log_string("detail", err.detail));
        return;
    }
    const struct token_keys *old = atomic_exchange(&serve->app.keys, keys);
    token_cache_clear(serve->app.tokens);
    signing_keys_note_change(serve->app.lanes, old, keys);
    log_info("serve.keys_read", log_string("kid", keys->keys[0].kid),
             log_i64("accepted", (int64_t)keys->count));
}

static bool start(struct serve *serve, struct error *err)
{
    fill_app(serve);
    if (!serve_check_mode(serve->config, err) ||
        !serve_choose_model(serve->config, &serve->app, err) ||
        !origins_parse(serve->config->cors_origins, &serve->app.origins, err) ||
        !routes_check(ROUTES, ROUTES_COUNT, err) || !read_keys(serve, err) ||
        !openapi_render(ROUTES, ROUTES_COUNT, QUIZD_VERSION, serve->arena, &serve->app.openapi,
                        err)) {
        return false;
    }
    if (serve->config->trusted_proxies.count == 0 && !serve->config->dev) {
        log_warn("serve.no_trusted_proxies",
                 log_string("detail", "behind a proxy all clients count as one address, and are "
                                      "locked out together: set QUIZD_TRUSTED_PROXIES"));
    }
    if (!check_schema(serve, err)) {
        if (err->code != ERROR_UNAVAILABLE) {
            return false;
        }
        log_warn("serve.database_away", log_string("detail", err->detail));
        *err = (struct error){.code = ERROR_NONE};
    }
    return open_database(serve, err) && open_mailer(serve, err) &&
           sweeper_start(serve->arena, serve->config, &serve->app, &serve->sweeper, err) &&
           job_worker_start(serve->arena, serve->config, &serve->app, &serve->jobs, err) &&
           open_server(serve, err);
}

static void stop(struct serve *serve)
{
    atomic_store(&serve->app.is_draining, true);
    if (serve->server != NULL) {
        log_info("serve.stopping",
                 log_i64("in_flight", (int64_t)http_server_in_flight(serve->server)));
        const bool is_drained = http_server_stop(serve->server, serve->config->drain_timeout_ms);
        log_info("serve.stopped", log_bool("is_drained", is_drained));
    }
    if (serve->admin != NULL) {
        (void)http_server_stop(serve->admin, METRICS_DRAIN_MS); /* a scrape cut off is no loss */
    }
    job_worker_stop(serve->jobs);
    sweeper_stop(serve->sweeper);
    mailer_close(serve->app.mailer);
    housekeeping_stop(serve->housekeeping);
    boards_close(serve->app.boards);
    team_boards_close(serve->app.team_boards);
    revocations_close(serve->revocations);
    snapshots_close(serve->app.snapshots);
    db_pool_close(serve->app.scans);
    db_pool_close(serve->app.transactions);
    db_close(serve->app.lanes);
}

/* Waits for SIGTERM or SIGINT; SIGHUP reads the signing keys again. Meanwhile goes on asking for a
 * schema that could not be compared at start. */
static bool wait_for_end(struct serve *serve, const sigset_t *signals, struct error *err)
{
    const struct timespec retry = {.tv_nsec = SCHEMA_RETRY_MS * 1000000L};

    for (;;) {
        const int signal_number = serve->is_schema_known ? sigwaitinfo(signals, NULL)
                                                         : sigtimedwait(signals, NULL, &retry);
        if (signal_number == SIGHUP) {
            rotate_keys(serve);
            continue;
        }
        if (signal_number > 0) {
            return true;
        }
        struct error schema_err = {.code = ERROR_NONE};
        if (!serve->is_schema_known && !check_schema(serve, &schema_err) &&
            schema_err.code != ERROR_UNAVAILABLE) {
            *err = schema_err;
            return false;
        }
    }
}

static int run(struct serve *serve)
{
    struct error err = {.code = ERROR_NONE};
    sigset_t signals;

    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGTERM);
    (void)sigaddset(&signals, SIGINT);
    (void)sigaddset(&signals, SIGHUP);
    (void)pthread_sigmask(SIG_BLOCK, &signals,
                          NULL); /* before any thread, so that only sigwait gets them */
    const bool is_started = start(serve, &err);
    if (is_started) {
        log_info("serve.started", log_string("listen", serve->config->listen),
                 log_i64("port", http_server_port(serve->server)),
                 log_string("version", QUIZD_VERSION));
    }
    const bool is_good = is_started && wait_for_end(serve, &signals, &err);
    if (!is_good) {
        command_print_error(&err);
    }
    stop(serve);
    return is_good ? CLI_OK : CLI_FAILED;
}

int cli_serve(int argc, char **argv)
{
    static const struct argp_option OPTIONS[] = {
        {.name = "migrate", .key = 'm', .doc = "Bring the schema up to date first"}, {0}};
    static const struct command_spec SPEC = {
        .about = "Answers requests until SIGTERM or SIGINT. SIGHUP reads the signing keys again.",
        .options = OPTIONS,
        .take = take};
    struct arena *arena = arena_create();
    struct serve *serve = arena_new(arena, struct serve);
    struct command_input input;
    int status = CLI_USAGE;

    serve->arena = arena;
    serve->config = &input.config;
    if (command_parse(&SPEC, argc, argv, serve, arena, &input) &&
        command_need_database(&input.config)) {
        status = run(serve);
    }
    arena_free(arena);
    return status;
}
