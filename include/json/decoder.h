/*
 * What decoding carries along: where it is and what was wrong. Only for the files of this layer;
 * callers use json/codec.h. A place is a link to the place above it, so that nothing is built until
 * a fault needs its pointer.
 */
#ifndef JSON_DECODER_H
#define JSON_DECODER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

struct place {
    const struct place *above; /* NULL: the root */
    struct text name;          /* the member's name; absent: `index` counts */
    size_t index;
};

struct decoder {
    struct arena *arena;
    struct error *err;
    struct text prefix; /* of every pointer */
    bool is_parameter;  /* the place is a parameter, not a pointer */
    size_t fault_count;
};

/* Adds a fault at the place; returns false. */
bool decoder_fault(struct decoder *decoder, const struct place *place, enum fault_code code,
                   const char *format, ...) PRINTF_LIKE(4, 5);

#endif
