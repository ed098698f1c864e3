/* Which types a format can say: those that come back from it. */
#include "formats_fixture.h"

#include "unit/domain/samples.h"

/* The type that a question of the sample comes back as; QUESTION_TYPE_COUNT: it does not. */
static enum question_type type_back(struct fixture *f, enum format format, enum question_type type)
{
    const char *patch = type == QUESTION_CLOZE
                            ? "{'stem':'[[a]] it is','gaps':[{'id':'a','accepted':[{'text':'x'}]}]}"
                            : "{}";
    const struct question *question = sample_question(f->arena, type, patch);
    const struct text file = write_questions(f, format, &question, 1, NULL);
    (void)read_text(f, format, file); /* what is read is looked at */
    return f->good_count == 1 && f->bad_count == 0 ? f->questions[0]->type : QUESTION_TYPE_COUNT;
}

static void test_format_has_type__what_comes_back(void **state)
{
    struct fixture *f = *state;
    for (unsigned format = 0; format < FORMAT_COUNT; format++) {
        for (unsigned type = 0; type < QUESTION_TYPE_COUNT; type++) {
            const bool comes_back = type_back(f, format, type) == type;
            if (format_has_type(format, type) != comes_back) {
                fail_msg("%s, %s: %d", enumeration_name(&FORMATS, format),
                         enumeration_name(&QUESTION_TYPES, type), comes_back);
            }
        }
    }
}

static bool is_guessed(struct fixture *f, const char *table)
{
    struct format_memory memory = {.bytes = text_of(table)};
    struct format_reader *reader =
        format_reader_open(f->arena, FORMAT_CSV, &f->options, format_source_memory(&memory));
    const struct format_item *item = NULL;
    struct error err = {.code = ERROR_NONE};
    assert_true(format_reader_next(reader, &item, &err));
    assert_non_null(item);
    assert_int_not_equal(item->status, ITEM_ERROR);
    return item->is_type_guessed;
}

static void test_item__type_of_a_row(void **state)
{
    assert_true(is_guessed(*state, "question,answer\nHow many?,7\n"));
    assert_true(is_guessed(*state, "question,type,answer\nHow many?,,7\n"));
    assert_false(is_guessed(*state, "question,type,answer\nHow many?,numeric,7\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_format_has_type__what_comes_back, setup, teardown),
        cmocka_unit_test_setup_teardown(test_item__type_of_a_row, setup, teardown),
    };
    body_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
