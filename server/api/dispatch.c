/* From a request to its handler and back, in the order in which it happens. */
#include "api/dispatch.h"

#include "api/call.h"
#include "api/cors.h"
#include "api/idempotency.h"
#include "api/identity.h"
#include "api/routes.h"
#include "base/limits.h"
#include "base/log.h"
#include "json/body.h"
#include "json/codec.h"

/* Ids and slugs that are none name nothing that could exist; a number that is none, or out of its
 * range, is a fault of its parameter. */
static bool decode_path(struct call *call, const struct route_match *match, struct error *err)
{
    const struct shape *shape = call->route->path_shape;
    struct error fault = {.code = ERROR_NONE};

    if (shape == NULL) {
        return true;
    }
    void *path = arena_alloc(call->arena, shape->size);
    for (size_t i = 0; i < match->value_count; i++) {
        const struct shape_member *member = &shape->members[i];
        if (codec_decode_parameter(call->arena, match->values[i], member, path, &fault)) {
            continue;
        }
        if (member->type == SHAPE_I64) {
            *err = fault;
            return false;
        }
        return error_set(err, ERROR_NOT_FOUND, "there is nothing at this path");
    }
    call->path = path;
    return true;
}

static const struct shape_member *find_member(const struct shape *shape, struct text name)
{
    for (size_t i = 0; shape != NULL && i < shape->count; i++) {
        if (text_equal(text_of(shape->members[i].name), name)) {
            return &shape->members[i];
        }
    }
    return NULL;
}

static bool decode_parameters(struct call *call, const struct query_parameter *parameters,
                              size_t count, void *query, struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        const struct shape_member *member =
            find_member(call->route->query_shape, parameters[i].name);
        if (member == NULL) {
            (void)error_add_parameter_fault(
                err, call->arena, parameters[i].name, FAULT_UNKNOWN,
                "there is no such parameter"); /* collected: judged below */
        } else if (!codec_decode_parameter(call->arena, parameters[i].value, member, query, err)) {
            continue; /* collected too */
        }
    }
    return err->code == ERROR_NONE;
}

static bool check_required(struct call *call, const struct query_parameter *parameters,
                           size_t count, struct error *err)
{
    const struct shape *shape = call->route->query_shape;

    for (size_t i = 0; shape != NULL && i < shape->count; i++) {
        bool is_given = (shape->members[i].flags & SHAPE_OPTIONAL) != 0;
        for (size_t k = 0; k < count; k++) {
            is_given = is_given || text_equal(parameters[k].name, text_of(shape->members[i].name));
        }
        if (!is_given) {
            (void)error_add_parameter_fault(
                err, call->arena, text_of(shape->members[i].name), FAULT_REQUIRED,
                "the parameter is required"); /* collected: judged below */
        }
    }
    return err->code == ERROR_NONE;
}

static bool decode_query(struct call *call, struct error *err)
{
    const struct shape *shape = call->route->query_shape;
    struct query_parameter *parameters =
        arena_new_array(call->arena, LIMIT_PARAMETERS, struct query_parameter);
    void *query = shape == NULL ? NULL : arena_alloc(call->arena, shape->size);
    size_t count = 0;

    if (call->request->query.data == NULL && shape == NULL) {
        return true;
    }
    call->query = query;
    return request_parse_query(call->request->query, call->arena, parameters, &count, err) &&
           decode_parameters(call, parameters, count, query, err) &&
           check_required(call, parameters, count, err);
}

static bool is_json(struct text content_type)
{
    struct text type = TEXT_ABSENT;
    struct text rest = TEXT_ABSENT;
    const bool has_parameter = text_split(content_type, ';', &type, &rest);

    return text_equal_ignoring_case(text_trim(type), TEXT("application/json")) &&
           (!has_parameter || text_equal_ignoring_case(text_trim(rest), TEXT("charset=utf-8")));
}

