/*
 * beta_cdf and beta_quantile against known values, closed forms, and their own laws.
 *
 * The table was computed with 60 decimal digits (Python, mpmath 1.2) from the power series
 * DLMF 8.17.8, I_x(a, b) = x^a (1-x)^b / (a B(a, b)) * sum over n of (a+b)_n / (a+1)_n x^n, whose
 * terms are all positive, taken from the side of the mean where it converges: another method than
 * that of beta.c. The points are the mean and places 3 standard deviations below and 2.5 above it,
 * and some far tails.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>

#include "domain/beta.h"
#include "domain/selection.h"

static const struct {
    double a;
    double b;
    double x;
    double p;
} KNOWN[] = {
    {0.05, 0.05, 0.005, 0.38519614237465305},
    {0.05, 0.05, 0.5, 0.50000000000000000},
    {0.05, 0.05, 0.995, 0.61480385762534694},
    {0.05, 1, 0.00047619047619, 0.68216437495354021},
    {0.05, 1, 0.047619047619, 0.85879406664969631},
    {0.05, 1, 0.41946133783, 0.95749077159827053},
    {1, 0.05, 0.506170204128, 0.034663195371914870},
    {1, 0.05, 0.952380952381, 0.14120593335030366},
    {1, 0.05, 0.999523809524, 0.31783562506006864},
    {0.05, 3, 0.00016393442623, 0.69604912585261875},
    {0.05, 3, 0.016393442623, 0.87492522643124759},
    {0.05, 3, 0.174139417811, 0.97055798107891644},
    {0.05, 1000, 4.9997500125e-07, 0.70240713004080326},
    {0.05, 1000, 4.9997500125e-05, 0.88222253115636675},
    {0.05, 1000, 0.000608693306704, 0.97695864549463460},
    {1000, 0.05, 0.999279567532, 0.018667970839268947},
    {1000, 0.05, 0.9999500025, 0.11777746894878218},
    {1000, 0.05, 0.999999500025, 0.29759287004999350},
    {0.05, 1000000.0, 4.99999975e-10, 0.70242553495365933},
    {0.05, 1000000.0, 4.99999975e-08, 0.88224354285582712},
    {0.05, 1000000.0, 6.0901667044e-07, 0.97697776679512826},
    {1000000.0, 0.05, 0.99999927918, 0.018651935888686531},
    {1000000.0, 0.05, 0.99999995, 0.11775645501663172},
    {1000000.0, 0.05, 0.9999999995, 0.29757446038654891},
    {0.5, 0.5, 0.005, 0.045053413644412104},
    {0.5, 0.5, 0.5, 0.50000000000000000},
    {0.5, 0.5, 0.995, 0.95494658635558788},
    {0.5, 20, 0.000243902439024, 0.078197627130431010},
    {0.5, 20, 0.0243902439024, 0.67667818825131722},
    {0.5, 20, 0.107560285301, 0.96602285472234271},
    {1, 1, 0.005, 0.0050000000000000001},
    {1, 1, 0.5, 0.50000000000000000},
    {1, 1, 0.995, 0.99500000000000000},
    {1, 7, 0.00125, 0.0087172557739898416},
    {1, 7, 0.125, 0.60730409622192383},
    {1, 7, 0.400599094903, 0.97220147448358292},
    {2.8, 1.2, 0.0851829540424, 0.0013900011850173777},
    {2.8, 1.2, 0.7, 0.44074866728696280},
    {2.8, 1.2, 0.997, 0.99695973240058098},
    {3.8, 3.2, 0.0144787997455, 1.6643150414191883e-6},
    {3.8, 3.2, 0.542857142857, 0.49120181654943297},
    {3.8, 3.2, 0.983172428783, 0.99995985003964161},
    {5.8, 1.2, 0.42882661201, 0.010613051705971500},
    {5.8, 1.2, 0.828571428571, 0.41137476077235913},
    {5.8, 1.2, 0.998285714286, 0.99635585793200776},
    {4.8, 5.2, 0.0280949415882, 4.2150982623175564e-6},
    {4.8, 5.2, 0.48, 0.50341080112561463},
    {4.8, 5.2, 0.856587548677, 0.99695617150355018},
    {10.8, 3.2, 0.446165726383, 0.0054335266660709609},
    {10.8, 3.2, 0.771428571429, 0.45362497728408270},
    {10.8, 3.2, 0.997714285714, 0.99999877048214924},
    {21.8, 2.2, 0.735200436402, 0.011098193674832499},
    {21.8, 2.2, 0.908333333333, 0.42279744290285519},
    {21.8, 2.2, 0.999083333333, 0.99992113418938715},
    {12.5, 12.5, 0.205825797293, 0.00062352520369044055},
    {12.5, 12.5, 0.5, 0.50000000000000000},
    {12.5, 12.5, 0.745145168923, 0.99528798466607064},
    {30, 0.2, 0.949814999041, 0.024551892683525406},
    {30, 0.2, 0.993377483444, 0.23772320217410690},
    {30, 0.2, 0.999933774834, 0.68710008178712706},
    {100, 50, 0.551579599137, 0.0019565890846937351},
    {100, 50, 0.666666666667, 0.49231461314390124},
    {100, 50, 0.762572556275, 0.99573928897262075},
    {150, 2000, 0.0532887316298, 0.00061937637306113481},
    {150, 2000, 0.0697674418605, 0.50968776304805247},
    {150, 2000, 0.083499700386, 0.99151084098333047},
    {999.5, 1000.5, 0.466217366641, 0.0013396707476145106},
    {999.5, 1000.5, 0.49975, 0.50000297376344569},
    {999.5, 1000.5, 0.527693861133, 0.99380746339156469},
    {20000.0, 17, 0.998533059178, 0.0052755656325118506},
    {20000.0, 17, 0.999150721886, 0.46777918414005231},
    {20000.0, 17, 0.99966544081, 0.99940557382549916},
    {100000.0, 30000.0, 0.765725146443, 0.0013919390413731943},
    {100000.0, 30000.0, 0.769230769231, 0.49952863752402417},
    {100000.0, 30000.0, 0.772152121554, 0.99389914586341850},
    {1000000.0, 1000.0, 0.998906272843, 0.0017465938845236056},
    {1000000.0, 1000.0, 0.999000999001, 0.49580105946318605},
    {1000000.0, 1000.0, 0.999079937466, 0.99474215645301008},
    {1000000.0, 1000000.0, 0.498939340093, 0.0013498880551515795},
    {1000000.0, 1000000.0, 0.5, 0.50000000000000000},
    {1000000.0, 1000000.0, 0.500883883256, 0.99379035250058945},
    {300000.0, 900000.0, 0.248814146372, 0.0013374510399653325},
    {300000.0, 900000.0, 0.25, 0.50014017404738811},
    {300000.0, 900000.0, 0.250988211357, 0.99375801386463125},
    {0.05, 0.05, 1e-12, 0.12607673712471830},
    {0.05, 2, 1e-30, 0.033203915431767977},
    {0.05, 1000000.0, 1e-15, 0.36447028877140607},
    {2, 3, 1e-08, 5.9999999200000006e-16},
    {50, 50, 0.05, 3.8218064995398543e-38},
    {1000000.0, 1000000.0, 0.499, 0.0023388494069315048},
    {10000.0, 10000.0, 0.45, 6.3126547777499509e-46},
    {20, 0.5, 0.9999999, 0.99841417330597698},
};

static double cdf(double a, double b, double x)
{
    const struct beta beta = beta_make(a, b);
    return beta_cdf(&beta, x);
}

static double quantile(double a, double b, double p)
{
    const struct beta beta = beta_make(a, b);
    return beta_quantile(&beta, p);
}

static void assert_near(double actual, double expected, double tolerance)
{
    if (!(fabs(actual - expected) <= tolerance)) {
        fail_msg("%.17g is not within %g of %.17g", actual, tolerance, expected);
    }
}

/* Uniform in [low, high). */
static double draw(struct prng *prng, double low, double high)
{
    return low + (high - low) * ldexp((double)(prng_next(prng) >> 11U), -53);
}

