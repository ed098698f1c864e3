/* The estimators are the program's own; the rules of thumb beside them are written here. */
#include "support/simulation_score.h"

#include <assert.h>
#include <math.h>

#include "domain/exam_paper.h"
#include "domain/exam_weights.h"
#include "domain/outlook.h"

static const double WEAK_FROM = 0.8;
static const double WILSON_Z = 1.6448536269514722; /* 90 %, both sides */
enum { LAST = 20 };

const char *const SCORE_METHOD_NAMES[SCORE_METHOD_COUNT] = {"beta-1", "beta-2", "raw share",
                                                            "last 20", "Wilson 90 %"};

double score_precision(const struct score *score)
{
    return score->told_weak == 0 ? 1.0 : (double)score->rightly_weak / (double)score->told_weak;
}

double score_recall(const struct score *score)
{
    return score->truly_weak == 0 ? 1.0 : (double)score->rightly_weak / (double)score->truly_weak;
}

/* What a method says of a section. */
struct verdict {
    double probability;
    double mean;
    double low;
    double high;
    bool is_weak;
};

static void add(struct score *score, const struct verdict *verdict, double truth, double target)
{
    const bool is_weak = truth < target;
    const double miss = verdict->probability - (is_weak ? 1.0 : 0.0);
    size_t bin = (size_t)(verdict->probability * SCORE_BINS);

    bin = bin < SCORE_BINS ? bin : SCORE_BINS - 1;
    score->sections++;
    score->truly_weak += is_weak ? 1 : 0;
    score->told_weak += verdict->is_weak ? 1 : 0;
    score->rightly_weak += verdict->is_weak && is_weak ? 1 : 0;
    score->brier += miss * miss;
    score->distance += fabs(verdict->mean - truth);
    score->bin_count[bin]++;
    score->bin_said[bin] += verdict->probability;
    score->bin_true[bin] += is_weak ? 1 : 0;
    score->covered += verdict->low <= truth && truth <= verdict->high ? 1 : 0;
}

static double share_of(const struct simulation_answer *answers, size_t count)
{
    double right = 0.0;
    for (size_t i = 0; i < count; i++) {
        right += (double)answers[i].credit / 1000.0;
    }
    return right / (double)count;
}

static void add_rules_of_thumb(const struct simulation_answer *answers, size_t count, double truth,
                               double target, struct score scores[SCORE_METHOD_COUNT])
{
    const double n = (double)count;
    const double z2 = WILSON_Z * WILSON_Z;
    const size_t last = count < LAST ? count : LAST;
    const double share = share_of(answers, count);
    const double recent = share_of(answers + (count - last), last);
    const double middle = (share + z2 / (2.0 * n)) / (1.0 + z2 / n);
    const double half =
        WILSON_Z / (1.0 + z2 / n) * sqrt(share * (1.0 - share) / n + z2 / (4.0 * n * n));
    const struct verdict raw = {share < target ? 1.0 : 0.0, share, share, share, share < target};
    const struct verdict last_20 = {recent < target ? 1.0 : 0.0, recent, recent, recent,
                                    recent < target};
    const bool is_low = middle + half < target;
    const struct verdict wilson = {is_low ? 1.0 : 0.0, middle, middle - half, middle + half,
                                   is_low};

    add(&scores[SCORE_RAW], &raw, truth, target);
    add(&scores[SCORE_LAST_20], &last_20, truth, target);
    add(&scores[SCORE_WILSON], &wilson, truth, target);
}

static void add_model(const struct simulation_learner *learner, const struct bank *bank,
                      const struct evidence *evidence, enum weak_areas_model model, double target,
                      struct score *score)
{
    struct arena *arena = arena_create();
    const struct weak_areas_input input = {.bank = bank,
                                           .evidence = evidence,
                                           .model = model,
                                           .target = target,
                                           .now_us = simulation_now(),
                                           .limit = SIZE_MAX};
    struct weak_area *areas = NULL;
    size_t count = 0;

    weak_areas_estimate(&input, arena, &areas, &count);
    for (size_t i = 0; i < count; i++) {
        const double p = areas[i].probability_below_target;
        const struct verdict verdict = {p, areas[i].mean, areas[i].low, areas[i].high,
                                        p >= WEAK_FROM};
        for (size_t leaf = 0; leaf < SIMULATION_LEAVES; leaf++) {
            if (simulation_leaf(leaf) == areas[i].section) {
                add(score, &verdict, learner->truth[leaf], target);
            }
        }
    }
    arena_free(arena);
}

static void score_learner(struct simulation *simulation, size_t count, double target,
                          struct arena *arena, struct score scores[SCORE_METHOD_COUNT])
{
    const struct bank *bank = simulation_bank(simulation);
    const struct simulation_learner learner = simulation_learn(simulation, count, arena);
    struct evidence *evidence = arena_new_array(arena, bank->section_count, struct evidence);

