/* The descriptor table of bank/domains.h. */
#include "bank/domains.h"

static const struct shape_member DOMAIN_MEMBERS[] = {
    MEMBER_TEXT(struct bank_domain, slug),
    MEMBER_TEXT(struct bank_domain, title),
    MEMBER_I64(struct bank_domain, weight),
};
static const struct shape DOMAIN_SHAPE = SHAPE_OF("Domain", struct bank_domain, DOMAIN_MEMBERS);
static const struct shape_member LIST_MEMBERS[] = {
    MEMBER_LIST(struct bank_domain_list, domains, count, struct bank_domain, &DOMAIN_SHAPE),
};
const struct shape BANK_DOMAIN_LIST_SHAPE =
    SHAPE_OF("Domains", struct bank_domain_list, LIST_MEMBERS);
