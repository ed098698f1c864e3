/*
 * One HTTP request after the strict checks: everything in it is well-formed, bounded, and belongs
 * to the request's arena. Bodies are read in full.
 */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/text.h"

enum http_method {
    HTTP_GET,
    HTTP_HEAD,
    HTTP_POST,
    HTTP_PUT,
    HTTP_PATCH,
    HTTP_DELETE,
    HTTP_OPTIONS,
    HTTP_METHOD_COUNT
};
const char *http_method_name(enum http_method method);

struct http_header {
    struct text name;
    struct text value;
};

/* The head as the server library parsed it, before any check: what request_check_head judges. Pure
 * data, so that fuzzers and tests need no socket. */
struct request_head {
    struct text method;
    struct text version; /* "1.1" */
    struct text target;  /* raw path, as sent */
    struct text query;   /* raw, without '?'; absent: none */
    struct http_header headers[LIMIT_HEADERS + 1];
    size_t header_count; /* as the library counted */
};

struct request {
    struct text id; /* request id for logs and problems: from us, never from the client */
    enum http_method method;
    struct text path;
    struct text query;
    struct text remote_address;
    struct text host;
    struct text authorization;   /* absent: none */
    struct text content_type;    /* absent: none */
    struct text idempotency_key; /* absent: none */
    struct text if_match;
    struct text if_none_match;
    struct text origin;
    struct text forwarded_for; /* X-Forwarded-For, to be believed of a proxy of ours only */
    struct text accept;
    struct text last_event_id; /* of an event stream that is taken up again */
    bool is_http_1_0;
    bool expects_continue;
    size_t content_length; /* 0: no body */
    struct text body;      /* read by the server before the handler runs; "" where there is none */
    struct arena *arena;
};

/* Judges a head by every rule of the edge (smuggling pairs, repeats, lengths, tokens, Host, paths,
 * UTF-8 …) and fills the request. False: refuse with `err` and close the connection. `allow` gets
 * the Allow value for an unknown method's 405. */
NODISCARD bool request_check_head(const struct request_head *head, struct arena *arena,
                                  struct request *request, struct error *err);

/* Query parameters, decoded (%XX and '+'), in order; repeated names are refused
 * (ERROR_INVALID_INPUT). */
struct query_parameter {
    struct text name;
    struct text value;
};
NODISCARD bool request_parse_query(struct text query, struct arena *arena,
                                   struct query_parameter *parameters, size_t *count,
                                   struct error *err);

#endif
