/* Item statistics, for instructors: of a question, of an exam, and what needs a look. */
#ifndef API_STATISTICS_H
#define API_STATISTICS_H

#include "api/call.h"
#include "base/shape.h"
#include "domain/item_statistics.h"

struct item_path {
    struct uuid question_id;
};
struct bank_exam_path {
    struct text bank;
    struct text exam;
};
struct review_queue_query {
    const enum item_flag *flag; /* NULL: any */
    const int64_t *limit;
    struct text cursor;
};
extern const struct shape ITEM_PATH_SHAPE;
extern const struct shape BANK_EXAM_PATH_SHAPE;
extern const struct shape REVIEW_QUEUE_QUERY_SHAPE;
extern const struct shape QUESTION_STATISTICS_SHAPE;
extern const struct shape EXAM_STATISTICS_SHAPE;
extern const struct shape REVIEW_QUEUE_SHAPE;

bool api_get_question_statistics(struct call *call, void *reply, struct error *err);
bool api_get_exam_statistics(struct call *call, void *reply, struct error *err);
bool api_list_review_queue(struct call *call, void *reply, struct error *err);

#endif
