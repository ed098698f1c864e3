/* Pieces of a file into lines, without their ends. Only for the files of this layer. */
#ifndef FORMATS_LINES_H
#define FORMATS_LINES_H

#include "base/buffer.h"

struct lines {
    struct arena *arena; /* of a line that pieces cut */
    struct buffer carry;
    size_t number; /* of the line that is being read, from 1 */
    bool is_too_long;
};

/* Called with each line; `is_too_long`: its beginning only. */
typedef void line_taker(void *context, struct text line, size_t number, bool is_too_long);

/* The arena is the reader's: what lines need is given back with it. */
void lines_open(struct lines *lines, struct arena *arena);
void lines_feed(struct lines *lines, struct text piece, line_taker *take, void *context);
/* The last line, where nothing ends it. */
void lines_finish(struct lines *lines, line_taker *take, void *context);

#endif
