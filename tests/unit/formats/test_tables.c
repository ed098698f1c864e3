/* Aiken, CSV and Anki text. */
#include "unit/formats/formats_fixture.h"

static void test_aiken(void **state)
{
    static const struct sample SAMPLES[] = {
        {"Which?\nA. One\nB. Two\nANSWER: B\n", "warning 1:1",
         "'options':[{'id':'a','text':'One','correct':false},{'id':'b','text':'Two','correct':"
         "true}"},
        {"Which?\r\nA) One\r\nB) Two\r\nanswer: A\r\n\r\nNext?\nA. 1\nB. 2\nANSWER: A",
         "warning 1:1\nwarning 6:1", "'stem':'Next?'"},
        {"Two\nlines?\nA. One\nB. Two\nANSWER: B\n", "warning 1:1", "'stem':'Two\\\\\\nlines?'"},
        {"Which?\nA. One\nB. Two\n", "error 1:1 no_answer_line", NULL},
        {"Which?\nA. One\nB. Two\nANSWER: C\n", "error 1:1 no_such_option", NULL},
        {"Which?\nA. One\nC. Two\nANSWER: A\nN?\nA. 1\nB. 2\nANSWER: A",
         "error 3:1 option_order\nwarning 5:1", "'stem':'N?'"},
        {"Which?\nA. One\nB. Two\nwords\nANSWER: A\n", "error 4:1 words_after_options", NULL},
        {"Which?\nA. One\nB. Two\nANSWER: A, B\n", "error 4:1 bad_answer_line", NULL},
        {"Which?\nA. One\nANSWER: A\n", "error 1:1 too_few", NULL},
        {"Which?\nA.\nB. x\nANSWER: A\n", "error 2:1 empty_option", NULL},
        {"ANSWER: A\n", "error 1:1 no_question", NULL},
        {"A. is a letter\nA. One\nB. Two\nANSWER: B\n", "warning 1:1", "'stem':'A. is a letter'"},
        {"", "", NULL},
    };
    check_samples(*state, FORMAT_AIKEN, SAMPLES, COUNT_OF(SAMPLES));
}

static void test_csv(void **state)
{
    static const struct sample SAMPLES[] = {
        {"id,question,a,b,answer\nq1,Which?,One,Two,b\n", "warning 2:1",
         "'slug':'q1','type':'single_choice','stem':'Which?','options':[{'id':'a','text':'One',"
         "'correct':false},{'id':'b','text':'Two','correct':true}]"},
        {"Question;Option_a;Option_b;Answer\nWhich?;One;Two;A\n", "warning 2:1",
         "'type':'single_choice'"},
        {"question;option_a;option_b;answer;difficulty\nWhich?;One;Two;A;5\n", "warning 2:1",
         "'difficulty':5"},
        {"question\ta\tb\tc\tanswer\n\"Wh\"\"ich\n?\"\tOne\tTwo\tThree\ta;c\nNext\t1\t2\t\ta\n",
         "warning 2:1\nwarning 4:1", "'stem':'Wh\\'ich\\n?'"},
        {"question,a,b,c,answer\nQ,1,2,3,a=50;b=50;c=-25\n", "warning 2:1", "'weight':-0.25"},
        {"question,answer\nIt is.,true\n2+2?,4\nHow?,1..5\nHow?,..5\nWho?,A|B\\|C\n",
         "warning 2:1\nwarning 3:1\nwarning 4:1\nwarning 5:1\nwarning 6:1",
         "'accepted':[{'text':'A'},{'text':'B|C'}]"},
        {"question,type,a,b,c,answer\nQ,ordering,1,2,3,c;a;b\n", "warning 2:1",
         "'order':['c','a','b']"},
        {"question,type,a,b,c\nQ,matching,p -> 1,r -> 2,-> 3\n", "warning 2:1",
         "'pairs':{'a':'3','b':'1'}"},
        {"question,type,a\nQ [[a]] x,cloze,x|y\n", "warning 2:1",
         "'gaps':[{'id':'a','accepted':[{'text':'x'},{'text':'y'}]"},
        {"question,type,answer\nQ,poem,x\n", "error 2:1 unknown_type", NULL},
        {"question,a,b,answer\nQ,1,2,z\n", "error 2:1 bad_answer", NULL},
        {"question,a,b,answer\nQ,1,2,a,extra\n", "error 2:1 too_many_cells", NULL},
        {"question,answer,author\nQ,x,me\nR,y,me\n", "warning 2:1 column_lost\nwarning 3:1", NULL},
        {"a,b\n1,2\n", "fatal 1:1 no_header", NULL},
        {"question,answer\n\"Q,x\n", "error 2:1 unclosed_quote", NULL},
        {"<html><body>", "fatal 1:1 wrong_format", NULL},
        {"[{}]", "fatal 1:1 wrong_format", NULL},
        {"question,answer\n\n,\nQ,x\n", "warning 4:1", NULL},
        {"", "", NULL},
    };
    check_samples(*state, FORMAT_CSV, SAMPLES, COUNT_OF(SAMPLES));
}

static void test_anki(void **state)
{
    static const struct sample SAMPLES[] = {
        {"What hides?\tNoEcho\n", "warning 1:1",
         "'type':'short_text','stem':'What hides?','accepted':[{'text':'NoEcho'}]"},
        {"#separator:tab\n#html:true\n#guid column:1\n#notetype column:2\n#deck column:3\n"
         "#tags column:6\nx~1\tBasic\tAWS::KMS\t<b>Front</b>\tBack &amp; *\tt1 t2\n",
         "warning 7:1", "'accepted':[{'text':'Back & \\\\*'}]"},
        {"#separator:tab\n#html:true\n#deck column:1\nAWS::KMS\t<b>F</b>\tB\n", "warning 4:1",
         "'section':'aws/kms'"},
        {"#separator:Semicolon\n#tags:x y\nF;B;Because.\n", "warning 3:1",
         "'explanation':'Because.'"},
        {"A {{c1::NoEcho::hint}} and {{c2::x}} b.\tWhy\n", "warning 1:1 hint_lost",
         "'stem':'A [[a]] and [[b]] b.'"},
        {"\"Front\nof two\"\t\"say \"\"hi\"\"\"\nF\tB\n", "warning 1:1\nwarning 3:1",
         "'accepted':[{'text':'say \\'hi\\''}]"},
        {"F [sound:a.mp3]\tB\n", "warning 1:1 media_lost", "'stem':'F'"},
        {"F\n", "error 1:1 no_back", NULL},
        {"F\t\n", "error 1:1 no_back", NULL},
        {"F\tB\t\tmore\n", "warning 1:1 field_lost", NULL},
        {"", "", NULL},
    };
    check_samples(*state, FORMAT_ANKI, SAMPLES, COUNT_OF(SAMPLES));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_aiken, setup, teardown),
        cmocka_unit_test_setup_teardown(test_csv, setup, teardown),
        cmocka_unit_test_setup_teardown(test_anki, setup, teardown),
    };
    body_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
