/* Liveness, readiness, and the API's own description. */
#include "api/health.h"

#include "store/health.h"

struct health {
    struct text status;
};
static const struct shape_member HEALTH_MEMBERS[] = {MEMBER_TEXT(struct health, status)};
const struct shape HEALTH_SHAPE = SHAPE_OF("Health", struct health, HEALTH_MEMBERS);

/* A constant: no token, no database. Also the floor of the benchmark. */
bool api_get_livez(struct call *call, void *reply, struct error *err)
{
    (void)call;
    (void)err;
    ((struct health *)reply)->status = TEXT("ok");
    return true;
}

bool api_get_readyz(struct call *call, void *reply, struct error *err)
{
    if (atomic_load_explicit(&call->app->is_draining, memory_order_relaxed)) {
        return error_set_unavailable(err, 1, "the server is stopping");
    }
    if (!db_is_ready(call->app->lanes)) {
        return error_set_unavailable(err, 1, "the database cannot be reached");
    }
    if (!snapshots_are_loaded(call->app->snapshots)) {
        return error_set_unavailable(err, 1, "the question banks are not loaded yet");
    }
    if (!store_health_check(call->db, call->arena, err)) {
        return false;
    }
    ((struct health *)reply)->status = TEXT("ready");
    return true;
}

bool api_get_openapi(struct call *call, void *reply, struct error *err)
{
    (void)reply;
    (void)err;
    call->response->content_type = TEXT("application/json");
    call->response->body = call->app->openapi;
    return true;
}
