/* Which errors a route may answer. */
#include "api/openapi.h"

#include <stdlib.h>

#include "api/call.h"

static void add(struct route_error_list *list, enum error_code code)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->codes[i] == code) {
            return;
        }
    }
    if (list->count == ROUTE_ERRORS_MAX) {
        abort(); /* a row of the table is too long: shows in every test */
    }
    list->codes[list->count] = code;
    list->count++;
}

static void add_access(struct route_error_list *list, unsigned roles)
{
    if ((roles & ACCESS_ANYONE) != 0) {
        return;
    }
    add(list, ERROR_UNAUTHENTICATED);
    add(list, ERROR_INVALID_TOKEN);
    if ((roles & ACCESS_USER) != ACCESS_USER) {
        add(list, ERROR_FORBIDDEN);
    }
}

struct route_error_list route_errors(const struct route *route)
{
    struct route_error_list list = {.count = 0};

    add_access(&list, route->roles);
    if (route->path_shape != NULL) {
        add(&list, ERROR_NOT_FOUND);
    }
    if (route->body_type != NULL) {
        add(&list, ERROR_PAYLOAD_TOO_LARGE);
    }
    if (route->body_shape != NULL) {
        add(&list, ERROR_MALFORMED_JSON);
        add(&list, ERROR_PAYLOAD_TOO_LARGE);
        add(&list, ERROR_UNSUPPORTED_MEDIA_TYPE);
        add(&list, ERROR_INVALID_INPUT);
    }
    if (route->query_shape != NULL) {
        add(&list, ERROR_INVALID_INPUT);
    }
    if (route->needs_match) {
        add(&list, ERROR_ETAG_REQUIRED);
        add(&list, ERROR_STALE_ETAG);
    }
    if (route->takes_key) {
        add(&list, ERROR_KEY_IN_FLIGHT);
        add(&list, ERROR_KEY_REUSED);
        add(&list, ERROR_UNAVAILABLE);
    }
    for (size_t i = 0; route->errors != NULL && route->errors[i] != ERROR_NONE; i++) {
        add(&list, route->errors[i]);
    }
    return list;
}
