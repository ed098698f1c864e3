/*
 * Seeded choice. The pinned outputs were computed by a second implementation in Python (its
 * integers have no width), so that they are what the papers behind a stored seed depend on: a
 * change here would change papers that exist.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/selection.h"
#include "sample_bank.h"

#define assert_order(actual, ...)                                           \
    do {                                                                    \
        const uint32_t expected_order[] = {__VA_ARGS__};                    \
        assert_memory_equal(actual, expected_order, sizeof expected_order); \
    } while (false)

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

/* The published test vector of xoshiro256** from the state 1, 2, 3, 4. */
static void test_prng_next__reference(void **state)
{
    static const uint64_t EXPECTED[] = {UINT64_C(11520),
                                        UINT64_C(0),
                                        UINT64_C(1509978240),
                                        UINT64_C(1215971899390074240),
                                        UINT64_C(1216172134540287360),
                                        UINT64_C(607988272756665600),
                                        UINT64_C(16172922978634559625),
                                        UINT64_C(8476171486693032832),
                                        UINT64_C(10595114339597558777),
                                        UINT64_C(2904607092377533576)};
    struct prng prng = {.state = {1, 2, 3, 4}};
    for (size_t i = 0; i < COUNT_OF(EXPECTED); i++) {
        assert_true(prng_next(&prng) == EXPECTED[i]);
    }
}

static void test_prng_seed__pinned(void **state)
{
    static const struct {
        const char *seed;
        uint64_t stream;
        uint64_t expected[3];
    } CASES[] = {
        {"",
         0,
         {UINT64_C(0x1e28178eedbf0f30), UINT64_C(0x32dadb1a9e4a4d08),
          UINT64_C(0x4ef49088479a6d5c)}},
        {"quizd",
         0,
         {UINT64_C(0x998ec763b7ae1c1c), UINT64_C(0x45202d7555d3a6c), UINT64_C(0x67319c0d9d278b37)}},
        {"quizd",
         1,
         {UINT64_C(0xb522148c97c2778d), UINT64_C(0x2db4013340750375),
          UINT64_C(0xe7167b24a8e97524)}},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct prng prng = prng_seed(text_of(CASES[i].seed), CASES[i].stream);
        for (size_t j = 0; j < COUNT_OF(CASES[i].expected); j++) {
            assert_true(prng_next(&prng) == CASES[i].expected[j]);
        }
    }
}

static void test_prng_below__pinned(void **state)
{
    static const uint64_t SMALL[] = {5, 0, 4, 5, 2, 6, 7, 5, 9, 8, 8, 2};
    struct prng prng = prng_seed(TEXT("quizd"), 0);
    for (size_t i = 0; i < COUNT_OF(SMALL); i++) {
        assert_int_equal(prng_below(&prng, 10), SMALL[i]);
    }
    /* Half of all draws are rejected with this bound. */
    static const uint64_t LARGE[] = {UINT64_C(5532500282796609038), UINT64_C(3717948021025260955),
                                     UINT64_C(2524009795814990953), UINT64_C(2260489413971940397)};
    prng = prng_seed(TEXT("quizd"), 0);
    for (size_t i = 0; i < COUNT_OF(LARGE); i++) {
        assert_true(prng_below(&prng, (UINT64_C(1) << 63U) + 1) == LARGE[i]);
    }
}

static void test_prng_below__one(void **state)
{
    struct prng prng = prng_seed(TEXT("one"), 0);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(prng_below(&prng, 1), 0);
    }
}

static double chi_square(const unsigned *counts, size_t cell_count, unsigned total)
{
    const double expected = (double)total / (double)cell_count;
    double sum = 0.0;
    for (size_t i = 0; i < cell_count; i++) {
        const double difference = (double)counts[i] - expected;
        sum += difference * difference / expected;
    }
    return sum;
}

/* The limits are the 99.9 % points of chi-square; the seeds are fixed, so the tests cannot fail by
 * chance. */
static void test_prng_below__uniform(void **state)
{
    unsigned counts[7] = {0};
    struct prng prng = prng_seed(TEXT("uniform"), 0);
    for (int i = 0; i < 100000; i++) {
        counts[prng_below(&prng, COUNT_OF(counts))]++;
    }
    assert_true(chi_square(counts, COUNT_OF(counts), 100000) < 22.46); /* 6 degrees of freedom */
}

