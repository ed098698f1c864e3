/* The OpenAPI 3.1 document, made from the route table and the shapes, so that it cannot say
 * anything else than the code does. */
#ifndef API_OPENAPI_H
#define API_OPENAPI_H

#include "base/arena.h"
#include "base/error.h"
#include "http/router.h"

enum { ROUTE_ERRORS_MAX = 24 };

struct route_error_list {
    enum error_code codes[ROUTE_ERRORS_MAX];
    size_t count;
};

/* Every error code that a route may answer beside those of the edge: its own and those that follow
 * from its row. */
struct route_error_list route_errors(const struct route *route);
NODISCARD bool openapi_render(const struct route *routes, size_t count, const char *version,
                              struct arena *arena, struct text *document, struct error *err);

#endif
