/*
 * Encoding by shape: bytes straight into the buffer, in the order of the members, without a json_t
 * in between. What a shape does not list cannot leak.
 */
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "json/codec.h"
#include "json/literal.h"

static const void *member_at(const void *whole, size_t offset)
{
    return (const char *)whole + offset;
}

static const void *pointer_at(const void *whole, size_t offset)
{
    const void *pointer = NULL;
    memcpy(&pointer, member_at(whole, offset), sizeof pointer);
    return pointer;
}

/* What "absent" means for each type; base/shape.h says it. */
static bool is_absent(const struct shape_member *member, const void *in)
{
    if ((member->flags & SHAPE_REF) != 0) {
        return pointer_at(in, member->offset) == NULL;
    }
    const void *at = member_at(in, member->offset);
    switch (member->type) {
    case SHAPE_TEXT:
    case SHAPE_JSON:
        return ((const struct text *)at)->data == NULL;
    case SHAPE_UUID:
        return uuid_is_nil(*(const struct uuid *)at);
    case SHAPE_TIME:
        return *(const int64_t *)at == 0;
    case SHAPE_LIST:
        return pointer_at(in, member->offset) == NULL;
    case SHAPE_OBJECT:
        return member->shape->is_map && ((const struct shape_map *)at)->pairs == NULL;
    case SHAPE_BOOL:
    case SHAPE_I64:
    case SHAPE_MILLI:
    case SHAPE_REAL:
    case SHAPE_ENUM:
        break;
    }
    return false;
}

static void append_time(struct buffer *buffer, int64_t time_us)
{
    char out[CLOCK_RFC3339_BYTES];
    buffer_append_char(buffer, '"');
    buffer_append(buffer, clock_format_rfc3339(time_us, out));
    buffer_append_char(buffer, '"');
}

static void append_uuid(struct buffer *buffer, struct uuid id)
{
    char out[UUID_TEXT_BYTES + 1];
    buffer_append_char(buffer, '"');
    buffer_append(buffer, uuid_format(id, out));
    buffer_append_char(buffer, '"');
}

static void append_enum(struct buffer *buffer, const struct enumeration *enumeration,
                        unsigned value)
{
    const char *name = enumeration_name(enumeration, value);
    if (name == NULL) {
        buffer_append(buffer, TEXT("null"));
    } else {
        buffer_append_json_string(buffer, text_of(name));
    }
}

static void append_real(struct buffer *buffer, const struct shape_member *member, double value)
{
    if ((member->flags & SHAPE_EXACT) != 0) {
        literal_append_exact(buffer, value);
    } else {
        literal_append_real(buffer, value);
    }
}

static void append_value(struct buffer *buffer, enum shape_type type,
                         const struct shape_member *member, const void *at)
{
    const struct text *t = at;
    switch (type) {
    case SHAPE_BOOL:
        buffer_append(buffer, *(const bool *)at ? TEXT("true") : TEXT("false"));
        break;
    case SHAPE_I64:
        buffer_append_i64(buffer, *(const int64_t *)at);
        break;
    case SHAPE_MILLI:
        literal_append_milli(buffer, *(const int64_t *)at);
        break;
    case SHAPE_REAL:
        append_real(buffer, member, *(const double *)at);
        break;
    case SHAPE_TEXT:
        buffer_append_json_string(buffer, *t);
        break;
    case SHAPE_JSON:
        buffer_append(buffer, t->len == 0 ? TEXT("null") : *t);
        break;
    case SHAPE_UUID:
        append_uuid(buffer, *(const struct uuid *)at);
        break;
    case SHAPE_TIME:
        append_time(buffer, *(const int64_t *)at);
        break;
    case SHAPE_ENUM:
        append_enum(buffer, member->enumeration, *(const unsigned *)at);
        break;
    case SHAPE_OBJECT:
        codec_encode(buffer, member->shape, at);
        break;
    case SHAPE_LIST: /* append_list: needs the whole struct */
        break;
    }
}

static void append_list(struct buffer *buffer, const struct shape_member *member, const void *in)
{
    const char *items = pointer_at(in, member->offset);
    size_t count = 0;
    memcpy(&count, member_at(in, member->count_offset), sizeof count);
    const size_t size = shape_type_size(member->element, member->shape);
    buffer_append_char(buffer, '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            buffer_append_char(buffer, ',');
        }
        append_value(buffer, member->element, member, items + i * size);
    }
    buffer_append_char(buffer, ']');
}

static void append_member(struct buffer *buffer, const struct shape_member *member, const void *in,
                          bool absent)
{
    if (member->type == SHAPE_LIST) {
        if (absent && (member->flags & SHAPE_NULLABLE) != 0) {
            buffer_append(buffer, TEXT("null"));
        } else {
            append_list(buffer, member, in);
        }
        return;
    }
    if ((member->flags & SHAPE_RENDERED) != 0) {
        buffer_append(buffer, *(const struct text *)member_at(in, member->offset));
        return;
    }
    const bool is_ref = (member->flags & SHAPE_REF) != 0;
    if (absent && (is_ref || (member->flags & SHAPE_NULLABLE) != 0)) {
        buffer_append(buffer, TEXT("null"));
        return;
    }
    const void *at = is_ref ? pointer_at(in, member->offset) : member_at(in, member->offset);
    append_value(buffer, member->type, member, at);
}

static void encode_map(struct buffer *buffer, const struct shape_map *map)
{
    buffer_append_char(buffer, '{');
    for (size_t i = 0; i < map->count; i++) {
        if (i > 0) {
            buffer_append_char(buffer, ',');
        }
        buffer_append_json_string(buffer, map->pairs[i].key);
        buffer_append_char(buffer, ':');
        buffer_append_json_string(buffer, map->pairs[i].value);
    }
    buffer_append_char(buffer, '}');
}

void codec_encode(struct buffer *buffer, const struct shape *shape, const void *in)
{
    if (shape->is_map) {
        encode_map(buffer, in);
        return;
    }
    char before = '{';
    for (size_t i = 0; i < shape->count; i++) {
        const struct shape_member *member = &shape->members[i];
        const bool absent = (member->flags & (SHAPE_OPTIONAL | SHAPE_NULLABLE | SHAPE_REF)) != 0 &&
                            is_absent(member, in);
        if (absent && (member->flags & SHAPE_OPTIONAL) != 0) {
            continue;
        }
        buffer_append_char(buffer, before);
        buffer_append_char(buffer, '"');
        buffer_append(buffer, text_of(member->name)); /* names of members need no escape */
        buffer_append(buffer, TEXT("\":"));
        append_member(buffer, member, in, absent);
        before = ',';
    }
    if (before == '{') {
        buffer_append_char(buffer, '{');
    }
    buffer_append_char(buffer, '}');
}

bool codec_encode_text(struct arena *arena, const struct shape *shape, const void *in,
                       struct text *out, struct error *err)
{
    struct buffer buffer;
    buffer_init(&buffer, arena, LIMIT_REPLY_BYTES);
    codec_encode(&buffer, shape, in);
    return buffer_text(&buffer, out, err);
}
