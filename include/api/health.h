/* Liveness, readiness, and the API's own description. */
#ifndef API_HEALTH_H
#define API_HEALTH_H

#include "api/call.h"
#include "base/shape.h"

extern const struct shape HEALTH_SHAPE;

bool api_get_livez(struct call *call, void *reply, struct error *err);
bool api_get_readyz(struct call *call, void *reply, struct error *err);
bool api_get_openapi(struct call *call, void *reply, struct error *err);

#endif
