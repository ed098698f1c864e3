/* Counts by section, domain and exam, and what is missing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bank/coverage.h"
#include "lint_fixture.h"

static const struct bank_domain DOMAINS[] = {
    {.slug = {.data = "d", .len = 1}, .title = {.data = "D", .len = 1}, .weight = 60},
    {.slug = {.data = "e", .len = 1}, .title = {.data = "E", .len = 1}, .weight = 40}};
static const struct exam_blueprint_entry BY_DOMAIN[] = {
    {.domain = {.data = "d", .len = 1}, .weight = 60},
    {.domain = {.data = "e", .len = 1}, .weight = 40}};
static const struct exam_blueprint_entry BY_SECTION[] = {
    {.section = {.data = "one", .len = 3}, .weight = 100}};

/* Different enough to be no near-duplicates. */
static const char *telling_stem(struct fixture *f)
{
    const size_t n = f->folder.question_count;
    return arena_printf(f->arena, "%zu %zu %zu %zu", n * 7919 + 104729, n * 1299709 + 611953,
                        n * n * 15485863 + 86028121, n * n * 49979687 + 3)
        .data;
}

static void add(struct fixture *f, size_t count, const char *domain, const char *section)
{
    for (size_t i = 0; i < count; i++) {
        (void)add_question(f, QUESTION_TRUE_FALSE,
                           arena_printf(f->arena,
                                        "{'domain':'%s','section':'%s','stem':'%s','difficulty':3}",
                                        domain, section, telling_stem(f))
                               .data);
    }
}

static void set_exam(struct fixture *f, const struct exam_blueprint_entry *blueprint, size_t count,
                     int64_t size)
{
    struct bank_exam *exam = arena_new(f->arena, struct bank_exam);
    exam->exam = (struct exam){.slug = TEXT("x"),
                               .title = TEXT("X"),
                               .size = size,
                               .blueprint = blueprint,
                               .blueprint_count = count};
    f->folder.exams = exam;
    f->folder.exam_count = 1;
    f->folder.domains = DOMAINS;
    f->folder.domain_count = COUNT_OF(DOMAINS);
}

static void test_coverage_of__sections(void **state)
{
    struct fixture *f = *state;
    set_notes(f,
              "## One\n\nText.\n\n### Inner\n\nText.\n\n#### Deep\n\n## Two\n\n### Last\n\nT.\n");
    add(f, 2, "d", "one");
    add(f, 4, "d", "one/inner/deep");
    (void)add_question(f, QUESTION_NUMERIC, "{'section':'two/last','difficulty':5}");
    const struct coverage coverage = coverage_of(f->arena, &f->folder);
    static const struct {
        int64_t own;
        int64_t all;
        int64_t missing;
        bool has_text;
    } EXPECTED[] = {
        {2, 6, 1, true}, {0, 4, 3, true}, {4, 4, 0, false}, {0, 1, 0, false}, {1, 1, 2, true}};
    assert_int_equal(coverage.section_count, COUNT_OF(EXPECTED));
    for (size_t i = 0; i < COUNT_OF(EXPECTED); i++) {
        assert_int_equal(coverage.sections[i].own.questions, EXPECTED[i].own);
        assert_int_equal(coverage.sections[i].subtree_questions, EXPECTED[i].all);
        assert_int_equal(coverage.sections[i].missing, EXPECTED[i].missing);
        assert_true(coverage.sections[i].has_text == EXPECTED[i].has_text);
    }
    assert_int_equal(coverage.all.questions, 7);
    assert_int_equal(coverage.all.by_difficulty[2], 6);
    assert_int_equal(coverage.all.by_difficulty[4], 1);
    assert_int_equal(coverage.all.type_count, QUESTION_TYPE_COUNT);
    assert_int_equal(coverage.all.by_type[QUESTION_TRUE_FALSE].questions, 6);
    assert_int_equal(coverage.sections[4].own.by_type[QUESTION_NUMERIC].questions, 1);
    assert_false(coverage.is_complete);
}

