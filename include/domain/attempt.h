/*
 * An attempt: a paper (questions of pinned versions in a fixed order), the answers to it, and what
 * they are worth. The rules of the game that concern a whole attempt live here; those of a single
 * question in domain/scoring.h.
 */
#ifndef DOMAIN_ATTEMPT_H
#define DOMAIN_ATTEMPT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/shape.h"
#include "base/uuid.h"
#include "domain/attempt_rules.h"
#include "domain/bank.h"

enum attempt_mode { MODE_PRACTICE, MODE_EXAM, MODE_WEAK_AREAS, MODE_REVIEW, MODE_COUNT };
enum attempt_state { ATTEMPT_OPEN, ATTEMPT_SUBMITTED, ATTEMPT_STATE_COUNT };
enum attempt_feedback { FEEDBACK_IMMEDIATE, FEEDBACK_DEFERRED, FEEDBACK_COUNT };
extern const struct enumeration ATTEMPT_MODES;
extern const struct enumeration ATTEMPT_STATES;
extern const struct enumeration ATTEMPT_FEEDBACKS;

/* What an attempt keeps from its start to its end. */
struct attempt {
    struct uuid user_id;
    struct uuid id;
    struct uuid bank_id;
    enum attempt_mode mode;
    enum attempt_feedback feedback;
    struct text seed;
    const struct uuid *question_ids; /* by position - 1 */
    size_t question_count;
    const int64_t *versions;
    size_t version_count;
    int64_t started_at;
    int64_t deadline_at; /* 0: none */
    struct attempt_rules rules;
    /* What changes. */
    enum attempt_state state;
    int64_t answer_sequence; /* grows with every recorded answer: the guard of submit */
    int64_t submitted_at;    /* 0: not yet */
    bool is_scored;          /* score and evidence are written, or the evidence has its date */
    int64_t
        evidence_due_at; /* when submitted: from when on its answers are evidence; 0: they are */
    int64_t settled_at;  /* when all that it leaves behind was written; 0: not yet */
    int64_t read_at;     /* the database's clock when all this was so */
    /* Positions that a regrade has dropped; `rules` has them among the pilots. */
    const int64_t *dropped;
    size_t dropped_count;
};

struct answer {
    int64_t position; /* from 1 */
    int64_t revision;
    struct text response; /* canonical JSON; absent: cleared */
    int64_t credit;       /* thousandths */
    int64_t points;       /* thousandths, by the attempt's rules */
    int64_t certainty;    /* 0: none given */
    bool is_flagged;      /* marked for review */
    int64_t recorded_at;
};

/* Points of a set of questions, in thousandths; what penalties leave is never below 0. */
struct attempt_score {
    int64_t raw;
    int64_t max;
};

/* The part of one section in an attempt: credits, because sections tell what somebody knows. */
struct section_score {
    size_t section; /* index into the bank */
    int64_t credit;
    int64_t max;
    int64_t answers; /* how many of its questions were answered */
    int64_t correct; /* of these with full credit */
};

/* An attempt's questions by position - 1, and any number of answers to them, each position once. */
struct attempt_sheet {
    const struct item *const *items;
    size_t item_count;
    const struct answer *answers;
    size_t answer_count;
    const struct attempt_rules *rules;
};

struct attempt_summary {
    struct attempt_score score;
    struct section_score *sections; /* in notes order, only those that the paper has */
    size_t section_count;
};

/* Sums over the paper without its pilots. Questions without an answer have neither credit nor
 * points. */
struct attempt_summary attempt_summarize(const struct attempt_sheet *sheet, struct arena *arena);
/* raw / max in thousandths, rounded half up; 0 for an empty paper. */
int64_t attempt_scaled(struct attempt_score score);
/* NULL where the position was not answered. */
const struct answer *attempt_find_answer(const struct answer *answers, size_t count,
                                         int64_t position);

struct timed_answer {
    const struct answer *answer;
    int64_t duration_ms; /* since the one before it in the attempt, or since the start; ten minutes
                            at most: the rest was a pause */
};
/* The answers that were not cleared, by time. */
size_t attempt_time_answers(const struct attempt *attempt, const struct attempt_sheet *sheet,
                            struct arena *arena, struct timed_answer **timed);

#endif
