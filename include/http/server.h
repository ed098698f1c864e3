/*
 * Sockets ↔ request/response, on civetweb. The only module that knows civetweb: it reads heads and
 * bodies against deadlines, runs the strict checks, calls the handler on a worker thread, sends the
 * reply, writes the access log line.
 */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include <stdint.h>

#include "http/request.h"
#include "http/response.h"

struct http_server;

/* Runs on a worker thread with a small stack. Always fills the response. */
typedef void (*http_handler)(void *context, struct request *request, struct response *response);

struct http_server_config {
    const char *listen; /* "127.0.0.1:8080" */
    unsigned threads;
    int64_t head_timeout_ms; /* whole head */
    int64_t body_timeout_ms; /* whole body */
    int64_t idle_timeout_ms; /* keep-alive */
    /* What a request's body may have: asked with its head, before the body is read. NULL: as much
     * as LIMIT_BODY_BYTES. */
    size_t (*body_limit)(void *context, struct request *request);
    http_handler handler;
    void *context;
};

NODISCARD bool http_server_start(const struct http_server_config *config,
                                 struct http_server **server, struct error *err);
/* The port that is bound (for port 0). */
unsigned http_server_port(const struct http_server *server);
/* Waits until no request is in flight, at most `drain_ms`, then stops and frees. Requests that come
 * meanwhile are served, but in the second half they are refused (503), so that callers who never
 * stop do not keep it from ending. Readiness is the caller's to lower before. Returns whether all
 * that was begun was done. */
bool http_server_stop(struct http_server *server, int64_t drain_ms);
/* For metrics. */
uint64_t http_server_in_flight(const struct http_server *server);

#endif
