/*
 * Bytes from outside → a bounded json_t: UTF-8, at most LIMIT_JSON_DEPTH brackets deep (counted
 * over the raw bytes before the parser runs, because worker stacks are small), no duplicate
 * members, no NUL, and an object or array at the top.
 */
#ifndef JSON_BODY_H
#define JSON_BODY_H

#include <jansson.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

/* Call once before any thread: fixes jansson's hash seed. */
void body_start(void);
/* The value belongs to the arena. ERROR_MALFORMED_JSON with line and column in the detail,
 * and a fault with a pointer where it is a place in the JSON that is wrong; ERROR_PAYLOAD_TOO_LARGE
 * past `max_bytes`. */
NODISCARD bool body_parse(struct arena *arena, struct text bytes, size_t max_bytes, json_t **root,
                          struct error *err);
/* What PostgreSQL gives as jsonb was judged when it was stored: it is UTF-8, not deep, and has no
 * member twice. ERROR_INTERNAL where jansson cannot read it all the same. */
NODISCARD bool body_parse_stored(struct arena *arena, struct text bytes, json_t **root,
                                 struct error *err);
/* Line and column (from 1; columns count code points) of the value (or, for a missing member, of
 * the object) that an RFC 6901 pointer names in a text that body_parse has accepted. A pointer that
 * leads nowhere gives the deepest place on its way. */
void body_locate(struct text bytes, struct text pointer, size_t *line, size_t *column);

#endif
