/* Plans of days: what holds for any situation, and what a few situations lead to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "domain/plan.h"
#include "domain/selection.h"
#include "sample_bank.h"

static const int64_t NOW = EVIDENCE_EPOCH_US + 400 * CLOCK_US_PER_DAY;
static const double TARGET = 0.72;

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

/* A bank with notes, answers to it, and memories. */
struct situation {
    struct bank *bank;
    struct evidence evidence[SECTION_COUNT];
    struct review reviews[ITEM_COUNT];
    struct plan_input input;
};

static void give_notes(struct bank *bank, size_t section, size_t words, struct arena *arena)
{
    char *body = arena_new_array(arena, 2 * words, char);
    for (size_t i = 0; i < words; i++) {
        body[2 * i] = 'w';
        body[2 * i + 1] = ' ';
    }
    bank->sections[section].body = (struct text){body, 2 * words};
}

static struct situation *make_situation(struct arena *arena)
{
    struct situation *it = arena_new(arena, struct situation);
    it->bank = sample_bank(arena);
    give_notes(it->bank, S_A, 300, arena);
    give_notes(it->bank, T_A_X, 900, arena);
    it->input = (struct plan_input){
        .bank = it->bank, .target = TARGET, .now_us = NOW, .day_count = 7, .minutes = 30};
    it->input.outlook.probability_below = 0.9;
    return it;
}

static void answer(struct situation *it, size_t item, int64_t credit, size_t times)
{
    const struct evidence_event event = {
        .item = &it->bank->items[item], .credit = credit, .at_us = NOW - 1};
    for (size_t i = 0; i < times; i++) {
        evidence_replay(it->bank, &event, 1, it->evidence);
    }
}

/* The ids of the sample bank ascend with the numbers of its questions. */
static void remember(struct situation *it, size_t count, double stability, int64_t days_ago)
{
    for (size_t i = 0; i < count; i++) {
        it->reviews[i] =
            (struct review){.question_id = sample_uuid(2, i),
                            .memory = {.stability = stability,
                                       .difficulty = 5.0,
                                       .reviewed_at = NOW - days_ago * CLOCK_US_PER_DAY}};
    }
    it->input.reviews = (struct review_list){it->reviews, count};
}

static const struct plan_day *plan(struct situation *it, struct arena *arena)
{
    const struct weak_areas_input known = {.bank = it->bank,
                                           .evidence = it->evidence,
                                           .model = WEAK_AREAS_BETA_2,
                                           .target = TARGET,
                                           .now_us = NOW,
                                           .limit = SIZE_MAX};
    struct weak_area *areas = NULL;
    weak_areas_estimate(&known, arena, &areas, &it->input.area_count);
    it->input.areas = areas;
    return plan_make(&it->input, arena);
}

static const struct plan_entry *find(const struct plan_day *day, enum plan_kind kind)
{
    for (size_t i = 0; i < day->count; i++) {
        if (day->entries[i].kind == kind) {
            return &day->entries[i];
        }
    }
    return NULL;
}

static double rate_of(const struct plan_entry *entry)
{
    return entry->gain / (double)entry->minutes;
}

static void assert_sound(const struct plan_input *input, const struct plan_day *day)
{
    int64_t minutes = 0;
    for (size_t i = 0; i < day->count; i++) {
        const struct plan_entry *entry = &day->entries[i];
        minutes += entry->minutes;
        assert_true(entry->minutes > 0 && entry->gain >= 0.0 && entry->reason.len > 0);
        assert_true((entry->kind == PLAN_READ) == (entry->size == 0));
        assert_true((entry->kind == PLAN_READ || entry->kind == PLAN_PRACTICE) ==
                    (entry->section != NULL));
        assert_true(i == 0 || rate_of(&day->entries[i - 1]) >= rate_of(entry));
    }
    assert_int_equal(minutes, day->minutes);
    assert_true(minutes <= input->minutes);
}

static void assert_same(const struct plan_day *a, const struct plan_day *b)
{
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++) {
        assert_int_equal(a->entries[i].kind, b->entries[i].kind);
        assert_ptr_equal(a->entries[i].section, b->entries[i].section);
        assert_int_equal(a->entries[i].size, b->entries[i].size);
        assert_true(text_equal(a->entries[i].reason, b->entries[i].reason));
    }
}

static struct situation *draw_situation(struct prng *prng, struct arena *arena)
{
    struct situation *it = make_situation(arena);
    for (size_t i = 0; i < ITEM_COUNT; i++) {
        answer(it, i, prng_next(prng) % 2 == 0 ? 0 : 1000, prng_next(prng) % 4);
    }
    remember(it, prng_next(prng) % (ITEM_COUNT + 1), 1.0 + (double)(prng_next(prng) % 20),
             (int64_t)(prng_next(prng) % 30));
    it->input.day_count = 1 + prng_next(prng) % PLAN_DAYS_MAX;
    it->input.minutes = 5 + (int64_t)(prng_next(prng) % 200);
    it->input.has_exam = prng_next(prng) % 2 == 0;
    it->input.outlook.probability_below = (double)(prng_next(prng) % 100) / 100.0;
    return it;
}

