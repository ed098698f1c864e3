/*
 * What is to be expected of many sections together (model beta-2): of a domain, of a tag, of an
 * exam. Sections are drawn from their posteriors again and again; what is uncertain about the bank
 * as a whole moves all of them at once. The same evidence gives the same draws.
 */
#ifndef DOMAIN_OUTLOOK_H
#define DOMAIN_OUTLOOK_H

#include "base/arena.h"
#include "domain/weak_areas.h"

enum { OUTLOOK_DRAWS = 1000 };

struct outlook_draws {
    size_t section_count;
    const double *shares; /* share of right answers: OUTLOOK_DRAWS rows of section_count */
};
/* `input->model` and `input->limit` are not read. */
struct outlook_draws outlook_draw(const struct weak_areas_input *input, struct arena *arena);

struct outlook {
    double mean;
    double low;               /* 5 % */
    double high;              /* 95 % */
    double probability_below; /* the target */
};
/* The share of right answers where section s is asked for with weight weights[s] (0 or more, not
 * all 0). `size` > 0: of that many questions, with the luck of each; 0: of as many as you like. */
struct outlook outlook_of(const struct outlook_draws *draws, const double *weights, size_t size,
                          double target, struct arena *arena);

#endif
