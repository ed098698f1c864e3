/*
 * Weak areas: for each section of the notes how much somebody knows of it, how sure that is, and
 * why. Two models say so, from the same evidence (domain/evidence.h): `beta-1` from shares of
 * right answers, `beta-2` from what each answer says given the chance of guessing and the
 * question's difficulty. server/domain/MODELS.md has their formulas and how they compare.
 */
#ifndef DOMAIN_WEAK_AREAS_H
#define DOMAIN_WEAK_AREAS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/shape.h"
#include "domain/bank.h"
#include "domain/evidence.h"

enum weak_areas_model { WEAK_AREAS_BETA_1, WEAK_AREAS_BETA_2, WEAK_AREAS_MODEL_COUNT };
extern const struct enumeration WEAK_AREAS_MODELS; /* "beta-1" … */

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
    double mean; /* expected share of right answers to the section's questions */
    double low;  /* 5 % */
    double high; /* 95 % */
    double probability_below_target;
    int64_t answers_needed; /* further ones, right as often as expected, that would settle the
                               label; 0: it is settled; -1: not known, or more than 50 */
    double expected_gain; /* (share of the bank's questions under that section) x P x max(0, target
                           - mean) */
    struct evidence evidence; /* of the whole subtree, counts as they are, weights of now */
    struct text why;          /* "2 of 6 right; last wrong 3 days ago" */
};

struct weak_areas_input {
    const struct bank *bank;
    const struct evidence *evidence; /* bank->section_count entries by section index */
    enum weak_areas_model model;
    double target; /* 0…1 */
    int64_t now_us;
    size_t limit;  /* how many are wanted */
    bool is_tree;  /* all sections with questions at or below them, in notes order, no limit */
    bool is_brief; /* without low, high, answers_needed and why, which take longest */
};
/* The first `limit` of the sections with questions of their own, ordered by expected gain (ties:
 * lower mean first, then notes order); or the tree. What has left the notes is evidence still, but
 * no area. O(sections x depth). */
void weak_areas_estimate(const struct weak_areas_input *input, struct arena *arena,
                         struct weak_area **areas, size_t *count);

/* The posterior of beta-1 for one section from its prior mean m and its subtree's sums (weights of
 * now): Beta(4m + credit, 4(1-m) + weight - credit). */
void weak_areas_posterior(double prior_mean, double weight, double credit, double target,
                          struct weak_area *area);

#endif