/* Log-uniform in 0.05…1e6. */
static double draw_shape(struct prng *prng)
{
    return exp(draw(prng, log(0.05), log(1e6)));
}

static void test_beta_cdf__known_values(void **state)
{
    for (size_t i = 0; i < COUNT_OF(KNOWN); i++) {
        assert_near(cdf(KNOWN[i].a, KNOWN[i].b, KNOWN[i].x), KNOWN[i].p, 1e-11);
    }
}

static void test_beta_cdf__closed_forms(void **state)
{
    for (int i = 1; i < 20; i++) {
        const double x = i / 20.0;
        assert_near(cdf(1.0, 1.0, x), x, 1e-14);
        assert_near(cdf(0.05, 1.0, x), pow(x, 0.05), 1e-14);
        assert_near(cdf(1.0, 37.5, x), -expm1(37.5 * log1p(-x)), 1e-14);
        assert_near(cdf(0.5, 0.5, x), asin(sqrt(x)) * 0.63661977236758134308, 1e-14);
        assert_near(cdf(2.0, 2.0, x), x * x * (3.0 - 2.0 * x), 1e-14);
    }
}

static void test_beta_cdf__ends(void **state)
{
    assert_true(cdf(2.0, 3.0, 0.0) == 0.0);
    assert_true(cdf(2.0, 3.0, -1.0) == 0.0);
    assert_true(cdf(2.0, 3.0, 1.0) == 1.0);
    assert_true(cdf(2.0, 3.0, 1.5) == 1.0);
    assert_true(cdf(0.05, 1e6, DBL_MIN) > 0.0);
    assert_true(cdf(1e6, 1e6, 1e-9) == 0.0);
}

