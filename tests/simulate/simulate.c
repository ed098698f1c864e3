/*
 * `make simulate`: how good the estimates of weak areas are, as Markdown on standard output.
 *
 *   simulate [LEARNERS [SEED]]
 */
#include <stdio.h>
#include <stdlib.h>

#include "support/simulation_score.h"

static const double TARGET = 0.72;
static const size_t COUNTS[] = {5, 10, 20, 40};
enum { COUNTS_COUNT = sizeof COUNTS / sizeof COUNTS[0], LEARNERS = 1000, SEED = 2026 };

struct options {
    size_t learners;
    uint64_t seed;
};

static void print_header(const char *title)
{
    printf("\n### %s\n\n| answers a section | method | told weak | precision | recall | Brier | "
           "mean error | in the 90 %% interval |\n| --- | --- | --- | --- | --- | --- | --- | --- "
           "|\n",
           title);
}

static void print_scores(size_t count, const struct score scores[SCORE_METHOD_COUNT])
{
    for (size_t i = 0; i < SCORE_METHOD_COUNT; i++) {
        const struct score *score = &scores[i];
        const double n = (double)score->sections;
        const bool has_interval = i != SCORE_RAW && i != SCORE_LAST_20;
        printf("| %zu | %s | %.3f | %.3f | %.3f | %.3f | %.3f |", count, SCORE_METHOD_NAMES[i],
               (double)score->told_weak / n, score_precision(score), score_recall(score),
               score->brier / n, score->distance / n);
        if (has_interval) {
            printf(" %.3f |\n", (double)score->covered / n);
        } else {
            printf(" – |\n");
        }
    }
}

static void print_reliability(const struct score scores[SCORE_METHOD_COUNT])
{
    printf("\n| P(below target) | beta-1: sections | said | true | beta-2: sections | said | true "
           "|\n| --- | --- | --- | --- | --- | --- | --- |\n");
    for (size_t bin = 0; bin < SCORE_BINS; bin++) {
        printf("| %.1f to %.1f |", (double)bin / SCORE_BINS, (double)(bin + 1) / SCORE_BINS);
        for (size_t i = SCORE_BETA_1; i <= SCORE_BETA_2; i++) {
            const double n = (double)scores[i].bin_count[bin];
            if (scores[i].bin_count[bin] == 0) {
                printf(" 0 | – | – |");
            } else {
                printf(" %zu | %.3f | %.3f |", scores[i].bin_count[bin],
                       scores[i].bin_said[bin] / n, (double)scores[i].bin_true[bin] / n);
            }
        }
        printf("\n");
    }
}

static void run(const struct simulation_scenario *scenario, size_t count,
                const struct options *options, struct score scores[SCORE_METHOD_COUNT])
{
    struct arena *arena = arena_create();
    struct simulation *simulation = simulation_make(scenario, options->seed, arena);

    score_learners(simulation, options->learners, count, TARGET, scores);
    arena_free(arena);
}

/* Everything about the scenario that is the rule. */
static void print_in_full(const struct simulation_scenario *scenario, const struct options *options)
{
    struct score scores[COUNTS_COUNT][SCORE_METHOD_COUNT] = {{{.sections = 0}}};

    print_header(scenario->name);
    for (size_t i = 0; i < COUNTS_COUNT; i++) {
        run(scenario, COUNTS[i], options, scores[i]);
        print_scores(COUNTS[i], scores[i]);
    }
    for (size_t i = 0; i < COUNTS_COUNT; i++) {
        printf("\nReliability at %zu answers a section:\n", COUNTS[i]);
        print_reliability(scores[i]);
    }
}

static void print_in_short(const struct simulation_scenario *scenario,
                           const struct options *options)
{
    for (size_t i = 0; i < COUNTS_COUNT; i++) {
        struct score scores[SCORE_METHOD_COUNT] = {{.sections = 0}};
        run(scenario, COUNTS[i], options, scores);
        printf("| %s | %zu |", scenario->name, COUNTS[i]);
        for (size_t k = SCORE_BETA_1; k <= SCORE_BETA_2; k++) {
            printf(" %.3f | %.3f | %.3f |", score_precision(&scores[k]), score_recall(&scores[k]),
                   scores[k].brier / (double)scores[k].sections);
        }
        printf(" %.3f | %.3f |\n", score_precision(&scores[SCORE_RAW]),
               score_precision(&scores[SCORE_WILSON]));
    }
}

static void print_reliability_of_exams(const struct exam_score *all)
{
    printf("\n| P(pass) | exams | said | true |\n| --- | --- | --- | --- |\n");
    for (size_t bin = 0; bin < SCORE_BINS; bin++) {
        const double n = (double)all->bin_count[bin];
        printf("| %.1f to %.1f | %zu | %.3f | %.3f |\n", (double)bin / SCORE_BINS,
               (double)(bin + 1) / SCORE_BINS, all->bin_count[bin], all->bin_said[bin] / n,
               (double)all->bin_true[bin] / n);
    }
}

/* Whether exams turn out as predicted, from few answers and from many. */
static void print_exams(const struct options *options, const struct exam *exam, const char *what)
{
    static const struct exam_case CASES[] = {{.count = 2, .leaves = 8},
                                             {.count = 5, .leaves = 8},
                                             {.count = 5, .leaves = 24},
                                             {.count = 10, .leaves = 24},
                                             {.count = 20, .leaves = 24}};
    struct exam_score all = {.exams = 0};

    printf("\n### Exams of %d questions%s\n\n| answers | passed | in the 90 %% interval | mean "
           "error | Brier |\n| --- | --- | --- | --- | --- |\n",
           SCORE_EXAM_SIZE, what);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct arena *arena = arena_create();
        struct simulation *simulation =
            simulation_make(&SIMULATION_SCENARIOS[0], options->seed, arena);
        struct exam_case wanted = CASES[i];
        struct exam_score score = {.exams = 0};
        wanted.exam = exam;
        score_exams(simulation, options->learners, &wanted, TARGET, &score);
        const double n = (double)score.exams;
        printf("| %zu to each of %zu sections | %.3f | %.3f | %.3f | %.3f |\n", wanted.count,
               wanted.leaves, (double)score.passed / n, (double)score.covered / n,
               score.distance / n, score.brier / n);
        for (size_t bin = 0; bin < SCORE_BINS; bin++) {
            all.bin_count[bin] += score.bin_count[bin];
            all.bin_said[bin] += score.bin_said[bin];
            all.bin_true[bin] += score.bin_true[bin];
        }
        arena_free(arena);
    }
    print_reliability_of_exams(&all);
}

int main(int argc, char **argv)
{
    const struct options options = {.learners = argc > 1 ? strtoul(argv[1], NULL, 10) : LEARNERS,
                                    .seed = argc > 2 ? strtoul(argv[2], NULL, 10) : SEED};

    printf("%zu learners a line, %d sections each, target %.2f, seed %llu.\n", options.learners,
           SIMULATION_LEAVES, TARGET, (unsigned long long)options.seed);
    print_in_full(&SIMULATION_SCENARIOS[0], &options);
    printf(
        "\n### Other people and other questions\n\n| scenario | answers a section | beta-1: "
        "precision | recall | Brier | beta-2: precision | recall | Brier | raw share: precision "
        "| Wilson: precision |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
    for (size_t s = 1; s < SIMULATION_SCENARIO_COUNT; s++) {
        print_in_short(&SIMULATION_SCENARIOS[s], &options);
    }
    print_exams(&options, NULL, "");
    print_exams(&options, &SCORE_EXAM, " by a blueprint");
    return 0;
}