/* 5 questions at 60 and 40 percent: 3 and 2 a paper. */
static void test_coverage_of__domains(void **state)
{
    struct fixture *f = *state;
    set_exam(f, BY_DOMAIN, COUNT_OF(BY_DOMAIN), 5);
    add(f, 9, "d", "one");
    add(f, 5, "e", "one");
    struct coverage coverage = coverage_of(f->arena, &f->folder);
    assert_int_equal(coverage.domains[0].needed, 9);
    assert_int_equal(coverage.domains[0].missing, 0);
    assert_int_equal(coverage.domains[0].share, 643);
    assert_int_equal(coverage.domains[1].needed, 6);
    assert_int_equal(coverage.domains[1].missing, 1);
    assert_int_equal(coverage.exams[0].papers, 2);
    assert_int_equal(coverage.exams[0].shares[0].missing, 0);
    assert_int_equal(coverage.exams[0].shares[1].missing, 1);
    assert_false(coverage.is_complete);
    add(f, 1, "e", "one");
    coverage = coverage_of(f->arena, &f->folder);
    assert_int_equal(coverage.exams[0].papers, 3);
    assert_true(coverage.is_complete);
}

static void test_coverage_of__exam_by_section(void **state)
{
    struct fixture *f = *state;
    set_notes(f, "## One\n\nText.\n\n### Inner\n\nText.\n\n## One more\n\nText.\n");
    set_exam(f, BY_SECTION, 1, 2);
    add(f, 3, "d", "one");
    add(f, 5, "d", "one/inner");
    add(f, 3, "d", "one-more");
    const struct coverage coverage = coverage_of(f->arena, &f->folder);
    assert_int_equal(coverage.exams[0].shares[0].questions, 8);
    assert_int_equal(coverage.exams[0].papers, 4);
    assert_int_equal(coverage.domains[0].needed, 0);
    assert_true(coverage.is_complete);
}

/* Ten questions that ask alike are one in each paper. */
static void test_coverage_of__near_duplicates_in_one_paper(void **state)
{
    struct fixture *f = *state;
    set_exam(f, BY_SECTION, 1, 2);
    for (size_t i = 0; i < 10; i++) {
        (void)add_question(
            f, QUESTION_TRUE_FALSE,
            arena_printf(f->arena, "{'stem':'The stream has exactly %zu shards and one key.'}", i)
                .data);
    }
    struct coverage coverage = coverage_of(f->arena, &f->folder);
    assert_int_equal(coverage.exams[0].papers, 0);
    assert_int_equal(coverage.exams[0].shares[0].missing, 3);
    add(f, 3, "d", "one");
    coverage = coverage_of(f->arena, &f->folder);
    assert_int_equal(coverage.exams[0].papers, 3);
    assert_true(coverage.is_complete);
}

static void test_coverage_of__many_papers(void **state)
{
    struct fixture *f = *state;
    set_exam(f, BY_SECTION, 1, 1);
    add(f, COVERAGE_PAPERS_MAX + 5, "d", "one");
    const struct coverage coverage = coverage_of(f->arena, &f->folder);
    assert_int_equal(coverage.exams[0].papers, COVERAGE_PAPERS_MAX);
}

static void test_coverage_of__nothing(void **state)
{
    struct fixture *f = *state;
    f->folder.notes = (struct notes){.section_count = 0};
    const struct coverage coverage = coverage_of(f->arena, &f->folder);
    assert_int_equal(coverage.section_count, 0);
    assert_int_equal(coverage.all.questions, 0);
    assert_true(coverage.is_complete);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_coverage_of__sections, setup, teardown),
        cmocka_unit_test_setup_teardown(test_coverage_of__domains, setup, teardown),
        cmocka_unit_test_setup_teardown(test_coverage_of__exam_by_section, setup, teardown),
        cmocka_unit_test_setup_teardown(test_coverage_of__near_duplicates_in_one_paper, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_coverage_of__many_papers, setup, teardown),
        cmocka_unit_test_setup_teardown(test_coverage_of__nothing, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
