/*
 * civetweb, behind our own words. Its parser is not trusted: what it gives goes through
 * request_check_head before anything else looks at it. A connection owns a worker until it closes,
 * so keep-alive is dropped for every refused request and when free workers run short. Its own error
 * pages are replaced by problem+json.
 */
#include "http/server.h"

#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

#include <civetweb.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "http/access_log.h"
#include "http/body_reader.h"
#include "http/head_layout.h"

enum {
    KEEP_ALIVE_SPARE_PERCENT = 10, /* keep-alive ends when fewer workers than this are free */
    DRAIN_POLL_MS = 5
};

struct http_server {
    struct arena *arena; /* owns this struct */
    struct mg_context *civetweb;
    struct http_server_config config;
    uint32_t instance; /* distinguishes the request ids of two starts */
    atomic_uint_fast64_t request_count;
    atomic_uint_fast64_t in_flight;
    atomic_uint_fast64_t connection_count;
    atomic_bool is_draining; /* no connection is kept */
    atomic_bool is_closed;   /* no request is begun */
    unsigned port;
};

/* What the replies of one connection's request share. */
struct exchange {
    struct http_server *server;
    struct mg_connection *connection;
    const struct mg_request_info *info;
    struct request request;
    struct response response;
    int64_t started_us;
};

/* ---- request ---- */

static void read_head(const struct mg_request_info *info, struct request_head *head)
{
    head->method = text_of(info->request_method);
    head->version = text_of(info->http_version);
    head->target = text_of(info->request_uri);
    head->query = text_of(info->query_string);
    head->header_count = info->num_headers < 0 ? 0 : (size_t)info->num_headers;
    for (size_t i = 0; i < head->header_count && i < COUNT_OF(head->headers); i++) {
        head->headers[i].name = text_of(info->http_headers[i].name);
        head->headers[i].value = text_of(info->http_headers[i].value);
    }
}

static void send_continue(struct exchange *exchange)
{
    static const char GO_ON[] = "HTTP/1.1 100 Continue\r\n\r\n";

    if (exchange->request.expects_continue) {
        (void)mg_write(exchange->connection, GO_ON,
                       sizeof GO_ON - 1); /* a lost client shows in the read */
    }
}

static int read_some(void *connection, char *bytes, size_t count)
{
    return mg_read(connection, bytes, count);
}

static bool read_body(struct exchange *exchange, struct error *err)
{
    struct request *request = &exchange->request;
    const struct http_server_config *config = &exchange->server->config;
    const struct body_source source = {.read = read_some, .context = exchange->connection};

    const size_t limit = config->body_limit == NULL || request->content_length <= LIMIT_BODY_BYTES
                             ? LIMIT_BODY_BYTES
                             : config->body_limit(config->context, request);
    if (request->content_length > limit) {
        return error_set(err, ERROR_PAYLOAD_TOO_LARGE, "the body may have at most %zu bytes",
                         limit);
    }
    if (request->content_length == 0) {
        return true;
    }
    send_continue(exchange);
    return body_read(&source, request->content_length,
                     exchange->started_us + config->body_timeout_ms * 1000, request->arena,
                     &request->body, err);
}

/* ---- response ---- */

static bool wants_keep_alive(const struct exchange *exchange)
{
    const struct http_server *server = exchange->server;
    const uint64_t limit =
        (uint64_t)server->config.threads * (100 - KEEP_ALIVE_SPARE_PERCENT) / 100;
    const char *connection = mg_get_header(exchange->connection, "Connection");

    if (exchange->response.must_close ||
        atomic_load_explicit(&server->is_draining, memory_order_relaxed) ||
        atomic_load_explicit(&server->connection_count, memory_order_relaxed) > limit) {
        return false;
    }
    if (connection == NULL) {
        return !exchange->request.is_http_1_0;
    }
    return text_equal_ignoring_case(text_of(connection), TEXT("keep-alive"));
}

static bool write_all(void *connection, struct text bytes)
{
    return mg_write(connection, bytes.data, bytes.len) == (int)bytes.len;
}

static void send_response(struct exchange *exchange)
{
    const bool is_kept = wants_keep_alive(exchange);
    struct body_sink sink = {.write = write_all,
                             .context = exchange->connection,
                             .piece_limit_us = exchange->server->config.body_timeout_ms * 1000};

    if (!is_kept) {
        mg_disable_connection_keep_alive(exchange->connection);
    }
    if (!response_send(&exchange->response, &exchange->request, is_kept, &sink)) {
        mg_disable_connection_keep_alive(exchange->connection); /* gone, or reads too slowly */
    }
}

