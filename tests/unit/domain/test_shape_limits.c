/* The limits of the bank format (domain/question.h, domain/exam.h): one below, at, and one above.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "domain/exam.h"
#include "domain/exam_shape.h"
#include "samples.h"

static const char EXAM[] =
    "{'slug':'e','title':'E','size':60,'time_limit_minutes':90,'pass_scaled':700,"
    "'blueprint':[{'domain':'a','weight':60},{'section':'s/t','weight':40}]}";

static int setup(void **state)
{
    *state = arena_create();
    return 0;
}

static int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

/* --- What lists are made of: the one with this number --- */

static json_t *name(size_t number)
{
    return json_sprintf("n%zu", number);
}

static json_t *accepted(size_t number)
{
    return json_pack("{s:o}", "text", name(number));
}

static json_t *part(size_t number)
{
    return json_pack("{s:o,s:s}", "id", name(number), "text", "T");
}

static json_t *option(size_t number)
{
    return json_pack("{s:o,s:s,s:b}", "id", name(number), "text", "T", "correct", number == 0);
}

static json_t *gap(size_t number)
{
    return json_pack("{s:o,s:[o]}", "id", name(number), "accepted", accepted(number));
}

static json_t *blueprint_entry(size_t number)
{
    return json_pack("{s:o,s:i}", "domain", name(number), "weight", 1);
}

static json_t *list_of(json_t *(*make)(size_t number), size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(json_array_append_new(list, make(i)), 0);
    }
    return list;
}

/* Of code points that have two bytes each. */
static json_t *text_of_length(struct arena *arena, size_t length)
{
    char *bytes = arena_alloc_bytes(arena, 2 * length);
    for (size_t i = 0; i < length; i++) {
        bytes[2 * i] = '\xC3';
        bytes[2 * i + 1] = '\xA9';
    }
    return json_stringn(bytes, 2 * length);
}

/* --- Shapes --- */

enum kind { KIND_LIST, KIND_TEXT, KIND_INTEGER };

struct limit {
    const char *member;
    enum kind kind;
    json_t *(*make)(size_t number); /* of lists */
    size_t min;
    size_t max;
};

static json_t *value_of(struct arena *arena, const struct limit *limit, size_t size)
{
    switch (limit->kind) {
    case KIND_LIST:
        return list_of(limit->make, size);
    case KIND_TEXT:
        return text_of_length(arena, size);
    case KIND_INTEGER:
        return json_integer((json_int_t)size);
    }
    return NULL;
}

static enum fault_code fault_of(const struct limit *limit, size_t size)
{
    static const enum fault_code BELOW[] = {FAULT_TOO_FEW, FAULT_TOO_SHORT, FAULT_TOO_SMALL};
    static const enum fault_code ABOVE[] = {FAULT_TOO_MANY, FAULT_TOO_LONG, FAULT_TOO_LARGE};
    return size < limit->min ? BELOW[limit->kind] : ABOVE[limit->kind];
}

/* The document with the member in this size. */
static void assert_size(struct arena *arena, const char *document, const struct shape *shape,
                        const struct limit *limit, size_t size)
{
    json_t *root = sample_json(arena, document);
    void *decoded = arena_alloc(arena, shape->size);
    struct error err = {.code = ERROR_NONE};
    assert_int_equal(json_object_set_new(root, limit->member, value_of(arena, limit, size)), 0);
    const bool is_good = codec_decode(arena, root, shape, decoded, &err);
    if (is_good != (size >= limit->min && size <= limit->max)) {
        fail_msg("%s of %zu: %s", limit->member, size, is_good ? "accepted" : err.detail);
    }
    if (!is_good) {
        assert_one_fault(&err, arena_printf(arena, "/%s", limit->member).data,
                         fault_of(limit, size));
    }
}

static void assert_limits(struct arena *arena, const char *document, const struct shape *shape,
                          const struct limit *limits, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct limit *limit = &limits[i];
        for (size_t size = limit->min == 0 ? 0 : limit->min - 1; size <= limit->min + 1; size++) {
            assert_size(arena, document, shape, limit, size);
        }
        for (size_t size = limit->max - 1; size <= limit->max + 1; size++) {
            assert_size(arena, document, shape, limit, size);
        }
    }
}

static void test_question_shape__limits(void **state)
{
    static const struct limit LIMITS[] = {
        {"stem", KIND_TEXT, NULL, 1, QUESTION_MARKDOWN_MAX},
        {"explanation", KIND_TEXT, NULL, 1, QUESTION_MARKDOWN_MAX},
        {"options", KIND_LIST, option, QUESTION_OPTIONS_MIN, QUESTION_OPTIONS_MAX},
        {"accepted", KIND_LIST, accepted, 1, QUESTION_ACCEPTED_MAX},
        {"items", KIND_LIST, part, QUESTION_PARTS_MIN, QUESTION_PARTS_MAX},
        {"order", KIND_LIST, name, QUESTION_PARTS_MIN, QUESTION_PARTS_MAX},
        {"premises", KIND_LIST, part, QUESTION_PARTS_MIN, QUESTION_PARTS_MAX},
        {"choices", KIND_LIST, part, QUESTION_CHOICES_MIN, QUESTION_CHOICES_MAX},
        {"gaps", KIND_LIST, gap, 1, QUESTION_GAPS_MAX},
        {"sections", KIND_LIST, name, 0, QUESTION_SECTIONS_MAX},
        {"tags", KIND_LIST, name, 0, QUESTION_TAGS_MAX},
        {"difficulty", KIND_INTEGER, NULL, 1, 5},
    };
    assert_limits(*state, SAMPLES[QUESTION_NUMERIC], &QUESTION_SHAPE, LIMITS, COUNT_OF(LIMITS));
}

