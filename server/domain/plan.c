/*
 * Reviews first: what is forgotten costs more to learn again. Then, from the most to gain on, the
 * weak sections are read and practised, and unknown or unsure ones practised until the estimate is
 * sure. At most half of the time goes to reviews while there is anything to gain elsewhere. A mock
 * exam comes where the exam is near or passing it is likely, if it fits.
 */
#include "domain/plan.h"

#include "base/clock.h"

static const char *const KIND_NAMES[PLAN_KIND_COUNT] = {"review", "read", "practice", "exam"};
const struct enumeration PLAN_KINDS = {KIND_NAMES, PLAN_KIND_COUNT};

enum {
    STEPS_MAX = 40,
    REVIEWS_A_MINUTE = 1,
    PRACTICE_SIZE = 5,
    PRACTICE_MINUTES = 8, /* five questions with their explanations */
    WORDS_A_MINUTE = 200, /* of technical prose */
    EXAM_SIZE = 65,
    EXAM_MINUTES = 130,
    EXAM_NEAR_DAYS = 7
};
static const double LIKELY = 0.6;

struct maker {
    const struct plan_input *input;
    struct arena *arena;
    struct plan_step *steps;
    size_t count;
    int64_t left; /* minutes */
};

static bool add(struct maker *maker, struct plan_step step)
{
    if (step.minutes > maker->left || maker->count == STEPS_MAX) {
        return false;
    }
    maker->steps[maker->count++] = step;
    maker->left -= step.minutes;
    return true;
}

static int64_t count_words(struct text body)
{
    int64_t words = 0;
    bool is_in_word = false;

    for (size_t i = 0; i < body.len; i++) {
        const bool is_blank = body.data[i] == ' ' || body.data[i] == '\n' || body.data[i] == '\t';
        words += !is_blank && !is_in_word ? 1 : 0;
        is_in_word = !is_blank;
    }
    return words;
}

static void add_reviews(struct maker *maker)
{
    const struct plan_input *input = maker->input;
    const bool is_all = input->area_count == 0 || input->areas[0].expected_gain <= 0.0;
    const int64_t most = (is_all ? maker->left : maker->left / 2) * REVIEWS_A_MINUTE;
    const int64_t due = (int64_t)input->due_count;
    const int64_t size = due < most ? due : most;

    if (size == 0) {
        return;
    }
    (void)add(maker,
              (struct plan_step){
                  .kind = PLAN_REVIEW,
                  .size = size,
                  .minutes = (size + REVIEWS_A_MINUTE - 1) / REVIEWS_A_MINUTE,
                  .reason = arena_printf(
                      maker->arena, "%lld questions are about to be forgotten%s", (long long)due,
                      size < due ? "; these are the most urgent" : "")}); /* it fits by its size */
}

static void add_exam(struct maker *maker)
{
    const struct plan_input *input = maker->input;
    const int64_t near = input->now_us + EXAM_NEAR_DAYS * CLOCK_US_PER_DAY;
    const bool is_near = input->exam_at > input->now_us && input->exam_at <= near;
    const double pass = 1.0 - input->outlook.probability_below;

    if (is_near || pass >= LIKELY) {
        (void)add(maker,
                  (struct plan_step){
                      .kind = PLAN_EXAM,
                      .size = EXAM_SIZE,
                      .minutes = EXAM_MINUTES,
                      .reason = is_near
                                    ? TEXT("the exam is within a week: try one whole, on time")
                                    : arena_printf(maker->arena,
                                                   "an exam would be passed with a probability of "
                                                   "%.0f %%: see whether that is so",
                                                   100.0 * pass)}); /* no matter where there is
                                                                       no time for it */
    }
}

static struct text why_practise(struct arena *arena, const struct weak_area *area)
{
    switch (area->label) {
    case WEAK_AREA_WEAK:
        return arena_printf(arena, "weak: %.0f %% expected; %.*s", 100.0 * area->mean,
                            TEXT_ARG(area->why));
    case WEAK_AREA_NO_EVIDENCE:
        return TEXT("nothing is known of it yet");
    case WEAK_AREA_UNSURE:
        return arena_printf(arena, "unsure: %.0f %% expected, between %.0f and %.0f %%",
                            100.0 * area->mean, 100.0 * area->low, 100.0 * area->high);
    case WEAK_AREA_STRONG:
    case WEAK_AREA_LABEL_COUNT:
        break;
    }
    return TEXT("");
}

static bool add_area(struct maker *maker, const struct weak_area *area)
{
    const struct section *section = &maker->input->bank->sections[area->section];
    const int64_t available = (int64_t)section->subtree_question_count;
    const struct plan_step practice = {.kind = PLAN_PRACTICE,
                                       .section = section,
                                       .size =
                                           available < PRACTICE_SIZE ? available : PRACTICE_SIZE,
                                       .minutes = PRACTICE_MINUTES,
                                       .reason = why_practise(maker->arena, area)};
    const struct plan_step reading = {.kind = PLAN_READ,
                                      .section = section,
                                      .minutes = 1 + count_words(section->body) / WORDS_A_MINUTE,
                                      .reason = TEXT("read before it is practised again")};

    if (area->label == WEAK_AREA_WEAK && reading.minutes + practice.minutes <= maker->left) {
        (void)add(maker, reading); /* it fits */
    }
    return add(maker, practice);
}

size_t plan_make(const struct plan_input *input, struct arena *arena, struct plan_step **steps)
{
    struct maker maker = {.input = input,
                          .arena = arena,
                          .steps = arena_new_array(arena, STEPS_MAX, struct plan_step),
                          .left = input->minutes};

    add_reviews(&maker);
    add_exam(&maker);
    for (size_t i = 0; i < input->area_count; i++) {
        const struct weak_area *area = &input->areas[i];
        if (area->label != WEAK_AREA_STRONG && area->expected_gain > 0.0 &&
            !add_area(&maker, area)) {
            break;
        }
    }
    *steps = maker.steps;
    return maker.count;
}
