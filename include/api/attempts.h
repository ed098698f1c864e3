/* Attempts: start, read, list; answer, submit, result. */
#ifndef API_ATTEMPTS_H
#define API_ATTEMPTS_H

#include "api/call.h"
#include "api/question_reply.h"
#include "base/shape.h"
#include "domain/attempt.h"
#include "store/attempts.h"

struct difficulty_range {
    int64_t min;
    int64_t max; /* inclusive */
};
struct start_request {
    struct text bank;
    enum attempt_mode mode;
    const struct text *sections; /* paths; none: all of the bank */
    size_t section_count;
    const struct text *tags; /* none: any */
    size_t tag_count;
    const struct difficulty_range *difficulty; /* NULL: any */
    bool unseen_first;
    const int64_t *size;
    struct text feedback; /* absent: immediate */
    struct text seed;     /* absent: made at random */
    const struct scoring_choice *scoring;
    struct text exam; /* slug: of mode exam */
};
struct attempt_path {
    struct uuid attempt_id;
};
struct list_query {
    const int64_t *limit;
    struct text cursor;
    struct text bank; /* slug */
    struct text state;
    struct text mode;
    struct text exam; /* slug */
};

/* An answer as its owner sees it. */
struct answer_reply {
    int64_t position;
    int64_t revision;
    struct text response; /* JSON; absent: taken back */
    const int64_t *certainty;
    bool flagged;
    int64_t recorded_at;
    const struct feedback_reply *feedback; /* NULL: not yet */
};
struct item_reply {
    int64_t position;
    struct question_reply question;
    const struct answer_reply *answer;     /* NULL: not answered */
    const struct feedback_reply *feedback; /* in a result: also of what was not answered */
};
/* The rules as far as a learner may know them: not which questions are only tried out. */
struct rules_reply {
    struct text exam;
    bool certainty;
    int64_t penalty;
    enum exam_moment feedback_when;
    const enum exam_part *feedback_show;
    size_t feedback_show_count;
    const int64_t *pass_scaled;
    int64_t closes_at;
};
struct attempt_reply {
    struct uuid id;
    struct text bank; /* slug */
    enum attempt_mode mode;
    enum attempt_state state;
    enum attempt_feedback feedback;
    struct text seed;
    int64_t started_at;
    int64_t deadline_at;
    int64_t submitted_at;
    struct rules_reply rules;
    const struct item_reply *items;
    size_t item_count;
};

extern const struct shape START_REQUEST_SHAPE;
extern const struct shape ATTEMPT_PATH_SHAPE;
extern const struct shape LIST_QUERY_SHAPE;
extern const struct shape ANSWER_REPLY_SHAPE;
extern const struct shape ITEM_REPLY_SHAPE;
extern const struct shape ATTEMPT_REPLY_SHAPE;
extern const struct shape ATTEMPT_LIST_SHAPE;
extern const struct shape RESULT_REPLY_SHAPE;

bool api_start_attempt(struct call *call, void *reply, struct error *err);
bool api_list_attempts(struct call *call, void *reply, struct error *err);
bool api_delete_attempt(struct call *call, void *reply, struct error *err);
bool api_get_attempt(struct call *call, void *reply, struct error *err);
bool api_submit_attempt(struct call *call, void *reply, struct error *err);
bool api_get_result(struct call *call, void *reply, struct error *err);

/* An attempt with all that a reply about it needs. */
struct paper {
    struct attempt attempt;
    struct attempt_answers answers;
    const struct bank *bank;
    const struct item *const *items;  /* by position - 1 */
    struct attempt_leavings leavings; /* of paper_load_to_close */
};
/* The attempt of the path with its answers and items. */
NODISCARD bool paper_load(struct call *call, struct paper *paper, struct error *err);
/* With all that closing it needs, in the same one statement. */
NODISCARD bool paper_load_to_close(struct call *call, struct paper *paper, struct error *err);
struct attempt_sheet paper_sheet(const struct paper *paper);
/* The items of a reply, with feedback where the rules allow it by now; in a result (`is_result`)
 * also of what was not answered. */
const struct item_reply *paper_items(struct call *call, const struct paper *paper, bool is_result);

#endif
