/* What an exam asks for, by section: the blueprint's weights, not the bank's numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "domain/exam_weights.h"
#include "sample_bank.h"

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

static const struct bank *make_bank(struct arena *arena)
{
    struct bank *bank = sample_bank(arena);
    for (size_t i = 0; i < bank->item_count; i++) {
        bank->items[i].question.difficulty = bank->items[i].section == S_A ? 1 : 3;
        bank->items[i].question.domain = bank->items[i].section == S_B ? TEXT("d") : TEXT("e");
    }
    return bank;
}

static void assert_weights(struct arena *arena, const struct exam *exam,
                           const double expected[SECTION_COUNT])
{
    double weights[SECTION_COUNT] = {1, 1, 1, 1, 1, 1, 1};
    double sum = 0.0;
    exam_weights_of(exam, make_bank(arena), arena, weights);
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        sum += weights[i];
    }
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        if (fabs(weights[i] / sum - expected[i]) > 1e-12) {
            fail_msg("section %zu has weight %g, not %g", i, weights[i] / sum, expected[i]);
        }
    }
}

static void test_exam_weights_of__sections(void **state)
{
    static const struct exam_blueprint_entry ENTRIES[] = {{.section = {"s", 1}, .weight = 25},
                                                          {.section = {"t/a", 3}, .weight = 75}};
    const struct exam exam = {.blueprint = ENTRIES, .blueprint_count = 2};
    assert_weights(*state, &exam, (double[]){0, 0.25 * 4 / 6, 0.25 * 2 / 6, 0, 0, 0.75, 0});
}

static void test_exam_weights_of__domains(void **state)
{
    static const struct exam_blueprint_entry ENTRIES[] = {{.domain = {"d", 1}, .weight = 90},
                                                          {.domain = {"e", 1}, .weight = 10}};
    const struct exam exam = {.blueprint = ENTRIES, .blueprint_count = 2};
    assert_weights(*state, &exam, (double[]){0, 0.04, 0.9, 0.01, 0, 0.05, 0});
}

/* A band that an entry has nothing of is left to its other bands. */
static void test_exam_weights_of__bands(void **state)
{
    static const struct exam_blueprint_entry ENTRIES[] = {{.section = {"s", 1}, .weight = 100}};
    static const struct exam_difficulty_band BANDS[] = {{1, 2, 20}, {3, 5, 80}};
    static const struct exam_difficulty_band HARD[] = {{4, 4, 50}, {5, 5, 50}};
    struct exam exam = {
        .blueprint = ENTRIES, .blueprint_count = 1, .difficulty = BANDS, .difficulty_count = 2};
    assert_weights(*state, &exam, (double[]){0, 0.2, 0.8, 0, 0, 0, 0});
    exam.difficulty = HARD;
    assert_weights(*state, &exam, (double[]){0, 4.0 / 6, 2.0 / 6, 0, 0, 0, 0});
}

/* It stays the entry's own: another entry gets no more for it. */
static void test_exam_weights_of__an_empty_band_of_two_entries(void **state)
{
    static const struct exam_blueprint_entry ENTRIES[] = {{.domain = {"d", 1}, .weight = 50},
                                                          {.section = {"s/a", 3}, .weight = 50}};
    static const struct exam_difficulty_band BANDS[] = {{1, 2, 50}, {3, 5, 50}};
    const struct exam exam = {
        .blueprint = ENTRIES, .blueprint_count = 2, .difficulty = BANDS, .difficulty_count = 2};
    assert_weights(*state, &exam, (double[]){0, 0.5, 0.5, 0, 0, 0, 0});
}

static void test_exam_weights_of__nothing(void **state)
{
    static const struct exam_blueprint_entry ENTRIES[] = {{.section = {"u", 1}, .weight = 100}};
    const struct exam exam = {.blueprint = ENTRIES, .blueprint_count = 1};
    const double same = 1.0 / SECTION_COUNT;
    assert_weights(*state, &exam, (double[]){same, same, same, same, same, same, same});
}

static void test_exam_pass_milli__rounded_up(void **state)
{
    struct exam exam = {.pass_scaled = 720};
    (void)state;
    assert_int_equal(exam_pass_milli(&exam), 689);
    exam.pass_scaled = 100;
    assert_int_equal(exam_pass_milli(&exam), 0);
    exam.pass_scaled = 1000;
    assert_int_equal(exam_pass_milli(&exam), 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_exam_weights_of__sections, setup, teardown),
        cmocka_unit_test_setup_teardown(test_exam_weights_of__domains, setup, teardown),
        cmocka_unit_test_setup_teardown(test_exam_weights_of__bands, setup, teardown),
        cmocka_unit_test_setup_teardown(test_exam_weights_of__an_empty_band_of_two_entries, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_exam_weights_of__nothing, setup, teardown),
        cmocka_unit_test(test_exam_pass_milli__rounded_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
