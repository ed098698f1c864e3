/* Answers for the tests of statistics, counted as the store counts them. */
#ifndef TESTS_UNIT_DOMAIN_TALLY_SAMPLE_H
#define TESTS_UNIT_DOMAIN_TALLY_SAMPLE_H

#include <math.h>

#include "base/compiler.h"
#include "domain/item_statistics.h"

enum { PEOPLE_MAX = 200, ITEMS_MAX = 8 };

/* Credits in thousandths, by learner and item; every learner has the same paper. */
struct answers {
    size_t people;
    size_t items;
    int64_t credits[PEOPLE_MAX][ITEMS_MAX];
};

static inline void assert_near(const double *actual, double expected)
{
    assert_non_null(actual);
    if (!(fabs(*actual - expected) <= 1e-5)) {
        fail_msg("%.17g is not near %.17g", *actual, expected);
    }
}

/* ---- counting, as the store does it ---- */

static inline void count_in(struct tally *tallies, size_t *count, struct tally one)
{
    size_t at = 0;
    while (at < *count && tallies[at].key < one.key) {
        at++;
    }
    if (at == *count || tallies[at].key != one.key) {
        for (size_t i = *count; i > at; i--) {
            tallies[i] = tallies[i - 1];
        }
        tallies[at] = (struct tally){.key = one.key};
        (*count)++;
    }
    tallies[at].answers += one.answers;
    tallies[at].paired += one.paired;
    tallies[at].rest += one.rest;
    tallies[at].total += one.total;
}

static inline int64_t share(int64_t sum, int64_t count)
{
    return count <= 0 ? 0 : (sum * 1000 * 2 + count) / (2 * count);
}

static inline int64_t sum_of(const struct answers *answers, size_t person)
{
    int64_t sum = 0;
    for (size_t i = 0; i < answers->items; i++) {
        sum += answers->credits[person][i];
    }
    return sum;
}

/* Of one item; learners in the order of `order` (NULL: as they are). Full credit picks b, else a
 * below 500 and c from there. */
static inline struct item_tallies count(const struct answers *answers, size_t item,
                                        const size_t *order, struct arena *arena)
{
    struct tally *lists[3];
    size_t counts[3] = {0, 0, 0};
    struct option_tally *options = arena_new_array(arena, 3, struct option_tally);
    const int64_t others = (int64_t)answers->items - 1;

    options[0].id = TEXT("a");
    options[1].id = TEXT("b");
    options[2].id = TEXT("c");
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        lists[i] = arena_new_array(arena, answers->people + 1, struct tally);
    }
    for (size_t i = 0; i < answers->people; i++) {
        const size_t person = order == NULL ? i : order[i];
        const int64_t credit = answers->credits[person][item];
        const int64_t sum = sum_of(answers, person);
        const int64_t rest = others == 0 ? 0 : share(sum - credit, others);
        const int64_t total = share(sum, others + 1);
        struct tally one = {credit, 1, others > 0 ? 1 : 0, rest, total};
        count_in(lists[0], &counts[0], one);
        one.key = total;
        count_in(lists[1], &counts[1], one);
        one.key = rest;
        if (others > 0) {
            count_in(lists[2], &counts[2], one);
        }
        const size_t picked = credit == 1000 ? 1 : (credit < 500 ? 0 : 2);
        options[picked].answers++;
        options[picked].total += total;
    }
    return (struct item_tallies){.credits = {lists[0], counts[0]},
                                 .totals = {lists[1], counts[1]},
                                 .rests = {lists[2], counts[2]},
                                 .options = options,
                                 .option_count = 3};
}

static inline struct exam_tallies count_exam(const struct answers *answers, struct arena *arena,
                                             struct exam_spread *spread)
{
    struct tally *scores = arena_new_array(arena, answers->people + 1, struct tally);
    struct exam_tallies exam = {.item_answers = (int64_t)(answers->people * answers->items)};
    size_t score_count = 0;

    for (size_t i = 0; i < answers->people; i++) {
        const struct tally one = {.key = share(sum_of(answers, i), (int64_t)answers->items),
                                  .answers = 1};
        count_in(scores, &score_count, one);
    }
    *spread = (struct exam_spread){.item_count = (double)answers->items};
    for (size_t i = 0; i < answers->items; i++) {
        const struct item_moments moments = item_moments(count(answers, i, NULL, arena).credits);
        exam.variance_total += (double)answers->people * moments.variance;
        spread->root_covariance += sqrt(fmax(0.0, moments.covariance));
    }
    exam.scores = (struct tallies){scores, score_count};
    return exam;
}

/* ---- a question with three options, b right ---- */

static const struct question_option OPTIONS[] = {
    {.id = {.data = "a", .len = 1}, .text = {.data = "A", .len = 1}},
    {.id = {.data = "b", .len = 1}, .text = {.data = "B", .len = 1}, .correct = true},
    {.id = {.data = "c", .len = 1}, .text = {.data = "C", .len = 1}},
};
static const struct question QUESTION = {.type = QUESTION_SINGLE_CHOICE,
                                         .stem = {.data = "Which?", .len = 6},
                                         .options = OPTIONS,
                                         .option_count = COUNT_OF(OPTIONS)};

#endif
