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
 * shapes as small as 0.05, whose quantiles go down to 1e-300, take as few steps as large ones. It
 * begins at a guess that is a few percent off, so three steps are enough. The upper half is solved
 * as the lower half of the mirrored distribution.
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

/* I_x(a, b) for 0 < x < 1, with y = 1 - x, when the factor is known. */
static double distribution(const struct beta *beta, double x, double y, double factor)
{
    const double a = beta->a;
    const double b = beta->b;
    const double value = x <= (a + 1.0) / (a + b + 2.0) ? factor * fraction(a, b, x) / a
                                                        : 1.0 - factor * fraction(b, a, y) / b;
    return fmin(fmax(value, 0.0), 1.0);
}

double beta_cdf(const struct beta *beta, double x)
{
    if (!(x > 0.0)) {
        return 0.0;
    }
    if (x >= 1.0) {
        return 1.0;
    }
    const double y = 1.0 - x;
    return distribution(beta, x, y, power_factor(beta, x, y));
}

/* ln of a first guess at the quantile: Abramowitz & Stegun 26.5.22, with the normal quantile
 * of 26.2.22; where a shape is below 1, the nearer of the two tails, x^a / (a B) or its mirror
 * image. */
static double guess_log_quantile(const struct beta *beta, double p)
{
    const double a = beta->a;
    const double b = beta->b;
    if (a >= 1.0 && b >= 1.0) {
        const double t = sqrt(-2.0 * log(fmin(p, 1.0 - p)));
        const double tail = t - (2.30753 + 0.27061 * t) / (1.0 + t * (0.99229 + 0.04481 * t));
        const double z = p < 0.5 ? tail : -tail;
        const double r = 1.0 / (2.0 * a - 1.0);
        const double s = 1.0 / (2.0 * b - 1.0);
        const double lambda = (z * z - 3.0) / 6.0;
        const double h = 2.0 / (r + s);
        const double w =
            z * sqrt(fmax(h + lambda, 0.0)) / h - (s - r) * (lambda + 5.0 / 6.0 - 2.0 / (3.0 * h));
        return -log1p(b / a * exp(2.0 * w));
    }
    const double left = exp(a * log(a / (a + b))) / a;
    const double right = exp(b * log(b / (a + b))) / b;
    if (p * (left + right) < left) {
        return log(a * (left + right) * p) / a;
    }
    return log1p(-exp(log(b * (left + right) * (1.0 - p)) / b));
}

/* The quantile where it is about 1/2 or less; `u` is the logarithm of the guess. A value below the
 * smallest normal number becomes 0. */
static double quantile_lower(const struct beta *beta, double p, double u)
{
    double low = log(DBL_MIN);
    double high = 0.0;
    if (!(u > low)) {
        if (beta_cdf(beta, DBL_MIN) >= p) {
            return 0.0;
        }
        u = low + 1.0;
    }
    u = fmin(u, log(0.9));
    for (int step = 0; step < QUANTILE_STEPS_MAX; step++) {
        const double x = exp(u);
        const double factor = power_factor(beta, x, 1.0 - x);
        const double value = distribution(beta, x, 1.0 - x, factor);
        if (value < p) {
            low = u;
        } else {
            high = u;
        }
        /* d ln I / d ln x = x f(x) / I, and x f(x) is the factor over y. */
        const double slope = factor / (1.0 - x) / value;
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
    const double u = guess_log_quantile(beta, p);
    if (u <= log(0.5)) {
        return quantile_lower(beta, p, u);
    }
    const struct beta other = mirrored(beta);
    return 1.0 - quantile_lower(&other, 1.0 - p, guess_log_quantile(&other, 1.0 - p));
}