/* ---- civetweb's callbacks ---- */

static struct text make_request_id(struct http_server *server, struct arena *arena)
{
    const uint64_t number =
        atomic_fetch_add_explicit(&server->request_count, 1, memory_order_relaxed);
    return arena_printf(arena, "%08x-%08llx", server->instance, (unsigned long long)number);
}

static void begin_exchange(struct exchange *exchange, struct mg_connection *connection)
{
    exchange->connection = connection;
    exchange->server = mg_get_user_data(mg_get_context(connection));
    exchange->info = mg_get_request_info(connection);
    exchange->started_us = clock_monotonic_us();
    exchange->request.arena = mg_get_thread_pointer(connection);
    exchange->request.body = TEXT("");
    exchange->request.id = make_request_id(exchange->server, exchange->request.arena);
    exchange->request.remote_address = text_of(exchange->info->remote_addr);
}

static void refuse(struct exchange *exchange, const struct error *err)
{
    response_problem(&exchange->response, &exchange->request, err);
    exchange->response.must_close = true;
    if (err->code == ERROR_METHOD_NOT_ALLOWED) {
        response_add_header(&exchange->response, "Allow",
                            TEXT("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"));
    }
}

static void end_exchange(struct exchange *exchange)
{
    send_response(exchange);
    access_log_write(&exchange->request, &exchange->response,
                     clock_monotonic_us() - exchange->started_us);
    arena_reset(exchange->request.arena);
}

/* Counts the request first and looks then, so that http_server_stop never misses one. */
static bool enter(struct http_server *server, struct error *err)
{
    atomic_fetch_add(&server->in_flight, 1);
    if (!atomic_load(&server->is_closed)) {
        return true;
    }
    atomic_fetch_sub(&server->in_flight, 1);
    return error_set_unavailable(err, 1, "the server is stopping");
}

/* Head and body, checked. Not inlined: the copy of the head is gone from the stack when the handler
 * runs, whose depth is what each worker's stack costs. */
NOINLINE static bool read_request(struct exchange *exchange, struct error *err)
{
    struct request_head head = {.header_count = 0};

    read_head(exchange->info, &head);
    return request_check_head(&head, exchange->request.arena, &exchange->request, err) &&
           head_layout_check(&head, err) && read_body(exchange, err);
}

static int on_request(struct mg_connection *connection)
{
    struct exchange exchange = {.started_us = 0};
    struct error err = {.code = ERROR_NONE};

    begin_exchange(&exchange, connection);
    if (!enter(exchange.server, &err)) {
        refuse(&exchange, &err);
        end_exchange(&exchange);
        return exchange.response.status;
    }
    if (!read_request(&exchange, &err)) {
        refuse(&exchange, &err);
    } else {
        exchange.server->config.handler(exchange.server->config.context, &exchange.request,
                                        &exchange.response);
    }
    const int status = exchange.response.status;
    struct http_server *server = exchange.server;
    end_exchange(&exchange);
    atomic_fetch_sub_explicit(&server->in_flight, 1, memory_order_relaxed);
    return status;
}

/* civetweb could not read the request at all; its own words are not shown. */
static int on_civetweb_error(struct mg_connection *connection, int status, const char *message)
{
    struct exchange exchange = {.started_us = 0};
    struct error err = {.code = ERROR_NONE};

    (void)message;
    if (mg_get_thread_pointer(connection) == NULL) {
        return 1;
    }
    begin_exchange(&exchange, connection);
    exchange.request.path = TEXT("");
    (void)error_set(&err, response_code_of_status(status),
                    "the request could not be read"); /* always false */
    refuse(&exchange, &err);
    end_exchange(&exchange);
    return 0;
}

static int on_civetweb_log(const struct mg_connection *connection, const char *message)
{
    (void)connection;
    log_debug("http.library", log_string("message", message));
    return 1;
}

static void *on_thread_start(const struct mg_context *context, int thread_type)
{
    (void)context;
    return thread_type == 1 ? arena_create() : NULL;
}

static void on_thread_end(const struct mg_context *context, int thread_type, void *arena)
{
    (void)context;
    (void)thread_type;
    arena_free(arena);
}

