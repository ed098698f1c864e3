/* Item and exam statistics of any answers: equal to their definitions computed from the raw
 * credits, whatever the order and the parts in which answers are counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "tally_sample.h"

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

/* ---- any answers ---- */

static uint64_t next(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 33;
}

static void draw(struct answers *answers, uint64_t *seed)
{
    static const int64_t CREDITS[] = {0, 1000, 0, 1000, 333, 666};

    answers->people = next(seed) % PEOPLE_MAX;
    answers->items = 1 + next(seed) % ITEMS_MAX;
    const size_t kinds = 1 + next(seed) % COUNT_OF(CREDITS);
    for (size_t i = 0; i < answers->people; i++) {
        for (size_t k = 0; k < answers->items; k++) {
            answers->credits[i][k] = CREDITS[next(seed) % kinds];
        }
    }
}

static double covariance(const double *a, const double *b, size_t count)
{
    double mean_a = 0.0;
    double mean_b = 0.0;
    double sum = 0.0;

    for (size_t i = 0; i < count; i++) {
        mean_a += a[i] / (double)count;
        mean_b += b[i] / (double)count;
    }
    for (size_t i = 0; i < count; i++) {
        sum += (a[i] - mean_a) * (b[i] - mean_b);
    }
    return sum / ((double)count - 1.0);
}

static int compare_doubles(const void *left, const void *right)
{
    const double a = *(const double *)left;
    const double b = *(const double *)right;
    return (a > b) - (a < b);
}

static void check_item(const struct answers *answers, size_t item, struct arena *arena)
{
    double credits[PEOPLE_MAX];
    double rests[PEOPLE_MAX];
    struct item_statistics statistics;
    const struct item_tallies tallies = count(answers, item, NULL, arena);

    for (size_t i = 0; i < answers->people; i++) {
        credits[i] = (double)answers->credits[i][item] / 1000.0;
        rests[i] = answers->items == 1 ? 0.0
                                       : ((double)sum_of(answers, i) / 1000.0 - credits[i]) /
                                             ((double)answers->items - 1.0);
    }
    item_statistics(&QUESTION, &tallies, NULL, arena, &statistics);
    const double with_rest = covariance(credits, rests, answers->people);
    const double spread =
        covariance(credits, credits, answers->people) * covariance(rests, rests, answers->people);
    if (answers->people < 2 || !(spread > 1e-9)) {
        assert_null(statistics.moodle.discrimination_index);
        return;
    }
    assert_near(statistics.moodle.discrimination_index, with_rest / sqrt(spread));
    qsort(credits, answers->people, sizeof *credits, compare_doubles);
    qsort(rests, answers->people, sizeof *rests, compare_doubles);
    assert_true(fabs(*statistics.moodle.discriminative_efficiency -
                     with_rest / covariance(credits, rests, answers->people)) < 1e-4);
}

static void test_item_statistics__definitions_of_any_answers(void **state)
{
    struct answers *answers = arena_new(*state, struct answers);
    uint64_t seed = 9;

    for (size_t round = 0; round < 300; round++) {
        struct arena *arena = arena_create();
        draw(answers, &seed);
        for (size_t item = 0; item < answers->items; item++) {
            check_item(answers, item, arena);
        }
        arena_free(arena);
    }
}

/* alpha = k/(k-1) · Σ of the covariances of different items / Σ of all covariances. */
static double alpha_of(const struct answers *answers, struct arena *arena)
{
    double(*columns)[PEOPLE_MAX] = arena_alloc(arena, ITEMS_MAX * sizeof *columns);
    const double k = (double)answers->items;
    double of_others = 0.0;
    double of_all = 0.0;

    for (size_t i = 0; i < answers->people * answers->items; i++) {
        const size_t person = i / answers->items;
        columns[i % answers->items][person] =
            (double)answers->credits[person][i % answers->items] / 1000.0;
    }
    for (size_t i = 0; i < answers->items * answers->items; i++) {
        const size_t a = i / answers->items;
        const size_t b = i % answers->items;
        const double value = covariance(columns[a], columns[b], answers->people);
        of_all += value;
        of_others += a == b ? 0.0 : value;
    }
    return of_all > 1e-6 ? k / (k - 1.0) * of_others / of_all : (double)NAN;
}

