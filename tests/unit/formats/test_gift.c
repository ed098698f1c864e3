/* GIFT: every form of answers, every escape, and what is wrong in clear words. */
#include "unit/formats/formats_fixture.h"

#define FEW "'options':[{'id':'a','text':'4','correct':true},{'id':'b','text':'5','correct':false}]"

static void test_gift__choices(void **state)
{
    static const struct sample SAMPLES[] = {
        {"2+2?{=4 ~5}", "warning 1:1", "'type':'single_choice','stem':'2+2?'," FEW},
        {"\n\n// a comment\n::t:: 2+2? {\n =4\n ~5\n}\n", "warning 4:1", FEW},
        {"::My title::Q?{=4 ~5 ####Because.}", "ok 1:1", "'slug':'my-title-"},
        {"::abc-1::Q?{=4 ~5 ####Because.}", "ok 1:1", "'slug':'abc-1'"},
        {"// [id:x-9] [tag:One] [tag:two words]\n::abc::Q?{=4 ~5####B}", "ok 2:1", "'slug':'x-9'"},
        {"// [tag:One] [tag:two words]\n::abc::Q?{=4 ~5####B}", "ok 2:1",
         "'tags':['one','two-words']"},
        {"::a::Q?{=4#Right. ~5#Wrong.####B}", "ok 1:1",
         "'text':'4','correct':true,'feedback':'Right.'},{'id':'b','text':'5','correct':false,"
         "'feedback':'Wrong.'}]"},
        {"::a::Q?{=4 ~%50%4.5 ~5####B}", "ok 1:1",
         "'correct':true,'weight':1},{'id':'b','text':'4.5','correct':false,'weight':0.5},"
         "{'id':'c','text':'5','correct':false,'weight':0}]"},
        {"::a::Q?{~%50%4 ~%50%4.0 ~%-50%5 ~%-50%6####B}", "ok 1:1", "'type':'multiple_choice'"},
        {"::a::Q?{~%33.33333%a ~%33.33333%b ~%33.33333%c ~%-33.33333%d####B}", "ok 1:1",
         "'text':'a','correct':true},{'id':'b','text':'b','correct':true},{'id':'c','text':'c',"
         "'correct':true},{'id':'d','text':'d','correct':false}]"},
        {"::a::Q?{~%33.33333%a ~%33.33333%b ~%33.33333%c ~d####B}", "ok 1:1",
         "'weight':0.334},{'id':'b','text':'b','correct':true,'weight':0.333},{'id':'c','text':'c',"
         "'correct':true,'weight':0.333},{'id':'d','text':'d','correct':false,'weight':0}"},
        {"::a::Q?{~%100%a ~%-100%b####B}", "ok 1:1", "'type':'multiple_choice'"},
        {"::a::Q?{=%100%a ~b####B}", "ok 1:1", "'type':'single_choice'"},
        {"::a::Q?{=%notaweight% ~b####B}", "ok 1:1", "'text':'%notaweight%'"},
        {"::a::Two {=plus ~minus} two is four.{####", "error 1:37 second_brace", NULL},
        {"::a::Two {=plus ~minus} two is four.", "warning 1:1", "'stem':'Two _____ two is four.'"},
        {"::a::[markdown]Two {=plus ~minus} two is four.", "warning 1:1",
         "'stem':'Two _____ two is four.'"},
    };
    check_samples(*state, FORMAT_GIFT, SAMPLES, COUNT_OF(SAMPLES));
}

