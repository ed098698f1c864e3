/* THE route table: the whole API on one page. */
#ifndef API_ROUTES_H
#define API_ROUTES_H

#include "http/router.h"

extern const struct route ROUTES[];
extern const size_t ROUTES_COUNT;

/* Whether every row is complete and consistent (roles declared, path names match the shape …); the
 * first fault in `err`. Run at start and in the tests. */
NODISCARD bool routes_check(const struct route *routes, size_t count, struct error *err);

/* Errors of a route beside those that follow from the rest of its row: a token (401), a body (400,
 * 413, 415, 422), a path or query parameter (404, 422). */
#define ROUTE_ERRORS(...) ((const enum error_code[]){__VA_ARGS__, ERROR_NONE})

#endif
