/* Which answers count, where and how much; and that stored sums are what the history says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "base/clock.h"
#include "domain/evidence.h"
#include "domain/scoring.h"
#include "domain/selection.h"
#include "domain/weak_areas.h"
#include "sample_bank.h"

static const int64_t NOW = EVIDENCE_EPOCH_US + 400 * CLOCK_US_PER_DAY;

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

static void assert_near(double actual, double expected, double tolerance)
{
    if (!(fabs(actual - expected) <= tolerance)) {
        fail_msg("%.17g is not within %g of %.17g", actual, tolerance, expected);
    }
}

/* ---- what counts ---- */

enum { SIZE = 3 };

/* Three questions; the first answered right, the second half right, the third not at all. */
struct paper {
    const struct item *items[SIZE];
    struct answer answers[2];
    struct attempt_sheet sheet;
    struct attempt attempt;
};

static void make_paper(struct paper *paper, const struct bank *bank, enum attempt_feedback feedback,
                       enum attempt_state state)
{
    for (size_t i = 0; i < SIZE; i++) {
        paper->items[i] = &bank->items[i];
    }
    paper->answers[0] = (struct answer){
        .position = 1, .response = TEXT("{}"), .credit = CREDIT_FULL, .recorded_at = NOW - 20};
    paper->answers[1] = (struct answer){
        .position = 2, .response = TEXT("{}"), .credit = 500, .recorded_at = NOW - 10};
    paper->sheet =
        (struct attempt_sheet){paper->items, SIZE, paper->answers, 2, &paper->attempt.rules};
    paper->attempt = (struct attempt){
        .mode = MODE_PRACTICE,
        .feedback = feedback,
        .rules = attempt_rules_of_practice(feedback == FEEDBACK_IMMEDIATE, scoring_policy_of(NULL)),
        .state = state,
        .submitted_at = state == ATTEMPT_OPEN ? 0 : NOW};
}

static void test_evidence_events__when(void **state)
{
    static const struct {
        enum attempt_feedback feedback;
        enum attempt_state state;
        size_t count;
        size_t closing;
    } CASES[] = {
        {FEEDBACK_IMMEDIATE, ATTEMPT_OPEN, 2, 0},
        {FEEDBACK_IMMEDIATE, ATTEMPT_SUBMITTED, 2, 0},
        {FEEDBACK_DEFERRED, ATTEMPT_OPEN, 0, 0},
        {FEEDBACK_DEFERRED, ATTEMPT_SUBMITTED, 2, 2},
    };
    const struct bank *bank = sample_bank(*state);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct paper paper;
        struct evidence_event *events = NULL;
        struct evidence_event *closing = NULL;
        make_paper(&paper, bank, CASES[i].feedback, CASES[i].state);
        assert_int_equal(evidence_events(&paper.attempt, &paper.sheet, *state, &events),
                         CASES[i].count);
        assert_int_equal(evidence_closing_events(&paper.attempt, &paper.sheet, *state, &closing),
                         CASES[i].closing);
        const bool is_immediate = CASES[i].feedback == FEEDBACK_IMMEDIATE;
        for (size_t k = 0; k < CASES[i].count; k++) {
            assert_ptr_equal(events[k].item, paper.items[k]);
            assert_int_equal(events[k].credit, paper.answers[k].credit);
            assert_int_equal(events[k].at_us, is_immediate ? paper.answers[k].recorded_at : NOW);
        }
    }
}

static void test_evidence_counts_skipped__exams_alone(void **state)
{
    (void)state;
    for (unsigned mode = 0; mode < MODE_COUNT; mode++) {
        assert_int_equal(evidence_counts_skipped((enum attempt_mode)mode), mode == MODE_EXAM);
    }
}

