/*
 * What the server measures of itself, as Prometheus text, for a listener of its own that is not for
 * the public (GET /metrics, and nothing else there).
 */
#ifndef API_METRICS_H
#define API_METRICS_H

#include "api/app.h"
#include "http/server.h"

struct metrics_source {
    const struct app *app;
    const struct http_server *server; /* the public one */
};

/* The handler of that listener; `context` is a struct metrics_source. */
void metrics_handle(void *context, struct request *request, struct response *response);

#endif
