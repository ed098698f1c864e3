/*
 * Any bytes as a query. What is accepted is bounded, UTF-8 without NUL, each name once; and written
 * again with every byte escaped, it means the same.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "http/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { WRITTEN_BYTES_MAX = 1024 * 1024 };

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void check_text(struct text t)
{
    require(t.data != NULL && t.data[t.len] == '\0');
    require(t.len == 0 || memchr(t.data, '\0', t.len) == NULL);
    require(text_is_utf8(t));
}

static void append_escaped(struct buffer *buffer, struct text t)
{
    for (size_t i = 0; i < t.len; i++) {
        buffer_printf(buffer, "%%%02X", (unsigned)(unsigned char)t.data[i]);
    }
}

static void check_round_trip(struct arena *arena, const struct query_parameter *parameters,
                             size_t count)
{
    struct query_parameter again[LIMIT_PARAMETERS];
    struct error err = {.code = ERROR_NONE};
    struct text written = TEXT_ABSENT;
    struct buffer buffer;
    size_t count_again = 0;
    buffer_init(&buffer, arena, WRITTEN_BYTES_MAX);
    for (size_t i = 0; i < count; i++) {
        buffer_append(&buffer, i == 0 ? TEXT("") : TEXT("&"));
        append_escaped(&buffer, parameters[i].name);
        buffer_append_char(&buffer, '=');
        append_escaped(&buffer, parameters[i].value);
    }
    require(buffer_text(&buffer, &written, &err));
    require(request_parse_query(written, arena, again, &count_again, &err));
    require(count_again == count);
    for (size_t i = 0; i < count; i++) {
        require(text_equal(again[i].name, parameters[i].name));
        require(text_equal(again[i].value, parameters[i].value));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_create();
    struct query_parameter parameters[LIMIT_PARAMETERS];
    struct error err = {.code = ERROR_NONE};
    size_t count = 0;
    /* A copy of exactly its length: reading behind it is found. */
    const struct text query = arena_copy(arena, (struct text){(const char *)data, size});
    if (!request_parse_query(query, arena, parameters, &count, &err)) {
        require(err.code == ERROR_MALFORMED_REQUEST || err.code == ERROR_INVALID_INPUT);
    } else {
        require(count <= LIMIT_PARAMETERS);
        for (size_t i = 0; i < count; i++) {
            check_text(parameters[i].name);
            check_text(parameters[i].value);
            for (size_t k = 0; k < i; k++) {
                require(!text_equal(parameters[i].name, parameters[k].name));
            }
        }
        check_round_trip(arena, parameters, count);
    }
    arena_free(arena);
    return 0;
}
