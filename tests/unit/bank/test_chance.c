/* Tail probabilities against values that were computed elsewhere (mpmath; enumeration of all
 * outcomes). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "bank/chance.h"
#include "base/compiler.h"

static int setup(void **state)
{
    *state = arena_create();
    return 0;
}

static int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

static void assert_near(double value, double expected)
{
    if (fabs(value - expected) > 1e-9) {
        fail_msg("%.15g is not %.15g", value, expected);
    }
}

static double *equal_trials(struct arena *arena, size_t count, double p)
{
    double *list = arena_new_array(arena, count, double);
    for (size_t i = 0; i < count; i++) {
        list[i] = p;
    }
    return list;
}

static void test_chance_at_least__binomial(void **state)
{
    assert_near(chance_at_least(*state, equal_trials(*state, 20, 0.25), 20, 9),
                0.04092516770651855);
    assert_near(chance_at_least(*state, equal_trials(*state, 4, 0.25), 4, 4), 1.0 / 256.0);
}

static void test_chance_at_least__unequal(void **state)
{
    static const double P[] = {0.25, 0.5, 0.4, 0.2, 0.333};
    assert_near(chance_at_least(*state, P, COUNT_OF(P), 3), 0.20823);
}

static void test_chance_at_least__edges(void **state)
{
    static const double P[] = {0.0, 1.0};
    assert_near(chance_at_least(*state, P, 0, 0), 1.0);
    assert_near(chance_at_least(*state, P, 0, 1), 0.0);
    assert_near(chance_at_least(*state, P, 2, 0), 1.0);
    assert_near(chance_at_least(*state, P, 2, 1), 1.0);
    assert_near(chance_at_least(*state, P, 2, 2), 0.0);
    assert_near(chance_at_least(*state, P, 2, 3), 0.0);
}

static void test_chance_at_least__many(void **state)
{
    const double *p = equal_trials(*state, 4000, 0.25);
    assert_near(chance_at_least(*state, p, 4000, 1050), 0.0353433893401081);
    const double *certain = equal_trials(*state, CHANCE_EXACT_MAX + 1, 1.0);
    assert_near(chance_at_least(*state, certain, CHANCE_EXACT_MAX + 1, CHANCE_EXACT_MAX + 1), 1.0);
    const double *never = equal_trials(*state, CHANCE_EXACT_MAX + 1, 0.0);
    assert_near(chance_at_least(*state, never, CHANCE_EXACT_MAX + 1, 1), 0.0);
}

/* Both ways agree where they meet. */
static void test_chance_at_least__approximation_is_near(void **state)
{
    const double *p = equal_trials(*state, CHANCE_EXACT_MAX + 1, 0.25);
    const double exact = chance_at_least(*state, p, CHANCE_EXACT_MAX, 780);
    const double approximate = chance_at_least(*state, p, CHANCE_EXACT_MAX + 1, 780);
    assert_true(fabs(exact - approximate) < 0.005);
}

static void test_chance_chi_square__values(void **state)
{
    assert_near(chance_chi_square(1.0, 1), 0.3173105078629141);
    assert_near(chance_chi_square(5.99146455, 2), 0.04999999992769955);
    assert_near(chance_chi_square(11.3448667, 3), 0.010000000139318723);
    assert_near(chance_chi_square(10.0, 4), 0.040427681994512805);
    assert_near(chance_chi_square(20.0, 9), 0.017912404529843273);
    assert_near(chance_chi_square(0.0, 3), 1.0);
    assert_near(chance_chi_square(5.0, 0), 1.0);
    assert_near(chance_chi_square(1e4, 3), 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_chance_at_least__binomial, setup, teardown),
        cmocka_unit_test_setup_teardown(test_chance_at_least__unequal, setup, teardown),
        cmocka_unit_test_setup_teardown(test_chance_at_least__edges, setup, teardown),
        cmocka_unit_test_setup_teardown(test_chance_at_least__many, setup, teardown),
        cmocka_unit_test_setup_teardown(test_chance_at_least__approximation_is_near, setup,
                                        teardown),
        cmocka_unit_test(test_chance_chi_square__values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
