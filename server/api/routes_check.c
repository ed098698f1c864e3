/* The rules of the route table that the compiler cannot hold. */
#include "api/routes.h"

#include "api/call.h"
#include "base/text.h"

static bool is_complete(const struct route *route)
{
    return route->path != NULL && route->path[0] == '/' && route->operation != NULL &&
           route->tag != NULL && route->summary != NULL && route->handler != NULL &&
           (route->roles == ACCESS_ANYONE ||
            (route->roles != 0 && (route->roles & ~(unsigned)ACCESS_USER) == 0)) &&
           ((route->status >= 200 && route->status < 300) || route->status == 308);
}

/* The {names} of a path are the members of its shape, in the same order. */
static bool path_fits_shape(const struct route *route)
{
    const size_t member_count = route->path_shape == NULL ? 0 : route->path_shape->count;
    struct text rest = text_of(route->path);
    struct text segment = TEXT_ABSENT;
    bool has_more = true;
    size_t names = 0;

    while (has_more) {
        has_more = text_split(rest, '/', &segment, &rest);
        if (segment.len == 0 || segment.data[0] != '{') {
            continue;
        }
        const struct text name = text_slice(segment, 1, segment.len - 2);
        if (names >= member_count ||
            !text_equal(name, text_of(route->path_shape->members[names].name))) {
            return false;
        }
        names++;
    }
    return names == member_count;
}

static bool has_a_reply(const struct route *route)
{
    const bool has_body = route->reply_shape != NULL || route->reply_type != NULL;
    return (route->status == 204 || route->status == 308) != has_body;
}

/* Whatever creates something for a user can be sent again without creating it twice. */
static bool judges_keys_right(const struct route *route)
{
    const bool is_of_user = (route->roles & ACCESS_ANYONE) == 0;
    const bool creates =
        route->method == HTTP_POST && (route->status == 201 || route->status == 202);

    return route->takes_key ? is_of_user && route->method == HTTP_POST : !is_of_user || !creates;
}

static bool is_unique(const struct route *routes, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (text_equal(text_of(routes[i].operation), text_of(routes[index].operation)) ||
            (routes[i].method == routes[index].method &&
             text_equal(text_of(routes[i].path), text_of(routes[index].path)))) {
            return false;
        }
    }
    return true;
}

bool routes_check(const struct route *routes, size_t count, struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        const struct route *route = &routes[i];
        const char *name = route->operation == NULL ? "?" : route->operation;
        if (!is_complete(route)) {
            return error_set(
                err, ERROR_INTERNAL,
                "route %s: path, operation, tag, summary, roles, status or handler is missing",
                name);
        }
        if (!path_fits_shape(route)) {
            return error_set(err, ERROR_INTERNAL,
                             "route %s: the {names} of the path are not the members of its shape",
                             name);
        }
        if (!has_a_reply(route)) {
            return error_set(err, ERROR_INTERNAL,
                             "route %s: 204 and 308 have no body, every other status has one",
                             name);
        }
        if (!judges_keys_right(route)) {
            return error_set(err, ERROR_INTERNAL,
                             "route %s: a POST of users that creates takes an Idempotency-Key, and "
                             "nothing else than a POST of users can",
                             name);
        }
        if (!is_unique(routes, i)) {
            return error_set(err, ERROR_INTERNAL, "route %s stands twice", name);
        }
    }
    return true;
}
