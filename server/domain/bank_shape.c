/* Descriptor tables of domain/bank.h. */
#include "domain/bank_shape.h"

static const struct shape_member LINK_MEMBERS[] = {
    MEMBER_TEXT(struct link, url),
    MEMBER_TEXT(struct link, title),
};
const struct shape LINK_SHAPE = SHAPE_OF("Link", struct link, LINK_MEMBERS);

static const struct shape_member SECTION_LINKS_MEMBERS[] = {
    MEMBER_LIST(struct section_links, links, link_count, struct link, &LINK_SHAPE),
};
const struct shape SECTION_LINKS_SHAPE =
    SHAPE_OF("SectionLinks", struct section_links, SECTION_LINKS_MEMBERS);
