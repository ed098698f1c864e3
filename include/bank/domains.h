/* The domains of a bank as they are stored: one JSON object. */
#ifndef BANK_DOMAINS_H
#define BANK_DOMAINS_H

#include "bank/folder.h"
#include "base/shape.h"

struct bank_domain_list {
    const struct bank_domain *domains;
    size_t count;
};
extern const struct shape BANK_DOMAIN_LIST_SHAPE;

#endif