/* What was skipped is wrong, with the time of submission, also where the others counted before. */
static void test_evidence_events__exam(void **state)
{
    for (unsigned i = 0; i < FEEDBACK_COUNT; i++) {
        struct paper paper;
        struct evidence_event *events = NULL;
        struct evidence_event *closing = NULL;
        make_paper(&paper, sample_bank(*state), (enum attempt_feedback)i, ATTEMPT_SUBMITTED);
        paper.attempt.mode = MODE_EXAM;
        assert_int_equal(evidence_events(&paper.attempt, &paper.sheet, *state, &events), SIZE);
        assert_ptr_equal(events[2].item, paper.items[2]);
        assert_int_equal(events[2].credit, 0);
        assert_int_equal(events[2].at_us, NOW);
        assert_int_equal(evidence_closing_events(&paper.attempt, &paper.sheet, *state, &closing),
                         i == FEEDBACK_IMMEDIATE ? 1 : SIZE);
    }
}

/* Neither what is tried out, nor what may not be told yet. */
static void test_evidence_events__pilots_and_dates(void **state)
{
    struct paper paper;
    struct evidence_event *events = NULL;
    make_paper(&paper, sample_bank(*state), FEEDBACK_DEFERRED, ATTEMPT_SUBMITTED);
    attempt_rules_set_pilot(&paper.attempt.rules, 1);
    assert_int_equal(evidence_events(&paper.attempt, &paper.sheet, *state, &events), 1);
    assert_ptr_equal(events[0].item, paper.items[1]);
    paper.attempt.evidence_due_at = NOW + 1;
    assert_int_equal(evidence_events(&paper.attempt, &paper.sheet, *state, &events), 0);
}

/* An answer that was taken back is none. */
static void test_evidence_events__taken_back(void **state)
{
    struct paper paper;
    struct evidence_event *events = NULL;
    make_paper(&paper, sample_bank(*state), FEEDBACK_DEFERRED, ATTEMPT_SUBMITTED);
    paper.answers[0].response = TEXT_ABSENT;
    assert_int_equal(evidence_events(&paper.attempt, &paper.sheet, *state, &events), 1);
    assert_ptr_equal(events[0].item, paper.items[1]);
}

/* ---- where ---- */

static const struct text FURTHER[] = {TEXT_INIT("t"), TEXT_INIT("no/such/section"),
                                      TEXT_INIT("s/b"), TEXT_INIT("t"), TEXT_INIT("s/a")};

static void test_evidence_sections__each_once(void **state)
{
    const struct bank *bank = sample_bank(*state);
    size_t sections[EVIDENCE_SECTIONS_MAX];
    struct item item = {.section = S_A};
    assert_int_equal(evidence_sections(bank, &item, sections), 1);
    assert_int_equal(sections[0], S_A);
    item.question.sections = FURTHER;
    item.question.section_count = COUNT_OF(FURTHER);
    assert_int_equal(evidence_sections(bank, &item, sections), 3);
    assert_int_equal(sections[0], S_A);
    assert_int_equal(sections[1], T);
    assert_int_equal(sections[2], S_B);
}

/* Shares add up to one answer above them; counts are the primary section's alone. */
static void test_evidence_parts__spread(void **state)
{
    const struct bank *bank = sample_bank(*state);
    struct item wide = {.section = S_A,
                        .question = {.sections = FURTHER, .section_count = COUNT_OF(FURTHER)}};
    const struct item plain = {.section = S_B};
    const struct evidence_event events[] = {{.item = &wide, .credit = 400},
                                            {.item = &plain, .credit = CREDIT_FULL}};
    double expected[KNOWLEDGE_POINTS] = {0.0};
    double total = 0.0;
    struct evidence_part *parts = NULL;
    knowledge_add((struct response_curve){0.0, 0.0}, 0.4, 1.0, expected);
    knowledge_add((struct response_curve){0.0, 0.0}, 1.0, 1.0, expected);
    assert_int_equal(evidence_parts(bank, events, COUNT_OF(events), *state, &parts), 3);
    assert_int_equal(parts[0].section, S_A);
    assert_int_equal(parts[1].section, S_B);
    assert_int_equal(parts[2].section, T);
    assert_int_equal(parts[0].answers, 1);
    assert_int_equal(parts[0].credit, 400);
    assert_int_equal(parts[0].correct, 0);
    assert_int_equal(parts[1].answers, 1);
    assert_int_equal(parts[1].correct, 1);
    assert_int_equal(parts[2].answers, 0);
    for (size_t i = 0; i < 3; i++) {
        total += parts[i].likelihood[2];
    }
    assert_near(total, expected[2], 1e-12);
}

