/* Moodle XML: every type, what is lost, and what no parser should believe. */
#include "unit/formats/formats_fixture.h"

#define QUIZ(inside) "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<quiz>\n" inside "\n</quiz>\n"
#define NAMED(type, inside)                                                            \
    "<question type=\"" type "\"><name><text>n</text></name>"                          \
    "<questiontext format=\"markdown\"><text>Q</text></questiontext><generalfeedback " \
    "format=\"markdown\"><text>B</text></generalfeedback>" inside "</question>"
#define ANSWER(fraction, text) \
    "<answer fraction=\"" fraction "\" format=\"markdown\"><text>" text "</text></answer>"

static void test_moodle__types(void **state)
{
    static const struct sample SAMPLES[] = {
        {QUIZ(""), "", NULL},
        {QUIZ(NAMED("multichoice", "<single>true</single>" ANSWER("100", "4") ANSWER("0", "5"))),
         "ok 3:1",
         "'type':'single_choice','stem':'Q','options':[{'id':'a','text':'4','correct':true}"},
        {QUIZ(NAMED("multichoice", "<single>false</single>" ANSWER("50", "4") ANSWER("50", "5")
                                       ANSWER("-50", "6"))),
         "ok 3:1", "'type':'multiple_choice'"},
        {QUIZ(NAMED("multichoice",
                    "<single>0</single>" ANSWER("60", "4") ANSWER("40", "5") ANSWER("0", "6"))),
         "ok 3:1", "'weight':0.6"},
        {QUIZ(NAMED("truefalse", ANSWER("0", "true") ANSWER("100", "false"))), "ok 3:1",
         "'id':'false','text':'False','correct':true"},
        {QUIZ(NAMED("truefalse", ANSWER("0", "true") ANSWER("0", "false"))),
         "error 3:1 no_right_answer", NULL},
        {QUIZ(NAMED("shortanswer",
                    "<usecase>1</usecase>" ANSWER("100", "NoEcho") ANSWER("100", "no*echo"))),
         "ok 3:1", "'accepted':[{'text':'NoEcho'},{'text':'no*echo'}],'case_sensitive':true"},
        {QUIZ(NAMED("numerical",
                    "<answer fraction=\"100\"><text>21</text><tolerance>0.5</tolerance></answer>"
                    "<answer fraction=\"0\"><text>*</text></answer><units><unit><multiplier>1"
                    "</multiplier><unit_name>RCU</unit_name></unit></units>")),
         "ok 3:1", "'number':{'value':21,'tolerance':0.5,'relative_tolerance':0,'unit':'RCU'}"},
        {QUIZ(NAMED("numerical", ANSWER("100", "x"))), "error 3:1 bad_number", NULL},
        {QUIZ(NAMED("matching",
                    "<subquestion format=\"markdown\"><text>a</text><answer><text>1</text></answer>"
                    "</subquestion><subquestion format=\"markdown\"><text>b</text><answer><text>2"
                    "</text></answer></subquestion><subquestion><text></text><answer><text>3</text>"
                    "</answer></subquestion>")),
         "ok 3:1", "'pairs':{'a':'3','b':'1'}"},
        {QUIZ(NAMED("ddmatch",
                    "<subquestion format=\"html\"><text>&lt;b&gt;a&lt;/b&gt;</text><answer "
                    "format=\"html\"><text>&lt;i&gt;1&lt;/i&gt;</text></answer></subquestion>"
                    "<subquestion><text>b</text><answer><text>2</text></answer></subquestion>")),
         "ok 3:1", "'text':'**a**'"},
    };
    check_samples(*state, FORMAT_MOODLE, SAMPLES, COUNT_OF(SAMPLES));
}

static void test_moodle__refused(void **state)
{
    static const struct sample SAMPLES[] = {
        {QUIZ(NAMED("essay", "")), "error 3:1 type_not_supported", NULL},
        {QUIZ(NAMED("description", "")), "error 3:1 type_not_supported", NULL},
        {QUIZ("<other/>"), "error 3:1 unknown_element", NULL},
    };
    check_samples(*state, FORMAT_MOODLE, SAMPLES, COUNT_OF(SAMPLES));
}

#define CLOZE(text)                                                                          \
    QUIZ("<question type=\"cloze\"><name><text>n</text></name><questiontext "                \
         "format=\"html\"><text><![CDATA[" text "]]></text></questiontext><generalfeedback>" \
         "<text>B</text></generalfeedback></question>")

