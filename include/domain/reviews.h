/*
 * What a learner should see again: the memory of each question (domain/fsrs.h), what an attempt
 * does to it, and what is due.
 */
#ifndef DOMAIN_REVIEWS_H
#define DOMAIN_REVIEWS_H

#include <stdbool.h>

#include "base/arena.h"
#include "domain/attempt.h"
#include "domain/bank.h"
#include "domain/fsrs.h"

struct review {
    struct uuid question_id;
    struct fsrs_memory memory;
    int64_t review_count;
    int64_t lapse_count;    /* reviews graded again, but for the first */
    bool is_sure_and_wrong; /* the last: graded again, by who was as sure as one can be */
    bool has_credit;        /* some answer to it had any */
};

/* For qsort and bsearch: ascending by question. */
int review_compare(const void *left, const void *right);

/* What an attempt does to the memory of one of its questions. */
struct review_event {
    struct uuid question_id;
    enum fsrs_grade grade;
    bool has_credit;
    int64_t at_us;
    bool is_sure; /* certainty 3 */
};
/* One for each answer, by time, graded with how long it took (attempt_time_answers). Questions
 * without an answer have none. */
size_t review_events(const struct attempt *attempt, const struct attempt_sheet *sheet,
                     struct arena *arena, struct review_event **events);
/* `known` NULL: the first. */
struct review review_add(const struct review *known, const struct review_event *event);
/* The memories of the questions that an attempt has answers to, after these answers; `known` are
 * those from before, ascending by question. */
size_t reviews_after(const struct attempt *attempt, const struct attempt_sheet *sheet,
                     const struct review *known, size_t known_count, struct arena *arena,
                     struct review **after);

/* 0.9; from 30 days before the exam on rising to 0.95. `exam_at` 0: no exam. */
double reviews_retention(int64_t now_us, int64_t exam_at);

/* Equal counts and times, the memory to within rounding. */
bool review_is_same(const struct review *a, const struct review *b);

struct review_list {
    const struct review *items; /* ascending by question */
    size_t count;
};
/* NULL: it is not there. */
const struct review *review_find(struct review_list reviews, struct uuid question_id);
/* Whether it is due at that time for somebody who has no exam before him. */
bool review_is_due(const struct review *review, int64_t at_us);
/* The ids of at most `wanted` questions at or below a section that have been reviewed, the most
 * difficult for this learner first; returns how many. */
size_t reviews_hardest(const struct bank *bank, size_t section, struct review_list reviews,
                       size_t wanted, struct uuid *ids);

/* The same of those whose last answer was wrong although its author was sure, the last one first.
 */
size_t reviews_sure_and_wrong(const struct bank *bank, size_t section, struct review_list reviews,
                              size_t wanted, struct uuid *ids);

struct due_review {
    size_t item; /* index into bank->items */
    struct review review;
    int64_t due_at;
    double retrievability; /* now */
};
struct reviews_input {
    const struct bank *bank;
    const struct review *reviews; /* ascending by question */
    size_t count;
    int64_t now_us;
    int64_t exam_at; /* 0: none. No review is planned for later than the day before */
    size_t limit;    /* the most that is asked for at once; the day's may be less */
};
struct reviews_due {
    struct due_review *items; /* the most forgotten first, at most `limit` */
    size_t count;
    size_t due_count;    /* without the limit */
    size_t known_count;  /* questions of the bank that are remembered at all */
    size_t done_today;   /* of these, reviewed since midnight (UTC) */
    size_t day_limit;    /* the most for a day; 0: no exam is ahead, and there is no limit */
    int64_t next_due_at; /* of those that are not due; 0: there is none */
};
/* Questions that the bank does not have any more are left out. Before an exam a day has as many
 * reviews as let all that is known come once more in the days left, 20 at least, and no more. */
void reviews_find_due(const struct reviews_input *input, struct arena *arena,
                      struct reviews_due *due);

#endif
