/* Reviews on the wire. */
#include "api/reviews.h"

#include "api/learning.h"
#include "base/clock.h"
#include "base/limits.h"
#include "store/reviews.h"

enum { DEFAULT_LIMIT = 20 };

static const struct shape_member QUERY_MEMBERS[] = {
    MEMBER_TEXT(struct reviews_query, bank, .min = 1, .max = LIMIT_SLUG_BYTES, .format = "slug"),
    MEMBER_TIME(struct reviews_query, exam_at, .flags = SHAPE_OPTIONAL,
                .about = "When the exam is: until then more is to be remembered, and nothing is "
                         "put off beyond it."),
    MEMBER_I64_REF(struct reviews_query, limit, .flags = SHAPE_REF | SHAPE_OPTIONAL, .min = 1,
                   .max = 100, .about = "The most to ask for at once (default 20)."),
};
const struct shape REVIEWS_QUERY_SHAPE =
    SHAPE_OF("ReviewsQuery", struct reviews_query, QUERY_MEMBERS);

struct reviewed_question {
    struct uuid id;
    int64_t version;
    enum question_type type;
    struct text section;
};
static const struct shape_member QUESTION_MEMBERS[] = {
    MEMBER_UUID(struct reviewed_question, id),
    MEMBER_I64(struct reviewed_question, version),
    MEMBER_ENUM(struct reviewed_question, type, &QUESTION_TYPES),
    MEMBER_TEXT(struct reviewed_question, section, .about = "Path of its primary section."),
};
static const struct shape QUESTION_SHAPE_REPLY =
    SHAPE_OF("ReviewedQuestion", struct reviewed_question, QUESTION_MEMBERS);

struct review_reply {
    struct reviewed_question question;
    int64_t due_at;
    double recall;
    double stability_days;
    double difficulty;
    int64_t review_count;
    int64_t lapse_count;
    int64_t reviewed_at;
};
static const struct shape_member REVIEW_MEMBERS[] = {
    MEMBER_OBJECT(struct review_reply, question, struct reviewed_question, &QUESTION_SHAPE_REPLY),
    MEMBER_TIME(struct review_reply, due_at),
    MEMBER_REAL(struct review_reply, recall, .about = "Probability that it is remembered now."),
    MEMBER_REAL(struct review_reply, stability_days,
                .about = "Days from the last review until that is 0.9."),
    MEMBER_REAL(struct review_reply, difficulty, .about = "1 to 10, for this learner."),
    MEMBER_I64(struct review_reply, review_count),
    MEMBER_I64(struct review_reply, lapse_count, .about = "How often it was known and forgotten."),
    MEMBER_TIME(struct review_reply, reviewed_at),
};
static const struct shape REVIEW_SHAPE = SHAPE_OF("Review", struct review_reply, REVIEW_MEMBERS);

struct reviews_reply {
    struct text model;
    double desired_retention;
    int64_t due_count;
    int64_t known_count;
    int64_t next_due_at;
    const int64_t *day_limit;
    int64_t done_today;
    const struct review_reply *data;
    size_t count;
};
static const struct shape_member REPLY_MEMBERS[] = {
    MEMBER_TEXT(struct reviews_reply, model, .about = "How memories are estimated: fsrs-6."),
    MEMBER_REAL(struct reviews_reply, desired_retention,
                .about = "A question is due when its recall falls to this."),
    MEMBER_I64(struct reviews_reply, due_count, .about = "Due now, beyond the limit too."),
    MEMBER_I64(struct reviews_reply, known_count,
               .about = "Questions of the bank that were answered in a submitted attempt."),
    MEMBER_TIME(struct reviews_reply, next_due_at, .flags = SHAPE_NULLABLE,
                .about = "When the first of the others will be due."),
    MEMBER_I64_REF(struct reviews_reply, day_limit, .flags = SHAPE_REF | SHAPE_NULLABLE,
                   .about = "With exam_at: the most to ask for in a day, so that all that is known "
                            "comes once more before the exam; 20 at least."),
    MEMBER_I64(struct reviews_reply, done_today,
               .about = "Questions reviewed since midnight, UTC."),
    MEMBER_LIST(struct reviews_reply, data, count, struct review_reply, &REVIEW_SHAPE,
                .about = "What is due, the most forgotten first; with exam_at no more than is left "
                         "of the day's limit."),
};
const struct shape REVIEWS_REPLY_SHAPE = SHAPE_OF("Reviews", struct reviews_reply, REPLY_MEMBERS);

static struct review_reply show(const struct bank *bank, const struct due_review *due)
{
    const struct item *item = &bank->items[due->item];

    return (struct review_reply){.question = {.id = item->id,
                                              .version = item->version,
                                              .type = item->question.type,
                                              .section = item->question.section},
                                 .due_at = due->due_at,
                                 .recall = learning_rounded(due->retrievability),
                                 .stability_days = learning_rounded(due->review.memory.stability),
                                 .difficulty = learning_rounded(due->review.memory.difficulty),
                                 .review_count = due->review.review_count,
                                 .lapse_count = due->review.lapse_count,
                                 .reviewed_at = due->review.memory.reviewed_at};
}

bool api_list_reviews(struct call *call, void *reply, struct error *err)
{
    const struct reviews_query *query = call->query;
    struct reviews_reply *out = reply;
    const struct bank *bank = NULL;
    struct review_list reviews = {.count = 0};
    struct reviews_due due = {.count = 0};
    int64_t *day_limit = arena_new(call->arena, int64_t);

    if (!call_find_bank(call, query->bank, &bank, err) ||
        !store_reviews_list(call->db, call->arena, call->user_id, bank->id, &reviews, err)) {
        return false;
    }
    const struct reviews_input input = {.bank = bank,
                                        .reviews = reviews.items,
                                        .count = reviews.count,
                                        .now_us = clock_now_us(),
                                        .exam_at = query->exam_at,
                                        .limit = query->limit == NULL ? DEFAULT_LIMIT
                                                                      : (size_t)*query->limit};
    reviews_find_due(&input, call->arena, &due);
    out->model = TEXT("fsrs-6");
    out->desired_retention = learning_rounded(reviews_retention(input.now_us, input.exam_at));
    out->due_count = (int64_t)due.due_count;
    out->known_count = (int64_t)due.known_count;
    out->next_due_at = due.next_due_at;
    out->done_today = (int64_t)due.done_today;
    *day_limit = (int64_t)due.day_limit;
    out->day_limit = due.day_limit == 0 ? NULL : day_limit;
    struct review_reply *data = arena_new_array(call->arena, due.count, struct review_reply);
    for (size_t i = 0; i < due.count; i++) {
        data[i] = show(bank, &due.items[i]);
    }
    out->data = data;
    out->count = due.count;
    return true;
}
