/* What the caller should see again. */
#ifndef API_REVIEWS_H
#define API_REVIEWS_H

#include "api/call.h"
#include "base/shape.h"

struct reviews_query {
    struct text bank;
    int64_t exam_at;      /* 0: no exam */
    const int64_t *limit; /* NULL: 20 */
};
extern const struct shape REVIEWS_QUERY_SHAPE;
extern const struct shape REVIEWS_REPLY_SHAPE;

bool api_list_reviews(struct call *call, void *reply, struct error *err);

#endif
