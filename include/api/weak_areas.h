/* The caller's weak areas: which sections, how sure, why, what to read, what to answer next. */
#ifndef API_WEAK_AREAS_H
#define API_WEAK_AREAS_H

#include "api/call.h"
#include "base/shape.h"

struct weak_areas_query {
    struct text bank;
    const int64_t *target; /* thousandths; NULL: the bank's */
    const int64_t *limit;
    struct text model; /* absent: as the server is set */
};
extern const struct shape WEAK_AREAS_QUERY_SHAPE;
extern const struct shape WEAK_AREAS_REPLY_SHAPE;

bool api_list_weak_areas(struct call *call, void *reply, struct error *err);

#endif
