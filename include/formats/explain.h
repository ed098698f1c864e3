/* The key of a question in words: what stands where an explanation is wanted and none was given. */
#ifndef FORMATS_EXPLAIN_H
#define FORMATS_EXPLAIN_H

#include "base/buffer.h"
#include "domain/question.h"

/* "Right: …", in Markdown. */
struct text explain_key(struct arena *arena, const struct question *question);
/* A number with at most 15 significant digits. */
void explain_number(struct buffer *out, double value);

#endif
