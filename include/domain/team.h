/* What a member of a team may do there: the owner everything, a manager all but ending it and
 * giving roles. */
#ifndef DOMAIN_TEAM_H
#define DOMAIN_TEAM_H

#include "base/shape.h"

enum team_role { TEAM_OWNER, TEAM_MANAGER, TEAM_MEMBER, TEAM_ROLE_COUNT };
extern const struct enumeration TEAM_ROLES;

#endif