static void test_gift__other_types(void **state)
{
    static const struct sample SAMPLES[] = {
        {"It is so.{T}", "warning 1:1", "'id':'true','text':'True','correct':true"},
        {"It is so.{FALSE}", "warning 1:1", "'id':'true','text':'True','correct':false"},
        {"::a::It is so.{TRUE#No, it is.#Yes.####B}", "ok 1:1",
         "'correct':true,'feedback':'Yes.'},{'id':'false','text':'False','correct':false,"
         "'feedback':'No, it is.'}"},
        {"::a::It is so.{false#No, it is not.#Yes.####B}", "ok 1:1",
         "'correct':false,'feedback':'No, it is not.'},{'id':'false','text':'False','correct':true,"
         "'feedback':'Yes.'}"},
        {"::a::Who?{=Grant =Ulysses S. Grant####B}", "ok 1:1",
         "'type':'short_text','stem':'Who?','accepted':[{'text':'Grant'},{'text':'Ulysses S. "
         "Grant'}]"},
        {"::a::Who?{Grant}", "warning 1:1", "'accepted':[{'text':'Grant'}]"},
        {"::a::Who?{=Grant =%50%Lee#Almost####B}", "warning 1:1 partial_credit_lost feedback_lost",
         "'accepted':[{'text':'Grant'}]"},
        {"::a::Who?{=%50%Lee####B}", "error 1:1 partial_credit_lost no_right_answer", NULL},
        {"::a::Sits {=here =there} in it.", "warning 1:1",
         "'gaps':[{'id':'a','accepted':[{'text':'here'},"
         "{'text':'there'}]"},
        {"// [gap:end]\n::a::Sits {=here}\n", "warning 2:1", "'type':'cloze','stem':'Sits [[a]]'"},
        {"::a::How many?{#3:2####B}", "ok 1:1", "'number':{'value':3,'tolerance':2"},
        {"::a::How many?{#3}", "warning 1:1", "'number':{'value':3,'tolerance':0"},
        {"::a::How many?{#1..5}", "warning 1:1", "'number':{'min':1,'max':5,"},
        {"::a::How many?{#-1.5..2,5}", "warning 1:1", "'number':{'min':-1.5,'max':2.5,"},
        {"::a::How many?{# =1822:0 =%50%1822:2 ~ No####B}",
         "warning 1:1 feedback_lost partial_credit_lost", "'number':{'value':1822,'tolerance':0"},
        {"::a::How many?{#=1 =2####B}", "error 1:1 several_right", NULL},
        {"::a::How many?{#=%50%1####B}", "error 1:1 partial_credit_lost no_right_answer", NULL},
        {"::a::How many?{#many####B}", "error 1:17 bad_number", NULL},
        {"::a::How many?{#}", "error 1:1 no_right_answer", NULL},
    };
    check_samples(*state, FORMAT_GIFT, SAMPLES, COUNT_OF(SAMPLES));
}

static void test_gift__texts(void **state)
{
    static const struct sample SAMPLES[] = {
        {"::a::[markdown]\\~ \\= \\# \\{ \\} \\: \\\\ a\\nb{T}", "warning 1:1",
         "'stem':'~ = # { } : \\\\ a\\nb'"},
        {"::a::[markdown]A *star* and `code`{T}", "warning 1:1", "'stem':'A *star* and `code`'"},
        {"::a::[plain]A *star* and\\n# `code`{T}", "warning 1:1",
         "'stem':'A \\\\*star\\\\* and\\\\\\n\\\\# \\\\`code\\\\`'"},
        {"::a::[html]<p>A <b>bold</b> &lt;word&gt;</p><p>and&nbsp;<code>a*b</code></p>{T}",
         "warning 1:1", "'stem':'A **bold** \\\\<word>\\n\\nand `a*b`'"},
        {"::a::[moodle]One\\nTwo <i>three</i>{T}", "warning 1:1", "'stem':'One\\\\\\nTwo *three*'"},
        {"::a::2*3 _is_ [six]{T}", "warning 1:1", "'stem':'2\\\\*3 \\\\_is\\\\_ \\\\[six\\\\]'"},
        {"::a::[html]See <img src=x alt=\"a cat\"> <table><tr><td>1</td><td>2</td></tr></table>{T}",
         "warning 1:1 html_lost html_lost", "'stem':'See a cat\\n\\n1 2'"},
        {"::a::[html]<script>alert(1)</script>Q <a href='javascript:x'>l</a> <a "
         "href=\"https\\://e.org/\">m</a>{T}",
         "warning 1:1 html_lost html_lost", "'stem':'Q l [m](https://e.org/)'"},
        {"::a::[html]<ul><li>one</li><li>two<ol><li>x</li></ol></li></ul>end{T}", "warning 1:1",
         "'stem':'- one\\n- two\\n  1. x\\n\\nend'"},
        {"::a\\:b::Q{T}", "warning 1:1", "'slug':'a-b-"},
        {"::a::Q {\n// in between\n=4\n~5\n}", "warning 1:1", FEW},
        {"::\xE4\xBD\xA0::Q{T}", "warning 1:1", "'slug':'q-"},
    };
    check_samples(*state, FORMAT_GIFT, SAMPLES, COUNT_OF(SAMPLES));
}

