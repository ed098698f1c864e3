/* The rules about the bank as a whole: coverage, near-duplicates, and patterns of the keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "lint_fixture.h"

static void test_bank_lint__uncovered_section(void **state)
{
    struct fixture *f = *state;
    set_notes(f, "## One\n\nText.\n\n## Two\n\nText.\n\n## Three\n\n### Inner\n\nText.\n");
    (void)add_question(f, QUESTION_TRUE_FALSE, "{'sections':['three/inner']}");
    run_lint(f, true);
    assert_int_equal(f->diagnostics.first->spot.line, 5);
    assert_findings(f, "uncovered_section");
    assert_int_equal(f->statistics.sections, 3);
    assert_int_equal(f->statistics.sections_covered, 2);
}

static void test_bank_lint__orphan_section(void **state)
{
    struct fixture *f = *state;
    set_notes(f, "## One\n\nText.\n\n## Two\n");
    (void)add_question(f, QUESTION_TRUE_FALSE, "{}");
    run_lint(f, true);
    assert_int_equal(f->diagnostics.first->spot.line, 5);
    assert_findings(f, "orphan_section");
}

static void test_bank_lint__uncovered_domain(void **state)
{
    static const struct bank_domain DOMAINS[] = {{.slug = {.data = "d", .len = 1}, .weight = 60},
                                                 {.slug = {.data = "e", .len = 1}, .weight = 40}};
    struct fixture *f = *state;
    f->folder.domains = DOMAINS;
    f->folder.domain_count = 2;
    (void)add_question(f, QUESTION_TRUE_FALSE, "{'domain':'d'}");
    run_lint(f, true);
    assert_string_equal(f->diagnostics.first->message.data, "no question is of the domain \"e\"");
    assert_findings(f, "uncovered_domain");
}

static void test_bank_lint__near_duplicate(void **state)
{
    struct fixture *f = *state;
    (void)add_question(
        f, QUESTION_TRUE_FALSE,
        "{'slug':'first','stem':'A stream takes 5 MB in each second with one key.'}");
    (void)add_question(f, QUESTION_TRUE_FALSE,
                       "{'slug':'other','stem':'Every backup of the cluster is kept for a week.'}");
    (void)add_question(
        f, QUESTION_TRUE_FALSE,
        "{'slug':'again','stem':'A stream takes 6 MB in each second with two keys.'}");
    run_lint(f, true);
    assert_true(text_starts_with(f->diagnostics.first->message,
                                 TEXT("again: asks like \"first\" at q.json:1 (similarity 0.")));
    assert_findings(f, "near_duplicate");
    assert_int_equal(f->statistics.near_duplicates, 1);
    assert_int_equal(f->statistics.closest_count, 1);
    assert_string_equal(f->statistics.closest[0].second.data, "again");
    assert_in_range((int64_t)(f->statistics.closest[0].similarity * 100.0), 60, 99);
}

/* Short stems are nothing to go by. */
static void test_bank_lint__short_stems_alike(void **state)
{
    struct fixture *f = *state;
    (void)add_question(f, QUESTION_MULTIPLE_CHOICE, "{'slug':'first'}");
    (void)add_question(
        f, QUESTION_SINGLE_CHOICE,
        "{'slug':'second','options':[{'id':'a','text':'A queue','correct':true,'feedback':'F'},"
        "{'id':'b','text':'Some topic','correct':false,'feedback':'F'},"
        "{'id':'c','text':'Their stream','correct':false,'feedback':'F'}]}");
    run_lint(f, true);
    assert_findings(f, "");
}

/* Four options with the right one at `place`, as long as said. */
static struct text make_options(struct fixture *f, size_t place, const char *right,
                                const char *wrong)
{
    struct text options = TEXT("");
    for (size_t k = 0; k < 4; k++) {
        options =
            arena_printf(f->arena, "%.*s%s{'id':'%zu','text':'%s%zu','correct':%s,'feedback':'F'}",
                         TEXT_ARG(options), k == 0 ? "" : ",", k, k == place ? right : wrong, k,
                         k == place ? "true" : "false");
    }
    return options;
}

/* Single choices; the right option of the i-th at (i * step) % 4. Their stems have little in
 * common. */
static void add_choices(struct fixture *f, size_t count, size_t step, const char *right,
                        const char *wrong)
{
    for (size_t i = 0; i < count; i++) {
        const size_t n = f->folder.question_count;
        const struct text options = make_options(f, i * step % 4, right, wrong);
        (void)add_question(f, QUESTION_SINGLE_CHOICE,
                           arena_printf(f->arena, "{'stem':'%zu %zu %zu','options':[%.*s]}",
                                        n * 7919 + 13, n * n * 104729 + 17, n * 1299709 + 1000003,
                                        TEXT_ARG(options))
                               .data);
    }
}

/* 0.25 ^ 4 is below one percent, 0.25 ^ 3 above. */
static void test_bank_lint__key_longest(void **state)
{
    struct fixture *f = *state;
    add_choices(f, 3, 1, "A long option ", "Short ");
    run_lint(f, true);
    assert_findings(f, "");
    assert_int_equal(f->statistics.key_longest.questions, 3);
    assert_int_equal(f->statistics.key_longest.observed, 3);
    assert_true(fabs(f->statistics.key_longest.expected - 0.75) < 1e-12);
    assert_true(fabs(f->statistics.key_longest.probability - 1.0 / 64.0) < 1e-12);
    assert_int_equal(f->statistics.key_shortest.questions, 0);
    add_choices(f, 1, 1, "A long option ", "Short ");
    run_lint(f, true);
    assert_findings(f, "key_longest");
}

static void test_bank_lint__key_shortest(void **state)
{
    struct fixture *f = *state;
    add_choices(f, 4, 1, "Short ", "A long option ");
    run_lint(f, true);
    assert_int_equal(f->statistics.key_shortest.observed, 4);
    assert_findings(f, "key_shortest");
}

static void test_bank_lint__key_positions(void **state)
{
    struct fixture *f = *state;
    add_choices(f, 40, 1, "Like ", "Like ");
    run_lint(f, true);
    assert_findings(f, "");
    assert_int_equal(f->statistics.key_position_count, 1);
    assert_int_equal(f->statistics.key_positions[0].position_count, 4);
    assert_int_equal(f->statistics.key_positions[0].positions[3].position, 4);
    assert_int_equal(f->statistics.key_positions[0].positions[3].observed, 10);
    add_choices(f, 20, 0, "Like ", "Like ");
    run_lint(f, true);
    assert_findings(f, "key_positions");
    assert_int_equal(f->statistics.key_positions[0].positions[0].observed, 30);
}

static void test_bank_lint__key_true(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < 9; i++) {
        (void)add_question(
            f, QUESTION_TRUE_FALSE,
            arena_printf(f->arena, "{'stem':'%zu and %zu and %zu are three numbers of the bank.'}",
                         i * 7919 + 104729, i * 1299709 + 611953, i * i * 15485863 + 86028121)
                .data);
        run_lint(f, true);
        assert_findings(f, i < 7 ? "" : "key_true"); /* 2 * 0.5 ^ 8 < 0.01 */
    }
    assert_int_equal(f->statistics.key_true.observed, 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_bank_lint__uncovered_section, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_lint__orphan_section, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_lint__uncovered_domain, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_lint__near_duplicate, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_lint__short_stems_alike, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_lint__key_longest, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_lint__key_shortest, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_lint__key_positions, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_lint__key_true, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
