/* Papers by blueprint: the right numbers, the same paper for the same seed, nothing twice or alike,
 * the least used first, and a table of what is missing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/exam_paper.h"
#include "domain/likeness.h"
#include "domain/selection.h"
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

/* Every question has stems of its own; difficulty 1 to 3 by turns; domain "d" for those of s. */
static struct bank *make_bank(struct arena *arena)
{
    struct bank *bank = sample_bank(arena);
    for (size_t i = 0; i < bank->item_count; i++) {
        struct question *question = &bank->items[i].question;
        char word[30];
        struct prng prng = prng_seed(question->slug, 7);
        for (size_t k = 0; k < sizeof word; k++) {
            word[k] = (char)('a' + (char)prng_below(&prng, 26));
        }
        question->stem = arena_copy(arena, (struct text){word, sizeof word});
        question->difficulty = 1 + (int64_t)(i % 3);
        question->domain = bank->items[i].section < T ? TEXT("d") : TEXT_ABSENT;
    }
    likeness_group(bank);
    return bank;
}

static const struct exam_blueprint_entry ENTRIES[] = {{.domain = {"d", 1}, .weight = 50},
                                                      {.section = {"t", 1}, .weight = 50}};

static size_t count_from(const struct bank *bank, const struct exam_paper *paper, size_t from,
                         size_t to)
{
    size_t count = 0;
    for (size_t i = 0; i < paper->count; i++) {
        const size_t section = bank->items[paper->items[i]].section;
        count += section >= from && section < to ? 1 : 0;
    }
    return count;
}

static void test_exam_paper_make__blueprint(void **state)
{
    const struct bank *bank = make_bank(*state);
    const struct exam exam = {
        .size = 7, .pilot_count = 2, .blueprint = ENTRIES, .blueprint_count = COUNT_OF(ENTRIES)};
    const struct exam_paper paper = exam_paper_make(&exam, bank, TEXT("seed"), *state);
    const struct exam_paper again = exam_paper_make(&exam, bank, TEXT("seed"), *state);
    const struct exam_paper other = exam_paper_make(&exam, bank, TEXT("other"), *state);

    assert_int_equal(paper.shortfalls.count, 0);
    assert_int_equal(paper.count, 9);
    assert_int_equal(paper.pilot_count, 2);
    assert_memory_equal(paper.items, again.items, 9 * sizeof *paper.items);
    assert_memory_equal(paper.pilots, again.pilots, 2 * sizeof *paper.pilots);
    assert_memory_not_equal(paper.items, other.items, 9 * sizeof *paper.items);
    for (size_t i = 0; i < paper.count; i++) {
        for (size_t j = 0; j < i; j++) {
            assert_true(paper.items[i] != paper.items[j]);
        }
    }
}

static void test_exam_paper_make__shares(void **state)
{
    const struct bank *bank = make_bank(*state);
    const struct exam exam = {.size = 7, .blueprint = ENTRIES, .blueprint_count = 2};
    for (int i = 0; i < 50; i++) {
        const struct text seed = arena_printf(*state, "%d", i);
        const struct exam_paper paper = exam_paper_make(&exam, bank, seed, *state);
        assert_int_equal(count_from(bank, &paper, S, T), 4); /* 3.5 each: the first gets the rest */
        assert_int_equal(count_from(bank, &paper, T, U), 3);
    }
}

static void test_exam_paper_make__difficulty(void **state)
{
    static const struct exam_difficulty_band BANDS[] = {{1, 1, 50}, {2, 5, 50}};
    const struct bank *bank = make_bank(*state);
    const struct exam exam = {.size = 4,
                              .blueprint = ENTRIES,
                              .blueprint_count = 2,
                              .difficulty = BANDS,
                              .difficulty_count = 2};
    const struct exam_paper paper = exam_paper_make(&exam, bank, TEXT("x"), *state);
    size_t easy = 0;
    for (size_t i = 0; i < paper.count; i++) {
        easy += bank->items[paper.items[i]].question.difficulty == 1 ? 1 : 0;
    }
    assert_int_equal(paper.count, 4);
    assert_int_equal(easy, 2);
}

/* Entries of one or two questions each, two bands: the whole paper has its bands. */
static void test_exam_paper_make__bands_of_the_whole_paper(void **state)
{
    static const struct exam_difficulty_band BANDS[] = {{1, 1, 50}, {2, 5, 50}};
    static const struct exam_blueprint_entry SMALL[] = {{.section = {"s/a", 3}, .weight = 34},
                                                        {.section = {"s/b", 3}, .weight = 33},
                                                        {.section = {"t", 1}, .weight = 33}};
    struct bank *bank = make_bank(*state);
    for (size_t i = 0; i < bank->item_count; i++) {
        bank->items[i].question.difficulty = 1 + (int64_t)(i % 2);
    }
    for (int64_t size = 2; size <= 6; size++) {
        const struct exam exam = {.size = size,
                                  .blueprint = SMALL,
                                  .blueprint_count = COUNT_OF(SMALL),
                                  .difficulty = BANDS,
                                  .difficulty_count = 2};
        const struct exam_paper paper = exam_paper_make(&exam, bank, TEXT("x"), *state);
        int64_t easy = 0;
        for (size_t i = 0; i < paper.count; i++) {
            easy += bank->items[paper.items[i]].question.difficulty == 1 ? 1 : 0;
        }
        assert_int_equal(paper.count, size);
        assert_int_equal(easy, (size + 1) / 2);
    }
}

