/* See the header. PCG32 (M. O'Neill, 2014) and the polar method (G. Marsaglia, 1964) for chance. */
#include "support/simulation.h"

#include <math.h>
#include <stdlib.h>

static const int64_t DAY_US = INT64_C(86400) * 1000000;
static const int64_t NOW_US = INT64_C(1790000000) * 1000000;
static const double ANSWERS_DAYS = 45.0; /* answers lie this far back at most */
static const double STUDY_DAYS = 90.0;   /* and study this far */
static const double BEFORE_STUDY = 1.0;  /* logits that are missing until then */

const struct simulation_scenario SIMULATION_SCENARIOS[] = {
    {"as expected", 0.7, 0.8, 0.5, 0.6, 0.3, 0.9, 0.10, 0.6, 30.0},
    {"sections alike", 0.7, 1.0, 0.2, 0.3, 0.3, 0.9, 0.10, 0.6, 30.0},
    {"sections unlike", 0.7, 0.6, 0.8, 1.0, 0.3, 0.9, 0.10, 0.6, 30.0},
    {"much guessing", 0.3, 0.8, 0.5, 0.6, 0.3, 0.9, 0.50, 0.6, 30.0},
    {"careless authors", 0.7, 0.8, 0.5, 0.6, 0.5, 2.0, 0.10, 0.6, 30.0},
    {"fast forgetting", 1.0, 0.8, 0.5, 0.6, 0.3, 0.9, 0.10, 1.5, 14.0},
    {"strong learners", 1.8, 0.8, 0.5, 0.6, 0.3, 0.9, 0.10, 0.6, 30.0},
};
const size_t SIMULATION_SCENARIO_COUNT =
    sizeof SIMULATION_SCENARIOS / sizeof SIMULATION_SCENARIOS[0];

/* What a question is in truth. */
struct nature {
    double discrimination;
    double difficulty;
    double luck; /* P(right) of who does not know; multiple choice: not used */
};

struct simulation {
    const struct simulation_scenario *scenario;
    uint64_t state;
    struct bank *bank;
    struct nature *natures;        /* by index of bank->items */
    double now[SIMULATION_LEAVES]; /* abilities of the learner made last */
};

static uint32_t draw32(struct simulation *s)
{
    const uint64_t old = s->state;
    s->state = old * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    const uint32_t mixed = (uint32_t)(((old >> 18U) ^ old) >> 27U);
    const uint32_t turn = (uint32_t)(old >> 59U);
    return (mixed >> turn) | (mixed << ((32U - turn) & 31U));
}

static double uniform(struct simulation *s)
{
    return ((double)draw32(s) + 0.5) / 4294967296.0;
}

static double normal(struct simulation *s, double mean, double deviation)
{
    double u = 0.0;
    double r = 0.0;
    do {
        u = 2.0 * uniform(s) - 1.0;
        const double v = 2.0 * uniform(s) - 1.0;
        r = u * u + v * v;
    } while (r >= 1.0 || r <= 0.0);
    return mean + deviation * u * sqrt(-2.0 * log(r) / r);
}

static size_t below(struct simulation *s, size_t bound)
{
    return (size_t)(uniform(s) * (double)bound);
}

/* ---- the bank ---- */

static void give_options(struct question *question, size_t count, size_t right, struct arena *arena)
{
    struct question_option *options = arena_new_array(arena, count, struct question_option);
    for (size_t i = 0; i < right; i++) {
        options[i].correct = true;
    }
    question->options = options;
    question->option_count = count;
    question->type = right > 1    ? QUESTION_MULTIPLE_CHOICE
                     : count == 2 ? QUESTION_TRUE_FALSE
                                  : QUESTION_SINGLE_CHOICE;
}

/* Its form decides how good guesses are; distractors are not all equally good. */
static double make_form(struct simulation *s, struct question *question, struct arena *arena)
{
    const double kind = uniform(s);
    const double rest = 1.0 - s->scenario->true_false_share;
    if (kind >= rest) {
        give_options(question, 2, 1, arena);
        return 0.5;
    }
    if (kind < 0.12 * rest) {
        question->type = QUESTION_NUMERIC;
        return 0.01;
    }
    if (kind < 0.24 * rest) {
        give_options(question, 5, 2, arena);
        return 0.0;
    }
    give_options(question, 4, 1, arena);
    return 0.25 * (0.6 + 0.8 * uniform(s));
}