/* ---- how much ---- */

enum { HISTORIES = 200, EVENTS_MAX = 300 };

static size_t make_history(struct prng *prng, const struct bank *bank,
                           struct evidence_event events[EVENTS_MAX])
{
    const size_t count = prng_below(prng, EVENTS_MAX) + 1;
    for (size_t i = 0; i < count; i++) {
        events[i] = (struct evidence_event){
            .item = &bank->items[prng_below(prng, bank->item_count)],
            .credit = (int64_t)prng_below(prng, 3) * CREDIT_FULL / 2,
            .at_us = NOW - (int64_t)prng_below(prng, 700) * CLOCK_US_PER_DAY -
                     (int64_t)prng_below(prng, 86400) * 1000000};
    }
    return count;
}

static void shuffle(struct prng *prng, struct evidence_event *events, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        const size_t j = (size_t)prng_below(prng, i);
        const struct evidence_event event = events[i - 1];
        events[i - 1] = events[j];
        events[j] = event;
    }
}

/* The sums of now from the history itself: every answer with its own age, none stored. */
static struct evidence recompute(const struct bank *bank, const struct evidence_event *events,
                                 size_t count, size_t section)
{
    struct evidence sum = {.weight = 0.0};
    for (size_t i = 0; i < count; i++) {
        size_t sections[EVIDENCE_SECTIONS_MAX];
        const size_t section_count = evidence_sections(bank, events[i].item, sections);
        const double age_days = (double)(NOW - events[i].at_us) / (double)CLOCK_US_PER_DAY;
        const double weight = exp2(-age_days / 30.0);
        for (size_t k = 0; k < section_count; k++) {
            if (sections[k] == section) {
                knowledge_add(knowledge_curve(&events[i].item->question, NULL),
                              (double)events[i].credit / 1000.0, weight / (double)section_count,
                              sum.likelihood);
            }
        }
        if (events[i].item->section == section) {
            sum.weight += weight;
            sum.credit += weight * (double)events[i].credit / 1000.0;
            sum.answers++;
            sum.correct += events[i].credit == CREDIT_FULL ? 1 : 0;
        }
    }
    return sum;
}

static void assert_same_sums(const struct evidence *stored, const struct evidence *expected,
                             double fading)
{
    const double scale = fmax(1.0, expected->weight);
    assert_near(stored->weight * fading, expected->weight, 1e-12 * scale);
    assert_near(stored->credit * fading, expected->credit, 1e-12 * scale);
    assert_int_equal(stored->answers, expected->answers);
    assert_int_equal(stored->correct, expected->correct);
    for (size_t k = 0; k < KNOWLEDGE_POINTS; k++) {
        assert_near(stored->likelihood[k] * fading, expected->likelihood[k], 1e-11 * scale);
    }
}

/* Whatever the order in which answers come in, the sums are those of the history. */
static void test_evidence_replay__any_order(void **state)
{
    struct bank *bank = sample_bank_unindexed(*state);
    struct prng prng = prng_seed(TEXT("evidence"), 0);
    struct evidence_event *events = arena_new_array(*state, EVENTS_MAX, struct evidence_event);
    const double fading = 1.0 / evidence_weight(NOW);

    for (size_t i = 0; i < bank->item_count; i += 3) {
        bank->items[i].question.sections = FURTHER;
        bank->items[i].question.section_count = 1 + i % COUNT_OF(FURTHER);
        bank->items[i].question.difficulty = 1 + (int64_t)i % 5;
    }
    bank_index(bank, *state);
    for (size_t h = 0; h < HISTORIES; h++) {
        struct evidence sums[SECTION_COUNT] = {{.weight = 0.0}};
        const size_t count = make_history(&prng, bank, events);
        shuffle(&prng, events, count);
        for (size_t done = 0; done < count;) { /* in bundles of any size */
            const size_t some = 1 + (size_t)prng_below(&prng, count - done);
            evidence_replay(bank, events + done, some, sums);
            done += some;
        }
        shuffle(&prng, events, count);
        for (size_t section = 0; section < SECTION_COUNT; section++) {
            const struct evidence expected = recompute(bank, events, count, section);
            assert_same_sums(&sums[section], &expected, fading);
        }
    }
}

