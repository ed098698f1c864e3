/* How an exam would turn out. */
#ifndef API_READINESS_H
#define API_READINESS_H

#include "api/call.h"
#include "base/shape.h"

struct readiness_query {
    struct text bank;
    struct text exam;    /* slug; absent: one like the bank */
    const int64_t *size; /* NULL: 65, or the exam's */
    const int64_t *pass; /* thousandths; NULL: the bank's target, or the exam's mark */
};
extern const struct shape READINESS_QUERY_SHAPE;
extern const struct shape READINESS_REPLY_SHAPE;

bool api_get_readiness(struct call *call, void *reply, struct error *err);

#endif
