/* One walk over the bytes with a stack of what is open; nothing is parsed twice. */
#include "json/pointer.h"

#include <jansson.h>

#include "base/limits.h"

enum { POINTER_BYTES_MAX = 1024 };

/* An object or array that is open. */
struct level {
    bool is_object;
    bool is_at_name;
    size_t index;     /* of the item */
    struct text name; /* of the member, as it stands between its quotes */
};

struct trail {
    struct level levels[LIMIT_JSON_DEPTH];
    size_t depth;
};

void pointer_append(struct buffer *buffer, struct text name)
{
    buffer_append_char(buffer, '/');
    for (size_t i = 0; i < name.len; i++) {
        const char c = name.data[i];
        if (c == '~') {
            buffer_append(buffer, TEXT("~0"));
        } else if (c == '/') {
            buffer_append(buffer, TEXT("~1"));
        } else {
            buffer_append_char(buffer, c);
        }
    }
}

size_t pointer_skip_string(struct text bytes, size_t at)
{
    for (at++; at < bytes.len && bytes.data[at] != '"'; at++) {
        if (bytes.data[at] == '\\') {
            at++;
        }
    }
    return at < bytes.len ? at + 1 : bytes.len;
}

static void pass_bracket(struct trail *trail, char c)
{
    const bool opens = c == '{' || c == '[';

    if (opens && trail->depth < COUNT_OF(trail->levels)) {
        trail->levels[trail->depth++] = (struct level){.is_object = c == '{', .is_at_name = true};
    } else if (!opens && trail->depth > 0) {
        trail->depth--;
    }
}

static void pass_mark(struct trail *trail, char c)
{
    struct level *level = trail->depth == 0 ? NULL : &trail->levels[trail->depth - 1];

    if (c == '{' || c == '[' || c == '}' || c == ']') {
        pass_bracket(trail, c);
    } else if (level != NULL && c == ',') {
        *level = (struct level){
            .is_object = level->is_object, .is_at_name = true, .index = level->index + 1};
    } else if (level != NULL && c == ':') {
        level->is_at_name = false;
    }
}

static void pass_string(struct trail *trail, struct text inside)
{
    struct level *level = trail->depth == 0 ? NULL : &trail->levels[trail->depth - 1];

    if (level != NULL && level->is_object && level->is_at_name) {
        level->name = inside;
    }
}

/* A name without its escapes; one whose escapes are wrong stays as it is. */
static void append_name(struct buffer *buffer, struct arena *arena, struct text name)
{
    const struct text quoted = arena_printf(arena, "\"%.*s\"", TEXT_ARG(name));
    json_t *value = json_loadb(quoted.data, quoted.len, JSON_DECODE_ANY, NULL);

    if (json_is_string(value)) {
        pointer_append(buffer, (struct text){json_string_value(value), json_string_length(value)});
    } else {
        pointer_append(buffer, name);
    }
    json_decref(value);
}

static struct text make_pointer(const struct trail *trail, struct arena *arena)
{
    struct buffer buffer;

    buffer_init(&buffer, arena, POINTER_BYTES_MAX);
    for (size_t i = 0; i < trail->depth; i++) {
        const struct level *level = &trail->levels[i];
        if (!level->is_object) {
            buffer_append_char(&buffer, '/');
            buffer_append_i64(&buffer, (int64_t)level->index);
        } else if (level->name.data != NULL) {
            append_name(&buffer, arena, level->name);
        }
    }
    return (struct text){.data = buffer.len == 0 ? "" : buffer.data, .len = buffer.len};
}

struct text pointer_at(struct arena *arena, struct text bytes, size_t offset)
{
    struct trail trail = {.depth = 0};
    size_t at = 0;

    while (at < offset && at < bytes.len) {
        if (bytes.data[at] == '"') {
            const size_t end = pointer_skip_string(bytes, at);
            const bool is_closed = end > at + 1 && bytes.data[end - 1] == '"';
            if (is_closed) {
                pass_string(&trail, text_slice(bytes, at + 1, end - at - 2));
            }
            at = end;
        } else {
            pass_mark(&trail, bytes.data[at]);
            at++;
        }
    }
    return make_pointer(&trail, arena);
}
