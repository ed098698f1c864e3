/* Choosing by history: who comes first, what is left out, and the same paper for the same inputs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/looking_back.h"
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

/* Items 0 to 3 are of s/a, 4 and 5 of s/b, 6 of t, 7 to 11 of t/a/x. */
struct fixture {
    struct selection_wish wish;
    struct item_history history[ITEM_COUNT];
    struct looking_back input;
};

static struct fixture *make(struct arena *arena, size_t size, const char *seed)
{
    struct fixture *fixture = arena_new(arena, struct fixture);
    fixture->wish = (struct selection_wish){.size = size, .seed = text_of(seed)};
    fixture->input = (struct looking_back){.bank = sample_bank(arena),
                                           .wish = &fixture->wish,
                                           .history = fixture->history,
                                           .arena = arena};
    return fixture;
}

static uint64_t as_set(const size_t *chosen, size_t count)
{
    uint64_t set = 0;
    for (size_t i = 0; i < count; i++) {
        assert_true((set >> chosen[i] & 1U) == 0);
        set |= UINT64_C(1) << chosen[i];
    }
    return set;
}

#define ONLY(i) (UINT64_C(1) << (i))

static void test_looking_back_choose_unseen__order(void **state)
{
    struct fixture *fixture = make(*state, 3, "a");
    size_t *chosen = NULL;
    for (size_t i = 0; i < ITEM_COUNT; i++) {
        fixture->history[i].asked_at = 1000 - (int64_t)i;
    }
    fixture->history[2].asked_at = 0;
    size_t count = looking_back_choose_unseen(&fixture->input, &chosen);
    assert_int_equal(as_set(chosen, count), ONLY(2) | ONLY(11) | ONLY(10));
    fixture->wish.size = 100;
    count = looking_back_choose_unseen(&fixture->input, &chosen);
    assert_int_equal(count, ITEM_COUNT);
}

/* The same inputs give the same paper, another seed another one; what is new is drawn. */
static void test_looking_back__same_seed_same_paper(void **state)
{
    uint64_t sets = 0;
    for (int i = 0; i < 40; i++) {
        const char *seed = arena_printf(*state, "%d", i).data;
        struct fixture *one = make(*state, 4, seed);
        struct fixture *other = make(*state, 4, seed);
        size_t *first = NULL;
        size_t *second = NULL;
        one->history[0].asked_at = 5;
        other->history[0].asked_at = 5;
        assert_int_equal(looking_back_choose_unseen(&one->input, &first), 4);
        assert_int_equal(looking_back_choose_unseen(&other->input, &second), 4);
        assert_memory_equal(first, second, 4 * sizeof *first);
        sets |= as_set(first, 4);
    }
    assert_int_equal(sets, (UINT64_C(1) << ITEM_COUNT) - 2); /* all but the one that is not new */
}

static const struct reviews_due NONE_DUE = {.count = 0};

static void test_looking_back_choose_review__wrong_first(void **state)
{
    struct fixture *fixture = make(*state, 2, "a");
    size_t *chosen = NULL;
    fixture->history[1] = (struct item_history){.answered_at = 10, .credit = CREDIT_FULL};
    fixture->history[2] = (struct item_history){.answered_at = 50, .credit = 0};
    fixture->history[3] = (struct item_history){.answered_at = 40, .credit = 999};
    fixture->history[4] = (struct item_history){.answered_at = 60, .credit = 0};
    fixture->history[5] = (struct item_history){.answered_at = 20, .credit = CREDIT_FULL};
    fixture->history[6] = (struct item_history){.asked_at = 70}; /* asked, but never told */
    size_t count = looking_back_choose_review(&fixture->input, &NONE_DUE, &chosen);
    assert_int_equal(as_set(chosen, count), ONLY(3) | ONLY(2));
    fixture->wish.size = 4;
    count = looking_back_choose_review(&fixture->input, &NONE_DUE, &chosen);
    assert_int_equal(as_set(chosen, count), ONLY(3) | ONLY(2) | ONLY(4) | ONLY(1));
    fixture->wish.size = 100;
    count = looking_back_choose_review(&fixture->input, &NONE_DUE, &chosen);
    assert_int_equal(as_set(chosen, count), ONLY(3) | ONLY(2) | ONLY(4) | ONLY(1) | ONLY(5));
}

/* Due ones first, in their order, whatever their last answer was. */
static void test_looking_back_choose_review__due_first(void **state)
{
    struct fixture *fixture = make(*state, 1, "a");
    struct due_review items[] = {{.item = 5}, {.item = 0}};
    const struct reviews_due due = {.items = items, .count = COUNT_OF(items)};
    size_t *chosen = NULL;
    fixture->history[2] = (struct item_history){.answered_at = 10, .credit = 0};
    fixture->history[5] = (struct item_history){.answered_at = 20, .credit = CREDIT_FULL};
    size_t count = looking_back_choose_review(&fixture->input, &due, &chosen);
    assert_int_equal(as_set(chosen, count), ONLY(5));
    fixture->wish.size = 2;
    count = looking_back_choose_review(&fixture->input, &due, &chosen);
    assert_int_equal(as_set(chosen, count), ONLY(5) | ONLY(0)); /* also beyond the history */
    fixture->wish.size = 3;
    count = looking_back_choose_review(&fixture->input, &due, &chosen);
    assert_int_equal(as_set(chosen, count), ONLY(5) | ONLY(0) | ONLY(2));
}