/* I_x(a, b) = 1 - I_{1-x}(b, a), at x that 1 - x represents exactly. */
static void test_beta_cdf__symmetry(void **state)
{
    struct prng prng = prng_seed(TEXT("symmetry"), 0);
    for (int i = 0; i < 500; i++) {
        const double a = draw_shape(&prng);
        const double b = draw_shape(&prng);
        const double x = ldexp((double)prng_below(&prng, 1U << 20U), -20);
        assert_near(cdf(a, b, x) + cdf(b, a, 1.0 - x), 1.0, 1e-10);
    }
}

static void test_beta_cdf__grows_with_x(void **state)
{
    struct prng prng = prng_seed(TEXT("monotony"), 0);
    for (int i = 0; i < 100; i++) {
        const double a = draw_shape(&prng);
        const double b = draw_shape(&prng);
        double before = 0.0;
        for (int step = 1; step <= 40; step++) {
            const double p = cdf(a, b, step / 40.0);
            assert_true(p >= before - 1e-13);
            assert_true(p <= 1.0);
            before = p;
        }
    }
}

/* I_x(a, b) = I_x(a + 1, b) + x^a (1-x)^b / (a B(a, b)): DLMF 8.17.20, with B by lgamma. */
static void test_beta_cdf__recurrence(void **state)
{
    struct prng prng = prng_seed(TEXT("recurrence"), 0);
    for (int i = 0; i < 500; i++) {
        const double a = draw(&prng, 0.05, 50.0);
        const double b = draw(&prng, 0.05, 50.0);
        const double x = draw(&prng, 0.01, 0.99);
        const double ln_beta = lgamma(a) + lgamma(b) - lgamma(a + b);
        const double step = exp(a * log(x) + b * log1p(-x) - ln_beta) / a;
        assert_near(cdf(a, b, x), cdf(a + 1.0, b, x) + step, 1e-11);
    }
}

