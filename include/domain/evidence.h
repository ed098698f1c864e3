/*
 * Evidence: what is kept, for each learner and section, of the answers given.
 *
 * An answer of age a has the weight w = 2^(-a / 30 days). Kept are sums over answers with w taken
 * relative to a fixed epoch instead of now (w_epoch = 2^((answered - EVIDENCE_EPOCH) / 30 days)):
 * sums are then plain additions in any order, exact to rounding, and one factor 2^(-(now -
 * EVIDENCE_EPOCH) / 30 days) at reading gives the weights of now.
 *
 * What counts, and when: an answer whose outcome is told at once counts when it is recorded (it is
 * final: the first answer to a question in an attempt is the only one). Others count with the time
 * of submission, but not before their outcome may be told (attempt->evidence_due_at). A question
 * without an answer counts as wrong when an exam is submitted, and not at all elsewhere. Pilots
 * never count.
 */
#ifndef DOMAIN_EVIDENCE_H
#define DOMAIN_EVIDENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "domain/attempt.h"
#include "domain/bank.h"
#include "domain/knowledge.h"

/* 2025-01-01T00:00:00Z. 2^(t/30 days) stays finite for more than 80 years after it. */
#define EVIDENCE_EPOCH_US INT64_C(1735689600000000)
#define EVIDENCE_HALF_LIFE_US (INT64_C(30) * 86400 * 1000000)

enum { EVIDENCE_SECTIONS_MAX = 1 + QUESTION_SECTIONS_MAX };

/* The weight of an answer relative to EVIDENCE_EPOCH_US. */
double evidence_weight(int64_t answered_at_us);

/* What is stored for a user and a section. The first six are about questions whose primary section
 * it is; `likelihood` is also about those that name it as a further one. */
struct evidence {
    double weight;            /* sum of epoch weights */
    double credit;            /* sum of epoch weight x credit (0…1) */
    int64_t answers;          /* plain count */
    int64_t correct;          /* plain count of answers with full credit */
    int64_t last_answered_at; /* µs, 0: never */
    int64_t last_wrong_at;    /* µs, 0: never */
    /* Sum of epoch weight x share of the section x log-likelihood (domain/knowledge.h). */
    double likelihood[KNOWLEDGE_POINTS];
};
/* Whether any answer is in `likelihood`: a logarithm of a probability is never 0 there. */
bool evidence_is_known(const struct evidence *evidence);
/* Adds sums and counts, keeps the later times. */
void evidence_add(struct evidence *to, const struct evidence *more);

/* Takes back what `less` is part of; times stay. What is left of sums that were equal is nothing.
 */
void evidence_subtract(struct evidence *from, const struct evidence *less);
/* Equal counts and times, sums to within what additions in another order may differ in. */
bool evidence_is_same(const struct evidence *a, const struct evidence *b);

/* A question that counts. */
struct evidence_event {
    const struct item *item;
    const struct calibration *calibration; /* that the attempt keeps; NULL: none */
    int64_t credit;                        /* thousandths */
    int64_t at_us;
    bool is_immediate; /* counted when it was answered, not when the attempt was submitted */
};
/* What an attempt as it stands has left in the evidence, by the rules above (attempt->rules). */
size_t evidence_events(const struct attempt *attempt, const struct attempt_sheet *sheet,
                       struct arena *arena, struct evidence_event **events);
/* The part of these that was not evidence before the attempt was submitted. */
size_t evidence_closing_events(const struct attempt *attempt, const struct attempt_sheet *sheet,
                               struct arena *arena, struct evidence_event **events);
/* Whether a question that was not answered counts as wrong when the attempt is submitted. */
bool evidence_counts_skipped(enum attempt_mode mode);

/* The sections that a question's evidence is spread over, each with the same share: the primary one
 * first, then the further ones that the bank has. Returns how many. */
size_t evidence_sections(const struct bank *bank, const struct item *item,
                         size_t sections[EVIDENCE_SECTIONS_MAX]);
/* What events of one time leave in a section, before their weight. */
struct evidence_part {
    size_t section;
    int64_t answers;
    int64_t credit; /* thousandths */
    int64_t correct;
    double likelihood[KNOWLEDGE_POINTS];
};
/* One part a section, in notes order. */
size_t evidence_parts(const struct bank *bank, const struct evidence_event *events, size_t count,
                      struct arena *arena, struct evidence_part **parts);
/* Adds events to the sums of the bank's sections: what the store must hold after them. */
void evidence_replay(const struct bank *bank, const struct evidence_event *events, size_t count,
                     struct evidence *sums);

#endif
