/* How much the caller has studied. */
#ifndef API_PROGRESS_H
#define API_PROGRESS_H

#include "api/call.h"
#include "base/shape.h"

struct progress_query {
    struct text bank;
    struct text tz;          /* absent: UTC */
    const int64_t *days;     /* NULL: 30 */
    struct text granularity; /* absent: day */
};
extern const struct shape PROGRESS_QUERY_SHAPE;
extern const struct shape PROGRESS_REPLY_SHAPE;

bool api_get_progress(struct call *call, void *reply, struct error *err);

#endif
