/* The rules about links and spelling, in questions and notes, with their places. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lint_fixture.h"

static void test_bank_lint__links_of_a_question(void **state)
{
    assert_question(state, QUESTION_TRUE_FALSE, "{'stem':'See [a](https://example.com/x#y).'}", "");
    assert_question(state, QUESTION_TRUE_FALSE, "{'stem':'See [a](https://example com/).'}",
                    "!bad_link");
    assert_question(state, QUESTION_TRUE_FALSE, "{'explanation':'See [a]().'}", "!bad_link");
    assert_question(state, QUESTION_TRUE_FALSE, "{'explanation':'See [a](ftp://example.com).'}",
                    "!bad_link");
    assert_question(state, QUESTION_TRUE_FALSE, "{'explanation':'See [a](figure.png).'}",
                    "relative_link");
    assert_question(state, QUESTION_TRUE_FALSE, "{'explanation':'See [a](#one).'}", "");
    assert_question(state, QUESTION_TRUE_FALSE, "{'explanation':'See [a](#two).'}", "!bad_link");
    assert_question(state, QUESTION_TRUE_FALSE, "{'source':{'url':'https://nodots/'}}",
                    "!bad_link");
    assert_question(state, QUESTION_TRUE_FALSE, "{'stem':'Not `[a]()` but code.'}", "");
}

static void test_bank_lint__links_of_the_notes(void **state)
{
    struct fixture *f = *state;
    set_notes(f, "## One\n\nA fact.\n[good](https://example.com/a_(b))\n\n[bad](https://x)\n");
    (void)add_question(f, QUESTION_TRUE_FALSE, "{}");
    run_lint(f, true);
    const struct diagnostic *d = f->diagnostics.first;
    assert_non_null(d);
    assert_string_equal(arena_string(f->arena, d->spot.file), "bank/notes.md");
    assert_int_equal(d->spot.line, 6);
    assert_string_equal(d->message.data, "this link has no proper host name: \"https://x\"");
    assert_int_equal(f->statistics.links, 2);
    assert_findings(f, "!bad_link");
}

static void test_bank_lint__spelling(void **state)
{
    struct fixture *f = *state;
    set_notes(f, "## One\n\nA fact.\nIts behavior and its color.\n");
    (void)add_question(f, QUESTION_TRUE_FALSE, "{'stem':'Which Colour has `colour`?'}");
    run_lint(f, true);
    assert_string_equal(f->diagnostics.first->message.data,
                        "q: \"Colour\" is British spelling, which is the rarer one here");
    assert_findings(f, "mixed_spelling");
    assert_string_equal(f->statistics.spelling.data, "american");
}

static void test_bank_lint__spelling_of_the_notes(void **state)
{
    struct fixture *f = *state;
    set_notes(f, "## One\n\nA fact.\nUnauthorized.\n");
    (void)add_question(f, QUESTION_TRUE_FALSE,
                       "{'stem':'Authorised?','explanation':'The behaviour is unauthorised.'}");
    run_lint(f, true);
    assert_int_equal(f->diagnostics.first->spot.line, 4);
    assert_findings(f, "mixed_spelling");
    assert_string_equal(f->statistics.spelling.data, "british");
}

static void test_bank_lint__spelling_that_both_share(void **state)
{
    struct fixture *f = *state;
    set_notes(f, "## One\n\nOptimistic, realistic, a specialist, an organism, an analysis.\n");
    (void)add_question(f, QUESTION_TRUE_FALSE, "{'stem':'Is it colorful, with a neighbor?'}");
    run_lint(f, true);
    assert_findings(f, "");
    assert_string_equal(f->statistics.spelling.data, "american");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_bank_lint__links_of_a_question, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_lint__links_of_the_notes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_lint__spelling, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_lint__spelling_of_the_notes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_lint__spelling_that_both_share, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
