/* Recording answers: one by one, or many that a client has kept while it was offline. */
#ifndef API_ANSWERS_H
#define API_ANSWERS_H

#include "api/attempts.h"

struct answer_path {
    struct uuid attempt_id;
    int64_t position;
};
struct answer_request {
    const struct question_response *response; /* NULL: taken back */
    int64_t revision;
    const int64_t *certainty;
    bool flagged;
};
struct bundle_item {
    int64_t position;
    const struct question_response *response;
    int64_t revision;
    const int64_t *certainty;
    bool flagged;
    struct error fault; /* of its shape: it is judged alone */
};
struct bundle_request {
    const struct bundle_item *answers;
    size_t answer_count;
};

/* What became of one answer of a bundle. */
enum verdict {
    VERDICT_RECORDED, /* now, or before by the same request */
    VERDICT_STALE,
    VERDICT_ALREADY_ANSWERED,
    VERDICT_CLOSED,
    VERDICT_BUSY, /* to be sent again */
    VERDICT_INVALID,
    VERDICT_COUNT
};

extern const struct shape ANSWER_PATH_SHAPE;
extern const struct shape ANSWER_REQUEST_SHAPE;
extern const struct shape BUNDLE_REQUEST_SHAPE;
extern const struct shape BUNDLE_REPLY_SHAPE;

bool api_put_answer(struct call *call, void *reply, struct error *err);
bool api_put_answers(struct call *call, void *reply, struct error *err);

/* ---- what the two share ---- */

/* One answer on its way: what it is for, what is sent, what stands there afterwards. */
struct posting {
    struct uuid attempt_id;
    int64_t position;
    struct answer_request request;
    struct text prefix; /* of the pointers of its faults */
    struct paper_entry entry;
    const struct item_versions *old; /* NULL: the paper was in the cache */
    const struct item *item;
    const struct bank *bank;
    struct new_answer answer;
    bool is_beaten; /* by another of the same request */
    struct recorded_answer outcome;
    enum verdict verdict;
};

/* Finds what stands at the position: from the cache, or read once and remembered. ERROR_NOT_FOUND
 * where there is no such attempt; `entry.question_count` says whether it has the position. */
NODISCARD bool posting_find(struct call *call, struct posting *posting, struct error *err);
/* Finds the items of all postings. */
NODISCARD bool postings_load(struct call *call, struct posting *postings, size_t count,
                             struct error *err);
/* Checks and scores. ERROR_INVALID_INPUT. */
NODISCARD bool posting_prepare(struct call *call, struct posting *posting, struct error *err);
/* Records all in one statement and judges each. Of several for one position the highest revision is
 * recorded, and of the same revision the first. */
NODISCARD bool postings_record(struct call *call, struct posting *const *postings, size_t count,
                               struct error *err);
/* The answer that stands, with its feedback where that may be told; NULL: none. */
const struct answer_reply *posting_show(struct call *call, const struct posting *posting);

#endif
