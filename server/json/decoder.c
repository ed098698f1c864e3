/* Faults and the JSON pointers (RFC 6901) that say where they are. */
#include "json/decoder.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/buffer.h"
#include "base/limits.h"
#include "json/pointer.h"

enum { POINTER_BYTES_MAX = 1024, MESSAGE_BYTES = 256 };

static void append_token(struct buffer *buffer, const struct place *place)
{
    if (place->name.data == NULL) {
        buffer_append_char(buffer, '/');
        buffer_append_i64(buffer, (int64_t)place->index);
    } else {
        pointer_append(buffer, place->name);
    }
}

/* The pointer in the arena; one that is too long (an unknown member may have any name) ends with
 * its last whole beginning. */
static struct text make_pointer(const struct decoder *decoder, const struct place *place)
{
    const struct place *path[LIMIT_JSON_DEPTH + 2];
    size_t depth = 0;
    for (const struct place *p = place; p != NULL && depth < COUNT_OF(path); p = p->above) {
        path[depth] = p;
        depth++;
    }
    struct buffer buffer;
    buffer_init(&buffer, decoder->arena, POINTER_BYTES_MAX);
    buffer_append(&buffer, decoder->prefix);
    while (depth > 0) {
        depth--;
        append_token(&buffer, path[depth]);
    }
    return (struct text){.data = buffer.len == 0 ? "" : buffer.data, .len = buffer.len};
}

bool decoder_fault(struct decoder *decoder, const struct place *place, enum fault_code code,
                   const char *format, ...)
{
    decoder->fault_count++;
    char message[MESSAGE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (length < 0) {
        message[0] = '\0';
    }
    if (decoder->is_parameter) {
        return error_add_parameter_fault(decoder->err, decoder->arena, place->name, code, "%s",
                                         message);
    }
    if (decoder->err->code == ERROR_INVALID_INPUT && decoder->err->fault_count >= LIMIT_FAULTS) {
        /* Only counted: no pointer is built for what nobody reads. */
        return error_add_fault(decoder->err, decoder->arena, TEXT(""), code, "%s", message);
    }
    return error_add_fault(decoder->err, decoder->arena, make_pointer(decoder, place), code, "%s",
                           message);
}
