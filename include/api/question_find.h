/* Finding questions, and the twins of one that is being written. */
#ifndef API_QUESTION_FIND_H
#define API_QUESTION_FIND_H

#include "api/questions.h"
#include "store/question_find.h"

struct questions_query {
    struct text bank;
    struct text q;
    struct text like;
    const enum question_state *state;
    const enum question_type *type;
    struct text section;
    struct text tag;
    struct text domain;
    const int64_t *difficulty;
    struct uuid author_id;
    const bool *needs_review;
    const bool *reported;
    const int64_t *limit;
    struct text cursor;
};
struct question_check_request {
    struct question question;
};
extern const struct shape QUESTIONS_QUERY_SHAPE;
extern const struct shape QUESTION_CHECK_REQUEST_SHAPE;
extern const struct shape FOUND_QUESTION_LIST_SHAPE;
extern const struct shape QUESTION_CHECK_SHAPE;

bool api_list_questions(struct call *call, void *reply, struct error *err);
bool api_check_question(struct call *call, void *reply, struct error *err);

#endif