static void test_selection_permutation__uniform(void **state)
{
    unsigned counts[24] = {0};
    struct prng prng = prng_seed(TEXT("permutations"), 0);
    for (int i = 0; i < 100000; i++) {
        uint32_t p[4];
        selection_permutation(&prng, p, 4);
        /* Lehmer code */
        const unsigned first = p[0];
        const unsigned second = p[1] - (p[0] < p[1] ? 1 : 0);
        const unsigned third = p[2] < p[3] ? 0 : 1;
        counts[first * 6 + second * 2 + third]++;
    }
    assert_true(chi_square(counts, COUNT_OF(counts), 100000) < 49.73); /* 23 degrees of freedom */
}

static void test_selection_permutation__pinned(void **state)
{
    struct prng prng = prng_seed(TEXT("quizd"), 0);
    uint32_t order[8] = {0};
    selection_permutation(&prng, order, 8);
    assert_order(order, 6, 3, 7, 1, 5, 2, 0, 4);
}

static void test_selection_permutation__small(void **state)
{
    struct prng prng = prng_seed(TEXT("small"), 0);
    uint32_t order[1] = {7};
    selection_permutation(&prng, order, 0);
    assert_int_equal(order[0], 7);
    selection_permutation(&prng, order, 1);
    assert_int_equal(order[0], 0);
}

static void test_selection_option_order__pinned(void **state)
{
    uint32_t order[4] = {0};
    selection_option_order(TEXT("quizd"), 1, 0, order, 4);
    assert_order(order, 0, 3, 1, 2);
    selection_option_order(TEXT("quizd"), 1, 1, order, 4);
    assert_order(order, 3, 2, 1, 0);
    selection_option_order(TEXT("quizd"), 2, 0, order, 4);
    assert_order(order, 0, 3, 2, 1);
    selection_option_order(TEXT("other"), 1, 0, order, 4);
    assert_order(order, 2, 1, 0, 3);
}

static size_t choose(const struct bank *bank, struct selection_wish wish, struct arena *arena,
                     size_t **chosen, size_t *available)
{
    (void)selection_candidates(bank, &wish, arena, available);
    return selection_choose(bank, &wish, arena, chosen);
}

static void assert_chosen(const size_t *chosen, size_t count, const size_t *expected,
                          size_t expected_count)
{
    assert_int_equal(count, expected_count);
    assert_memory_equal(chosen, expected, count * sizeof *expected);
}

static void test_selection_choose__pinned(void **state)
{
    const struct bank *bank = sample_bank(*state);
    size_t *chosen = NULL;
    size_t available = 0;
    size_t count = choose(bank, (struct selection_wish){.size = 5, .seed = TEXT("quizd")}, *state,
                          &chosen, &available);
    assert_chosen(chosen, count, (const size_t[]){7, 1, 6, 0, 2}, 5);
    assert_int_equal(available, 12);
    count = choose(bank, (struct selection_wish){.size = 5, .seed = TEXT("other")}, *state, &chosen,
                   &available);
    assert_chosen(chosen, count, (const size_t[]){3, 6, 5, 7, 10}, 5);
}

static void test_selection_choose__subtree(void **state)
{
    const struct bank *bank = sample_bank(*state);
    const size_t sections[] = {T_A};
    size_t *chosen = NULL;
    size_t available = 0;
    const size_t count =
        choose(bank,
               (struct selection_wish){
                   .sections = sections, .section_count = 1, .size = 100, .seed = TEXT("x")},
               *state, &chosen, &available);
    assert_int_equal(count, 5);
    assert_int_equal(available, 5);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(bank->items[chosen[i]].section, T_A_X);
    }
}

/* A section and its ancestor, in any order: nothing is chosen twice, nothing is left out. */
static void test_selection_choose__overlapping_sections(void **state)
{
    const struct bank *bank = sample_bank(*state);
    const size_t orders[][3] = {{S, S_A, T}, {S_A, T, S}, {T, S, S_A}, {S_B, T, S}};
    for (size_t i = 0; i < COUNT_OF(orders); i++) {
        size_t *chosen = NULL;
        size_t available = 0;
        const size_t count = choose(
            bank,
            (struct selection_wish){
                .sections = orders[i], .section_count = 3, .size = 100, .seed = TEXT("quizd")},
            *state, &chosen, &available);
        assert_int_equal(available, 12);
        assert_chosen(chosen, count, (const size_t[]){7, 1, 6, 0, 2, 9, 10, 5, 11, 8, 3, 4}, 12);
    }
}