/* Taking an answer back leaves what was there before. */
static void test_evidence_add__and_take_back(void **state)
{
    const struct bank *bank = sample_bank(*state);
    struct prng prng = prng_seed(TEXT("take back"), 0);
    struct evidence_event *events = arena_new_array(*state, EVENTS_MAX, struct evidence_event);
    struct evidence before[SECTION_COUNT] = {{.weight = 0.0}};
    struct evidence after[SECTION_COUNT] = {{.weight = 0.0}};
    struct evidence one[SECTION_COUNT] = {{.weight = 0.0}};
    const size_t count = make_history(&prng, bank, events);
    const size_t section = events[count - 1].item->section;

    evidence_replay(bank, events, count - 1, before);
    evidence_replay(bank, events, count, after);
    evidence_replay(bank, events + count - 1, 1, one);
    assert_near(after[section].weight - one[section].weight, before[section].weight,
                1e-12 * after[section].weight);
    assert_near(after[section].likelihood[4] - one[section].likelihood[4],
                before[section].likelihood[4], -1e-12 * after[section].likelihood[4]);
}

/* What a submit stores in parts is what a replay of the same answers is. */
static void test_evidence_parts__as_replayed(void **state)
{
    const struct bank *bank = sample_bank(*state);
    struct prng prng = prng_seed(TEXT("parts"), 0);
    struct evidence_event *events = arena_new_array(*state, EVENTS_MAX, struct evidence_event);
    struct evidence sums[SECTION_COUNT] = {{.weight = 0.0}};
    struct evidence_part *parts = NULL;
    const size_t count = make_history(&prng, bank, events);
    const double weight = evidence_weight(NOW);

    for (size_t i = 0; i < count; i++) {
        events[i].at_us = NOW;
    }
    evidence_replay(bank, events, count, sums);
    const size_t part_count = evidence_parts(bank, events, count, *state, &parts);
    for (size_t i = 0; i < part_count; i++) {
        const struct evidence *sum = &sums[parts[i].section];
        assert_near(weight * (double)parts[i].answers, sum->weight, 1e-10 * sum->weight);
        assert_near(weight * (double)parts[i].credit / 1000.0, sum->credit, 1e-10 * sum->weight);
        for (size_t k = 0; k < KNOWLEDGE_POINTS; k++) {
            assert_near(weight * parts[i].likelihood[k], sum->likelihood[k],
                        -1e-10 * sum->likelihood[k]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_evidence_events__when, setup, teardown),
        cmocka_unit_test(test_evidence_counts_skipped__exams_alone),
        cmocka_unit_test_setup_teardown(test_evidence_events__exam, setup, teardown),
        cmocka_unit_test_setup_teardown(test_evidence_events__pilots_and_dates, setup, teardown),
        cmocka_unit_test_setup_teardown(test_evidence_events__taken_back, setup, teardown),
        cmocka_unit_test_setup_teardown(test_evidence_sections__each_once, setup, teardown),
        cmocka_unit_test_setup_teardown(test_evidence_parts__spread, setup, teardown),
        cmocka_unit_test_setup_teardown(test_evidence_replay__any_order, setup, teardown),
        cmocka_unit_test_setup_teardown(test_evidence_add__and_take_back, setup, teardown),
        cmocka_unit_test_setup_teardown(test_evidence_parts__as_replayed, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
