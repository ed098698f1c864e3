/* Two trees walked together. It goes no deeper than body_parse lets a text be. */
#include "json/diff.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "json/body.h"
#include "json/pointer.h"

enum { LIST_MIN = 16, POINTER_MAX = 4096, SIGNIFICANT_DIGITS = 15 };

struct differ {
    struct arena *arena;
    struct json_change *changes;
    size_t count;
    size_t capacity;
};

static struct text dump(struct arena *arena, json_t *value)
{
    char *bytes = value == NULL ? NULL
                                : json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY |
                                                        JSON_REAL_PRECISION(SIGNIFICANT_DIGITS));
    arena_defer(arena, free, bytes);
    return text_of(bytes);
}

static void add(struct differ *differ, struct text pointer, json_t *from, json_t *to)
{
    if (differ->count == differ->capacity) {
        const size_t capacity = differ->capacity == 0 ? LIST_MIN : 2 * differ->capacity;
        struct json_change *grown = arena_new_array(differ->arena, capacity, struct json_change);
        if (differ->count > 0) {
            memcpy(grown, differ->changes, differ->count * sizeof *grown);
        }
        differ->changes = grown;
        differ->capacity = capacity;
    }
    differ->changes[differ->count++] = (struct json_change){
        .pointer = pointer, .from = dump(differ->arena, from), .to = dump(differ->arena, to)};
}

static struct text below(const struct differ *differ, struct text pointer, struct text name)
{
    struct error ignored = {.code = ERROR_NONE};
    struct buffer buffer;
    struct text made = pointer;

    buffer_init(&buffer, differ->arena, POINTER_MAX);
    buffer_append(&buffer, pointer);
    pointer_append(&buffer, name);
    return buffer_text(&buffer, &made, &ignored) ? made : pointer;
}

static void compare(struct differ *differ, struct text pointer, json_t *from, json_t *to);

static void compare_objects(struct differ *differ, struct text pointer, json_t *from, json_t *to)
{
    const char *key = NULL;
    json_t *value = NULL;

    json_object_foreach (from, key, value) {
        compare(differ, below(differ, pointer, text_of(key)), value, json_object_get(to, key));
    }
    json_object_foreach (to, key, value) {
        if (json_object_get(from, key) == NULL) {
            add(differ, below(differ, pointer, text_of(key)), NULL, value);
        }
    }
}

static void compare_arrays(struct differ *differ, struct text pointer, json_t *from, json_t *to)
{
    const size_t from_count = json_array_size(from);
    const size_t to_count = json_array_size(to);

    for (size_t i = 0; i < from_count || i < to_count; i++) {
        compare(differ, arena_printf(differ->arena, "%.*s/%zu", TEXT_ARG(pointer), i),
                json_array_get(from, i), json_array_get(to, i));
    }
}

/* One of the two may be NULL: not there. */
static void compare(struct differ *differ, struct text pointer, json_t *from, json_t *to)
{
    if (json_is_object(from) && json_is_object(to)) {
        compare_objects(differ, pointer, from, to);
    } else if (json_is_array(from) && json_is_array(to)) {
        compare_arrays(differ, pointer, from, to);
    } else if (!json_equal(from, to)) {
        add(differ, pointer, from, to);
    }
}

static int by_pointer(const void *left, const void *right)
{
    const struct json_change *a = left;
    const struct json_change *b = right;
    return text_compare(a->pointer, b->pointer);
}

bool json_diff(struct arena *arena, struct text before, struct text after,
               const struct json_change **changes, size_t *count, struct error *err)
{
    struct differ differ = {.arena = arena};
    json_t *from = NULL;
    json_t *to = NULL;

    if (!body_parse(arena, before, LIMIT_BANK_FILE_BYTES, &from, err) ||
        !body_parse(arena, after, LIMIT_BANK_FILE_BYTES, &to, err)) {
        return false;
    }
    compare(&differ, TEXT(""), from, to);
    if (differ.count > 0) {
        qsort(differ.changes, differ.count, sizeof *differ.changes, by_pointer);
    }
    *changes = differ.changes;
    *count = differ.count;
    return true;
}
