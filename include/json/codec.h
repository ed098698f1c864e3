/*
 * Structs ↔ JSON by shape. Decoding collects every fault with its JSON pointer; encoding writes
 * bytes directly, in the order of the shape's members.
 */
#ifndef JSON_CODEC_H
#define JSON_CODEC_H

#include <jansson.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/shape.h"

/* Fills `out` (shape->size zeroed bytes); texts and lists are copied into the arena.
 * ERROR_INVALID_INPUT with a fault for each wrong place (`err` must have been zeroed: faults add
 * up). `out` is not to be used where it returns false. */
NODISCARD bool codec_decode(struct arena *arena, const json_t *value, const struct shape *shape,
                            void *out, struct error *err);
/* The same with pointers that begin with `prefix` ("/3" for the third item of a file). */
NODISCARD bool codec_decode_at(struct arena *arena, const json_t *value, const struct shape *shape,
                               struct text prefix, void *out, struct error *err);
/* Parses and decodes in one step: for JSON that the program itself has stored. Whatever is wrong is
 * logged and an ERROR_INTERNAL. */
NODISCARD bool codec_decode_text(struct arena *arena, struct text json, const struct shape *shape,
                                 void *out, struct error *err);
/* Decodes one scalar given as text (a query or path parameter) by its member; faults name the
 * parameter. `out` is the whole struct. */
NODISCARD bool codec_decode_parameter(struct arena *arena, struct text value,
                                      const struct shape_member *member, void *out,
                                      struct error *err);
/* Appends the JSON of `in`. Never fails but for the buffer's ceiling. */
void codec_encode(struct buffer *buffer, const struct shape *shape, const void *in);
/* The same, as a text in the arena. */
NODISCARD bool codec_encode_text(struct arena *arena, const struct shape *shape, const void *in,
                                 struct text *out, struct error *err);

#endif
