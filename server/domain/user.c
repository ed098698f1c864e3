/* The names of the roles. */
#include "domain/user.h"

static const char *const ROLE_NAMES[ROLE_COUNT] = {"learner", "instructor", "admin"};
const struct enumeration ROLES = {ROLE_NAMES, ROLE_COUNT};
