/*
 * Learners who do not exist: an independent generative model to judge the estimators by. It shares
 * no code with them but the plain structs of a bank, and none of their assumptions: questions
 * discriminate differently (2PL), authors misjudge difficulty, distractors are better or worse than
 * chance, abilities differ by learner, chapter and section, and everything learnt is forgotten
 * again. Seeded: the same seed gives the same people.
 */
#ifndef TESTS_SUPPORT_SIMULATION_H
#define TESTS_SUPPORT_SIMULATION_H

#include "base/arena.h"
#include "domain/bank.h"

enum { SIMULATION_CHAPTERS = 6, SIMULATION_PARTS = 4, SIMULATION_QUESTIONS = 20 };
enum { SIMULATION_LEAVES = SIMULATION_CHAPTERS * SIMULATION_PARTS };

/* A kind of people and of questions; see SIMULATION_SCENARIOS. */
struct simulation_scenario {
    const char *name;
    double ability_mean; /* of learners, logits */
    double ability_deviation;
    double chapter_deviation;
    double section_deviation;
    double discrimination_deviation; /* of its logarithm */
    double author_error;             /* steps of the author's scale, standard deviation */
    double true_false_share;         /* of the questions */
    double loss;                     /* what is forgotten in the end, logits */
    double half_life_days;           /* of forgetting */
};
extern const struct simulation_scenario SIMULATION_SCENARIOS[];
extern const size_t SIMULATION_SCENARIO_COUNT;

struct simulation;
struct simulation_answer {
    const struct item *item;
    int64_t credit; /* thousandths */
    int64_t at_us;
};
/* One learner: `count` answers, in the order of their times, to each leaf section. */
struct simulation_learner {
    size_t count;
    struct simulation_answer *answers[SIMULATION_LEAVES];
    /* The expected share of the credits of the leaf's questions if all were asked now. */
    double truth[SIMULATION_LEAVES];
    double truth_all; /* of all questions of the bank */
};

struct simulation *simulation_make(const struct simulation_scenario *scenario, uint64_t seed,
                                   struct arena *arena);
/* Chapters with their parts below them; only these, the leaves, have questions. Those of chapter n
 * are of domain "d-n", and no two are alike. */
const struct bank *simulation_bank(const struct simulation *simulation);
size_t simulation_leaf(size_t leaf); /* its index in the bank's sections */
int64_t simulation_now(void);
struct simulation_learner simulation_learn(struct simulation *simulation, size_t count,
                                           struct arena *arena);
/* The credits (0…1, mean over `size` questions) of an exam of questions drawn from all of the bank,
 * taken now by the learner who was made last. */
double simulation_examine(struct simulation *simulation, size_t size);
/* The same of the questions of a paper (indexes into the bank's items). */
double simulation_sit(struct simulation *simulation, const size_t *items, size_t size);

#endif
