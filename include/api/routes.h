/* THE route table: the whole API on one page. */
#ifndef API_ROUTES_H
#define API_ROUTES_H

#include "http/router.h"

extern const struct route ROUTES[];
extern const size_t ROUTES_COUNT;

/* Whether every row is complete and consistent (roles declared, path names match the shape …); the
 * first fault in `err`. Run at start and in the tests. */
NODISCARD bool routes_check(const struct route *routes, size_t count, struct error *err);

#endif
