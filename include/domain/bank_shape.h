/* Descriptor tables of domain/bank.h. */
#ifndef DOMAIN_BANK_SHAPE_H
#define DOMAIN_BANK_SHAPE_H

#include "base/shape.h"
#include "domain/bank.h"

/* The links of a section as one JSON object. */
struct section_links {
    const struct link *links;
    size_t link_count;
};

extern const struct shape LINK_SHAPE;
extern const struct shape SECTION_LINKS_SHAPE;

#endif
