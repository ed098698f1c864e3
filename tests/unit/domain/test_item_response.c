/* Calibration: known parameters are found again in simulated answers, with honest standard errors;
 * what answers do not say stays near the prior; the link to model beta-2. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "base/compiler.h"
#include "domain/item_response.h"

enum { LEARNERS = 1500, ITEMS = 40 };

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

static void assert_near(double actual, double expected, double tolerance)
{
    if (!(fabs(actual - expected) <= tolerance)) {
        fail_msg("%.17g is not within %g of %.17g", actual, tolerance, expected);
    }
}

static double uniform(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return ((double)(*seed >> 11) + 0.5) / 9007199254740992.0;
}

/* Box and Muller. */
static double normal(uint64_t *seed)
{
    const double radius = sqrt(-2.0 * log(uniform(seed)));
    return radius * cos(6.283185307179586 * uniform(seed));
}

struct simulated {
    struct irt_item truth[ITEMS];
    struct irt_answer answers[LEARNERS * ITEMS];
    size_t ends[LEARNERS];
};

/* Every learner answers about two thirds of the items; whole credits. */
static struct irt_answers simulate(struct simulated *out, uint64_t seed)
{
    size_t count = 0;

    for (size_t i = 0; i < ITEMS; i++) {
        out->truth[i] = (struct irt_item){.discrimination = exp(0.3 * normal(&seed)),
                                          .difficulty = normal(&seed)};
    }
    for (size_t i = 0; i < LEARNERS; i++) {
        const double ability = normal(&seed);
        for (size_t k = 0; k < ITEMS; k++) {
            const struct irt_item *item = &out->truth[k];
            const double p =
                1.0 / (1.0 + exp(-item->discrimination * (ability - item->difficulty)));
            const bool is_asked = uniform(&seed) < 0.67;
            const bool is_right = uniform(&seed) < p;
            if (is_asked) {
                out->answers[count++] = (struct irt_answer){(uint32_t)k, is_right ? 1000U : 0U};
            }
        }
        out->ends[i] = count;
    }
    return (struct irt_answers){out->answers, out->ends, LEARNERS, ITEMS};
}

/* z² of 80 parameters has the mean 1: within 0.7 and 1.5 but for one case in a thousand. No single
 * one is farther than 4 standard errors. */
static void test_item_response_fit__finds_what_was_simulated(void **state)
{
    struct simulated *simulated = arena_new(*state, struct simulated);

    for (uint64_t seed = 1; seed <= 3; seed++) {
        const struct irt_answers answers = simulate(simulated, seed);
        struct irt_fit fit;
        double squares = 0.0;
        item_response_fit(&answers, NULL, *state, &fit);
        assert_true(fit.is_converged);
        for (size_t i = 0; i < ITEMS; i++) {
            const struct irt_item *found = &fit.items[i];
            const struct irt_item *truth = &simulated->truth[i];
            const double a =
                (found->discrimination - truth->discrimination) / found->discrimination_error;
            const double b = (found->difficulty - truth->difficulty) / found->difficulty_error;
            assert_near(a, 0.0, 4.0);
            assert_near(b, 0.0, 4.0);
            assert_in_range(found->answers, 850, 1150);
            squares += a * a + b * b;
        }
        assert_near(squares / (2.0 * ITEMS), 1.1, 0.4);
    }
}

static void test_item_response_fit__same_answers_same_bits(void **state)
{
    struct simulated *simulated = arena_new(*state, struct simulated);
    const struct irt_answers answers = simulate(simulated, 7);
    struct irt_fit once;
    struct irt_fit again;

    item_response_fit(&answers, NULL, *state, &once);
    item_response_fit(&answers, NULL, *state, &again);
    assert_int_equal(once.rounds, again.rounds);
    assert_memory_equal(once.items, again.items, ITEMS * sizeof *once.items);
}

/* All right, all wrong, and not asked at all: finite, on their side, and unsure. */
static void test_item_response_fit__does_not_run_away(void **state)
{
    static const struct irt_answer list[] = {{0, 1000}, {1, 0},    {0, 1000},
                                             {1, 0},    {0, 1000}, {1, 0}};
    static const size_t ends[] = {2, 4, 6};
    const struct irt_answers answers = {list, ends, COUNT_OF(ends), 3};
    const struct irt_answers nobody = {NULL, NULL, 0, 1};
    struct irt_fit fit;

    item_response_fit(&answers, NULL, *state, &fit);
    assert_true(fit.is_converged);
    assert_true(fit.items[0].difficulty < -0.5 && fit.items[0].difficulty > -4.0);
    assert_near(fit.items[1].difficulty, -fit.items[0].difficulty, 1e-6);
    assert_near(fit.items[2].difficulty, 0.0, 1e-9);
    assert_near(fit.items[2].difficulty_error, 2.0, 1e-9); /* the prior's */
    assert_near(fit.items[2].discrimination, 1.0, 1e-9);
    assert_near(fit.items[2].discrimination_error, 0.5, 1e-9);
    item_response_fit(&nobody, NULL, *state, &fit);
    assert_true(fit.is_converged);
    assert_int_equal(fit.items[0].answers, 0);
}

