/*
 * Weak areas, model beta-1: a Beta posterior for each section, shrunk towards its parent, from
 * answers that fade with a half-life of 30 days.
 *
 * Evidence of one answer: weight w = 2^(-age / 30 days), credit f in 0…1. The store keeps, for each
 * user and section, the sums of w and w·f with w taken relative to a fixed epoch instead of now
 * (w_epoch = 2^((answered - EVIDENCE_EPOCH) / 30 days)): sums are then plain additions in any
 * order, exact to rounding, and one factor 2^(-(now - EVIDENCE_EPOCH) / 30 days) at reading gives
 * the weights of now.
 */
#ifndef DOMAIN_WEAK_AREAS_H
#define DOMAIN_WEAK_AREAS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "domain/bank.h"

#define WEAK_AREAS_MODEL "beta-1"
/* 2025-01-01T00:00:00Z. 2^(t/30 days) stays finite for more than 80 years after it. */
#define EVIDENCE_EPOCH_US INT64_C(1735689600000000)
#define EVIDENCE_HALF_LIFE_US (INT64_C(30) * 86400 * 1000000)

/* The weight of an answer relative to EVIDENCE_EPOCH_US. */
double evidence_weight(int64_t answered_at_us);

/* What is stored for a user and a section (its own questions only). */
struct evidence {
    double weight;            /* sum of epoch weights */
    double credit;            /* sum of epoch weight x credit (0…1) */
    int64_t answers;          /* plain count */
    int64_t correct;          /* plain count of answers with full credit */
    int64_t last_answered_at; /* µs, 0: never */
    int64_t last_wrong_at;    /* µs, 0: never */
};

enum weak_area_label {
    WEAK_AREA_WEAK,
    WEAK_AREA_UNSURE,
    WEAK_AREA_STRONG,
    WEAK_AREA_NO_EVIDENCE,
    WEAK_AREA_LABEL_COUNT
};
extern const struct enumeration WEAK_AREA_LABELS;

struct weak_area {
    size_t section; /* index into bank->sections */
    enum weak_area_label label;
    double mean;
    double low;  /* 5 % */
    double high; /* 95 % */
    double probability_below_target;
    double expected_gain; /* (share of the bank's questions under that section) x P x max(0, target
                             - mean) */
    struct evidence evidence; /* of the whole subtree, counts as they are, weights of now */
    struct text why;          /* "2 of 6 right; last wrong 3 days ago" */
};

/* The posterior of one section from its prior mean m and its subtree's sums (weights of now):
 * Beta(4m + credit, 4(1-m) + weight - credit). */
void weak_areas_posterior(double prior_mean, double weight, double credit, double target,
                          struct weak_area *area);
struct weak_areas_input {
    const struct bank *bank;
    const struct evidence *evidence; /* bank->section_count entries by section index */
    double target;                   /* 0…1 */
    int64_t now_us;
    size_t limit; /* how many are wanted */
};
/* The first `limit` of the sections with questions of their own, ordered by expected gain (ties:
 * lower mean first, then notes order). O(sections). */
void weak_areas_estimate(const struct weak_areas_input *input, struct arena *arena,
                         struct weak_area **areas, size_t *count);

#endif
