/* The tags that the conversion of HTML knows. Only for the files of this layer. */
#ifndef FORMATS_HTML_TAGS_H
#define FORMATS_HTML_TAGS_H

#include "formats/html.h"

enum html_tag {
    TAG_UNKNOWN,
    TAG_QUIET, /* nothing to keep and nothing to lose */
    TAG_PARAGRAPH,
    TAG_BREAK,
    TAG_STRONG,
    TAG_EMPHASIS,
    TAG_CODE,
    TAG_PRE,
    TAG_LINK,
    TAG_LIST,
    TAG_NUMBERED,
    TAG_ITEM,
    TAG_IMAGE,
    TAG_ROW,
    TAG_CELL,
    TAG_HEADING,
    TAG_RAISED,
    TAG_LOWERED,
    TAG_SCRIPT,
    TAG_MEDIA
};
/* By its name in any case. */
enum html_tag html_tag_of(struct text name);

#endif
