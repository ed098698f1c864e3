/*
 * Where a question stands on its way to learners: draft, in review, published, retired; which
 * steps there are, and whose they are. An edit of a published question goes the same way beside it.
 */
#ifndef DOMAIN_QUESTION_STATE_H
#define DOMAIN_QUESTION_STATE_H

#include "base/shape.h"
#include "domain/bank_role.h"

enum question_state {
    QUESTION_DRAFT,
    QUESTION_IN_REVIEW,
    QUESTION_PUBLISHED,
    QUESTION_RETIRED,
    QUESTION_STATE_COUNT
};
extern const struct enumeration QUESTION_STATES;

/* The states that a step to `to` can begin from, by name; returns how many. From published to
 * published is no step but a confirmation, of a question whose notes have changed. */
size_t question_state_sources(enum question_state to, struct text names[QUESTION_STATE_COUNT]);
/* Who may take a question there. */
enum bank_role question_state_role(enum question_state to);

#endif