static void test_gift__refused(void **state)
{
    static const struct sample SAMPLES[] = {
        {"::a::Just words.", "error 1:6 description", NULL},
        {"::a::Write.{}", "error 1:6 essay", NULL},
        {"::a::Write.{####gf}", "error 1:6 essay", NULL},
        {"::a Q{T}", "error 1:1 unclosed_title", NULL},
        {"::a::Q{=4 ~5\n\n::b::Q{T}", "error 1:7 unclosed_brace\nwarning 3:1", "'slug':'b'"},
        {"::a::Q{x =4 ~5}", "error 1:8 unmarked_answer", NULL},
        {"::a::Q{~4 ~5}", "error 1:1 no_right_answer", NULL},
        {"::a::Q{=4 =5 ~6}", "error 1:1 several_right", NULL},
        {"::a::Q{~%50%4 ~%20%5 ~6}", "error 1:1 weights_sum", NULL},
        {"::a::{=4 ~5}", "error 1:1 too_short", NULL},
        {"::a::Q{=4}\n\n::a::R{=4}", "warning 1:1\nerror 3:1 duplicate_id", "'stem':'Q'"},
        {"::a::Q{=4 ~}", "error 1:1 too_short", NULL},
    };
    check_samples(*state, FORMAT_GIFT, SAMPLES, COUNT_OF(SAMPLES));
}

/* Choices are not listed in the order of their premises. */
static void test_gift__matching(void **state)
{
    static const struct sample SAMPLES[] = {
        {"::a::Match.{=a -> 1 =b -> 2 = -> 3####B}", "ok 1:1",
         "'premises':[{'id':'a','text':'a'},{'id':'b','text':'b'}"
         "],'choices':[{'id':'1','text':'2'},{'id':'2','text':'3'},{'id':'3','text':'1'}],'pairs':"
         "{'a':'3','b':'1'}"},
        {"::a::Match.{= -> 3 =a -> 1 =b -> 2####B}", "ok 1:1",
         "'choices':[{'id':'1','text':'2'},{'id':'2','text':'3'},{'id':'3','text':'1'}],'pairs':"
         "{'a':'3','b':'1'}"},
        {"::a::Match.{=a -> 1 =b -> 1 =c -> 2####B}", "ok 1:1",
         "'pairs':{'a':'2','b':'2','c':'1'}"},
        {"::a::Match.{=a -> 1 =b####B}", "error 1:1 bad_pair", NULL},
    };
    check_samples(*state, FORMAT_GIFT, SAMPLES, COUNT_OF(SAMPLES));
}

