/* Exams in a plan: on which days they come, how much of one fits, and why. */
#ifndef DOMAIN_PLAN_EXAM_H
#define DOMAIN_PLAN_EXAM_H

#include "domain/plan.h"

struct plan_exam {
    int64_t size; /* questions; 0: there is none */
    int64_t minutes;
    struct text reason;
};
/* What of the exam that is planned for comes on that day (from 0), which has so many minutes. */
struct plan_exam plan_exam_on(const struct plan_input *input, int64_t day, int64_t minutes,
                              struct arena *arena);

#endif