static void test_exam_statistics__alpha_by_covariances(void **state)
{
    struct answers *answers = arena_new(*state, struct answers);
    uint64_t seed = 77;
    size_t compared = 0;

    for (size_t round = 0; round < 300; round++) {
        struct exam_spread spread;
        struct exam_statistics statistics;
        draw(answers, &seed);
        const double alpha = alpha_of(answers, *state);
        const struct exam_tallies tallies = count_exam(answers, *state, &spread);
        exam_statistics(&tallies, *state, &statistics);
        if (answers->people < 2 || answers->items < 2 || !isfinite(alpha)) {
            continue;
        }
        assert_non_null(statistics.cronbach_alpha);
        assert_true(fabs(*statistics.cronbach_alpha - alpha) < 1e-4 * (1.0 + fabs(alpha)));
        compared++;
    }
    assert_true(compared > 150);
}

static void assert_same(const double *a, const double *b)
{
    assert_true((a == NULL) == (b == NULL));
    assert_true(a == NULL || (isfinite(*a) && *a == *b));
}

static void assert_same_statistics(const struct item_statistics *a, const struct item_statistics *b)
{
    assert_int_equal(a->answers, b->answers);
    assert_same(a->moodle.facility, b->moodle.facility);
    assert_same(a->moodle.standard_deviation, b->moodle.standard_deviation);
    assert_same(a->moodle.discrimination_index, b->moodle.discrimination_index);
    assert_same(a->moodle.discriminative_efficiency, b->moodle.discriminative_efficiency);
    assert_same(a->canvas.difficulty, b->canvas.difficulty);
    assert_same(a->canvas.point_biserial, b->canvas.point_biserial);
    for (size_t i = 0; i < a->canvas.option_count; i++) {
        assert_same(a->canvas.options[i].share, b->canvas.options[i].share);
        assert_same(a->canvas.options[i].point_biserial, b->canvas.options[i].point_biserial);
    }
}

/* Counted in another order, or in two parts that are added: the same to the last bit, and never
 * NaN. */
static void test_item_statistics__order_and_parts_do_not_matter(void **state)
{
    struct answers *answers = arena_new(*state, struct answers);
    struct answers *part = arena_new(*state, struct answers);
    uint64_t seed = 5;

    for (size_t round = 0; round < 200; round++) {
        struct item_statistics once;
        struct item_statistics again;
        size_t order[PEOPLE_MAX];
        draw(answers, &seed);
        for (size_t i = 0; i < answers->people; i++) {
            order[i] = answers->people - 1 - i;
        }
        const struct item_tallies all = count(answers, 0, NULL, *state);
        item_statistics(&QUESTION, &all, NULL, *state, &once);
        const struct item_tallies backwards = count(answers, 0, order, *state);
        item_statistics(&QUESTION, &backwards, NULL, *state, &again);
        assert_same_statistics(&once, &again);
        *part = *answers;
        part->people = answers->people / 3;
        const struct item_tallies first = count(part, 0, NULL, *state);
        part->people = answers->people - part->people;
        for (size_t i = 0; i < part->people; i++) {
            memcpy(part->credits[i], answers->credits[answers->people / 3 + i],
                   sizeof part->credits[i]);
        }
        const struct item_tallies second = count(part, 0, NULL, *state);
        const struct item_tallies sum = item_tallies_add(&first, &second, *state);
        item_statistics(&QUESTION, &sum, NULL, *state, &again);
        assert_same_statistics(&once, &again);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_item_statistics__definitions_of_any_answers, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_exam_statistics__alpha_by_covariances, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_item_statistics__order_and_parts_do_not_matter, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
