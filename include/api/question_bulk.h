/* One change of many questions of a bank. */
#ifndef API_QUESTION_BULK_H
#define API_QUESTION_BULK_H

#include "api/call.h"
#include "base/shape.h"
#include "store/question_bulk.h"

struct bulk_request_body {
    enum bulk_operation operation;
    const struct uuid *ids;
    size_t id_count;
    const struct text *add_tags;
    size_t add_tag_count;
    const struct text *remove_tags;
    size_t remove_tag_count;
    struct text section;
    struct text comment;
    bool dry_run;
    bool atomic;
};
extern const struct shape QUESTION_BULK_REQUEST_SHAPE;
extern const struct shape QUESTION_BULK_SHAPE;

bool api_change_questions(struct call *call, void *reply, struct error *err);

#endif
