/*
 * quizd serve: starts everything in the order in which it is needed, waits for a signal, stops it
 * in the reverse order. A database that is away at start is waited for (requests get 503
 * meanwhile); a schema that is not this program's ends it.
 */
#include <signal.h>
#include <stdio.h>
#include <time.h>

#include "api/dispatch.h"
#include "api/openapi.h"
#include "api/prepared.h"
#include "api/routes.h"
#include "base/limits.h"
#include "base/log.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "db/migration.h"
#include "http/server.h"
#include "store/sql.h"

enum {
    SCHEMA_RETRY_MS = 500,
    CACHED_TOKENS = 16384,
    CACHED_OUTLOOKS = 4096,
    PAPER_CACHE_BYTES = 16 * 1024 * 1024
};

struct serve {
    const struct config *config;
    struct arena *arena;
    struct token_keys keys;
    struct app app;
    struct http_server *server;
    bool does_migrate;
    bool is_schema_known; /* compared once with what this program needs */
};

static void take(void *context, int key, const char *value)
{
    struct serve *serve = context;

    (void)value;
    serve->does_migrate = serve->does_migrate || key == 'm';
}

static bool read_keys(struct serve *serve, struct error *err)
{
    const struct config *config = serve->config;

    if (config->jwt_key_file == NULL) {
        return error_set(
            err, ERROR_INTERNAL,
            "no signing key: set QUIZD_JWT_KEY_FILE to a file with 32 or more random bytes "
            "(for example: head -c 48 /dev/urandom | base64 >key; chmod 600 key)");
    }
    if (config->dev && !token_key_create(config->jwt_key_file, err)) {
        return false;
    }
    if (!token_key_read(config->jwt_key_file, &serve->keys.keys[0], err)) {
        return false;
    }
    serve->keys.count = 1;
    if (config->jwt_previous_key_file != NULL) {
        if (!token_key_read(config->jwt_previous_key_file, &serve->keys.keys[1], err)) {
            return false;
        }
        serve->keys.count = 2;
    }
    return true;
}

/* Whether the schema is the one this program was built for. */
static bool judge_schema(const struct migration_status *status, struct error *err)
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
         migration_apply(session, serve->arena, MIGRATIONS, MIGRATIONS_COUNT, &applied, err)) &&
        migration_read_status(session, serve->arena, MIGRATIONS, MIGRATIONS_COUNT, &status, err) &&
        judge_schema(&status, err);
    db_session_close(session);
    serve->is_schema_known = is_good;
    return is_good;
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

    return db_open(&lanes, &serve->app.db, err) &&
           snapshots_open(&banks, &serve->app.snapshots, err);
}

static bool open_server(struct serve *serve, struct error *err)
{
    const struct config *config = serve->config;
    const struct http_server_config http = {.listen = config->listen,
                                            .threads = (unsigned)config->threads,
                                            .head_timeout_ms = config->head_timeout_ms,
                                            .body_timeout_ms = config->body_timeout_ms,
                                            .idle_timeout_ms = config->idle_timeout_ms,
                                            .body_limit_bytes = LIMIT_BODY_BYTES,
                                            .handler = api_handle,
                                            .context = &serve->app};

    return http_server_start(&http, &serve->server, err);
}

/* Development mode has no limits on requests and a key that lies in the checkout: nobody else may
 * reach it. */
static bool check_mode(const struct config *config, struct error *err)
{
    return !config->dev || text_starts_with(text_of(config->listen), TEXT("127.")) ||
           error_set(err, ERROR_INVALID_INPUT,
                     "development mode serves on the loopback only (127.0.0.1), not on %s",
                     config->listen);
}

static bool start(struct serve *serve, struct error *err)
{
    unsigned model = WEAK_AREAS_BETA_2;

    if (!enumeration_find(&WEAK_AREAS_MODELS, text_of(serve->config->weak_areas_model), &model)) {
        return error_set(err, ERROR_INVALID_INPUT, "there is no such model of weak areas");
    }
    serve->app.weak_areas_model = (enum weak_areas_model)model;
    serve->app.keys = &serve->keys;
    serve->app.tokens = token_cache_create(serve->arena, CACHED_TOKENS);
    serve->app.papers = paper_cache_create(serve->arena, PAPER_CACHE_BYTES);
    serve->app.outlooks = outlook_cache_create(serve->arena, CACHED_OUTLOOKS);
    if (!check_mode(serve->config, err) || !routes_check(ROUTES, ROUTES_COUNT, err) ||
        !read_keys(serve, err) ||
        !openapi_render(ROUTES, ROUTES_COUNT, QUIZD_VERSION, serve->arena, &serve->app.openapi,
                        err)) {
        return false;
    }
    if (!check_schema(serve, err)) {
        if (err->code != ERROR_UNAVAILABLE) {
            return false;
        }
        log_warn("serve.database_away", log_string("detail", err->detail));
        *err = (struct error){.code = ERROR_NONE};
    }
    return open_database(serve, err) && open_server(serve, err);
}

static void stop(struct serve *serve)
{
    atomic_store(&serve->app.is_draining, true);
    if (serve->server != NULL) {
        const bool is_drained = http_server_stop(serve->server, serve->config->drain_timeout_ms);
        log_info("serve.stopped", log_bool("is_drained", is_drained));
    }
    snapshots_close(serve->app.snapshots);
    db_close(serve->app.db);
}

/* Waits for SIGTERM or SIGINT; meanwhile goes on asking for a schema that could not be compared at
 * start. */
static bool wait_for_end(struct serve *serve, const sigset_t *signals, struct error *err)
{
    const struct timespec retry = {.tv_nsec = SCHEMA_RETRY_MS * 1000000L};

    for (;;) {
        const int signal_number = serve->is_schema_known ? sigwaitinfo(signals, NULL)
                                                         : sigtimedwait(signals, NULL, &retry);
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
        .about = "Answers requests until SIGTERM or SIGINT.", .options = OPTIONS, .take = take};
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
