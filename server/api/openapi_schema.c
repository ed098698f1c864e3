/* Shapes as JSON Schema. */
#include "api/openapi_schema.h"

#include <stdlib.h>

void schema_collect(struct schema_set *set, const struct shape *shape)
{
    if (shape == NULL) {
        return;
    }
    for (size_t i = 0; i < set->count; i++) {
        if (set->shapes[i] == shape) {
            return;
        }
        if (text_equal(text_of(set->shapes[i]->name), text_of(shape->name))) {
            abort(); /* two schemas of one name: shows in every test */
        }
    }
    if (set->count == SCHEMAS_MAX) {
        abort();
    }
    set->shapes[set->count] = shape;
    set->count++;
    for (size_t i = 0; i < shape->count; i++) {
        schema_collect(
            set, shape->members[i].shape); /* shapes nest as deep as the structs of the program */
    }
}

void schema_write_ref(struct buffer *out, const struct shape *shape)
{
    buffer_append(out, TEXT("{\"$ref\":\"#/components/schemas/"));
    buffer_append(out, text_of(shape->name));
    buffer_append(out, TEXT("\"}"));
}

static void write_type(struct buffer *out, const char *type, bool is_nullable)
{
    if (is_nullable) {
        buffer_printf(out, "\"type\":[\"%s\",\"null\"]", type);
    } else {
        buffer_printf(out, "\"type\":\"%s\"", type);
    }
}

static void write_limits(struct buffer *out, const struct shape_member *member, const char *low,
                         const char *high)
{
    if (member->min == 0 && member->max == 0) {
        return;
    }
    if (member->type == SHAPE_MILLI) {
        buffer_printf(out, ",\"%s\":%.15g,\"%s\":%.15g", low, (double)member->min / 1000.0, high,
                      (double)member->max / 1000.0);
        return;
    }
    buffer_printf(out, ",\"%s\":%lld", low, (long long)member->min);
    if (member->max != 0) {
        buffer_printf(out, ",\"%s\":%lld", high, (long long)member->max);
    }
}

static void write_enumeration(struct buffer *out, const struct enumeration *enumeration,
                              bool is_nullable)
{
    write_type(out, "string", is_nullable);
    buffer_append(out, TEXT(",\"enum\":["));
    for (size_t i = 0; i < enumeration->count; i++) {
        buffer_append(out, i > 0 ? TEXT(",") : TEXT(""));
        buffer_append_json_string(out, text_of(enumeration->names[i]));
    }
    buffer_append(out, is_nullable ? TEXT(",null]") : TEXT("]"));
}

static void write_text(struct buffer *out, const struct shape_member *member, bool is_nullable)
{
    write_type(out, "string", is_nullable);
    write_limits(out, member, "minLength", "maxLength");
    if (member->format != NULL) {
        buffer_append(out, TEXT(",\"format\":"));
        buffer_append_json_string(out, text_of(member->format));
    }
}

static void write_formatted(struct buffer *out, const char *format, bool is_nullable)
{
    write_type(out, "string", is_nullable);
    buffer_printf(out, ",\"format\":\"%s\"", format);
}

/* A reference with siblings (2020-12 allows them); null beside it where the member may be null. */
static void write_object(struct buffer *out, const struct shape *shape, bool is_nullable)
{
    if (!is_nullable) {
        buffer_printf(out, "\"$ref\":\"#/components/schemas/%s\"", shape->name);
        return;
    }
    buffer_append(out, TEXT("\"anyOf\":["));
    schema_write_ref(out, shape);
    buffer_append(out, TEXT(",{\"type\":\"null\"}]"));
}

static void write_list(struct buffer *out, const struct shape_member *member, bool is_nullable)
{
    const struct shape_member item = {.name = member->name,
                                      .type = member->element,
                                      .shape = member->shape,
                                      .enumeration = member->enumeration};

    write_type(out, "array", is_nullable);
    write_limits(out, member, "minItems", "maxItems");
    buffer_append(out, TEXT(",\"items\":"));
    schema_write_member(out, &item);
}

static void write_value(struct buffer *out, const struct shape_member *member)
{
    const bool is_nullable = (member->flags & SHAPE_NULLABLE) != 0;

    switch (member->type) {
    case SHAPE_BOOL:
        write_type(out, "boolean", is_nullable);
        break;
    case SHAPE_I64:
        write_type(out, "integer", is_nullable);
        write_limits(out, member, "minimum", "maximum");
        break;
    case SHAPE_MILLI:
    case SHAPE_REAL:
        write_type(out, "number", is_nullable);
        write_limits(out, member, "minimum", "maximum");
        break;
    case SHAPE_TEXT:
        write_text(out, member, is_nullable);
        break;
    case SHAPE_UUID:
        write_formatted(out, "uuid", is_nullable);
        break;
    case SHAPE_TIME:
        write_formatted(out, "date-time", is_nullable);
        break;
    case SHAPE_ENUM:
        write_enumeration(out, member->enumeration, is_nullable);
        break;
    case SHAPE_OBJECT:
        write_object(out, member->shape, is_nullable);
        break;
    case SHAPE_LIST:
        write_list(out, member, is_nullable);
        break;
    case SHAPE_JSON:
        if (member->shape != NULL) {
            write_object(out, member->shape, is_nullable);
        }
        break;
    }
}

void schema_write_member(struct buffer *out, const struct shape_member *member)
{
    buffer_append_char(out, '{');
    const size_t before = out->len;
    write_value(out, member);
    if (member->about != NULL) {
        buffer_append(out,
                      out->len > before ? TEXT(",\"description\":") : TEXT("\"description\":"));
        buffer_append_json_string(out, text_of(member->about));
    }
    buffer_append_char(out, '}');
}

static void write_required(struct buffer *out, const struct shape *shape)
{
    bool is_first = true;

    for (size_t i = 0; i < shape->count; i++) {
        if ((shape->members[i].flags & SHAPE_OPTIONAL) != 0) {
            continue;
        }
        buffer_append(out, is_first ? TEXT(",\"required\":[") : TEXT(","));
        buffer_append_json_string(out, text_of(shape->members[i].name));
        is_first = false;
    }
    buffer_append(out, is_first ? TEXT("") : TEXT("]"));
}

void schema_write_shape(struct buffer *out, const struct shape *shape)
{
    if (shape->is_map) {
        buffer_append(out,
                      TEXT("{\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\"}}"));
        return;
    }
    buffer_append(out,
                  TEXT("{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{"));
    for (size_t i = 0; i < shape->count; i++) {
        buffer_append(out, i > 0 ? TEXT(",") : TEXT(""));
        buffer_append_json_string(out, text_of(shape->members[i].name));
        buffer_append_char(out, ':');
        schema_write_member(out, &shape->members[i]);
    }
    buffer_append_char(out, '}');
    write_required(out, shape);
    buffer_append_char(out, '}');
}
