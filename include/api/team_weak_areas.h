/* Where a team is weak, for its owner and managers. */
#ifndef API_TEAM_WEAK_AREAS_H
#define API_TEAM_WEAK_AREAS_H

#include "api/call.h"
#include "base/shape.h"

struct team_weak_areas_query {
    struct text bank;
    const int64_t *target; /* thousandths; NULL: the bank's */
};
extern const struct shape TEAM_WEAK_AREAS_QUERY_SHAPE;
extern const struct shape TEAM_WEAK_AREAS_SHAPE;

bool api_list_team_weak_areas(struct call *call, void *reply, struct error *err);

#endif