/* Half of the credit is half of a right answer: two learners with halves are as one right and one
 * wrong about each item. */
static void test_item_response_fit__credit_is_a_share(void **state)
{
    static const struct irt_answer list[] = {{0, 500}, {1, 500}, {0, 500}, {1, 500}};
    static const size_t ends[] = {2, 4};
    const struct irt_answers answers = {list, ends, COUNT_OF(ends), 2};
    struct irt_fit fit;

    item_response_fit(&answers, NULL, *state, &fit);
    assert_near(fit.items[0].difficulty, 0.0, 1e-6);
    assert_near(fit.items[1].difficulty, 0.0, 1e-6);
}

static void count_rounds(void *context, size_t round, double change)
{
    size_t *seen = context;

    assert_int_equal(round, *seen + 1);
    assert_true(isfinite(change));
    *seen = round;
}

static void test_item_response_fit__tells_how_far_it_is(void **state)
{
    struct simulated *simulated = arena_new(*state, struct simulated);
    const struct irt_answers answers = simulate(simulated, 2);
    size_t seen = 0;
    const struct irt_watch watch = {count_rounds, &seen};
    struct irt_fit fit;

    item_response_fit(&answers, &watch, *state, &fit);
    assert_int_equal(seen, fit.rounds);
    assert_true(fit.change < 1e-3);
}

/* Without chance and with discriminations of 1 the link is a shift: the mean of the authors (0 and
 * 1) and of the fit (-0.5 and 1.5) is the same already. */
static void test_item_response_link__mean_of_the_authors(void **state)
{
    const struct irt_item items[] = {
        {.discrimination = 1.0, .difficulty = -0.5, .difficulty_error = 0.1},
        {.discrimination = 1.0, .difficulty = 1.5, .difficulty_error = 0.1}};
    const struct irt_item easier[] = {
        {.discrimination = 1.0, .difficulty = -2.5, .difficulty_error = 0.1},
        {.discrimination = 1.0, .difficulty = -0.5, .difficulty_error = 0.1}};
    const struct response_curve authors[] = {{0.0, 0.0}, {0.0, 1.0}};
    struct calibration found[2];

    item_response_link(&(struct irt_link){items, authors, 2}, found);
    assert_near(found[0].difficulty, -0.5, 1e-12);
    assert_near(found[1].difficulty, 1.5, 1e-12);
    assert_near(found[0].variance, 0.01, 1e-12);
    item_response_link(&(struct irt_link){easier, authors, 2}, found); /* of better learners */
    assert_near(found[0].difficulty, -0.5, 1e-12);
    assert_near(found[1].difficulty, 1.5, 1e-12);
}

/* With chance 1/4 and a = 2 both curves meet at P = 5/8: 2 (t - b) = ln(5/3). */
static void test_item_response_link__chance_and_scale(void **state)
{
    const struct irt_item items[] = {
        {.discrimination = 2.0, .difficulty = 0.0, .difficulty_error = 0.1},
        {.discrimination = 2.0, .difficulty = 0.0, .difficulty_error = 0.1}};
    const struct response_curve authors[] = {{0.25, 0.0}, {0.0, 0.0}};
    struct calibration found[2];

    item_response_link(&(struct irt_link){items, authors, 2}, found);
    assert_near(found[0].difficulty - found[1].difficulty, log(5.0 / 3.0), 1e-12);
    assert_near(found[0].variance, 0.04, 1e-12);
    assert_near(found[0].difficulty, -found[1].difficulty, 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_item_response_fit__finds_what_was_simulated, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_item_response_fit__same_answers_same_bits, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_item_response_fit__does_not_run_away, setup, teardown),
        cmocka_unit_test_setup_teardown(test_item_response_fit__credit_is_a_share, setup, teardown),
        cmocka_unit_test_setup_teardown(test_item_response_fit__tells_how_far_it_is, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_item_response_link__mean_of_the_authors, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_item_response_link__chance_and_scale, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
