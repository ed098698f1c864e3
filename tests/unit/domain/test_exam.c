/* The rules of an exam that its shape cannot say, its shares, and what it shows when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

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

static struct exam *sample_exam(struct arena *arena, const char *patch)
{
    json_t *root = sample_json(arena, EXAM);
    struct exam *exam = arena_new(arena, struct exam);
    struct error err = {.code = ERROR_NONE};
    assert_int_equal(json_object_update(root, sample_json(arena, patch)), 0);
    if (!codec_decode(arena, root, &EXAM_SHAPE, exam, &err)) {
        fail_msg("%s: %.*s", err.detail, TEXT_ARG(err.faults->place));
    }
    return exam;
}

static void assert_good(struct arena *arena, const char *patch)
{
    struct error err = {.code = ERROR_NONE};
    assert_true(exam_check(sample_exam(arena, patch), arena, TEXT(""), &err));
    assert_int_equal(err.code, ERROR_NONE);
}

static void assert_fault(struct arena *arena, const char *patch, const char *pointer,
                         enum fault_code code)
{
    struct error err = {.code = ERROR_NONE};
    assert_false(exam_check(sample_exam(arena, patch), arena, TEXT("/x"), &err));
    assert_one_fault(&err, pointer, code);
}

static void test_exam_check__good(void **state)
{
    assert_good(*state, "{}");
    assert_good(*state,
                "{'pilot_count':40,'attempts_allowed':3,'scoring':{'rules':['net_correct']}}");
    assert_good(*state, "{'difficulty':[{'min':3,'max':5,'weight':30},"
                        "{'min':1,'max':2,'weight':70}]}");
    assert_good(*state, "{'opens_at':'2026-01-01T00:00:00Z','closes_at':'2026-01-01T00:00:01Z',"
                        "'feedback':{'when':'after_close','show':['key','credit']}}");
}

static void test_exam_check__blueprint(void **state)
{
    assert_fault(*state, "{'blueprint':[{'domain':'a','weight':60},{'domain':'b','weight':39}]}",
                 "/x/blueprint", FAULT_TOO_SMALL);
    assert_fault(*state, "{'blueprint':[{'domain':'a','weight':60},{'domain':'b','weight':41}]}",
                 "/x/blueprint", FAULT_TOO_LARGE);
    assert_fault(*state, "{'blueprint':[{'domain':'a','weight':60},{'domain':'a','weight':40}]}",
                 "/x/blueprint/1", FAULT_DUPLICATE);
    assert_fault(*state, "{'blueprint':[{'section':'a','weight':60},{'section':'a','weight':40}]}",
                 "/x/blueprint/1", FAULT_DUPLICATE);
    assert_good(*state, "{'blueprint':[{'section':'a','weight':60},{'domain':'a','weight':40}]}");
    assert_fault(*state, "{'blueprint':[{'weight':100}]}", "/x/blueprint/0", FAULT_REQUIRED);
    assert_fault(*state, "{'blueprint':[{'weight':100,'domain':'a','section':'a'}]}",
                 "/x/blueprint/0", FAULT_NOT_ALLOWED);
}

static void test_exam_check__difficulty(void **state)
{
    assert_fault(*state,
                 "{'difficulty':[{'min':1,'max':3,'weight':50},"
                 "{'min':3,'max':5,'weight':50}]}",
                 "/x/difficulty/1", FAULT_DUPLICATE);
    assert_fault(*state, "{'difficulty':[{'min':3,'max':2,'weight':100}]}", "/x/difficulty/0/max",
                 FAULT_TOO_SMALL);
    assert_fault(*state, "{'difficulty':[{'min':1,'max':5,'weight':99}]}", "/x/difficulty",
                 FAULT_TOO_SMALL);
}

static void test_exam_check__length_of_the_paper(void **state)
{
    assert_good(*state, "{'size':99,'pilot_count':1}");
    assert_fault(*state, "{'size':99,'pilot_count':2}", "/x/pilot_count", FAULT_TOO_LARGE);
}

static void test_exam_check__window(void **state)
{
    assert_fault(*state, "{'opens_at':'2026-01-01T00:00:00Z','closes_at':'2026-01-01T00:00:00Z'}",
                 "/x/closes_at", FAULT_TOO_SMALL);
    assert_fault(*state, "{'feedback':{'when':'after_close'}}", "/x/closes_at", FAULT_REQUIRED);
}

static void test_exam_check__feedback_listed_twice(void **state)
{
    assert_fault(*state, "{'feedback':{'when':'after_each','show':['key','credit','key']}}",
                 "/x/feedback/show/2", FAULT_DUPLICATE);
}

static void test_exam_shows__default(void **state)
{
    const struct exam *exam = sample_exam(*state, "{}");
    assert_int_equal(exam_feedback_moment(exam), EXAM_AFTER_SUBMIT);
    assert_true(exam_shows(exam, EXAM_KEY));
    assert_true(exam_shows(exam, EXAM_SECTION));
}

static void test_exam_shows__listed(void **state)
{
    const struct exam *exam =
        sample_exam(*state, "{'feedback':{'when':'after_each','show':['credit','section']}}");
    assert_int_equal(exam_feedback_moment(exam), EXAM_AFTER_EACH);
    assert_true(exam_shows(exam, EXAM_CREDIT));
    assert_true(exam_shows(exam, EXAM_SECTION));
    assert_false(exam_shows(exam, EXAM_KEY));
    assert_false(exam_shows(exam, EXAM_OPTION_FEEDBACK));
}

static void test_exam_shows__never(void **state)
{
    const struct exam *all = sample_exam(*state, "{'feedback':{'when':'never'}}");
    const struct exam *one = sample_exam(*state, "{'feedback':{'when':'never','show':['key']}}");
    assert_int_equal(exam_feedback_moment(all), EXAM_NEVER);
    assert_false(exam_shows(all, EXAM_CORRECTNESS));
    assert_false(exam_shows(one, EXAM_KEY));
}

static void test_exam_apportion__dva(void **state)
{
    static const int64_t WEIGHTS[] = {22, 26, 30, 10, 12}; /* of 65: 14.3 16.9 19.5 6.5 7.8 */
    static const int64_t EXPECTED[] = {14, 17, 20, 6, 8};  /* of the two .5 the first */
    int64_t counts[5] = {0};
    exam_apportion(WEIGHTS, 5, 65, counts);
    assert_memory_equal(counts, EXPECTED, sizeof counts);
}

