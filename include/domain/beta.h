/* The Beta distribution: regularized incomplete beta function and its inverse, to 1e-9 for a, b in
 * 0.05…1e6. */
#ifndef DOMAIN_BETA_H
#define DOMAIN_BETA_H

/* P(X <= x) for X ~ Beta(a, b): I_x(a, b). Source of the method in the .c file. */
double beta_cdf(double a, double b, double x);
/* The x with I_x(a, b) = p, 0 <= p <= 1. */
double beta_quantile(double a, double b, double p);

#endif