static void test_looking_back_choose_review__nothing_answered(void **state)
{
    struct fixture *fixture = make(*state, 5, "a");
    size_t *chosen = NULL;
    assert_int_equal(looking_back_choose_review(&fixture->input, &NONE_DUE, &chosen), 0);
}

/* Gains 0.4 for s/a, 0.19 for s/b, 0.1 for t/a/x: 0.4, 0.2, 0.19, 0.133, 0.1, 0.1, … */
static const struct weak_area AREAS[] = {{.section = S_A, .expected_gain = 0.4, .mean = 0.5},
                                         {.section = S_B, .expected_gain = 0.19, .mean = 0.5},
                                         {.section = T_A_X, .expected_gain = 0.1, .mean = 0.5}};

static void test_looking_back_choose_weak__most_to_gain(void **state)
{
    static const struct {
        size_t size;
        size_t of_s_a;
        size_t of_s_b;
        size_t of_t_a_x;
    } CASES[] = {{1, 1, 0, 0}, {2, 2, 0, 0}, {3, 2, 1, 0}, {4, 3, 1, 0}, {8, 4, 2, 2}};
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct fixture *fixture = make(*state, CASES[i].size, "weak");
        size_t *chosen = NULL;
        size_t counts[SECTION_COUNT] = {0};
        const size_t count =
            looking_back_choose_weak(&fixture->input, AREAS, COUNT_OF(AREAS), &chosen);
        assert_int_equal(count, CASES[i].size);
        for (size_t k = 0; k < count; k++) {
            counts[fixture->input.bank->items[chosen[k]].section]++;
        }
        assert_int_equal(counts[S_A], CASES[i].of_s_a);
        assert_int_equal(counts[S_B], CASES[i].of_s_b);
        assert_int_equal(counts[T_A_X], CASES[i].of_t_a_x);
    }
}

/* What was asked within a day waits until all else is on the paper, however weak its section. */
static void test_looking_back_choose_weak__not_within_a_day(void **state)
{
    struct fixture *fixture = make(*state, 8, "weak");
    size_t *chosen = NULL;
    for (size_t i = 0; i < 4; i++) {
        fixture->history[i] = (struct item_history){.asked_at = 100, .is_recent = true};
    }
    size_t count = looking_back_choose_weak(&fixture->input, AREAS, COUNT_OF(AREAS), &chosen);
    assert_int_equal(as_set(chosen, count), (UINT64_C(1) << ITEM_COUNT) - 16);
    fixture->wish.size = 10;
    count = looking_back_choose_weak(&fixture->input, AREAS, COUNT_OF(AREAS), &chosen);
    assert_int_equal(count, 10);
    assert_true((as_set(chosen, count) | 15U) == (UINT64_C(1) << ITEM_COUNT) - 1);
}

static void test_looking_back_choose_weak__new_ones_first(void **state)
{
    struct fixture *fixture = make(*state, 2, "weak");
    size_t *chosen = NULL;
    fixture->history[0].asked_at = 30;
    fixture->history[1].asked_at = 20;
    fixture->history[3].asked_at = 10;
    const size_t count = looking_back_choose_weak(&fixture->input, AREAS, 1, &chosen);
    assert_int_equal(as_set(chosen, count), ONLY(2) | ONLY(3));
}

/* Where all is strong the lower mean decides. */
static void test_looking_back_choose_weak__nothing_to_gain(void **state)
{
    static const struct weak_area STRONG[] = {{.section = S_A, .mean = 0.95},
                                              {.section = S_B, .mean = 0.8},
                                              {.section = T_A_X, .mean = 0.99}};
    struct fixture *fixture = make(*state, 1, "weak");
    size_t *chosen = NULL;
    assert_int_equal(looking_back_choose_weak(&fixture->input, STRONG, COUNT_OF(STRONG), &chosen),
                     1);
    assert_int_equal(fixture->input.bank->items[chosen[0]].section, S_B);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_looking_back_choose_unseen__order, setup, teardown),
        cmocka_unit_test_setup_teardown(test_looking_back__same_seed_same_paper, setup, teardown),
        cmocka_unit_test_setup_teardown(test_looking_back_choose_review__wrong_first, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_looking_back_choose_review__due_first, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_looking_back_choose_review__nothing_answered, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_looking_back_choose_weak__most_to_gain, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_looking_back_choose_weak__not_within_a_day, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_looking_back_choose_weak__new_ones_first, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_looking_back_choose_weak__nothing_to_gain, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
