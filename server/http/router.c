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

/* How many names the path's own template has: of those that it fits the most literal one, so that
 * /teams/join is never a team. SIZE_MAX: it fits none. */
static size_t count_names(const struct route_table *table, struct text path)
{
    struct route_match match;
    size_t least = SIZE_MAX;

    for (size_t i = 0; i < table->count; i++) {
        if (path_fits(text_of(table->routes[i].path), path, &match) && match.value_count < least) {
            least = match.value_count;
        }
    }
    return least;
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

bool route_find(const struct route_table *table, const struct request *request,
                struct route_match *match, struct error *err)
{
    const enum http_method wanted = request->method == HTTP_HEAD ? HTTP_GET : request->method;
    const size_t names = count_names(table, request->path);

    if (names == SIZE_MAX) {
        return error_set(err, ERROR_NOT_FOUND, "there is nothing at this path");
    }
    for (size_t i = 0; i < table->count; i++) {
        const struct route *route = &table->routes[i];
        if (route->method == wanted && is_own(route, request->path, names, match)) {
            match->route = route;
            return true;
        }
    }
    return list_allowed(table, request, names, &match->allow, err);
}
