/*
 * Any JSON as the body of any operation, and any text as any of its parameters. What is accepted,
 * written and read again is the same; what is refused names at least one place, each a pointer or a
 * parameter, and its words are UTF-8.
 */
#include <stdint.h>
#include <stdlib.h>

#include "api/routes.h"
#include "base/limits.h"
#include "json/body.h"
#include "json/codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void check_faults(const struct error *err)
{
    size_t count = 0;
    require(err->code == ERROR_INVALID_INPUT && err->fault_count > 0);
    for (const struct fault *fault = err->faults; fault != NULL; fault = fault->next) {
        count++;
        require(fault->is_parameter || fault->place.len == 0 || fault->place.data[0] == '/');
        require(fault->detail.len > 0 && text_is_utf8(fault->detail));
        require(text_is_utf8(fault->place));
    }
    require(count == err->fault_count || (count == LIMIT_FAULTS && err->fault_count > count));
}

static void check_body(struct arena *arena, struct text bytes, const struct shape *shape)
{
    struct error err = {.code = ERROR_NONE};
    json_t *root = NULL;
    void *value = arena_alloc(arena, shape->size);
    void *again = arena_alloc(arena, shape->size);
    struct text first = TEXT_ABSENT;
    struct text second = TEXT_ABSENT;
    if (!body_parse(arena, bytes, LIMIT_BODY_BYTES, &root, &err)) {
        return;
    }
    if (!codec_decode(arena, root, shape, value, &err)) {
        check_faults(&err);
        return;
    }
    require(codec_encode_text(arena, shape, value, &first, &err));
    require(codec_decode_text(arena, first, shape, again, &err));
    require(codec_encode_text(arena, shape, again, &second, &err));
    require(text_equal(first, second));
}

static void check_parameters(struct arena *arena, struct text bytes, const struct shape *shape)
{
    for (size_t i = 0; i < shape->count; i++) {
        struct error err = {.code = ERROR_NONE};
        void *value = arena_alloc(arena, shape->size);
        if (!codec_decode_parameter(arena, bytes, &shape->members[i], value, &err)) {
            check_faults(&err);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    body_start(); /* does nothing the second time */
    if (size == 0) {
        return 0;
    }
    const struct route *route = &ROUTES[data[0] % ROUTES_COUNT];
    struct arena *arena = arena_create();
    const struct text bytes = arena_copy(arena, (struct text){(const char *)data + 1, size - 1});
    if (route->body_shape != NULL) {
        check_body(arena, bytes, route->body_shape);
    }
    if (route->query_shape != NULL) {
        check_parameters(arena, bytes, route->query_shape);
    }
    if (route->path_shape != NULL) {
        check_parameters(arena, bytes, route->path_shape);
    }
    arena_free(arena);
    return 0;
}
