/*
 * What to do today: a list of steps that fits the time there is, each with its reason. A pure
 * function: the same situation gives the same plan.
 */
#ifndef DOMAIN_PLAN_H
#define DOMAIN_PLAN_H

#include "base/arena.h"
#include "base/shape.h"
#include "domain/outlook.h"
#include "domain/reviews.h"
#include "domain/weak_areas.h"

enum plan_kind { PLAN_REVIEW, PLAN_READ, PLAN_PRACTICE, PLAN_EXAM, PLAN_KIND_COUNT };
extern const struct enumeration PLAN_KINDS;

struct plan_input {
    const struct bank *bank;
    const struct weak_area *areas; /* by expected gain */
    size_t area_count;
    size_t due_count;       /* reviews that are due */
    struct outlook outlook; /* of an exam, against its pass mark */
    int64_t now_us;
    int64_t exam_at; /* 0: none */
    int64_t minutes;
};
struct plan_step {
    enum plan_kind kind;
    const struct section *section; /* NULL: the whole bank */
    int64_t size;                  /* questions; 0: reading */
    int64_t minutes;
    struct text reason;
};
/* In the order in which to do them; their minutes add up to at most what there is. */
size_t plan_make(const struct plan_input *input, struct arena *arena, struct plan_step **steps);

#endif
