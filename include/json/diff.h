/* What is different between two JSON values, place by place. */
#ifndef JSON_DIFF_H
#define JSON_DIFF_H

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

struct json_change {
    struct text pointer; /* RFC 6901, into both */
    struct text from;    /* JSON; absent: it is not there */
    struct text to;
};

/* The changes from the object or array `before` to `after`, in the order of their pointers. Items
 * of arrays are compared by their place. Both are JSON that the program itself has stored. */
NODISCARD bool json_diff(struct arena *arena, struct text before, struct text after,
                         const struct json_change **changes, size_t *count, struct error *err);

#endif