static void test_exam_paper_make__least_used_first(void **state)
{
    struct bank *bank = make_bank(*state);
    const struct exam exam = {.size = 4, .blueprint = ENTRIES, .blueprint_count = 2};
    for (int round = 0; round < 60; round++) {
        const struct exam_paper paper =
            exam_paper_make(&exam, bank, arena_printf(*state, "%d", round), *state);
        for (size_t i = 0; i < paper.count; i++) {
            bank->items[paper.items[i]].exposure_count++;
        }
    }
    for (size_t i = 0; i < bank->item_count; i++) {
        assert_int_equal(bank->items[i].exposure_count, 20); /* 2 of 6 questions, 60 times */
    }
}

static void test_exam_paper_make__nothing_alike(void **state)
{
    struct bank *bank = make_bank(*state);
    const struct exam exam = {.size = 2, .blueprint = ENTRIES, .blueprint_count = 1};
    for (size_t i = 0; i < bank->item_count; i++) {
        if (bank->items[i].section == S_A) {
            bank->items[i].question.stem =
                arena_printf(*state, "Which of the services keeps objects for long? (%zu)", i);
        }
    }
    likeness_group(bank);
    for (int i = 0; i < 50; i++) {
        const struct exam_paper paper =
            exam_paper_make(&exam, bank, arena_printf(*state, "%d", i), *state);
        assert_true(count_from(bank, &paper, S_A, S_B) <= 1);
    }
}

static void test_exam_paper_make__shortfall(void **state)
{
    static const struct exam_blueprint_entry MUCH[] = {{.section = {"s/b", 3}, .weight = 50},
                                                       {.domain = {"none", 4}, .weight = 50}};
    const struct bank *bank = make_bank(*state);
    const struct exam exam = {
        .size = 10, .pilot_count = 1, .blueprint = MUCH, .blueprint_count = COUNT_OF(MUCH)};
    const struct exam_paper paper = exam_paper_make(&exam, bank, TEXT("x"), *state);
    const struct exam_shortfall *cells = paper.shortfalls.cells;

    assert_int_equal(paper.count, 0);
    assert_int_equal(paper.shortfalls.count, 3);
    assert_string_equal(cells[0].section.data, "s/b");
    assert_int_equal(cells[0].needed, 5);
    assert_int_equal(cells[0].available, 2);
    assert_string_equal(cells[1].domain.data, "none");
    assert_int_equal(cells[1].available, 0);
    assert_int_equal(cells[2].needed, 1); /* the pilots */
}

/* Feedback for all comes when nobody can answer any more. */
static void test_exam_rules__told_after_the_grace(void **state)
{
    const struct exam_feedback feedback = {.when = EXAM_AFTER_CLOSE};
    struct exam exam = {.closes_at = 5000, .feedback = &feedback};
    const struct attempt_rules rules = exam_rules(&exam, 10);
    assert_int_equal(rules.closes_at, 5000);
    assert_false(attempt_rules_may_tell(&rules, true, 5009));
    assert_true(attempt_rules_may_tell(&rules, true, 5010));
    exam.closes_at = 0;
    assert_int_equal(exam_rules(&exam, 10).told_at, 0);
}

static void test_exam_scale__values(void **state)
{
    assert_int_equal(exam_scale(0, 65000, 65).score, 100);
    assert_int_equal(exam_scale(65000, 65000, 65).score, 1000);
    assert_int_equal(exam_scale(65000, 65000, 65).standard_error, 18); /* 67 of 69 right */
    assert_int_equal(exam_scale(0, 65000, 65).standard_error, 18);
    assert_int_equal(exam_scale(32500, 65000, 65).score, 550);
    assert_int_equal(exam_scale(32500, 65000, 65).standard_error, 54); /* 900 * 0.5 / sqrt(69) */
    assert_int_equal(exam_scale(1000, 1000, 1).standard_error, 197);   /* 3 of 5 right */
    assert_int_equal(exam_scale(0, 0, 0).score, 100);
}

static void test_likeness_percent__values(void **state)
{
    const struct question a = {.stem = TEXT("Which service stores objects?")};
    const struct question b = {.stem = TEXT("which SERVICE stores objects")};
    const struct question c = {.stem = TEXT("How many shards are needed?")};
    assert_true(likeness_percent(&a, &b, *state) >= 90);
    assert_true(likeness_percent(&a, &c, *state) <= 10);
    assert_int_equal(likeness_percent(&a, &a, *state), 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_exam_paper_make__blueprint, setup, teardown),
        cmocka_unit_test_setup_teardown(test_exam_paper_make__shares, setup, teardown),
        cmocka_unit_test_setup_teardown(test_exam_paper_make__difficulty, setup, teardown),
        cmocka_unit_test_setup_teardown(test_exam_paper_make__bands_of_the_whole_paper, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_exam_paper_make__least_used_first, setup, teardown),
        cmocka_unit_test_setup_teardown(test_exam_paper_make__nothing_alike, setup, teardown),
        cmocka_unit_test_setup_teardown(test_exam_paper_make__shortfall, setup, teardown),
        cmocka_unit_test(test_exam_rules__told_after_the_grace),
        cmocka_unit_test_setup_teardown(test_exam_scale__values, setup, teardown),
        cmocka_unit_test_setup_teardown(test_likeness_percent__values, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
