/* Near-duplicates over a whole bank: every pair of a small one, and in bounded time of a large one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "domain/likeness.h"
#include "domain/selection.h"
#include "sample_bank.h"

enum { LARGE = 20000, COPIES_FROM = LARGE / 2, WORDS = 24 };

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

static void test_likeness_group__across_sections(void **state)
{
    struct bank *bank = sample_bank(*state);
    for (size_t i = 0; i < bank->item_count; i++) {
        bank->items[i].question.stem =
            arena_printf(*state, "%zu%zu%zu%zu %zu%zu%zu", i, i, i, i, i, i, i);
    }
    struct item *first = &bank->items[1];
    struct item *last = &bank->items[ITEM_COUNT - 1];
    assert_true(first->section != last->section);
    first->question.stem = TEXT("Which service stores objects for a long time?");
    last->question.stem = TEXT("Which service stores objects for a longer time?");
    likeness_group(bank);
    assert_int_equal(last->likeness_group, 1);
    for (size_t i = 0; i + 1 < ITEM_COUNT; i++) {
        assert_int_equal(bank->items[i].likeness_group, i);
    }
}

static void test_likeness_percent__choices_of_a_matching(void **state)
{
    const struct part one[] = {{.text = TEXT("keeps messages until they are read")}};
    const struct part other[] = {{.text = TEXT("runs code on demand for a while")}};
    const struct question a = {.stem = TEXT("Match."), .choices = one, .choice_count = 1};
    const struct question b = {.stem = TEXT("Match."), .choices = other, .choice_count = 1};
    assert_true(likeness_percent(&a, &b, *state) < LIKENESS_PERCENT);
}

/* Words drawn from the number; `changed` of them are others. */
static struct text make_stem(struct arena *arena, size_t number, size_t changed)
{
    struct prng prng = prng_seed(arena_printf(arena, "%zu", number), 1);
    struct prng other = prng_seed(arena_printf(arena, "%zu", number), 2);
    char words[WORDS * 6];
    for (size_t w = 0; w < WORDS; w++) {
        for (size_t k = 0; k < 5; k++) {
            const char own = (char)('a' + (char)prng_below(&prng, 26));
            const char another = (char)('a' + (char)prng_below(&other, 26));
            if (w < changed) {
                words[w * 6 + k] = another;
            } else {
                words[w * 6 + k] = own;
            }
        }
        words[w * 6 + 5] = ' ';
    }
    return arena_copy(arena, (struct text){words, sizeof words});
}

/* The second half are copies of the first with a word changed; all is found, in seconds, not hours.
 */
static void test_likeness_group__large_bank(void **state)
{
    struct bank *bank = arena_new(*state, struct bank);
    size_t found = 0;
    bank->item_count = LARGE;
    bank->items = arena_new_array(*state, LARGE, struct item);
    for (size_t i = 0; i < LARGE; i++) {
        const size_t number = i % COPIES_FROM;
        bank->items[i].section = i;
        bank->items[i].question.stem = make_stem(*state, number, i < COPIES_FROM ? 0 : 1);
    }
    const int64_t began_us = clock_monotonic_us();
    likeness_group(bank);
    assert_true(clock_monotonic_us() - began_us < 60 * INT64_C(1000000));
    for (size_t i = 0; i < LARGE; i++) {
        if (i < COPIES_FROM) {
            assert_int_equal(bank->items[i].likeness_group, i);
        } else {
            found += bank->items[i].likeness_group == i - COPIES_FROM ? 1 : 0;
        }
    }
    assert_true(found >= COPIES_FROM - COPIES_FROM / 1000);
}

/* A bank of one text over and over is one group, however many there are. */
static void test_likeness_group__all_alike(void **state)
{
    struct bank *bank = arena_new(*state, struct bank);
    bank->item_count = LARGE;
    bank->items = arena_new_array(*state, LARGE, struct item);
    for (size_t i = 0; i < LARGE; i++) {
        bank->items[i].question.stem = arena_printf(
            *state, "Which of these services keeps objects for a long time? (variant %zu)", i % 7);
    }
    likeness_group(bank);
    for (size_t i = 0; i < LARGE; i++) {
        assert_int_equal(bank->items[i].likeness_group, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_likeness_group__across_sections, setup, teardown),
        cmocka_unit_test_setup_teardown(test_likeness_percent__choices_of_a_matching, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_likeness_group__large_bank, setup, teardown),
        cmocka_unit_test_setup_teardown(test_likeness_group__all_alike, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
