/* Finding the route of a path: segment by segment against the templates. */
#include "http/router.h"

#include <stdint.h>

#include "base/buffer.h"
#include "base/limits.h"

enum { ALLOW_BYTES_MAX = 128 };

static bool is_name(struct text segment)
{
    return segment.len > 2 && segment.data[0] == '{';
}

/* Whether the path fits the template; collects what stands for the {names}. */
static bool path_fits(struct text template, struct text path, struct route_match *match)
{
    bool template_has_more = true;
    bool path_has_more = true;

    match->value_count = 0;
    while (template_has_more && path_has_more) {
        struct text expected = TEXT_ABSENT;
        struct text segment = TEXT_ABSENT;
        template_has_more = text_split(template, '/', &expected, &template);
        path_has_more = text_split(path, '/', &segment, &path);
        if (!is_name(expected)) {
            if (!text_equal(expected, segment)) {
                return false;
            }
        } else if (segment.len == 0 || match->value_count == LIMIT_PATH_SEGMENTS) {
            return false;
        } else {
            match->values[match->value_count] = segment;
            match->value_count++;
        }
    }
    return template_has_more == path_has_more;
}

static void add_allowed(struct buffer *allow, enum http_method method)
{
    buffer_append(allow, allow->len > 0 ? TEXT(", ") : TEXT(""));
    buffer_append(allow, text_of(http_method_name(method)));
}

static bool is_own(const struct route *route, struct text path, size_t names,
                   struct route_match *match)
{
    return path_fits(text_of(route->path), path, match) && match->value_count == names;
}

/* What Allow says for a path that exists: the methods of its template, each once, HEAD beside GET,
 * and OPTIONS. */
static bool list_allowed(const struct route_table *table, const struct request *request,
                         size_t names, struct text *allow, struct error *err)
{
    bool is_allowed[HTTP_METHOD_COUNT] = {false};
    struct buffer list;
    struct route_match ignored;

    for (size_t i = 0; i < table->count; i++) {
        if (is_own(&table->routes[i], request->path, names, &ignored)) {
            is_allowed[table->routes[i].method] = true;
        }
    }
    is_allowed[HTTP_HEAD] = is_allowed[HTTP_GET];
    is_allowed[HTTP_OPTIONS] = true;
    buffer_init(&list, request->arena, ALLOW_BYTES_MAX);
    for (unsigned method = 0; method < HTTP_METHOD_COUNT; method++) {
        if (is_allowed[method]) {
            add_allowed(&list, (enum http_method)method);
        }
    }
    if (!buffer_text(&list, allow, err)) {
        return false;
    }
    return error_set(err, ERROR_METHOD_NOT_ALLOWED, "the method is not allowed at this path");
}

/* Of the templates that the path fits the most literal one is its own, so that /teams/join is never
 * a team. */
bool route_find(const struct route_table *table, const struct request *request,
                struct route_match *match, struct error *err)
{
    const enum http_method wanted = request->method == HTTP_HEAD ? HTTP_GET : request->method;
    struct route_match candidate = {.route = NULL};
    size_t names = SIZE_MAX;

    for (size_t i = 0; i < table->count; i++) {
        const struct route *route = &table->routes[i];
        if (!path_fits(text_of(route->path), request->path, &candidate) ||
            candidate.value_count > names) {
            continue;
        }
        match->route = candidate.value_count < names ? NULL : match->route;
        names = candidate.value_count;
        if (route->method == wanted) {
            candidate.route = route;
            *match = candidate;
        }
    }
    if (names == SIZE_MAX) {
        return error_set(err, ERROR_NOT_FOUND, "there is nothing at this path");
    }
    return match->route != NULL || list_allowed(table, request, names, &match->allow, err);
}
