/*
 * One JSON value → one scalar of a struct, with every check that its member asks for. Only for the
 * files of this layer; callers use json/codec.h.
 */
#ifndef JSON_SCALAR_H
#define JSON_SCALAR_H

#include <jansson.h>

#include "base/shape.h"
#include "json/decoder.h"

/* Stores the value at `out` or adds a fault. The member's type must not be OBJECT or LIST. */
NODISCARD bool scalar_decode(struct decoder *decoder, const struct place *place,
                             const struct shape_member *member, const json_t *value, void *out);
/* The checks of a text: UTF-8, control characters, number of code points, format. */
NODISCARD bool scalar_check_text(struct decoder *decoder, const struct place *place,
                                 const struct shape_member *member, struct text value);

#endif