/* The days on which sections were read last, and on which they were practised last. */
struct days_of_sections {
    int64_t read_on[SECTION_COUNT];
    int64_t practised_on[SECTION_COUNT];
};

static void assert_not_too_often(const struct plan_day *day, int64_t number,
                                 struct days_of_sections *last)
{
    for (size_t i = 0; i < day->count; i++) {
        const struct plan_entry *entry = &day->entries[i];
        if (entry->kind == PLAN_READ) {
            int64_t *read_on = &last->read_on[entry->section->position];
            assert_true(*read_on == 0 || number - *read_on >= 14);
            *read_on = number;
        } else if (entry->kind == PLAN_PRACTICE) {
            int64_t *practised_on = &last->practised_on[entry->section->position];
            assert_true(*practised_on < number);
            *practised_on = number;
        }
    }
}

/* Time is kept, the most gain a minute comes first, everything has a reason, nothing is read again
 * within two weeks nor practised twice a day, and the same situation gives the same plan. */
static void test_plan_make__any_situation(void **state)
{
    struct prng prng = prng_seed(TEXT("plans"), 0);
    for (size_t round = 0; round < 300; round++) {
        struct arena *arena = arena_create();
        struct situation *it = draw_situation(&prng, arena);
        struct days_of_sections last = {{0}, {0}};
        const struct plan_day *days = plan(it, arena);
        const struct plan_day *again = plan_make(&it->input, arena);
        for (size_t d = 0; d < it->input.day_count; d++) {
            assert_sound(&it->input, &days[d]);
            assert_same(&days[d], &again[d]);
            assert_not_too_often(&days[d], (int64_t)d + 1, &last);
        }
        arena_free(arena);
    }
}

static void test_plan_make__weak_is_read_and_practised(void **state)
{
    struct situation *it = make_situation(*state);
    for (size_t i = 0; i < ITEM_COUNT; i++) {
        const bool is_weak = it->bank->items[i].section == S_A;
        answer(it, i, is_weak ? 0 : 1000, 5);
    }
    const struct plan_day *days = plan(it, *state);
    const struct plan_entry *reading = find(&days[0], PLAN_READ);
    const struct plan_entry *practice = find(&days[0], PLAN_PRACTICE);
    assert_ptr_equal(reading->section, &it->bank->sections[S_A]);
    assert_int_equal(reading->minutes, 2);
    assert_ptr_equal(practice->section, &it->bank->sections[S_A]);
    assert_true(text_starts_with(reading->reason, TEXT("weak: ")));
    assert_null(find(&days[1], PLAN_READ));
}

/* What is practised gains less from day to day, until there is nothing more to gain. */
static void test_plan_make__gain_diminishes(void **state)
{
    struct situation *it = make_situation(*state);
    answer(it, 0, 0, 10);
    it->input.day_count = PLAN_DAYS_MAX;
    const struct plan_day *days = plan(it, *state);
    double gain = 1.0;
    for (size_t d = 0; d < PLAN_DAYS_MAX; d++) {
        double sum = 0.0;
        for (size_t i = 0; i < days[d].count; i++) {
            sum += days[d].entries[i].gain;
        }
        assert_true(sum < gain || (sum <= 0.0 && gain <= 0.0));
        gain = sum;
    }
    assert_true(days[0].count > 0);
    assert_int_equal(days[PLAN_DAYS_MAX - 1].count, 0);
}

static void test_plan_make__short_days(void **state)
{
    struct situation *it = make_situation(*state);
    it->input.minutes = 5;
    const struct plan_day *days = plan(it, *state);
    assert_int_equal(find(&days[0], PLAN_PRACTICE)->size, 3);
    assert_int_equal(days[0].minutes, 5);
}

/* Due ones take half of a day while there is other work, the most urgent first; what was asked is
 * not due on the next day. */
static void test_plan_make__reviews(void **state)
{
    struct situation *it = make_situation(*state);
    remember(it, ITEM_COUNT, 3.0, 9);
    it->input.minutes = 16;
    const struct plan_day *days = plan(it, *state);
    const struct plan_entry *first = find(&days[0], PLAN_REVIEW);
    const struct plan_entry *second = find(&days[1], PLAN_REVIEW);
    assert_int_equal(days[0].due_count, ITEM_COUNT);
    assert_int_equal(first->size, 8);
    assert_true(text_equal(
        first->reason, TEXT("12 questions are about to be forgotten; these are the most urgent")));
    assert_int_equal(days[1].due_count, ITEM_COUNT - 8);
    assert_int_equal(second->size, 4);
    assert_non_null(find(&days[0], PLAN_PRACTICE));
    for (size_t i = 0; i < ITEM_COUNT; i++) {
        answer(it, i, 1000, 30);
    }
    assert_int_equal(find(&plan(it, *state)[0], PLAN_REVIEW)->size, ITEM_COUNT);
}