static bool decode_body(struct call *call, struct error *err)
{
    const struct shape *shape = call->route->body_shape;
    json_t *root = NULL;

    if (call->route->body_type != NULL) {
        return true; /* a file: whoever reads it judges it */
    }
    if (shape == NULL) {
        return call->request->body.len == 0 ||
               error_set(err, ERROR_MALFORMED_REQUEST, "this operation takes no body");
    }
    if (call->request->content_type.data == NULL || !is_json(call->request->content_type)) {
        return error_set(err, ERROR_UNSUPPORTED_MEDIA_TYPE, "the body must be application/json");
    }
    void *body = arena_alloc(call->arena, shape->size);
    call->body = body;
    return body_parse(call->arena, call->request->body, LIMIT_BODY_BYTES, &root, err) &&
           codec_decode(call->arena, root, shape, body, err);
}

static bool run_handler(struct call *call, struct error *err)
{
    const struct shape *shape = call->route->reply_shape;
    struct response *response = call->response;
    void *reply = shape == NULL ? NULL : arena_alloc(call->arena, shape->size);

    response->status = call->route->status;
    if (!call->route->handler(call, reply, err)) {
        return false;
    }
    if (shape == NULL || response->status == 304) {
        return true;
    }
    response->content_type = TEXT("application/json");
    if (response->body.data != NULL || response->stream.send != NULL) {
        return true; /* rendered before, or made while it is sent */
    }
    return codec_encode_text(call->arena, shape, reply, &response->body, err);
}

static bool run(struct call *call, struct error *err)
{
    return call->route->takes_key && call->request->idempotency_key.data != NULL
               ? idempotency_run(call, run_handler, err)
               : run_handler(call, err);
}

/* An error that a handler must not cause: what it was goes to the log, the client gets the request
 * id. */
static void log_internal(const struct call *call, const struct error *err)
{
    if (err->code == ERROR_INTERNAL) {
        log_error("http.internal_error", log_text("request_id", call->request->id),
                  log_string("detail", err->detail));
    }
}

static void respond_with_error(struct call *call, struct error *err)
{
    log_internal(call, err);
    if (err->code == ERROR_INTERNAL) {
        (void)error_set(
            err, ERROR_INTERNAL,
            "something went wrong on our side; the request id names it in the log"); /* always false
                                                                                      */
    }
    response_problem(call->response, call->request, err);
}

static void add_common_headers(const struct call *call)
{
    const bool is_private = call->route != NULL && (call->route->roles & ACCESS_ANYONE) == 0;
    response_add_header(call->response, "Cache-Control",
                        is_private ? TEXT("private, no-cache") : TEXT("no-store"));
}

void api_handle(void *context, struct request *request, struct response *response)
{
    const struct route_table table = {ROUTES, ROUTES_COUNT};
    struct app *app = context;
    struct call call = {.app = app,
                        .db = app->lanes,
                        .arena = request->arena,
                        .request = request,
                        .response = response};
    struct route_match match = {.route = NULL};
    struct error err = {.code = ERROR_NONE};

    const bool is_found = route_find(&table, request, &match, &err);
    call.route = match.route;
    if (match.allow.data != NULL) {
        response_add_header(response, "Allow", match.allow);
    }
    cors_add_headers(&app->origins, request, match.allow, response);
    const bool is_admitted = identity_admit(&call, &err);
    if (is_admitted && request->method == HTTP_OPTIONS && match.allow.data != NULL) {
        response->status = 204;
        identity_add_rate_headers(&call);
        return;
    }
    if (!is_admitted || !is_found || !identity_authorize(&call, &err) ||
        !decode_path(&call, &match, &err) || !decode_query(&call, &err) ||
        !decode_body(&call, &err) || !run(&call, &err)) {
        respond_with_error(&call, &err);
    }
    identity_add_rate_headers(&call);
    add_common_headers(&call);
}

size_t api_body_limit(void *context, struct request *request)
{
    const struct route_table table = {ROUTES, ROUTES_COUNT};
    struct app *app = context;
    struct call call = {.app = app, .db = app->lanes, .arena = request->arena, .request = request};
    struct route_match match = {.route = NULL};
    struct error ignored = {.code = ERROR_NONE};

    if (!route_find(&table, request, &match, &ignored) || match.route->body_type == NULL) {
        return LIMIT_BODY_BYTES;
    }
    call.route = match.route;
    if (!identity_authorize(&call, &ignored)) {
        return LIMIT_BODY_BYTES;
    }
    return match.route->body_limit_bytes > 0 ? match.route->body_limit_bytes
                                             : (size_t)app->import_bytes;
}
