/*
 * The rules that an attempt started with and keeps: how answers are scored, when the learner is
 * told what, what passes. Values without pointers (but for the exam's name), so that they can be
 * copied out of a cache. The record is their form with lists, as it is stored and shown.
 */
#ifndef DOMAIN_ATTEMPT_RULES_H
#define DOMAIN_ATTEMPT_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/limits.h"
#include "domain/exam.h"
#include "domain/scoring.h"

/* 9999-12-31: answers of which nothing is ever told. */
#define EVIDENCE_NEVER_US INT64_C(253402214400000000)

enum { PILOT_WORD_BITS = 64, PILOT_WORDS = (LIMIT_ATTEMPT_ITEMS / PILOT_WORD_BITS) + 1 };

struct attempt_rules {
    struct scoring_policy scoring;
    enum exam_moment when;       /* feedback */
    bool shows[EXAM_PART_COUNT]; /* of it, when the moment has come */
    int64_t closes_at;           /* of the exam's window; 0: none */
    int64_t told_at;             /* when after_close has come: the last answers are in by then */
    int64_t pass_scaled;         /* 0: there is no pass mark */
    bool hides_score;            /* it is never told */
    bool is_exam;
    struct text exam;             /* slug; absent: not an exam */
    uint64_t pilots[PILOT_WORDS]; /* bit position - 1: not scored */
};

struct attempt_rules_record {
    struct text exam;
    const enum scoring_rule *scoring; /* by type, in the order of enum question_type */
    size_t scoring_count;
    int64_t penalty;
    bool certainty;
    enum exam_moment when;
    const enum exam_part *show;
    size_t show_count;
    bool hides_score;
    const int64_t *pass_scaled;
    int64_t closes_at;
    int64_t told_at;
    const int64_t *pilots; /* positions */
    size_t pilot_count;
};
extern const struct shape ATTEMPT_RULES_SHAPE; /* struct attempt_rules_record */

/* Practice: every part of the feedback after each answer, or after submit. */
struct attempt_rules attempt_rules_of_practice(bool is_immediate, struct scoring_policy scoring);
struct attempt_rules attempt_rules_of_record(const struct attempt_rules_record *record);
struct attempt_rules_record attempt_rules_to_record(const struct attempt_rules *rules,
                                                    struct arena *arena);

bool attempt_rules_is_pilot(const struct attempt_rules *rules, int64_t position);
void attempt_rules_set_pilot(struct attempt_rules *rules, int64_t position);
void attempt_rules_clear_pilot(struct attempt_rules *rules, int64_t position);
/* Whether feedback may be given now, by the database's clock; it matters for after_close alone. */
bool attempt_rules_may_tell(const struct attempt_rules *rules, bool is_submitted, int64_t now_us);
/* Whether the score may be told: once submitted, whatever feedback there is, but not before the
 * exam closes where all are told at that time, and never where the exam hides it. */
bool attempt_rules_tell_score(const struct attempt_rules *rules, bool is_submitted, int64_t now_us);
/* Whether the seed may be told: in an exam not before its feedback, because it gives away which
 * questions are only tried out and in what order the options stand in the bank. */
bool attempt_rules_tell_seed(const struct attempt_rules *rules, bool is_submitted, int64_t now_us);
/* Whether feedback, when its moment comes, lets the learner know which answers are right. Only then
 * an answer is final once feedback was given, and only then it is evidence: what a learner is told
 * of his weak areas would let him know, too. */
bool attempt_rules_tell_outcomes(const struct attempt_rules *rules);
/* Whether the outcome of an answer is told at once: then it is final, and evidence at once. */
bool attempt_rules_tell_at_once(const struct attempt_rules *rules);
/* From when on the answers of an attempt submitted by `now_us` are evidence; 0: from now. */
int64_t attempt_rules_evidence_due_at(const struct attempt_rules *rules, int64_t now_us);

#endif