static void make_item(struct simulation *s, size_t index, size_t section, struct arena *arena)
{
    struct item *item = &s->bank->items[index];
    struct nature *nature = &s->natures[index];

    item->id.bytes[0] = 2;
    item->id.bytes[14] = (uint8_t)(index >> 8U);
    item->id.bytes[15] = (uint8_t)index;
    item->version = 1;
    item->section = section;
    item->question.slug = arena_printf(arena, "q-%05zu", index);
    item->question.domain =
        arena_printf(arena, "d-%zu", index / SIMULATION_QUESTIONS / SIMULATION_PARTS);
    item->likeness_group = index;
    nature->luck = make_form(s, &item->question, arena);
    nature->discrimination = exp(normal(s, 0.0, s->scenario->discrimination_deviation));
    nature->difficulty = normal(s, 0.0, 0.9);
    const double judged =
        round(3.0 + 0.9 * nature->difficulty + normal(s, 0.0, s->scenario->author_error));
    item->question.difficulty = (int64_t)fmin(fmax(judged, 1.0), 5.0);
}

size_t simulation_leaf(size_t leaf)
{
    return leaf / SIMULATION_PARTS * (SIMULATION_PARTS + 1) + 1 + leaf % SIMULATION_PARTS;
}

struct simulation *simulation_make(const struct simulation_scenario *scenario, uint64_t seed,
                                   struct arena *arena)
{
    struct simulation *s = arena_new(arena, struct simulation);
    struct bank *bank = arena_new(arena, struct bank);
    const size_t count = (size_t)SIMULATION_CHAPTERS * (SIMULATION_PARTS + 1);

    s->scenario = scenario;
    s->state = seed * UINT64_C(0x9E3779B97F4A7C15) + 1;
    s->bank = bank;
    bank->section_count = count;
    bank->sections = arena_new_array(arena, count, struct section);
    for (size_t i = 0; i < count; i++) {
        const size_t chapter = i - i % (SIMULATION_PARTS + 1);
        struct section *section = &bank->sections[i];
        section->path = arena_printf(arena, "s-%03zu", i);
        section->id.bytes[0] = 1;
        section->id.bytes[15] = (uint8_t)i;
        section->parent = chapter == i ? BANK_NO_SECTION : (int64_t)chapter;
        section->depth = chapter == i ? 1 : 2;
    }
    bank->item_count = (size_t)SIMULATION_LEAVES * SIMULATION_QUESTIONS;
    bank->items = arena_new_array(arena, bank->item_count, struct item);
    s->natures = arena_new_array(arena, bank->item_count, struct nature);
    /* In the order that bank_index leaves them in: by section, then slug. */
    for (size_t i = 0; i < bank->item_count; i++) {
        make_item(s, i, simulation_leaf(i / SIMULATION_QUESTIONS), arena);
    }
    bank_index(bank, arena);
    return s;
}

const struct bank *simulation_bank(const struct simulation *simulation)
{
    return simulation->bank;
}

int64_t simulation_now(void)
{
    return NOW_US;
}

/* ---- people ---- */

static double knows(const struct nature *nature, double ability)
{
    return 1.0 / (1.0 + exp(nature->discrimination * (nature->difficulty - ability)));
}

/* The worth of two ticks of five at random, two being right: one pair of ten is right, one right
 * and one wrong tick are worth nothing. */
static const double LUCK_OF_TWO_IN_FIVE = 0.1;

static double expected_credit(const struct simulation *s, size_t item, double ability)
{
    const struct nature *nature = &s->natures[item];
    const double luck = s->bank->items[item].question.type == QUESTION_MULTIPLE_CHOICE
                            ? LUCK_OF_TWO_IN_FIVE
                            : nature->luck;
    const double known = knows(nature, ability);
    return known + (1.0 - known) * luck;
}

