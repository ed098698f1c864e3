/* What the conversion of HTML is made of. Only for the files of this layer. */
#ifndef FORMATS_HTML_H
#define FORMATS_HTML_H

#include <stdint.h>

#include "base/buffer.h"

/* A piece of HTML: the words before the next tag, or a tag. */
struct html_piece {
    bool is_tag;
    bool is_closing;
    struct text text;       /* words, or the tag's name in the case it has */
    struct text attributes; /* what stands behind the name */
};

/* Takes the next piece; false at the end. Comments are passed over. */
NODISCARD bool html_next(struct text source, size_t *at, struct html_piece *piece);
/* An attribute's value as it stands; absent: there is none. */
struct text html_attribute(struct text attributes, struct text name);
/* Appends the words with their entities as characters. */
void html_decode(struct buffer *out, struct text words);
/* Appends the source as Markdown. `keeps_lines`: an end of line is one. Returns the kinds of things
 * that were lost, as bits. */
uint32_t html_convert(struct buffer *out, struct arena *arena, struct text source,
                      bool keeps_lines);

enum html_loss {
    HTML_LOSES_IMAGES = 1,
    HTML_LOSES_TABLES = 2,
    HTML_LOSES_SCRIPTS = 4,
    HTML_LOSES_LINKS = 8,
    HTML_LOSES_RAISED = 16, /* sub- and superscript */
    HTML_LOSES_HEADINGS = 32,
    HTML_LOSES_MEDIA = 64,
    HTML_LOSES_LOOKS = 128 /* colours, underlining, … */
};

#endif