static void test_exam_shape__limits(void **state)
{
    static const struct limit LIMITS[] = {
        {"title", KIND_TEXT, NULL, 1, EXAM_TITLE_MAX},
        {"time_limit_minutes", KIND_INTEGER, NULL, 1, EXAM_MINUTES_MAX},
        {"size", KIND_INTEGER, NULL, 1, LIMIT_ATTEMPT_ITEMS},
        {"pilot_count", KIND_INTEGER, NULL, 0, LIMIT_ATTEMPT_ITEMS},
        {"pass_scaled", KIND_INTEGER, NULL, EXAM_SCALED_MIN, EXAM_SCALED_MAX},
        {"attempts_allowed", KIND_INTEGER, NULL, 1, EXAM_ATTEMPTS_MAX},
        {"blueprint", KIND_LIST, blueprint_entry, 1, EXAM_BLUEPRINT_MAX},
    };
    assert_limits(*state, EXAM, &EXAM_SHAPE, LIMITS, COUNT_OF(LIMITS));
}

/* The accepted texts of a gap have the limit of those of a short answer. */
static void test_question_shape__accepted_in_a_gap(void **state)
{
    for (size_t count = QUESTION_ACCEPTED_MAX - 1; count <= QUESTION_ACCEPTED_MAX + 1; count++) {
        json_t *root = sample_json(*state, SAMPLES[QUESTION_CLOZE]);
        json_t *first = json_array_get(json_object_get(root, "gaps"), 0);
        struct question *question = arena_new(*state, struct question);
        struct error err = {.code = ERROR_NONE};
        assert_int_equal(json_object_set_new(first, "accepted", list_of(accepted, count)), 0);
        assert_int_equal(codec_decode(*state, root, &QUESTION_SHAPE, question, &err),
                         count <= QUESTION_ACCEPTED_MAX);
        if (err.code != ERROR_NONE) {
            assert_one_fault(&err, "/gaps/0/accepted", FAULT_TOO_MANY);
        }
    }
}

/* --- Whole questions, which may be as large as their shape lets them --- */

/* Refuses what the shape would, too: questions that did not come through it are checked all the
 * same. */
static void assert_checked(struct arena *arena, struct question *question, const char *pointer,
                           size_t *count)
{
    struct error err = {.code = ERROR_NONE};
    if (!question_check(question, arena, TEXT(""), &err)) {
        fail_msg("%s: %s", err.faults->place.data, err.detail);
    }
    ++*count; /* is refused before it is looked at */
    assert_false(question_check(question, arena, TEXT(""), &err));
    assert_one_fault(&err, pointer, FAULT_TOO_MANY);
}

static struct question *largest(struct arena *arena, enum question_type type, json_t *members)
{
    json_t *root = sample_json(arena, SAMPLES[type]);
    struct question *question = arena_new(arena, struct question);
    struct error err = {.code = ERROR_NONE};
    assert_int_equal(json_object_update(root, members), 0);
    json_decref(members);
    if (!codec_decode(arena, root, &QUESTION_SHAPE, question, &err)) {
        fail_msg("%s: %s", err.faults->place.data, err.detail);
    }
    return question;
}

static void test_question_check__at_the_limits(void **state)
{
    json_t *pairs = json_object();
    for (size_t i = 0; i < QUESTION_PARTS_MAX; i++) {
        const char *key = arena_printf(*state, "n%zu", i).data;
        assert_int_equal(json_object_set_new(pairs, key, json_string("1")), 0);
    }
    struct question *question =
        largest(*state, QUESTION_SHORT_TEXT,
                json_pack("{s:o,s:o,s:o}", "accepted", list_of(accepted, QUESTION_ACCEPTED_MAX),
                          "tags", list_of(name, QUESTION_TAGS_MAX), "sections",
                          list_of(name, QUESTION_SECTIONS_MAX)));
    assert_checked(*state, question, "/accepted", &question->accepted_count);

    question = largest(*state, QUESTION_ORDERING,
                       json_pack("{s:o,s:o}", "items", list_of(part, QUESTION_PARTS_MAX), "order",
                                 list_of(name, QUESTION_PARTS_MAX)));
    assert_checked(*state, question, "/items", &question->item_count);

    question = largest(
        *state, QUESTION_MATCHING,
        json_pack("{s:o,s:o}", "premises", list_of(part, QUESTION_PARTS_MAX), "pairs", pairs));
    assert_checked(*state, question, "/premises", &question->premise_count);
}

static void test_exam_check__at_the_limits(void **state)
{
    json_t *root = sample_json(*state, EXAM);
    struct exam *exam = arena_new(*state, struct exam);
    struct error err = {.code = ERROR_NONE};
    json_t *blueprint = list_of(blueprint_entry, EXAM_BLUEPRINT_MAX);
    assert_int_equal(json_object_set_new(root, "blueprint", blueprint), 0);
    assert_true(codec_decode(*state, root, &EXAM_SHAPE, exam, &err));
    assert_true(exam_check(exam, *state, TEXT(""), &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_question_shape__limits, setup, teardown),
        cmocka_unit_test_setup_teardown(test_exam_shape__limits, setup, teardown),
        cmocka_unit_test_setup_teardown(test_question_shape__accepted_in_a_gap, setup, teardown),
        cmocka_unit_test_setup_teardown(test_question_check__at_the_limits, setup, teardown),
        cmocka_unit_test_setup_teardown(test_exam_check__at_the_limits, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
