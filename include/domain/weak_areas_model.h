/*
 * What the models of weak areas share. Only for domain/; callers use domain/weak_areas.h.
 */
#ifndef DOMAIN_WEAK_AREAS_MODEL_H
#define DOMAIN_WEAK_AREAS_MODEL_H

#include "domain/weak_areas.h"

struct estimate {
    const struct weak_areas_input *input;
    const struct evidence *sums; /* by section, of its subtree, weights of now; the last entry is
                                    the bank's */
    void *state;                 /* the model's own */
};

/* How a model is asked: once to begin, then about sections, and at last about the intervals of
 * those that are shown. */
struct weak_areas_method {
    void (*begin)(struct estimate *estimate, struct arena *arena);
    /* Fills label, mean and probability_below_target of area->section. */
    void (*judge)(struct estimate *estimate, struct weak_area *area);
    /* Fills low, high and answers_needed. */
    void (*finish)(struct estimate *estimate, struct weak_area *area);
};
extern const struct weak_areas_method WEAK_AREAS_METHOD_BETA_1;
extern const struct weak_areas_method WEAK_AREAS_METHOD_BETA_2;

/* The index of what stands above a section in `sums`: its parent, or the bank. */
size_t estimate_parent(const struct estimate *estimate, size_t section);
/* weak from P(below target) >= 0.8, strong to 0.2, unsure between. */
enum weak_area_label weak_areas_label(double probability_below_target);

/* A beta-2 estimate that has begun. */
struct estimate *weak_areas_beta2_begin(const struct weak_areas_input *input, struct arena *arena);
/* The posterior of a section; *shared gets the correlation of its share with what is uncertain
 * about the bank as a whole (0…1). */
const double *weak_areas_beta2_look(const struct estimate *estimate, size_t section,
                                    double *shared);
/* Sums of the subtrees with the weights of now, by section index; the last entry is the bank's. */
struct evidence *weak_areas_sum_subtrees(const struct bank *bank, const struct evidence *own,
                                         int64_t now_us, struct arena *arena);

#define WEAK_AREAS_INTERVAL_LOW 0.05
#define WEAK_AREAS_INTERVAL_HIGH 0.95

#endif
