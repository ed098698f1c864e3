/* Questions files: places of questions and faults, formats of every kind, limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "bank/questions_file.h"
#include "base/limits.h"

#define QUESTION(slug)                                                                             \
    "{\"slug\":\"" slug                                                                            \
    "\",\"type\":\"numeric\",\"stem\":\"[\\\"{,\",\"number\":{\"value\":2},\"explanation\":\"E\"," \
    "\"section\":\"one\",\"difficulty\":1,\"source\":{\"line\":1}}"

struct fixture {
    struct arena *arena;
    struct question_list list;
    struct diagnostics diagnostics;
    struct json_file file;
};

static int setup(void **state)
{
    struct arena *arena = arena_create();
    struct fixture *f = arena_new(arena, struct fixture);
    f->arena = arena;
    f->file.name = TEXT("q.json");
    diagnostics_init(&f->diagnostics, arena);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    arena_free(f->arena);
    return 0;
}

static void read_text(struct fixture *f, struct text bytes)
{
    f->file.bytes = bytes;
    questions_file_read(f->arena, &f->file, &f->list, &f->diagnostics);
}

static const char *first_message(const struct fixture *f)
{
    return f->diagnostics.first == NULL ? ""
                                        : diagnostic_format(f->diagnostics.first, f->arena).data;
}

static void test_questions_file_read__places(void **state)
{
    struct fixture *f = *state;
    read_text(f, TEXT(" \n[ " QUESTION("a") " ,\n\n\t" QUESTION("b") "," QUESTION(
                     "c") "\n,\n" QUESTION("d") "]\n"));
    static const struct {
        size_t line;
        size_t column;
    } EXPECTED[] = {{2, 3}, {4, 2}, {4, 2 + sizeof QUESTION("b")}, {6, 1}};
    assert_int_equal(f->list.count, COUNT_OF(EXPECTED));
    for (size_t i = 0; i < COUNT_OF(EXPECTED); i++) {
        assert_int_equal(f->list.items[i].line, EXPECTED[i].line);
        assert_int_equal(f->list.items[i].column, EXPECTED[i].column);
        assert_int_equal(f->list.items[i].index, i);
        assert_true(text_equal(f->list.items[i].file, TEXT("q.json")));
    }
    assert_int_equal(f->diagnostics.error_count, 0);
}

/* Columns count code points, not bytes. */
static void test_questions_file_read__columns(void **state)
{
    struct fixture *f = *state;
    read_text(f, TEXT("[{\"slug\":\"a\",\"type\":\"numeric\",\"stem\":\"\u00FC\u4F60\U0001F600\","
                      "\"number\":{\"value\":2},\"explanation\":\"E\","
                      "\"section\":\"one\",\"difficulty\":1,\"source\":{\"line\":1}}," QUESTION(
                          "b") "]"));
    assert_int_equal(f->list.count, 2);
    assert_int_equal(f->list.items[1].line, 1);
    assert_int_equal(f->list.items[1].column, 135);
}

static void test_questions_file_read__bad_ones_are_left_out(void **state)
{
    struct fixture *f = *state;
    read_text(f, TEXT("[" QUESTION("a") ",\n 7,\n [],\n" QUESTION("B") ",\n" QUESTION("c") "]"));
    assert_int_equal(f->list.count, 2);
    assert_int_equal(f->list.items[1].index, 4);
    assert_int_equal(f->diagnostics.error_count, 3);
    assert_string_equal(first_message(f), "q.json:2:2: error: /1: must be an object [wrong_type]");
    assert_int_equal(f->diagnostics.last->spot.line, 4);
    assert_int_equal(f->diagnostics.last->spot.column, 9);
}

static void test_questions_file_read__empty_array(void **state)
{
    struct fixture *f = *state;
    read_text(f, TEXT(" [ ] "));
    assert_int_equal(f->list.count, 0);
    assert_int_equal(f->diagnostics.error_count, 0);
}

static void test_questions_file_read__not_a_questions_file(void **state)
{
    static const struct {
        struct text bytes;
        const char *message;
    } CASES[] = {
        {{"{}", 2}, "q.json:1:1: error: a questions file is an array [wrong_type]"},
        {{"", 0}, "q.json: error: There is no JSON. [malformed_json]"},
        {{"[1,\n", 4}, "q.json:2: error: This is not valid JSON [malformed_json]"},
        {{"[{\"a\":1,\n\"a\":2}]", 16},
         "q.json:2:3: error: A member is there twice [malformed_json]"},
        {{"[\"\xC3\xA9\xE9\"]", 7}, "q.json:1:4: error: this byte is not UTF-8 [not_utf8]"},
        {{"[[[[[[[[[[[[[[[[[", 17},
         "q.json:1:17: error: The JSON is nested deeper than 16 levels [malformed_json]"},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct fixture *f = *state;
        diagnostics_init(&f->diagnostics, f->arena);
        read_text(f, CASES[i].bytes);
        assert_int_equal(f->diagnostics.error_count, 1);
        assert_string_equal(first_message(f), CASES[i].message);
    }
}

/* Many questions take time that grows with the file, and only the first faults are looked for. */
static void test_questions_file_read__many(void **state)
{
    struct fixture *f = *state;
    static const char RIGHT[] = QUESTION("a") ",";
    static const char WRONG[] = "{\"slug\":\"a\"},";
    const size_t count = 5000;
    char *bytes = arena_alloc_bytes(f->arena, count * (sizeof RIGHT + sizeof WRONG) + 2);
    size_t len = 0;
    bytes[len++] = '[';
    for (size_t i = 0; i < count; i++) {
        memcpy(bytes + len, RIGHT, sizeof RIGHT - 1);
        len += sizeof RIGHT - 1;
        memcpy(bytes + len, WRONG, sizeof WRONG - 1);
        len += sizeof WRONG - 1;
    }
    bytes[len - 1] = ']';
    read_text(f, (struct text){bytes, len});
    assert_int_equal(f->list.count, count);
    assert_int_equal(f->diagnostics.error_count,
                     6 * count); /* type, stem, explanation, section, difficulty, source */
}

/* A question with more faults than an error lists: the rest is counted. */
static void test_questions_file_read__many_faults_in_one(void **state)
{
    struct fixture *f = *state;
    struct text all = TEXT("[{");
    for (size_t i = 0; i < LIMIT_FAULTS + 5; i++) {
        all = arena_printf(f->arena, "%.*s%s\"x%zu\":1", TEXT_ARG(all), i == 0 ? "" : ",", i);
    }
    read_text(f, arena_printf(f->arena, "%.*s}]", TEXT_ARG(all)));
    assert_int_equal(f->diagnostics.error_count, LIMIT_FAULTS + 5 + 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_questions_file_read__places, setup, teardown),
        cmocka_unit_test_setup_teardown(test_questions_file_read__columns, setup, teardown),
        cmocka_unit_test_setup_teardown(test_questions_file_read__bad_ones_are_left_out, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_questions_file_read__empty_array, setup, teardown),
        cmocka_unit_test_setup_teardown(test_questions_file_read__not_a_questions_file, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_questions_file_read__many, setup, teardown),
        cmocka_unit_test_setup_teardown(test_questions_file_read__many_faults_in_one, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
