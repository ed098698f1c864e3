/*
 * The regularized incomplete beta function I_x(a, b) and its inverse, without a library for special
 * functions.
 *
 * Distribution function: the continued fraction of DLMF 8.17.22 (Abramowitz & Stegun 26.5.8),
 * evaluated by the modified Lentz method (Thompson & Barnett 1986), on the side of the mean where
 * it converges fast: some 150 steps at a = b = 1e6. The factor before it, x^a (1-x)^b / B(a, b), is
 * where accuracy is lost when it is made from differences of log-gammas (1e7 each at a = 1e6). Here
 * it is Loader's saddle-point form (C. Loader, "Fast and accurate computation of binomial
 * probabilities", 2000): the error of Stirling's formula and two deviances, all of them small and
 * each free of cancellation. Nothing here calls lgamma(), which writes a global.
 *
 * Inverse: Newton's method on ln I as a function of ln x, kept inside a bracket that bisection
 * halves where Newton leaves it. In these coordinates the lower tail x^a is a straight line, so
 * shapes as small as 0.05, whose quantiles go down to 1e-300, take as few steps as large ones. The
 * upper half is solved as the lower half of the mirrored distribution.
 */
#include "domain/beta.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

static const double TWO_PI = 6.283185307179586476925;

/* Newton's error is squared by each step: after one this small nothing is left to gain. */
static const double NEWTON_STEP_LAST = 1e-8;

enum { FRACTION_STEPS_MAX = 100000, DEVIANCE_TERMS_MAX = 1000, QUANTILE_STEPS_MAX = 200 };

/* ln Γ(n+1) - ((n + 1/2) ln n - n + ln(2π)/2): what Stirling's formula misses. From 10 upwards the
 * asymptotic series is exact to the last bit; below, δ(n) = δ(n+1) + (n + 1/2) ln(1 + 1/n) - 1
 * leads there. */
static double stirling_error(double n)
{
    double error = 0.0;
    while (n < 10.0) {
        error += (n + 0.5) * log1p(1.0 / n) - 1.0;
        n += 1.0;
    }
    const double r = 1.0 / (n * n);
    const double tail = 1.0 / 1680 - r * (1.0 / 1188 - r * (691.0 / 360360));
    return error + (1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r * tail))) / n;
}

/* The deviance x ln(x/m) + m - x, by its series where x is near m and the difference would cancel.
 */
static double deviance(double x, double m)
{
    const double difference = x - m;
    if (!(fabs(difference) < 0.1 * (x + m))) {
        return x * log(x / m) + m - x;
    }
    const double v = difference / (x + m);
    double sum = difference * v;
    double term = 2.0 * x * v;
    for (int j = 1; j < DEVIANCE_TERMS_MAX; j++) {
        term *= v * v;
        const double next = sum + term / (2 * j + 1);
        if (next == sum) {
            break;
        }
        sum = next;
    }
    return sum;
}

/* x^a y^b / B(a, b) with y = 1 - x. */
static double power_factor(const struct beta *beta, double x, double y)
{
    const double n = beta->a + beta->b;
    const double exponent = beta->stirling - deviance(beta->a, n * x) - deviance(beta->b, n * y);
    return sqrt(beta->a * (beta->b / n) / TWO_PI) * exp(exponent);
}

/* Lentz keeps numerators and denominators from becoming 0. */
static double away_from_zero(double value)
{
    return fabs(value) < 1e-300 ? 1e-300 : value;
}

/* The continued fraction of I_x(a, b) without its factor; fast for x <= (a + 1) / (a + b + 2). */
static double fraction(double a, double b, double x)
{
    double c = 1.0;
    double d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    double value = d;
    for (int m = 1; m < FRACTION_STEPS_MAX; m++) {
        const double a2m = a + 2.0 * m;
        const double even = m * (b - m) * x / ((a2m - 1.0) * a2m);
        d = 1.0 / away_from_zero(1.0 + even * d);
        c = away_from_zero(1.0 + even / c);
        value *= c * d;
        const double odd = -(a + m) * (a + b + m) * x / (a2m * (a2m + 1.0));
        d = 1.0 / away_from_zero(1.0 + odd * d);
        c = away_from_zero(1.0 + odd / c);
        value *= c * d;
        if (fabs(c * d - 1.0) < 4.0 * DBL_EPSILON) {
            break;
        }
    }
    return value;
}

struct beta beta_make(double a, double b)
{
    return (struct beta){
        .a = a,
        .b = b,
        .stirling = stirling_error(a + b) - stirling_error(a) - stirling_error(b),
    };
}

/* Of 1 - X. */
static struct beta mirrored(const struct beta *beta)
{
    return (struct beta){.a = beta->b, .b = beta->a, .stirling = beta->stirling};
}

double beta_cdf(const struct beta *beta, double x)
{
    const double a = beta->a;
    const double b = beta->b;
    const double y = 1.0 - x;
    if (!(x > 0.0)) {
        return 0.0;
    }
    if (x >= 1.0) {
        return 1.0;
    }
    const double factor = power_factor(beta, x, y);
    const double value = x <= (a + 1.0) / (a + b + 2.0) ? factor * fraction(a, b, x) / a
                                                        : 1.0 - factor * fraction(b, a, y) / b;
    return fmin(fmax(value, 0.0), 1.0);
}

/* The quantile where it is known to be at most 1/2. A value below the smallest normal number
 * becomes 0. */
static double quantile_lower(const struct beta *beta, double p)
{
    if (beta_cdf(beta, DBL_MIN) >= p) {
        return 0.0;
    }
    double low = log(DBL_MIN);
    double high = log(0.5);
    double u = fmin(log(beta->a / (beta->a + beta->b)), high);
    for (int step = 0; step < QUANTILE_STEPS_MAX; step++) {
        const double x = exp(u);
        const double value = beta_cdf(beta, x);
        if (value < p) {
            low = u;
        } else {
            high = u;
        }
        /* d ln I / d ln x = x f(x) / I, and x f(x) is the factor over y. */
        const double slope = power_factor(beta, x, 1.0 - x) / (1.0 - x) / value;
        double next = u - log(value / p) / slope;
        double limit = NEWTON_STEP_LAST;
        if (!(next >= low && next <= high)) {
            next = low + (high - low) / 2.0;
            limit = 2.0 * DBL_EPSILON;
        }
        if (fabs(next - u) <= limit * fmax(1.0, fabs(next))) {
            return exp(next);
        }
        u = next;
    }
    return exp(u);
}

double beta_quantile(const struct beta *beta, double p)
{
    if (!(p > 0.0)) {
        return 0.0;
    }
    if (p >= 1.0) {
        return 1.0;
    }
    if (p <= beta_cdf(beta, 0.5)) {
        return quantile_lower(beta, p);
    }
    const struct beta other = mirrored(beta);
    return 1.0 - quantile_lower(&other, 1.0 - p);
}
