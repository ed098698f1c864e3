/* Trigram sets as pg_trgm makes them, and the index against comparing every pair. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "bank/trigram.h"
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

static double similarity(struct arena *arena, const char *a, const char *b)
{
    return trigram_similarity(trigram_set_of(arena, text_of(a)), trigram_set_of(arena, text_of(b)));
}

/* show_trgm('cat') = {"  c"," ca","at ","cat"}; that of 'foo|bar' has eight. */
static void test_trigram_set_of__size(void **state)
{
    assert_int_equal(trigram_set_of(*state, TEXT("")).count, 0);
    assert_int_equal(trigram_set_of(*state, TEXT(" .,! ")).count, 0);
    assert_int_equal(trigram_set_of(*state, TEXT("a")).count, 2);
    assert_int_equal(trigram_set_of(*state, TEXT("cat")).count, 4);
    assert_int_equal(trigram_set_of(*state, TEXT("foo|bar")).count, 8);
    assert_int_equal(trigram_set_of(*state, TEXT("foo  ...  bar")).count, 8);
    assert_int_equal(trigram_set_of(*state, TEXT("cat cat Cat")).count, 4);
    assert_int_equal(trigram_set_of(*state, TEXT("bad \xFF")).count, 0);
}

/* similarity('word', 'two words') is 0.363636 in PostgreSQL's manual. */
static void test_trigram_similarity__values(void **state)
{
    assert_true(fabs(similarity(*state, "word", "two words") - 4.0 / 11.0) < 1e-12);
    assert_true(fabs(similarity(*state, "The Stream", "stream, the!") - 1.0) < 1e-12);
    assert_true(fabs(similarity(*state, "abc", "xyz")) < 1e-12);
    assert_true(fabs(similarity(*state, "", "")) < 1e-12);
    assert_true(fabs(similarity(*state, "\xC3\x84pfel", "\xC3\xA4PFEL") - 1.0) < 1e-12);
}

enum { TEXT_COUNT = 60, WORD_COUNT = 12 };

/* Texts of few different words, so that many pairs are alike. */
static void make_sets(struct arena *arena, uint64_t seed, struct trigram_set *sets)
{
    static const char *const WORDS[] = {"stream", "shard",  "record", "queue", "topic", "bucket",
                                        "object", "region", "backup", "table", "index", "item"};
    for (size_t i = 0; i < TEXT_COUNT; i++) {
        struct text all = TEXT("");
        seed = seed * UINT64_C(6364136223846793005) + 1;
        const size_t length = (size_t)(seed >> 60U);
        for (size_t k = 0; k < length; k++) {
            seed = seed * UINT64_C(6364136223846793005) + 1;
            all = arena_printf(arena, "%.*s %s", TEXT_ARG(all), WORDS[(seed >> 33U) % WORD_COUNT]);
        }
        sets[i] = trigram_set_of(arena, all);
    }
}

static size_t count_pairs(const struct trigram_set *sets, double threshold)
{
    size_t count = 0;
    for (size_t i = 0; i < TEXT_COUNT; i++) {
        for (size_t k = 0; k < i; k++) {
            count += trigram_similarity(sets[i], sets[k]) >= threshold ? 1 : 0;
        }
    }
    return count;
}

static void test_trigram_find_pairs__finds_what_all_comparisons_find(void **state)
{
    static const double THRESHOLDS[] = {0.01, 0.3, 0.5, 0.6, 0.75, 0.9, 1.0};
    struct trigram_set sets[TEXT_COUNT];
    for (uint64_t seed = 1; seed <= 20; seed++) {
        make_sets(*state, seed, sets);
        for (size_t i = 0; i < COUNT_OF(THRESHOLDS); i++) {
            struct similar_pair *pairs = NULL;
            const size_t count =
                trigram_find_pairs(*state, sets, TEXT_COUNT, THRESHOLDS[i], &pairs);
            assert_int_equal(count, count_pairs(sets, THRESHOLDS[i]));
            for (size_t k = 0; k < count; k++) {
                assert_true(pairs[k].first < pairs[k].second);
                assert_true(k == 0 || pairs[k].similarity <= pairs[k - 1].similarity);
            }
        }
    }
}

static void test_trigram_find_pairs__nothing_to_compare(void **state)
{
    const struct trigram_set empty[2] = {{NULL, 0}, {NULL, 0}};
    struct similar_pair *pairs = NULL;
    assert_int_equal(trigram_find_pairs(*state, empty, 0, 0.5, &pairs), 0);
    assert_int_equal(trigram_find_pairs(*state, empty, 2, 0.5, &pairs), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_trigram_set_of__size, setup, teardown),
        cmocka_unit_test_setup_teardown(test_trigram_similarity__values, setup, teardown),
        cmocka_unit_test_setup_teardown(test_trigram_find_pairs__finds_what_all_comparisons_find,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_trigram_find_pairs__nothing_to_compare, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
