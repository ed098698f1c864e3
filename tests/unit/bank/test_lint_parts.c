/* The rules about orderings and matchings, labels and source lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lint_fixture.h"

static void test_bank_lint__ordering_betrayed(void **state)
{
    assert_question(state, QUESTION_ORDERING, "{'order':['a','b','c']}", "!key_betrayed");
    assert_question(
        state, QUESTION_ORDERING,
        "{'items':[" GOOD_PART("b") "," GOOD_PART("c") "," GOOD_PART("a") "],"
                                                                          "'order':['a','b','c']}",
        "!key_betrayed");
    assert_question(
        state, QUESTION_ORDERING,
        "{'items':[" GOOD_PART("c") "," GOOD_PART("a") "," GOOD_PART("b") "],"
                                                                          "'order':['c','a','b']}",
        "!key_betrayed");
    assert_question(state, QUESTION_ORDERING, "{'order':['c','b','a']}", "");
}

static void test_bank_lint__matching_betrayed(void **state)
{
    assert_question(state, QUESTION_MATCHING, "{'pairs':{'a':'1','b':'2'}}", "!key_betrayed");
    assert_question(state, QUESTION_MATCHING, "{'pairs':{'b':'2','a':'1'}}", "!key_betrayed");
    assert_question(state, QUESTION_MATCHING, "{'pairs':{'a':'1','b':'3'}}", "");
}

static void test_bank_lint__parts_same_text(void **state)
{
    assert_question(state, QUESTION_ORDERING,
                    "{'items':[" GOOD_PART("a") "," GOOD_PART("b") ",{'id':'c','text':'the B "
                                                                   "part ','feedback':'F'}]}",
                    "!same_text");
    assert_question(state, QUESTION_MATCHING,
                    "{'choices':[" GOOD_CHOICES ",{'id':'4','text':'c2'}]}", "!same_text");
}

static void test_bank_lint__parts_missing_feedback(void **state)
{
    assert_question(state, QUESTION_ORDERING,
                    "{'items':[" GOOD_PART("a") ",{'id':'b','text':'B'}," GOOD_PART("c") "]}",
                    "missing_feedback");
    assert_question(state, QUESTION_MATCHING,
                    "{'premises':[" GOOD_PART("a") ",{'id':'b','text':'B'}]}", "missing_feedback");
}

static void test_bank_lint__labels(void **state)
{
    static const struct bank_domain DOMAIN = {.slug = {.data = "d", .len = 1}, .weight = 100};
    struct fixture *f = *state;
    assert_question(state, QUESTION_NUMERIC, "{'tags':[]}", "missing_tags");
    f->folder.domains = &DOMAIN;
    f->folder.domain_count = 1;
    assert_question(state, QUESTION_NUMERIC, "{}", "missing_domain");
    assert_question(state, QUESTION_NUMERIC, "{'domain':'d'}", "");
}

static void test_bank_lint__blank_source(void **state)
{
    struct fixture *f = *state;
    set_notes(f, "## One\n\nA fact of 7 KB.\n\n|---|---|\n\n`code`\n");
    assert_question(state, QUESTION_TRUE_FALSE, "{'source':{'line':2}}", "!blank_source");
    assert_question(state, QUESTION_TRUE_FALSE, "{'source':{'line':5}}", "!blank_source");
    assert_question(state, QUESTION_TRUE_FALSE, "{'source':{'line':7}}", "");
    assert_question(state, QUESTION_TRUE_FALSE, "{'source':{'line':99}}", "");
    assert_question(state, QUESTION_TRUE_FALSE, "{'source':{'url':'https://example.com/'}}", "");
}

static struct diagnostic *lint_one(struct fixture *f, const char *patch, struct text source_line)
{
    json_t *root = sample_json(f->arena, GOOD[QUESTION_SINGLE_CHOICE]);
    struct question *question = arena_new(f->arena, struct question);
    struct error err = {.code = ERROR_NONE};

    assert_int_equal(json_object_update(root, sample_json(f->arena, patch)), 0);
    assert_true(codec_decode(f->arena, root, &QUESTION_SHAPE, question, &err));
    diagnostics_init(&f->diagnostics, f->arena);
    bank_lint_question(f->arena, &f->folder, question, source_line, &f->diagnostics);
    return f->diagnostics.first;
}

/* Of a question that is in no file. */
static void test_bank_lint_question__says_the_member(void **state)
{
    struct fixture *f = *state;
    assert_null(lint_one(f, "{}", TEXT("A fact of 7 KB.")));
    assert_null(lint_one(f, "{}", TEXT_ABSENT)); /* the line is not known: nothing is said of it */
    const struct diagnostic *found = lint_one(f, "{}", TEXT("```"));
    assert_string_equal(found->code, "blank_source");
    assert_true(text_equal(found->member, TEXT("/source/line")));
    found = lint_one(f, "{'explanation':'See [it](#nowhere).'}", TEXT_ABSENT);
    assert_string_equal(found->code, "bad_link");
    assert_true(text_equal(found->member, TEXT("/explanation")));
    assert_null(lint_one(f, "{'explanation':'See [it](#one).'}", TEXT_ABSENT));
    found = lint_one(f, "{'tags':[]}", TEXT_ABSENT);
    assert_string_equal(found->code, "missing_tags");
    assert_true(text_equal(found->member, TEXT("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_bank_lint__ordering_betrayed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_lint__matching_betrayed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_lint__parts_same_text, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_lint__parts_missing_feedback, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_lint__labels, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_lint__blank_source, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_lint_question__says_the_member, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
