/* Tail probabilities. The Poisson binomial is summed by convolution, which stays accurate because
 * it only adds positive numbers. */
#include "bank/chance.h"

#include <math.h>

static const double HALF = 0.5;

static double normal_upper_tail(double z)
{
    return HALF * erfc(z / sqrt(2.0));
}

static double approximate(const double *p, size_t count, size_t observed)
{
    double mean = 0.0;
    double variance = 0.0;
    for (size_t i = 0; i < count; i++) {
        mean += p[i];
        variance += p[i] * (1.0 - p[i]);
    }
    const double distance = (double)observed - HALF - mean;
    if (variance <= 0.0) {
        return distance > 0.0 ? 0.0 : 1.0;
    }
    return normal_upper_tail(distance / sqrt(variance));
}

double chance_at_least(struct arena *arena, const double *p, size_t count, size_t observed)
{
    if (observed == 0) {
        return 1.0;
    }
    if (observed > count) {
        return 0.0;
    }
    if (count > CHANCE_EXACT_MAX) {
        return approximate(p, count, observed);
    }
    double *mass = arena_new_array(arena, count + 1, double); /* of each number of successes */
    mass[0] = 1.0;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = i + 1; k > 0; k--) {
            mass[k] = mass[k] * (1.0 - p[i]) + mass[k - 1] * p[i];
        }
        mass[0] *= 1.0 - p[i];
    }
    double tail = 0.0;
    for (size_t k = count; k >= observed; k--) {
        tail += mass[k];
    }
    return fmin(tail, 1.0);
}

double chance_chi_square(double statistic, size_t freedom)
{
    if (freedom == 0 || statistic <= 0.0) {
        return 1.0;
    }
    const double half = statistic / 2.0;
    double tail = freedom % 2 == 0 ? 0.0 : erfc(sqrt(half));
    double term = freedom % 2 == 0 ? exp(-half) : 2.0 * exp(-half) * sqrt(half / acos(-1.0));
    for (size_t degrees = freedom % 2 == 0 ? 2 : 3; degrees <= freedom; degrees += 2) {
        tail += term;
        term *= half / ((double)degrees / 2.0);
    }
    return fmin(tail, 1.0);
}
