/*
 * Any bytes as a JSON body. What is accepted is an object or a list, not too deep, and means the
 * same when it is written and read again; every place in it has a line and a column inside the
 * text. What is refused has a reason.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "json/body.h"
#include "json/literal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void check_place(struct text bytes, struct text pointer)
{
    size_t line = 0;
    size_t column = 0;
    size_t line_count = 1;
    for (size_t i = 0; i < bytes.len; i++) {
        line_count += bytes.data[i] == '\n';
    }
    body_locate(bytes, pointer, &line, &column);
    require(line >= 1 && line <= line_count && column >= 1 && column <= bytes.len + 1);
}

/* A pointer as one token: '~' and '/' escaped. */
static struct text pointer_to(struct arena *arena, struct text above, const char *name)
{
    struct buffer buffer;
    struct error err = {.code = ERROR_NONE};
    struct text pointer = TEXT_ABSENT;
    buffer_init(&buffer, arena, (size_t)4 * LIMIT_BODY_BYTES);
    buffer_append(&buffer, above);
    buffer_append_char(&buffer, '/');
    for (const char *at = name; *at != '\0'; at++) {
        if (*at == '~' || *at == '/') {
            buffer_append(&buffer, *at == '~' ? TEXT("~0") : TEXT("~1"));
        } else {
            buffer_append_char(&buffer, *at);
        }
    }
    require(buffer_text(&buffer, &pointer, &err));
    return pointer;
}

/* The depth of the value; visits every member down to the limit. */
static size_t visit(struct arena *arena, struct text bytes, json_t *value, struct text pointer,
                    int *budget)
{
    size_t deepest = 0;
    const char *name = NULL;
    json_t *member = NULL;
    if ((*budget)-- <= 0) {
        return 0;
    }
    check_place(bytes, pointer);
    json_object_foreach (value, name, member) {
        const struct text below = pointer_to(arena, pointer, name);
        const size_t depth = visit(arena, bytes, member, below, budget);
        deepest = depth > deepest ? depth : deepest;
    }
    for (size_t i = 0; i < json_array_size(value); i++) {
        const struct text below = arena_printf(arena, "%.*s/%zu", TEXT_ARG(pointer), i);
        const size_t depth = visit(arena, bytes, json_array_get(value, i), below, budget);
        deepest = depth > deepest ? depth : deepest;
    }
    return json_is_object(value) || json_is_array(value) ? deepest + 1 : 0;
}

static void check_round_trip(struct arena *arena, const json_t *value)
{
    struct buffer first;
    struct buffer second;
    struct text text = TEXT_ABSENT;
    struct error err = {.code = ERROR_NONE};
    json_t *again = NULL;
    buffer_init(&first, arena, (size_t)16 * LIMIT_BODY_BYTES);
    literal_append_json(&first, value);
    require(buffer_text(&first, &text, &err));
    require(body_parse(arena, text, text.len, &again, &err));
    buffer_init(&second, arena, (size_t)16 * LIMIT_BODY_BYTES);
    literal_append_json(&second, again);
    require(first.len == second.len && memcmp(first.data, second.data, first.len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { PLACES = 64 };
    body_start(); /* does nothing the second time */
    struct arena *arena = arena_create();
    struct error err = {.code = ERROR_NONE};
    json_t *root = NULL;
    int budget = PLACES;
    const struct text bytes = arena_copy(arena, (struct text){(const char *)data, size});
    if (body_parse(arena, bytes, LIMIT_BODY_BYTES, &root, &err)) {
        require(json_is_object(root) || json_is_array(root));
        require(visit(arena, bytes, root, TEXT(""), &budget) <= LIMIT_JSON_DEPTH);
        check_round_trip(arena, root);
    } else {
        require(err.code == ERROR_MALFORMED_JSON || err.code == ERROR_PAYLOAD_TOO_LARGE);
        require(err.detail[0] != '\0' && text_is_utf8(text_of(err.detail)));
    }
    arena_free(arena);
    return 0;
}
