/* Shapes as JSON Schema (2020-12, as OpenAPI 3.1 uses it). */
#ifndef API_OPENAPI_SCHEMA_H
#define API_OPENAPI_SCHEMA_H

#include "base/buffer.h"
#include "base/shape.h"

enum { SCHEMAS_MAX = 256 };

/* The shapes that a document refers to, each once. */
struct schema_set {
    const struct shape *shapes[SCHEMAS_MAX];
    size_t count;
};

/* Adds a shape and all it refers to. Aborts past SCHEMAS_MAX and on two shapes of one name. */
void schema_collect(struct schema_set *set, const struct shape *shape);
/* {"type":"object",…} */
void schema_write_shape(struct buffer *out, const struct shape *shape);
/* The schema of one member's value. */
void schema_write_member(struct buffer *out, const struct shape_member *member);
/* {"$ref":"#/components/schemas/Name"} */
void schema_write_ref(struct buffer *out, const struct shape *shape);

#endif
