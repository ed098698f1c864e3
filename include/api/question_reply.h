/*
 * Questions and feedback as learners see them. The question reply holds nothing of the key: it is
 * built member by member, and its shape lists only what may be shown before an answer. Options,
 * items, premises and choices come in the order that the attempt's seed gives.
 */
#ifndef API_QUESTION_REPLY_H
#define API_QUESTION_REPLY_H

#include "base/arena.h"
#include "base/shape.h"
#include "domain/attempt_rules.h"
#include "domain/bank.h"

struct part_reply {
    struct text id;
    struct text text;
};

/* How an answer is scored: known before it is given. */
struct scoring_reply {
    enum scoring_rule rule;
    int64_t penalty;
    bool certainty;
};

struct question_reply {
    struct uuid id;
    int64_t version;
    enum question_type type;
    struct text section; /* path; absent: an exam does not tell it yet */
    struct text stem;
    int64_t difficulty;
    const struct part_reply *options; /* choice types */
    size_t option_count;
    struct text unit;               /* numeric */
    const struct part_reply *items; /* ordering */
    size_t item_count;
    const struct part_reply *premises; /* matching */
    size_t premise_count;
    const struct part_reply *choices; /* matching */
    size_t choice_count;
    const struct text *gaps; /* cloze: ids in the order of the stem */
    size_t gap_count;
    struct scoring_reply scoring;
};

struct option_feedback {
    struct text id;
    const bool *correct; /* choice types */
    struct text feedback;
};

struct range_feedback {
    const double *min; /* NULL: no bound */
    const double *max;
};

struct gap_feedback {
    struct text id;
    const struct text *accepted;
    size_t accepted_count;
};

/* What is told once an answer was recorded (immediate) or the attempt submitted. */
struct feedback_reply {
    const bool *correct; /* full credit */
    const int64_t *credit;
    const int64_t *points;
    struct text explanation;
    struct text section;                   /* path */
    const struct option_feedback *options; /* of options, items or premises */
    size_t option_count;
    const double *number;               /* numeric: the value */
    const struct range_feedback *range; /* numeric: where a range is right */
    const struct gap_feedback *gaps;    /* cloze */
    size_t gap_count;
    const struct text *accepted; /* short_text */
    size_t accepted_count;
    const struct text *order; /* ordering */
    size_t order_count;
    const struct shape_map *pairs; /* matching */
};

extern const struct shape QUESTION_REPLY_SHAPE;
extern const struct shape FEEDBACK_REPLY_SHAPE;

/* What a learner is shown of one question of a paper. */
struct question_view {
    const struct bank *bank;
    const struct item *item;
    const struct attempt_rules *rules;
    struct text seed;
    int64_t position;   /* from 1; with the seed it fixes the order of what is shown */
    bool tells_section; /* with the question, so that feedback need not */
};
void question_reply_fill(struct question_reply *reply, struct arena *arena,
                         const struct question_view *view);
/* The parts of the feedback that the rules show; whether its moment has come is the caller's
 * affair. */
void feedback_reply_fill(struct feedback_reply *reply, struct arena *arena,
                         const struct question_view *view, struct mark mark);

#endif
