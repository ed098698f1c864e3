/* What to study on each of the days to come. */
#ifndef API_PLAN_H
#define API_PLAN_H

#include "api/call.h"
#include "base/shape.h"

struct plan_query {
    struct text bank;
    struct text exam_date;          /* 2026-12-24; absent: none */
    struct text exam;               /* slug; absent: the bank's, where there is one alone */
    const int64_t *minutes_per_day; /* NULL: 30 */
    struct text tz;                 /* absent: UTC */
};
extern const struct shape PLAN_QUERY_SHAPE;
extern const struct shape PLAN_REPLY_SHAPE;

bool api_get_plan(struct call *call, void *reply, struct error *err);

#endif