static void test_moodle__cloze(void **state)
{
    static const struct sample SAMPLES[] = {
        {CLOZE("<p>A {1:SHORTANSWER:=Berlin~%0%Bonn} and {1:SA:=x~=y}.</p>"), "ok 3:1",
         "'stem':'A [[a]] and [[b]].'"},
        {CLOZE("A {1:SAC:=Ber\\}lin &amp; co}."), "ok 3:1",
         "'gaps':[{'id':'a','accepted':[{'text':'Ber}lin & co'}],'case_sensitive':true}]"},
        {CLOZE("A {1:NM:=3:0.5}."), "warning 3:1 tolerance_lost", "'accepted':[{'text':'3'}]"},
        {CLOZE("A {:MC:no~=yes#right~maybe}."), "warning 3:1 options_lost feedback_lost",
         "'accepted':[{'text':'yes'}]"},
        {CLOZE("A {1:MR:=a~=b}."), "error 3:1 type_not_supported", NULL},
        {CLOZE("No gap {here}."), "error 3:1 no_gaps", NULL},
        {CLOZE("{1:SA:=a} {2:SA:=b}"), "warning 3:1 weights_lost", "'stem':'[[a]] [[b]]'"},
        {CLOZE("{1:SA:a}"), "error 3:1 no_right_answer", NULL},
    };
    check_samples(*state, FORMAT_MOODLE, SAMPLES, COUNT_OF(SAMPLES));
}

static void test_moodle__labels_and_losses(void **state)
{
    static const struct sample SAMPLES[] = {
        {QUIZ("<question type=\"category\"><category><text>$course$/top/AWS KMS/Keys</text>"
              "</category></question>" NAMED("truefalse",
                                             ANSWER("100", "true") ANSWER("0", "false"))),
         "ok 3:97", "'section':'aws-kms/keys'"},
        {QUIZ(NAMED("truefalse", "<idnumber>kms-7</idnumber><tags><tag><text>KMS</text></tag><tag>"
                                 "<text>Envelope keys</text></tag></tags>" ANSWER("100", "true")
                                     ANSWER("0", "false"))),
         "ok 3:1", "'slug':'kms-7'"},
        {QUIZ(
             NAMED("truefalse",
                   "<hint format=\"html\"><text>h</text></hint><defaultgrade>2.0</defaultgrade>"
                   "<correctfeedback><text>Bravo</text></correctfeedback><questiontext><text/>"
                   "<file name=\"a.png\" encoding=\"base64\">aGVsbG8=</file></questiontext>" ANSWER(
                       "100", "true") ANSWER("0", "false"))),
         "warning 3:1 hint_lost grade_lost feedback_lost file_lost", NULL},
        {QUIZ(NAMED("truefalse", "<quizd><difficulty>5</difficulty><section>two</section>"
                                 "<url>https://e.org/</url></quizd>" ANSWER("100", "true")
                                     ANSWER("0", "false"))),
         "ok 3:1", "'sections':['two'],"},
        {QUIZ(NAMED("truefalse", "<answer fraction=\"all\"><text>true</text></answer>")),
         "error 3:1 bad_fraction no_right_answer", NULL},
    };
    check_samples(*state, FORMAT_MOODLE, SAMPLES, COUNT_OF(SAMPLES));
}

static void test_moodle__bad_files(void **state)
{
    static const struct sample SAMPLES[] = {
        {"<?xml version=\"1.0\"?><!DOCTYPE quiz [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b "
         "\"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;\">]><quiz>&c;</quiz>",
         "fatal 1:37 doctype", NULL},
        {"<!DOCTYPE quiz SYSTEM \"file:///etc/passwd\"><quiz/>", "fatal 1:43 doctype", NULL},
        {QUIZ(NAMED("truefalse", "&nbsp;")), "fatal 3:183 malformed_xml", NULL},
        {"question,answer\nQ,A\n", "fatal 1:1 wrong_format", NULL},
        {"::a::Q{T}", "fatal 1:1 wrong_format", NULL},
        {"[]", "fatal 1:1 wrong_format", NULL},
        {"<rss></rss>", "fatal 1:1 wrong_format", NULL},
        {"", "fatal 1:1 truncated", NULL},
        {"<quiz>\n<question type=\"truefalse\">\n<name>", "fatal 3:7 truncated", NULL},
        {"<quiz>\n<question type=\"truefal", "fatal 2:1 truncated", NULL},
        {"<quiz>\n<question></name></question></quiz>", "fatal 2:13 malformed_xml", NULL},
        {"<quiz></quiz><quiz></quiz>", "fatal 1:14 malformed_xml", NULL},
        {"<quiz><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a>"
         "<a><a><a><a><a><a>",
         "fatal 1:100 too_deep", NULL},
        {"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><quiz>\xE9</quiz>", "fatal 1:50 not_utf8",
         NULL},
    };
    check_samples(*state, FORMAT_MOODLE, SAMPLES, COUNT_OF(SAMPLES));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_moodle__types, setup, teardown),
        cmocka_unit_test_setup_teardown(test_moodle__refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_moodle__cloze, setup, teardown),
        cmocka_unit_test_setup_teardown(test_moodle__labels_and_losses, setup, teardown),
        cmocka_unit_test_setup_teardown(test_moodle__bad_files, setup, teardown),
    };
    body_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
