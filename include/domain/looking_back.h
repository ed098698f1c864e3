/*
 * Choosing by what the learner did before: questions that are new to him, those that move his weak
 * sections most, those to be reviewed. Pure functions of the seed, the candidates and the history:
 * the same of these give the same paper.
 */
#ifndef DOMAIN_LOOKING_BACK_H
#define DOMAIN_LOOKING_BACK_H

#include "domain/reviews.h"
#include "domain/scoring.h"
#include "domain/selection.h"
#include "domain/weak_areas.h"

/* What a learner had to do with a question. */
struct item_history {
    int64_t asked_at;    /* last on a paper, or answered; 0: never */
    bool is_recent;      /* that is less than a day ago */
    int64_t answered_at; /* last answer of which he knows what it was worth; 0: none */
    int64_t credit;      /* of it, thousandths */
};

struct looking_back {
    const struct bank *bank;
    const struct selection_wish *wish;
    const struct item_history *history; /* bank->item_count entries */
    struct arena *arena;
};

/* New ones first; then those that were asked longest ago. Returns how many were chosen. */
size_t looking_back_choose_unseen(const struct looking_back *input, size_t **chosen);
/* What is due (reviews_find_due), the most forgotten first; then those whose last answer was not
 * wholly right, longest ago first; then the others, longest ago first. What was never answered is
 * no candidate. */
size_t looking_back_choose_review(const struct looking_back *input, const struct reviews_due *due,
                                  size_t **chosen);
/* One after another from the section that has most to gain, where every question that is on the
 * paper already halves, thirds … what the next one of its section can gain. Nothing that was asked
 * within a day, unless nothing else is left; of a section new ones first, then those asked longest
 * ago. `areas` are those of weak_areas_estimate. */
size_t looking_back_choose_weak(const struct looking_back *input, const struct weak_area *areas,
                                size_t area_count, size_t **chosen);

#endif