/* Somebody knows an answer or guesses it: nobody knows half of it. */
static int64_t answer(struct simulation *s, size_t item, double ability)
{
    return uniform(s) < expected_credit(s, item, ability) ? 1000 : 0;
}

/* What is known of a section as time goes by. */
struct memory {
    double peak;
    double studied_days; /* ago */
    double loss;
};

static double ability_at(const struct simulation *s, const struct memory *memory, double days_ago)
{
    const double since = memory->studied_days - days_ago;
    if (since < 0.0) {
        return memory->peak - BEFORE_STUDY;
    }
    return memory->peak - memory->loss * (1.0 - exp2(-since / s->scenario->half_life_days));
}

static int compare_doubles_down(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x < y) - (x > y);
}

static void answer_leaf(struct simulation *s, size_t leaf, const struct memory *memory,
                        struct simulation_learner *learner, struct arena *arena)
{
    double *days = arena_new_array(arena, learner->count, double);
    size_t order[SIMULATION_QUESTIONS];
    struct simulation_answer *answers =
        arena_new_array(arena, learner->count, struct simulation_answer);

    for (size_t i = 0; i < learner->count; i++) {
        days[i] = ANSWERS_DAYS * uniform(s);
    }
    qsort(days, learner->count, sizeof *days, compare_doubles_down);
    for (size_t i = 0; i < learner->count; i++) {
        if (i % SIMULATION_QUESTIONS == 0) { /* all questions once, then again in another order */
            for (size_t k = 0; k < SIMULATION_QUESTIONS; k++) {
                const size_t j = below(s, k + 1);
                order[k] = order[j];
                order[j] = k;
            }
        }
        const size_t item = leaf * SIMULATION_QUESTIONS + order[i % SIMULATION_QUESTIONS];
        answers[i].item = &s->bank->items[item];
        answers[i].at_us = NOW_US - (int64_t)(days[i] * (double)DAY_US);
        answers[i].credit = answer(s, item, ability_at(s, memory, days[i]));
    }
    learner->answers[leaf] = answers;
}

struct simulation_learner simulation_learn(struct simulation *s, size_t count, struct arena *arena)
{
    struct simulation_learner learner = {.count = count};
    const double general = normal(s, s->scenario->ability_mean, s->scenario->ability_deviation);
    double chapter = 0.0;

    for (size_t leaf = 0; leaf < SIMULATION_LEAVES; leaf++) {
        if (leaf % SIMULATION_PARTS == 0) {
            chapter = normal(s, 0.0, s->scenario->chapter_deviation);
        }
        const struct memory memory = {
            .peak = general + chapter + normal(s, 0.0, s->scenario->section_deviation),
            .studied_days = STUDY_DAYS * uniform(s),
            .loss = fabs(normal(s, s->scenario->loss, s->scenario->loss / 2.0))};
        answer_leaf(s, leaf, &memory, &learner, arena);
        s->now[leaf] = ability_at(s, &memory, 0.0);
        for (size_t k = 0; k < SIMULATION_QUESTIONS; k++) {
            learner.truth[leaf] +=
                expected_credit(s, leaf * SIMULATION_QUESTIONS + k, s->now[leaf]) /
                SIMULATION_QUESTIONS;
        }
        learner.truth_all += learner.truth[leaf] / SIMULATION_LEAVES;
    }
    return learner;
}

double simulation_examine(struct simulation *s, size_t size)
{
    double credits = 0.0;
    for (size_t i = 0; i < size; i++) {
        const size_t item = below(s, s->bank->item_count);
        credits += (double)answer(s, item, s->now[item / SIMULATION_QUESTIONS]) / 1000.0;
    }
    return credits / (double)size;
}

double simulation_sit(struct simulation *s, const size_t *items, size_t size)
{
    double credits = 0.0;
    for (size_t i = 0; i < size; i++) {
        credits += (double)answer(s, items[i], s->now[items[i] / SIMULATION_QUESTIONS]) / 1000.0;
    }
    return credits / (double)size;
}