    for (size_t leaf = 0; leaf < SIMULATION_LEAVES; leaf++) {
        for (size_t i = 0; i < count; i++) {
            const struct simulation_answer *answer = &learner.answers[leaf][i];
            const struct evidence_event event = {
                .item = answer->item, .credit = answer->credit, .at_us = answer->at_us};
            evidence_replay(bank, &event, 1, evidence);
        }
        add_rules_of_thumb(learner.answers[leaf], count, learner.truth[leaf], target, scores);
    }
    add_model(&learner, bank, evidence, WEAK_AREAS_BETA_1, target, &scores[SCORE_BETA_1]);
    add_model(&learner, bank, evidence, WEAK_AREAS_BETA_2, target, &scores[SCORE_BETA_2]);
}

void score_learners(struct simulation *simulation, size_t learners, size_t count, double target,
                    struct score scores[SCORE_METHOD_COUNT])
{
    for (size_t i = 0; i < learners; i++) {
        struct arena *arena = arena_create();
        score_learner(simulation, count, target, arena, scores);
        arena_free(arena);
    }
}

static const struct exam_blueprint_entry BLUEPRINT[] = {
    {.domain = {"d-0", 3}, .weight = 5},  {.domain = {"d-1", 3}, .weight = 5},
    {.domain = {"d-2", 3}, .weight = 10}, {.domain = {"d-3", 3}, .weight = 15},
    {.domain = {"d-4", 3}, .weight = 25}, {.domain = {"d-5", 3}, .weight = 40}};
static const struct exam_difficulty_band BANDS[] = {{1, 2, 20}, {3, 3, 50}, {4, 5, 30}};
const struct exam SCORE_EXAM = {.slug = {"blueprint", 9},
                                .size = SCORE_EXAM_SIZE,
                                .blueprint = BLUEPRINT,
                                .blueprint_count = sizeof BLUEPRINT / sizeof BLUEPRINT[0],
                                .difficulty = BANDS,
                                .difficulty_count = sizeof BANDS / sizeof BANDS[0]};

/* Every paper another one. */
static double examine(struct simulation *simulation, const struct exam *exam, size_t number,
                      struct arena *arena)
{
    if (exam == NULL) {
        return simulation_examine(simulation, SCORE_EXAM_SIZE);
    }
    const struct exam_paper paper = exam_paper_make(exam, simulation_bank(simulation),
                                                    arena_printf(arena, "%zu", number), arena);
    assert(paper.count == SCORE_EXAM_SIZE);
    return simulation_sit(simulation, paper.items, paper.count);
}

static void score_exam(struct simulation *simulation, const struct exam_case *wanted, double pass,
                       struct arena *arena, struct exam_score *score)
{
    const struct bank *bank = simulation_bank(simulation);
    const size_t count = wanted->count;
    const struct simulation_learner learner = simulation_learn(simulation, count, arena);
    struct evidence *evidence = arena_new_array(arena, bank->section_count, struct evidence);
    double *weights = arena_new_array(arena, bank->section_count, double);

    for (size_t leaf = 0; leaf < SIMULATION_LEAVES; leaf++) {
        weights[simulation_leaf(leaf)] = 1.0;
        for (size_t i = 0; i < count && leaf < wanted->leaves; i++) {
            const struct simulation_answer *answer = &learner.answers[leaf][i];
            const struct evidence_event event = {
                .item = answer->item, .credit = answer->credit, .at_us = answer->at_us};
            evidence_replay(bank, &event, 1, evidence);
        }
    }
    if (wanted->exam != NULL) {
        exam_weights_of(wanted->exam, bank, arena, weights);
    }
    const struct weak_areas_input input = {
        .bank = bank, .evidence = evidence, .target = pass, .now_us = simulation_now()};
    const struct outlook_draws draws = outlook_draw(&input, arena);
    const struct outlook outlook = outlook_of(&draws, weights, SCORE_EXAM_SIZE, pass, arena);
    const double actual = examine(simulation, wanted->exam, score->exams, arena);
    const double said = 1.0 - outlook.probability_below;
    const bool is_passed = actual >= pass;
    size_t bin = (size_t)(said * SCORE_BINS);

    bin = bin < SCORE_BINS ? bin : SCORE_BINS - 1;
    score->exams++;
    score->passed += is_passed ? 1 : 0;
    score->covered += outlook.low <= actual && actual <= outlook.high ? 1 : 0;
    score->distance += fabs(outlook.mean - actual);
    score->brier += (said - (is_passed ? 1.0 : 0.0)) * (said - (is_passed ? 1.0 : 0.0));
    score->bin_count[bin]++;
    score->bin_said[bin] += said;
    score->bin_true[bin] += is_passed ? 1 : 0;
}

void score_exams(struct simulation *simulation, size_t learners, const struct exam_case *wanted,
                 double pass, struct exam_score *score)
{
    for (size_t i = 0; i < learners; i++) {
        struct arena *arena = arena_create();
        score_exam(simulation, wanted, pass, arena, score);
        arena_free(arena);
    }
}
