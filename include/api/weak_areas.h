/* The caller's weak areas: which sections, how sure, why, what to read, what to answer next. */
#ifndef API_WEAK_AREAS_H
#define API_WEAK_AREAS_H

#include "api/call.h"
#include "api/weak_areas_reply.h"
#include "base/shape.h"

struct weak_areas_query {
    struct text bank;
    const int64_t *target; /* thousandths; NULL: the bank's */
    const int64_t *limit;
    struct text model;             /* absent: as the server is set */
    struct text shape;             /* flat or tree */
    struct text by;                /* section, domain or tag */
    int64_t compare_to;            /* 0: nothing */
    const int64_t *hardest;        /* how many questions a section; NULL: none */
    const int64_t *sure_and_wrong; /* the same */
};
extern const struct shape WEAK_AREAS_QUERY_SHAPE;

bool api_list_weak_areas(struct call *call, void *reply, struct error *err);

#endif