static void test_exam_apportion__edges(void **state)
{
    static const int64_t WEIGHTS[] = {1, 1, 1};
    static const int64_t WITH_ZERO[] = {0, 100, 0};
    int64_t counts[3] = {0};
    exam_apportion(WEIGHTS, 3, 0, counts);
    assert_int_equal(counts[0] + counts[1] + counts[2], 0);
    exam_apportion(WEIGHTS, 3, 5, counts);
    assert_int_equal(counts[0], 2);
    assert_int_equal(counts[1], 2);
    assert_int_equal(counts[2], 1);
    exam_apportion(WITH_ZERO, 3, 7, counts);
    assert_int_equal(counts[0], 0);
    assert_int_equal(counts[1], 7);
}

/* Whatever the weights: all are given out, and none is further than one from its share. */
static void test_exam_apportion__quota(void **state)
{
    int64_t weights[4] = {0};
    int64_t counts[4] = {0};
    for (int64_t size = 1; size <= 40; size++) {
        for (int64_t w = 0; w < 27; w++) {
            weights[0] = w;
            weights[1] = 7;
            weights[2] = w * w % 11;
            weights[3] = 40 - w;
            const int64_t sum = weights[0] + weights[1] + weights[2] + weights[3];
            exam_apportion(weights, 4, size, counts);
            assert_int_equal(counts[0] + counts[1] + counts[2] + counts[3], size);
            for (size_t i = 0; i < 4; i++) {
                assert_in_range(counts[i] - size * weights[i] / sum, 0, 1);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_exam_check__good, setup, teardown),
        cmocka_unit_test_setup_teardown(test_exam_check__blueprint, setup, teardown),
        cmocka_unit_test_setup_teardown(test_exam_check__difficulty, setup, teardown),
        cmocka_unit_test_setup_teardown(test_exam_check__length_of_the_paper, setup, teardown),
        cmocka_unit_test_setup_teardown(test_exam_check__window, setup, teardown),
        cmocka_unit_test_setup_teardown(test_exam_check__feedback_listed_twice, setup, teardown),
        cmocka_unit_test_setup_teardown(test_exam_shows__default, setup, teardown),
        cmocka_unit_test_setup_teardown(test_exam_shows__listed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_exam_shows__never, setup, teardown),
        cmocka_unit_test_setup_teardown(test_exam_apportion__dva, setup, teardown),
        cmocka_unit_test_setup_teardown(test_exam_apportion__edges, setup, teardown),
        cmocka_unit_test_setup_teardown(test_exam_apportion__quota, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