/* What the file says, not where it would stand in JSON. */
static void test_gift__further_sections(void **state)
{
    static const struct {
        const char *input;
        const char *told;
    } CASES[] = {
        {"// [section:one]\n::a::Q{T####E}",
         "f:2:1: error: the further section \"one\": is the primary section [duplicate]"},
        {"// [section:two] [section:two]\n::a::Q{T####E}",
         "f:2:1: error: the further section \"two\": is named twice [duplicate]"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct format_memory memory = {.bytes = text_of(CASES[i].input)};
        struct format_reader *reader =
            format_reader_open(f->arena, FORMAT_GIFT, &f->options, format_source_memory(&memory));
        const struct format_item *item = NULL;
        struct error err = {.code = ERROR_NONE};
        assert_true(format_reader_next(reader, &item, &err));
        assert_non_null(item->diagnostics.first);
        assert_string_equal(
            arena_string(f->arena, diagnostic_format(item->diagnostics.first, f->arena)),
            CASES[i].told);
    }
    (void)read_text(f, FORMAT_GIFT, TEXT("// [section:two] [section:three]\n::a::Q{T####E}"));
    assert_non_null(strstr(f->json, "\"section\":\"one\",\"sections\":[\"two\",\"three\"]"));
}

static void test_gift__categories(void **state)
{
    struct fixture *f = *state;
    static const struct format_section SECTIONS[] = {{TEXT_INIT("aws-dynamodb"), 5, 9},
                                                     {TEXT_INIT("aws-dynamodb/streams"), 10, 20}};
    static const struct text DOMAINS[] = {TEXT_INIT("security")};
    static const struct sample SAMPLES[] = {
        {"$CATEGORY: $course$/top/Default for X/AWS DynamoDB/Streams\n\n::a::Q{T}", "warning 3:1",
         "'section':'aws-dynamodb/streams'"},
        {"$CATEGORY: aws-dynamodb\n::a::Q{T}", "warning 2:1", "'section':'aws-dynamodb',"},
        {"$CATEGORY: Elsewhere\n\n::a::Q{T}", "warning 3:1 category_lost",
         "'section':'aws-dynamodb'"},
        {"// [tag:aws-dynamodb/streams] [tag:x]\n::a::Q{T}", "warning 2:1",
         "'section':'aws-dynamodb/streams','tags':['x']"},
        {"$CATEGORY: aws-dynamodb/streams\n// [line:11]\n::a::Q{T}", "warning 3:1", "'line':11"},
        {"$CATEGORY: aws-dynamodb/streams\n// [line:9]\n::a::Q{T}", "warning 3:1 line_elsewhere",
         "'line':9"},
        {"$CATEGORY: aws-dynamodb/streams\n::a::Q{T}", "warning 2:1", "'source':{'line':10}"},
        {"$CATEGORY: aws-dynamodb\n// [domain:security] [difficulty:5]\n::a::Q{T}", "warning 3:1",
         "'domain':'security','difficulty':5"},
        {"$CATEGORY: aws-dynamodb\n// [domain:other]\n::a::Q{T}", "error 3:1 not_found", NULL},
        {"$CATEGORY: aws-dynamodb\n// [section:nowhere]\n::a::Q{T}", "error 3:1 not_found", NULL},
        {"$CATEGORY: aws-dynamodb\n// [difficulty:high]\n::a::Q{T}", "warning 3:1 value_lost",
         "'difficulty':3"},
    };
    f->options.bank =
        format_bank_new(f->arena, SECTIONS, COUNT_OF(SECTIONS), DOMAINS, COUNT_OF(DOMAINS));
    f->options.section = TEXT_ABSENT;
    assert_string_equal(read_text(f, FORMAT_GIFT, TEXT("::a::Q{T}")), "error 1:1 no_section");
    f->options.section = TEXT("aws-dynamodb");
    (void)read_text(f, FORMAT_GIFT, TEXT("::a::Q{T}"));
    assert_non_null(strstr(f->json, "\"section\":\"aws-dynamodb\""));
    check_samples(f, FORMAT_GIFT, SAMPLES, COUNT_OF(SAMPLES));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_gift__choices, setup, teardown),
        cmocka_unit_test_setup_teardown(test_gift__other_types, setup, teardown),
        cmocka_unit_test_setup_teardown(test_gift__texts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_gift__refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_gift__matching, setup, teardown),
        cmocka_unit_test_setup_teardown(test_gift__further_sections, setup, teardown),
        cmocka_unit_test_setup_teardown(test_gift__categories, setup, teardown),
    };
    body_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
