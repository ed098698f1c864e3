/*
 * Routes and how a request finds its own. A route declares everything the outside can know of an
 * operation: path, roles, shapes, status, errors; the dispatcher and the OpenAPI document both read
 * it, so that they agree.
 */
#ifndef HTTP_ROUTER_H
#define HTTP_ROUTER_H

#include "base/error.h"
#include "base/shape.h"
#include "http/request.h"

struct call; /* api/call.h */

/* Fills `reply` (of reply_shape; NULL where there is none). */
typedef bool (*route_handler)(struct call *call, void *reply, struct error *err);

struct route {
    enum http_method method;
    unsigned roles;        /* a mask; 0 is refused at start */
    int status;            /* of a good reply; 308: it has a Location */
    bool has_etag;         /* a good reply carries an ETag; If-None-Match with it is answered 304 */
    bool needs_match;      /* If-Match with the ETag of what is changed, or * */
    bool takes_key;        /* Idempotency-Key: the same request twice is done once */
    const char *path;      /* "/v1/attempts/{attempt_id}": a segment is a word or one {name} */
    const char *operation; /* OpenAPI operationId, e.g. "get_attempt" */
    const char *tag;       /* OpenAPI tag */
    const char *summary;
    const struct shape *path_shape;  /* one member a {name}, same names; NULL: none */
    const struct shape *query_shape; /* NULL: no parameters */
    const struct shape *body_shape;  /* NULL: no body, or body_type says what */
    const char *body_type;   /* a body that is a file: read as it is, up to the limit for files */
    size_t body_limit_bytes; /* of such a file; 0: a setting */
    const struct shape *reply_shape; /* NULL: no body, or reply_type says what */
    const char *reply_type; /* a media type that is not JSON by shape; the handler sets the response
                               itself */
    const enum error_code *errors; /* those of its own, ended by ERROR_NONE; the general ones are
                                      added from the rest of the row */
    route_handler handler;
};

struct route_match {
    const struct route *route;
    struct text values[LIMIT_PATH_SEGMENTS]; /* of the {names}, in order */
    size_t value_count;
    struct text allow; /* the methods of the path, where none fits */
};

struct route_table {
    const struct route *routes;
    size_t count;
};

/* HEAD finds the route of GET; a path that fits a template of words is never one of {names}.
 * ERROR_NOT_FOUND; ERROR_METHOD_NOT_ALLOWED with match->allow filled (also for OPTIONS, which the
 * caller answers). */
NODISCARD bool route_find(const struct route_table *table, const struct request *request,
                          struct route_match *match, struct error *err);

#endif