static void test_beta_quantile__known_values(void **state)
{
    size_t compared_count = 0;
    for (size_t i = 0; i < COUNT_OF(KNOWN); i++) {
        if (KNOWN[i].p < 1e-6 || KNOWN[i].p > 1.0 - 1e-6) {
            continue; /* there x is not determined by p as a double */
        }
        const double x = quantile(KNOWN[i].a, KNOWN[i].b, KNOWN[i].p);
        assert_near(x, KNOWN[i].x, 1e-11 + 1e-9 * KNOWN[i].x);
        compared_count++;
    }
    assert_true(compared_count >= 60);
}

static void test_beta_quantile__closed_forms(void **state)
{
    static const double PROBABILITIES[] = {1e-12, 1e-6, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0 - 1e-6};
    for (size_t i = 0; i < COUNT_OF(PROBABILITIES); i++) {
        const double p = PROBABILITIES[i];
        assert_near(quantile(1.0, 1.0, p), p, 1e-15);
        /* p^20: 1e-240 for the first, so the comparison is relative. */
        assert_near(quantile(0.05, 1.0, p) / pow(p, 20.0), 1.0, 1e-11);
        assert_near(quantile(1.0, 1e6, p), -expm1(log1p(-p) / 1e6), 1e-15);
    }
    assert_near(quantile(1e6, 1e6, 0.5), 0.5, 1e-13);
}

static void test_beta_quantile__ends(void **state)
{
    assert_true(quantile(2.0, 3.0, 0.0) == 0.0);
    assert_true(quantile(2.0, 3.0, -0.5) == 0.0);
    assert_true(quantile(2.0, 3.0, 1.0) == 1.0);
    assert_true(quantile(2.0, 3.0, 2.0) == 1.0);
    /* (1e-20)^20 is below every double. */
    assert_true(quantile(0.05, 1.0, 1e-20) == 0.0);
}

/* To 1e-9 in p, or to the last bit of x where the density is so steep that the next double is
 * farther than that. */
static void test_beta_quantile__round_trip(void **state)
{
    struct prng prng = prng_seed(TEXT("round trip"), 0);
    for (int i = 0; i < 1000; i++) {
        const double a = draw_shape(&prng);
        const double b = draw_shape(&prng);
        const double p = draw(&prng, 0.0, 1.0);
        const double x = quantile(a, b, p);
        const double below = cdf(a, b, nextafter(nextafter(x, 0.0), 0.0));
        const double above = cdf(a, b, nextafter(nextafter(x, 1.0), 1.0));
        if (fabs(cdf(a, b, x) - p) > 1e-9 && !(below <= p && p <= above)) {
            fail_msg("a %.17g, b %.17g, p %.17g: %.17g", a, b, p, x);
        }
    }
}

/* What shapes below the promised range give is still a distribution: a child of a section with only
 * right answers has them. */
static void test_beta_quantile__tiny_shapes(void **state)
{
    assert_near(cdf(4.0, 1e-4, 0.72), 1.693645574103376e-05, 1e-15);
    assert_near(cdf(4.0, 1e-4, quantile(4.0, 1e-4, 1e-5)), 1e-5, 1e-12);
    assert_true(quantile(4.0, 1e-4, 0.5) == 1.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_beta_cdf__known_values),
        cmocka_unit_test(test_beta_cdf__closed_forms),
        cmocka_unit_test(test_beta_cdf__ends),
        cmocka_unit_test(test_beta_cdf__symmetry),
        cmocka_unit_test(test_beta_cdf__grows_with_x),
        cmocka_unit_test(test_beta_cdf__recurrence),
        cmocka_unit_test(test_beta_quantile__known_values),
        cmocka_unit_test(test_beta_quantile__closed_forms),
        cmocka_unit_test(test_beta_quantile__ends),
        cmocka_unit_test(test_beta_quantile__round_trip),
        cmocka_unit_test(test_beta_quantile__tiny_shapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
