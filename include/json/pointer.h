/* JSON pointers (RFC 6901). */
#ifndef JSON_POINTER_H
#define JSON_POINTER_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/text.h"

/* Appends "/name", with '~' and '/' escaped. */
void pointer_append(struct buffer *buffer, struct text name);
/* The pointer of what is being written at the byte `offset` of a text that is JSON up to there,
 * with brackets at most LIMIT_JSON_DEPTH deep: of the member whose name or value ends or stands
 * there, or of the item. */
struct text pointer_at(struct arena *arena, struct text bytes, size_t offset);
/* The offset just behind the string whose opening quote is at `at`; the end of the text where it is
 * never closed. */
size_t pointer_skip_string(struct text bytes, size_t at);

#endif
