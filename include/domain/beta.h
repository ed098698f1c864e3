/*
 * The Beta distribution: regularized incomplete beta function and its inverse, to 1e-9 for a, b in
 * 0.05…1e6. Source of the method in the .c file.
 */
#ifndef DOMAIN_BETA_H
#define DOMAIN_BETA_H

/* Beta(a, b), with the part of its density that does not depend on x: several values of one
 * distribution cost little more than one. */
struct beta {
    double a;
    double b;
    double stirling; /* errors of Stirling's formula: of a + b, less those of a and b */
};

struct beta beta_make(double a, double b);
/* P(X <= x) = I_x(a, b). */
double beta_cdf(const struct beta *beta, double x);
/* The x with I_x(a, b) = p, 0 <= p <= 1. */
double beta_quantile(const struct beta *beta, double p);

#endif
