/* The names of the roles. */
#include "domain/team.h"

static const char *const TEAM_ROLE_NAMES[TEAM_ROLE_COUNT] = {"owner", "manager", "member"};
const struct enumeration TEAM_ROLES = {TEAM_ROLE_NAMES, TEAM_ROLE_COUNT};
