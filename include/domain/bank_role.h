/* What a member of a bank may do with it: each role may what the ones before it may. */
#ifndef DOMAIN_BANK_ROLE_H
#define DOMAIN_BANK_ROLE_H

#include "base/error.h"
#include "base/shape.h"

enum bank_role { BANK_EDITOR, BANK_APPROVER, BANK_OWNER, BANK_ROLE_COUNT };
extern const struct enumeration BANK_ROLES;

/* Whether a rank (0: none, else a role + 1, as SQL's bank_rank() says it) has the rights of a role.
 * ERROR_FORBIDDEN. */
NODISCARD bool bank_role_check(int64_t rank, enum bank_role needed, struct error *err);

#endif
