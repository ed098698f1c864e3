/*
 * How likely a pattern of the keys is if it were chance: the tests behind the lint's rules about
 * the bank as a whole. Pure.
 */
#ifndef BANK_CHANCE_H
#define BANK_CHANCE_H

#include <stddef.h>

#include "base/arena.h"

/* P(X >= observed) for the number X of successes in `count` independent trials with probabilities
 * p[i] (Poisson binomial): exact, or from CHANCE_EXACT_MAX trials on by the normal approximation
 * with continuity correction. */
enum { CHANCE_EXACT_MAX = 3000 };
double chance_at_least(struct arena *arena, const double *p, size_t count, size_t observed);
/* P(χ² >= statistic) with `freedom` degrees (Abramowitz and Stegun 26.4.4, 26.4.5); 1 for none. */
double chance_chi_square(double statistic, size_t freedom);

#endif