static int on_connect(const struct mg_connection *connection, void **data)
{
    struct http_server *server = mg_get_user_data(mg_get_context(connection));

    (void)data;
    atomic_fetch_add_explicit(&server->connection_count, 1, memory_order_relaxed);
    return 0;
}

static void on_disconnect(const struct mg_connection *connection)
{
    struct http_server *server = mg_get_user_data(mg_get_context(connection));

    atomic_fetch_sub_explicit(&server->connection_count, 1, memory_order_relaxed);
}

/* ---- start and stop ---- */

static const struct mg_callbacks CALLBACKS = {
    .begin_request = on_request,
    .http_error = on_civetweb_error,
    .log_message = on_civetweb_log,
    .init_thread = on_thread_start,
    .exit_thread = on_thread_end,
    .init_connection = on_connect,
    .connection_closed = on_disconnect,
};

static const char *number_option(struct arena *arena, int64_t value)
{
    return arena_string(arena, arena_printf(arena, "%lld", (long long)value));
}

static struct mg_context *start_civetweb(struct http_server *server, struct error *err)
{
    const struct http_server_config *config = &server->config;
    const struct {
        const char *name;
        const char *value;
    } settings[] = {
        {"listening_ports", config->listen},
        {"num_threads", number_option(server->arena, config->threads)},
        {"request_timeout_ms", number_option(server->arena, config->head_timeout_ms)},
        {"keep_alive_timeout_ms", number_option(server->arena, config->idle_timeout_ms)},
        {"max_request_size", number_option(server->arena, LIMIT_REQUEST_HEAD_BYTES)},
        {"enable_keep_alive", "yes"},
        {"tcp_nodelay", "1"},
        {"decode_url", "no"},
        {"listen_backlog", "1024"},
        {"connection_queue", "256"},
        {"access_control_allow_origin", ""}, /* CORS is answered by us or not at all */
        {"access_control_allow_methods", ""},
        {"access_control_allow_headers", ""},
    };
    const char *options[2 * COUNT_OF(settings) + 1] = {NULL};

    for (size_t i = 0; i < COUNT_OF(settings); i++) {
        options[2 * i] = settings[i].name;
        options[2 * i + 1] = settings[i].value;
    }
    struct mg_context *context = mg_start(&CALLBACKS, server, options);
    if (context == NULL) {
        (void)error_set(err, ERROR_INTERNAL,
                        "cannot listen on %s (is it in use? QUIZD_LISTEN says where)",
                        config->listen);
    }
    return context;
}

bool http_server_start(const struct http_server_config *config, struct http_server **out,
                       struct error *err)
{
    struct http_server *server = NULL;
    struct mg_server_port ports[1] = {{0}};

    (void)mg_init_library(0); /* no TLS: it ends in front of us */
    struct arena *arena = arena_create();
    server = arena_new(arena, struct http_server);
    server->arena = arena;
    server->config = *config;
    random_bytes(&server->instance, sizeof server->instance);
    server->civetweb = start_civetweb(server, err);
    if (server->civetweb == NULL) {
        arena_free(arena);
        return false;
    }
    server->port =
        mg_get_server_ports(server->civetweb, 1, ports) == 1 ? (unsigned)ports[0].port : 0;
    *out = server;
    return true;
}

unsigned http_server_port(const struct http_server *server)
{
    return server->port;
}

uint64_t http_server_in_flight(const struct http_server *server)
{
    return atomic_load(&server->in_flight);
}

static bool wait_until_idle(const struct http_server *server, int64_t limit_ms)
{
    const int64_t deadline_us = clock_monotonic_us() + limit_ms * 1000;
    const struct timespec pause = {.tv_nsec = DRAIN_POLL_MS * 1000000L};

    while (http_server_in_flight(server) > 0 && clock_monotonic_us() < deadline_us) {
        (void)nanosleep(&pause, NULL); /* woken early is no harm */
    }
    return http_server_in_flight(server) == 0;
}

bool http_server_stop(struct http_server *server, int64_t drain_ms)
{
    atomic_store(&server->is_draining, true);
    (void)wait_until_idle(server, drain_ms / 2);
    atomic_store(&server->is_closed, true);
    const bool is_drained = wait_until_idle(server, drain_ms / 2);
    mg_stop(server->civetweb); /* cuts what is still in flight */
    (void)mg_exit_library();
    arena_free(server->arena);
    return is_drained;
}
