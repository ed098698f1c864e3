/* Names of tags. */
#include "formats/html_tags.h"

static const struct {
    struct text name;
    enum html_tag tag;
} TAGS[] = {
    {TEXT_INIT("p"), TAG_PARAGRAPH},
    {TEXT_INIT("div"), TAG_PARAGRAPH},
    {TEXT_INIT("blockquote"), TAG_PARAGRAPH},
    {TEXT_INIT("hr"), TAG_PARAGRAPH},
    {TEXT_INIT("table"), TAG_PARAGRAPH},
    {TEXT_INIT("br"), TAG_BREAK},
    {TEXT_INIT("b"), TAG_STRONG},
    {TEXT_INIT("strong"), TAG_STRONG},
    {TEXT_INIT("i"), TAG_EMPHASIS},
    {TEXT_INIT("em"), TAG_EMPHASIS},
    {TEXT_INIT("code"), TAG_CODE},
    {TEXT_INIT("tt"), TAG_CODE},
    {TEXT_INIT("kbd"), TAG_CODE},
    {TEXT_INIT("samp"), TAG_CODE},
    {TEXT_INIT("pre"), TAG_PRE},
    {TEXT_INIT("a"), TAG_LINK},
    {TEXT_INIT("ul"), TAG_LIST},
    {TEXT_INIT("ol"), TAG_NUMBERED},
    {TEXT_INIT("li"), TAG_ITEM},
    {TEXT_INIT("img"), TAG_IMAGE},
    {TEXT_INIT("tr"), TAG_ROW},
    {TEXT_INIT("td"), TAG_CELL},
    {TEXT_INIT("th"), TAG_CELL},
    {TEXT_INIT("h1"), TAG_HEADING},
    {TEXT_INIT("h2"), TAG_HEADING},
    {TEXT_INIT("h3"), TAG_HEADING},
    {TEXT_INIT("h4"), TAG_HEADING},
    {TEXT_INIT("h5"), TAG_HEADING},
    {TEXT_INIT("h6"), TAG_HEADING},
    {TEXT_INIT("sup"), TAG_RAISED},
    {TEXT_INIT("sub"), TAG_LOWERED},
    {TEXT_INIT("script"), TAG_SCRIPT},
    {TEXT_INIT("style"), TAG_SCRIPT},
    {TEXT_INIT("iframe"), TAG_MEDIA},
    {TEXT_INIT("video"), TAG_MEDIA},
    {TEXT_INIT("audio"), TAG_MEDIA},
    {TEXT_INIT("object"), TAG_MEDIA},
    {TEXT_INIT("embed"), TAG_MEDIA},
    {TEXT_INIT("span"), TAG_QUIET},
    {TEXT_INIT("tbody"), TAG_QUIET},
    {TEXT_INIT("thead"), TAG_QUIET},
    {TEXT_INIT("html"), TAG_QUIET},
    {TEXT_INIT("body"), TAG_QUIET},
    {TEXT_INIT("section"), TAG_QUIET},
    {TEXT_INIT("source"), TAG_QUIET},
};

enum html_tag html_tag_of(struct text name)
{
    for (size_t i = 0; i < COUNT_OF(TAGS); i++) {
        if (text_equal_ignoring_case(name, TAGS[i].name)) {
            return TAGS[i].tag;
        }
    }
    return TAG_UNKNOWN;
}
