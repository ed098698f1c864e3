/* The names of the roles, and how they are compared. */
#include "domain/bank_role.h"

static const char *const BANK_ROLE_NAMES[BANK_ROLE_COUNT] = {"editor", "approver", "owner"};
const struct enumeration BANK_ROLES = {BANK_ROLE_NAMES, BANK_ROLE_COUNT};

bool bank_role_check(int64_t rank, enum bank_role needed, struct error *err)
{
    if (rank > (int64_t)needed) {
        return true;
    }
    return error_set(err, ERROR_FORBIDDEN, "this needs the role of an %s in the bank",
                     BANK_ROLE_NAMES[needed]);
}
