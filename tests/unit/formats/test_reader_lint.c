/* What the lint says of a question is said of the item: errors keep it out, warnings do not. */
#include "formats_fixture.h"

static int setup_lint(void **state)
{
    (void)setup(state); /* always 0 */
    ask_lint(*state);
    return 0;
}

static void test_reader_lint__gift(void **state)
{
    static const struct sample SAMPLES[] = {
        {"::a::Which?{=a ~b####E}",
         "error 1:1 few_options missing_feedback missing_feedback missing_tags", NULL},
        {"// [tag:t]\n::a::Which?{=a#F ~b#F ~All of the above#F####E}", "error 2:1 combined_option",
         NULL},
        {"// [tag:t]\n::a::Which?{=a#F ~b#F ~ A #F####E}", "error 2:1 same_text", NULL},
        {"// [tag:t]\n::a::Which?{=a#F ~b#F ~c#F####E}", "ok 2:1", "'slug':'a'"},
        {"// [tag:t] [check:2+2]\n::a::How many are 2 and 2?{#3####E}", "error 2:1 check_differs",
         NULL},
        {"// [tag:t] [check:2+]\n::a::How many are 2 and 2?{#4####E}", "error 2:1 bad_check", NULL},
        {"// [tag:t] [check:2+2]\n::a::How many are 2 and 2?{#4####E}", "ok 2:1", "'value':4"},
        {"// [tag:t] [check:7+2]\n::a::How many are 2 more?{#9####E}", "ok 2:1", "'value':9"},
        {"// [tag:t] [check:6+3]\n::a::How many are 3 more?{#9####E}",
         "warning 2:1 number_from_nowhere", "'value':9"},
        {"// [tag:t]\n::a::[markdown]See [x](#nowhere)?{=yes####E}", "error 2:1 bad_link", NULL},
        {"// [tag:t]\n::a::[markdown]See [x](#one)?{=yes####E}", "ok 2:1", "(#one)"},
        {"// [tag:t] [line:2]\n::a::Which?{=yes####E}", "error 2:1 blank_source", NULL},
        {"// [tag:t] [line:3]\n::a::Which?{=yes####E}", "ok 2:1", "'line':3"},
        {"// [tag:t]\n::a::Match.{=a -> 1 =b -> 2 = -> 3####B}",
         "warning 2:1 missing_feedback missing_feedback", "'type':'matching'"},
    };
    check_samples(*state, FORMAT_GIFT, SAMPLES, COUNT_OF(SAMPLES));
}

/* An id that a refused item has is free for the next one. */
static void test_reader_lint__ids_of_refused(void **state)
{
    static const struct sample SAMPLES[] = {
        {"// [tag:t]\n::a::Which?{=a#F ~b#F####E}\n\n// [tag:t]\n::a::Which?{=a#F ~b#F ~c#F####E}",
         "error 2:1 few_options\nok 5:1", "'slug':'a'"},
    };
    check_samples(*state, FORMAT_GIFT, SAMPLES, COUNT_OF(SAMPLES));
}

#define LINE(slug, options)                                                                       \
    "{\"slug\":\"" slug "\",\"type\":\"single_choice\",\"stem\":\"Which?\",\"options\":[" options \
    "],\"explanation\":\"E\",\"section\":\"one\",\"tags\":[\"t\"],\"difficulty\":1,"              \
    "\"source\":{\"line\":3}}\n"
#define OPTION(id, words, correct) \
    "{\"id\":\"" id "\",\"text\":\"" words "\",\"correct\":" correct ",\"feedback\":\"F\"}"

static void test_reader_lint__place_and_member(void **state)
{
    struct fixture *f = *state;
    static const char JSON[] =
        LINE("good",
             OPTION("a", "x", "true") "," OPTION("b", "y", "false") "," OPTION("c", "z", "false"))
            LINE("bad", OPTION("a", "x", "true") "," OPTION("b", "y", "false") "," OPTION(
                            "c", "none of these", "false"));
    struct format_memory memory = {.bytes = text_of(JSON)};
    struct format_reader *reader =
        format_reader_open(f->arena, FORMAT_JSON_LINES, &f->options, format_source_memory(&memory));
    const struct format_item *item = NULL;
    struct error err = {.code = ERROR_NONE};
    assert_true(format_reader_next(reader, &item, &err));
    assert_int_equal(item->status, ITEM_OK);
    assert_true(format_reader_next(reader, &item, &err));
    assert_int_equal(item->status, ITEM_ERROR);
    assert_int_equal(item->diagnostics.error_count, 1);
    assert_string_equal(
        arena_string(f->arena, diagnostic_format(item->diagnostics.first, f->arena)),
        "f:2:1: error: /options/2: this option stands for others [combined_option]");
}

/* Without a bank to ask, only the rules of a questions file hold. */
static void test_reader_lint__not_asked(void **state)
{
    struct fixture *f = *state;
    f->options.lint = NULL;
    assert_string_equal(read_text(f, FORMAT_GIFT, TEXT("::a::Which?{=a ~b####E}")), "ok 1:1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_reader_lint__gift, setup_lint, teardown),
        cmocka_unit_test_setup_teardown(test_reader_lint__ids_of_refused, setup_lint, teardown),
        cmocka_unit_test_setup_teardown(test_reader_lint__place_and_member, setup_lint, teardown),
        cmocka_unit_test_setup_teardown(test_reader_lint__not_asked, setup_lint, teardown),
    };
    body_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
