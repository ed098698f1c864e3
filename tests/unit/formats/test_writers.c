/* What each format makes of a question, and what it says it loses. */
#include "unit/formats/formats_fixture.h"

#define COMMON \
    "'explanation':'E','section':'one/two','tags':['t'],'difficulty':2,'source':{'line':3}}"
#define HEAD(type) "{'slug':'q','type':'" type "','stem':'Which *one*?\\nSay.',"
#define CHOICE \
    "'options':[{'id':'a','text':'A','correct':true},{'id':'b','text':'B','correct':false}],"
#define SINGLE HEAD("single_choice") CHOICE COMMON
#define SHORT HEAD("short_text") "'accepted':[{'text':'No\\\\*'},{'text':'x'}]," COMMON
#define ORDER                                                                                      \
    HEAD("ordering")                                                                               \
    "'items':[{'id':'a','text':'A'},{'id':'b','text':'B'},{'id':'c','text':'C'}],'order':['c','a'" \
    ",'b']," COMMON
#define CLOZE                                                                                  \
    "{'slug':'q','type':'cloze','stem':'Put [[x]] and [[y]].','gaps':[{'id':'x','accepted':[{" \
    "'text':'1'}]},{'id':'y','accepted':[{'text':'2'}]}]," COMMON
#define OPEN_RANGE HEAD("numeric") "'number':{'min':3}," COMMON

struct expectation {
    enum format format;
    const char *question;
    const char *losses; /* rules; "!" before those for which it is left out */
    const char *file;   /* a part of it (with ' for ") */
};

static const struct expectation EXPECTATIONS[] = {
    {FORMAT_JSON, SINGLE, "", "[\n{'slug':'q'"},
    {FORMAT_JSON, ORDER, "", "}\n]\n"},
    {FORMAT_JSON_LINES, CLOZE, "", "'gaps':[{'id':'x'"},
    {FORMAT_GIFT, SINGLE, "",
     "$CATEGORY: one/two\n\n// [id:q] [tag:t] [difficulty:2] [line:3]\n::q::[markdown]Which "
     "*one*?\\nSay. {\n\t=A\n\t~B\n\t####E\n}\n\n"},
    {FORMAT_GIFT, ORDER, "!no_ordering", ""},
    {FORMAT_GIFT, CLOZE, "!no_cloze", ""},
    {FORMAT_GIFT, OPEN_RANGE, "!open_range", ""},
    {FORMAT_AIKEN, SINGLE, "all_but_key_lost lines_lost",
     "Which *one*? Say.\nA. A\nB. B\nANSWER: A\n\n"},
    {FORMAT_AIKEN, SHORT, "!no_such_type", ""},
    {FORMAT_MOODLE, SINGLE, "", "<question type='multichoice'>\n<name><text>q</text>"},
    {FORMAT_MOODLE, ORDER, "!no_ordering", "</quiz>"},
    {FORMAT_MOODLE, CLOZE, "ids_lost",
     "<text>Put {1:SHORTANSWER:=1} and {1:SHORTANSWER:=2}.</text>"},
    {FORMAT_CSV, ORDER, "", ",c;a;b,E,t,2,"},
    {FORMAT_CSV, OPEN_RANGE, "", ",3..,E,t,2,"},
    {FORMAT_CSV, SINGLE, "", "q,single_choice,one/two,,'Which *one*?\nSay.',A,,B,,"},
    {FORMAT_ANKI, SHORT, "details_lost answers_lost",
     "q\tBasic\tone::two\tt\t'<p>Which <em>one</em>?\nSay.</p>'\tNo*\tE\n"},
    {FORMAT_ANKI, SINGLE, "type_lost details_lost", "<ol><li>A</li><li>B</li></ol>"},
    {FORMAT_ANKI, CLOZE, "details_lost",
     "q\tCloze\tone::two\tt\tPut {{c1::1}} and {{c2::2}}.\tE\n"},
};

static const struct question *parse(struct fixture *f, const char *json)
{
    struct question *question = arena_new(f->arena, struct question);
    struct error err = {.code = ERROR_NONE};
    assert_true(codec_decode_text(f->arena, text_of(with_quotes(f, json)), &QUESTION_SHAPE,
                                  question, &err));
    assert_true(question_check(question, f->arena, TEXT(""), &err));
    return question;
}

static struct text rules_of(struct fixture *f, const struct diagnostics *losses)
{
    struct text rules = TEXT("");
    for (const struct diagnostic *d = losses->first; d != NULL; d = d->next) {
        rules = arena_printf(f->arena, "%.*s%s%s%s", TEXT_ARG(rules), rules.len > 0 ? " " : "",
                             d->severity == SEVERITY_ERROR ? "!" : "", d->code);
        assert_string_equal(arena_string(f->arena, d->spot.file), "q");
    }
    return rules;
}

static void test_writers(void **state)
{
    struct fixture *f = *state;
    size_t failed = 0;
    for (size_t i = 0; i < COUNT_OF(EXPECTATIONS); i++) {
        const struct expectation *expected = &EXPECTATIONS[i];
        const struct question *question = parse(f, expected->question);
        struct diagnostics losses;
        diagnostics_init(&losses, f->arena);
        const char *file =
            arena_string(f->arena, write_questions(f, expected->format, &question, 1, &losses));
        const struct text rules = rules_of(f, &losses);
        if (!text_equal(rules, text_of(expected->losses)) ||
            strstr(file, with_quotes(f, expected->file)) == NULL) {
            print_error("%zu: losses %.*s, file:\n%s\n", i, TEXT_ARG(rules), file);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

static void test_writers__empty(void **state)
{
    static const char *const EMPTY[FORMAT_COUNT] = {
        [FORMAT_JSON] = "[]\n",
        [FORMAT_JSON_LINES] = "",
        [FORMAT_GIFT] = "",
        [FORMAT_AIKEN] = "",
        [FORMAT_MOODLE] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<quiz>\n</quiz>\n"};
    struct fixture *f = *state;
    for (unsigned format = 0; format < FORMAT_COUNT; format++) {
        const struct text file = write_questions(f, (enum format)format, NULL, 0, NULL);
        if (EMPTY[format] != NULL) {
            assert_string_equal(arena_string(f->arena, file), EMPTY[format]);
        }
        assert_string_equal(read_text(f, (enum format)format, file), "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_writers, setup, teardown),
        cmocka_unit_test_setup_teardown(test_writers__empty, setup, teardown),
    };
    body_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