static void test_selection_choose__nothing_there(void **state)
{
    const struct bank *bank = sample_bank(*state);
    const size_t sections[] = {U};
    size_t *chosen = NULL;
    size_t available = 99;
    assert_int_equal(
        choose(bank,
               (struct selection_wish){
                   .sections = sections, .section_count = 1, .size = 5, .seed = TEXT("x")},
               *state, &chosen, &available),
        0);
    assert_int_equal(available, 0);
    assert_int_equal(choose(bank, (struct selection_wish){.size = 0, .seed = TEXT("x")}, *state,
                            &chosen, &available),
                     0);
    assert_int_equal(available, 12);
}

/* Section, tags and difficulty narrow the choice together. */
static void test_selection_candidates__filters(void **state)
{
    struct bank *bank = sample_bank(*state);
    const struct text tags[][2] = {{TEXT("even"), TEXT("x")}, {TEXT("odd"), TEXT("x")}};
    const struct text wanted[] = {TEXT("none"), TEXT("odd")};
    const size_t sections[] = {S};
    const struct selection_wish wishes[] = {
        {.tags = wanted, .tag_count = 1},
        {.tags = wanted, .tag_count = 2},
        {.difficulty_min = 2, .difficulty_max = 2},
        {.difficulty_min = 2, .difficulty_max = 5},
        {.tags = wanted, .tag_count = 2, .difficulty_min = 2, .difficulty_max = 2},
        {.sections = sections, .section_count = 1, .tags = wanted, .tag_count = 2}};
    static const size_t EXPECTED[] = {0, 6, 4, 8, 2, 3};
    for (size_t i = 0; i < bank->item_count; i++) {
        bank->items[i].question.tags = tags[i % 2];
        bank->items[i].question.tag_count = 2;
        bank->items[i].question.difficulty = 1 + (int64_t)(i % 3);
    }
    for (size_t i = 0; i < COUNT_OF(wishes); i++) {
        size_t count = 0;
        (void)selection_candidates(bank, &wishes[i], *state, &count);
        assert_int_equal(count, EXPECTED[i]);
    }
}

/* Every item is chosen equally often, and never twice in one paper. */
static void test_selection_choose__uniform_and_distinct(void **state)
{
    unsigned counts[ITEM_COUNT] = {0};
    for (unsigned i = 0; i < 30000; i++) {
        struct arena *arena = *state;
        arena_reset(arena);
        const struct bank *bank = sample_bank(arena);
        size_t *chosen = NULL;
        size_t available = 0;
        (void)choose(bank,
                     (struct selection_wish){.size = 4, .seed = arena_printf(arena, "seed %u", i)},
                     arena, &chosen, &available);
        for (size_t j = 0; j < 4; j++) {
            counts[chosen[j]]++;
            for (size_t k = 0; k < j; k++) {
                assert_true(chosen[j] != chosen[k]);
            }
        }
    }
    /* 11 degrees of freedom; drawing without replacement only makes the sum smaller. */
    assert_true(chi_square(counts, ITEM_COUNT, 120000) < 31.26);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prng_next__reference),
        cmocka_unit_test(test_prng_seed__pinned),
        cmocka_unit_test(test_prng_below__pinned),
        cmocka_unit_test(test_prng_below__one),
        cmocka_unit_test(test_prng_below__uniform),
        cmocka_unit_test(test_selection_permutation__uniform),
        cmocka_unit_test(test_selection_permutation__pinned),
        cmocka_unit_test(test_selection_permutation__small),
        cmocka_unit_test(test_selection_option_order__pinned),
        cmocka_unit_test_setup_teardown(test_selection_choose__pinned, setup, teardown),
        cmocka_unit_test_setup_teardown(test_selection_choose__subtree, setup, teardown),
        cmocka_unit_test_setup_teardown(test_selection_choose__overlapping_sections, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_selection_choose__nothing_there, setup, teardown),
        cmocka_unit_test_setup_teardown(test_selection_candidates__filters, setup, teardown),
        cmocka_unit_test_setup_teardown(test_selection_choose__uniform_and_distinct, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