/* Before an exam what is known comes once more, on its eve at the latest. */
static void test_plan_make__reviews_before_an_exam(void **state)
{
    struct situation *it = make_situation(*state);
    remember(it, ITEM_COUNT, 100.0, 1);
    assert_int_equal(plan(it, *state)[6].due_count, 0);
    it->input.has_exam = true;
    assert_int_equal(plan(it, *state)[5].due_count, 0);
    assert_int_equal(plan(it, *state)[6].due_count, ITEM_COUNT);
}

static void test_plan_make__exams(void **state)
{
    static const struct {
        size_t day_count;
        size_t first;
        size_t last;
    } CASES[] = {{1, 0, 0}, {2, 0, 0}, {5, 3, 3}, {6, 0, 4}, {20, 14, 18}};
    struct situation *it = make_situation(*state);
    it->input.has_exam = true;
    for (size_t c = 0; c < sizeof CASES / sizeof CASES[0]; c++) {
        it->input.day_count = CASES[c].day_count;
        it->input.minutes = 150;
        const struct plan_day *days = plan(it, *state);
        for (size_t d = 0; d < it->input.day_count; d++) {
            const struct plan_entry *exam = find(&days[d], PLAN_EXAM);
            assert_true((exam != NULL) == (d == CASES[c].first || d == CASES[c].last));
            assert_true(exam == NULL || (exam->size == 65 && exam->minutes == 130));
        }
    }
    it->input.minutes = 30;
    const struct plan_entry *part = find(&plan(it, *state)[18], PLAN_EXAM);
    assert_int_equal(part->size, 15);
    assert_true(text_equal(part->reason,
                           TEXT("the exam is in 2 days: try as much of one as fits, on time")));
    it->input.minutes = 19;
    assert_null(find(&plan(it, *state)[18], PLAN_EXAM));
}

/* A whole one takes its own time with all its questions; of a longer one the part that fits. */
static void test_plan_make__exam_that_is_known(void **state)
{
    static const struct {
        struct exam exam;
        int64_t size;
        int64_t minutes;
    } CASES[] = {{{.size = 18, .pilot_count = 2, .time_limit_minutes = 90}, 20, 90},
                 {{.size = 5, .time_limit_minutes = 100}, 5, 100},
                 {{.size = 40, .time_limit_minutes = 200}, 20, 100},
                 {{.size = 30, .time_limit_minutes = 299}, 10, 100},
                 {{.size = 30, .time_limit_minutes = 310}, 0, 0}};
    struct situation *it = make_situation(*state);
    it->input.has_exam = true;
    it->input.minutes = 100;
    for (size_t c = 0; c < sizeof CASES / sizeof CASES[0]; c++) {
        it->input.exam = &CASES[c].exam;
        const struct plan_entry *exam = find(&plan(it, *state)[5], PLAN_EXAM);
        assert_int_equal(exam == NULL ? 0 : exam->size, CASES[c].size);
        assert_int_equal(exam == NULL ? 0 : exam->minutes, CASES[c].minutes);
        assert_ptr_equal(exam == NULL ? it->input.exam : exam->exam, it->input.exam);
    }
    it->input.exam = NULL;
    assert_null(find(&plan(it, *state)[5], PLAN_EXAM)->exam);
}

/* Without a date an exam is tried when it would be passed, if there is time for it. */
static void test_plan_make__exam_when_likely(void **state)
{
    struct situation *it = make_situation(*state);
    it->input.minutes = 130;
    assert_null(find(plan(it, *state), PLAN_EXAM));
    it->input.outlook.probability_below = 0.3;
    const struct plan_day *days = plan(it, *state);
    assert_int_equal(find(&days[0], PLAN_EXAM)->size, 65);
    assert_null(find(&days[1], PLAN_EXAM));
    it->input.minutes = 129;
    assert_null(find(plan(it, *state), PLAN_EXAM));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_plan_make__any_situation, setup, teardown),
        cmocka_unit_test_setup_teardown(test_plan_make__weak_is_read_and_practised, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_plan_make__gain_diminishes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_plan_make__short_days, setup, teardown),
        cmocka_unit_test_setup_teardown(test_plan_make__reviews, setup, teardown),
        cmocka_unit_test_setup_teardown(test_plan_make__reviews_before_an_exam, setup, teardown),
        cmocka_unit_test_setup_teardown(test_plan_make__exams, setup, teardown),
        cmocka_unit_test_setup_teardown(test_plan_make__exam_that_is_known, setup, teardown),
        cmocka_unit_test_setup_teardown(test_plan_make__exam_when_likely, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
