/* Many sections together, and groups of questions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "base/clock.h"
#include "domain/outlook.h"
#include "domain/weak_groups.h"
#include "sample_bank.h"

static const int64_t NOW = EVIDENCE_EPOCH_US + 400 * CLOCK_US_PER_DAY;
static const double TARGET = 0.72;

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
        fail_msg("%.9g is not within %g of %.9g", actual, tolerance, expected);
    }
}

static void answer(const struct bank *bank, struct evidence *evidence, size_t item, int64_t credit,
                   size_t times)
{
    const struct evidence_event event = {
        .item = &bank->items[item], .credit = credit, .at_us = NOW};
    for (size_t i = 0; i < times; i++) {
        evidence_replay(bank, &event, 1, evidence);
    }
}

static struct weak_areas_input input_of(const struct bank *bank, const struct evidence *evidence)
{
    return (struct weak_areas_input){.bank = bank,
                                     .evidence = evidence,
                                     .model = WEAK_AREAS_BETA_2,
                                     .target = TARGET,
                                     .now_us = NOW,
                                     .limit = SIZE_MAX};
}

static const struct weak_area *find_area(const struct weak_area *areas, size_t count,
                                         size_t section)
{
    for (size_t i = 0; i < count; i++) {
        if (areas[i].section == section) {
            return &areas[i];
        }
    }
    fail_msg("no section %zu", section);
    return NULL;
}

/* Of one section alone it is what the estimate of that section says. */
static void test_outlook_of__one_section(void **state)
{
    const struct bank *bank = sample_bank(*state);
    struct evidence evidence[SECTION_COUNT] = {{.weight = 0.0}};
    double weights[SECTION_COUNT] = {[S_A] = 3.0};
    struct weak_area *areas = NULL;
    size_t count = 0;
    answer(bank, evidence, 0, 1000, 6);
    answer(bank, evidence, 1, 0, 4);
    const struct weak_areas_input input = input_of(bank, evidence);
    weak_areas_estimate(&input, *state, &areas, &count);
    const struct weak_area *area = find_area(areas, count, S_A);
    const struct outlook_draws draws = outlook_draw(&input, *state);
    const struct outlook outlook = outlook_of(&draws, weights, 0, TARGET, *state);
    assert_near(outlook.mean, area->mean, 0.02);
    assert_near(outlook.low, area->low, 0.03);
    assert_near(outlook.high, area->high, 0.03);
    assert_near(outlook.probability_below, area->probability_below_target, 0.04);
}

/* An exam adds luck, many sections take some away; the same evidence gives the same numbers. */
static void test_outlook_of__widths(void **state)
{
    const struct bank *bank = sample_bank(*state);
    struct evidence evidence[SECTION_COUNT] = {{.weight = 0.0}};
    const double one[SECTION_COUNT] = {[S_A] = 1.0};
    const double many[SECTION_COUNT] = {[S_A] = 1.0, [S_B] = 1.0, [T] = 1.0, [T_A_X] = 1.0};
    for (size_t i = 0; i < ITEM_COUNT; i++) {
        answer(bank, evidence, i, i % 2 == 0 ? 1000 : 0, 3);
    }
    const struct weak_areas_input input = input_of(bank, evidence);
    const struct outlook_draws draws = outlook_draw(&input, *state);
    const struct outlook narrow = outlook_of(&draws, many, 0, TARGET, *state);
    const struct outlook wide = outlook_of(&draws, one, 0, TARGET, *state);
    const struct outlook lucky = outlook_of(&draws, many, 20, TARGET, *state);
    const struct outlook_draws again = outlook_draw(&input, *state);
    assert_true(narrow.high - narrow.low < wide.high - wide.low);
    assert_true(lucky.high - lucky.low > narrow.high - narrow.low);
    assert_memory_equal(draws.shares, again.shares,
                        sizeof *draws.shares * OUTLOOK_DRAWS * draws.section_count);
}

/* Without any answer the sections stand and fall together: many are hardly surer than one. */
static void test_outlook_of__shared_ignorance(void **state)
{
    const struct bank *bank = sample_bank(*state);
    const struct evidence evidence[SECTION_COUNT] = {{.weight = 0.0}};
    const double many[SECTION_COUNT] = {[S_A] = 1.0, [S_B] = 1.0, [T] = 1.0, [T_A_X] = 1.0};
    const struct weak_areas_input input = input_of(bank, evidence);
    const struct outlook_draws draws = outlook_draw(&input, *state);
    const struct outlook outlook = outlook_of(&draws, many, 0, TARGET, *state);
    assert_near(outlook.mean, 0.5, 0.02);
    assert_true(outlook.high - outlook.low > 0.6);
}

static void test_weak_groups_estimate__tags(void **state)
{
    static const struct text TAGS[] = {TEXT_INIT("easy"), TEXT_INIT("hard"), TEXT_INIT("none")};
    struct bank *bank = sample_bank_unindexed(*state);
    struct evidence evidence[SECTION_COUNT] = {{.weight = 0.0}};
    struct weak_group *groups = NULL;
    for (size_t i = 0; i < bank->item_count; i++) {
        const size_t section = bank->items[i].section;
        bank->items[i].question.tags = &TAGS[section == S_A ? 0 : section == T_A_X ? 1 : 2];
        bank->items[i].question.tag_count = 1;
        bank->items[i].question.domain = section == T ? TEXT("t") : TEXT_ABSENT;
    }
    bank_index(bank, *state);
    for (size_t i = 0; i < bank->item_count; i++) {
        if (bank->items[i].section == S_A || bank->items[i].section == T_A_X) {
            answer(bank, evidence, i, bank->items[i].section == S_A ? 1000 : 0, 5);
        }
    }
    const struct weak_areas_input input = input_of(bank, evidence);
    assert_int_equal(weak_groups_estimate(&input, GROUPS_BY_TAG, *state, &groups), 3);
    assert_true(text_equal(groups[0].name, TAGS[1]));
    assert_int_equal(groups[0].label, WEAK_AREA_WEAK);
    assert_int_equal(groups[0].question_count, 5);
    assert_true(text_equal(groups[2].name, TAGS[0]));
    assert_int_equal(groups[2].label, WEAK_AREA_STRONG);
    assert_int_equal(groups[1].label, WEAK_AREA_NO_EVIDENCE);
    assert_int_equal(weak_groups_estimate(&input, GROUPS_BY_DOMAIN, *state, &groups), 1);
    assert_int_equal(groups[0].question_count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_outlook_of__one_section, setup, teardown),
        cmocka_unit_test_setup_teardown(test_outlook_of__widths, setup, teardown),
        cmocka_unit_test_setup_teardown(test_outlook_of__shared_ignorance, setup, teardown),
        cmocka_unit_test_setup_teardown(test_weak_groups_estimate__tags, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
