/*
 * Candidates in order of precedence, the first ones taken. A permutation drawn from the seed
 * decides among equals, and is the order of the paper, so that a place on the paper tells nothing
 * of why a question is there.
 */
#include "domain/looking_back.h"

#include <stdlib.h>

/* A stream of the seed of its own; see exam_paper.c. */
enum { STREAM_RANKS = (1 << 20) + 2 };

/* Where nothing is to be gained any more the lower mean goes first. */
static const double GAIN_OF_LOW_MEAN = 1e-6;

struct candidate {
    size_t item;
    size_t section;
    unsigned tier;
    int64_t time;
    uint32_t rank; /* drawn */
};

struct candidates {
    struct candidate *items;
    size_t count;
};

static int compare_precedence(const void *left, const void *right)
{
    const struct candidate *a = left;
    const struct candidate *b = right;
    if (a->tier != b->tier) {
        return a->tier < b->tier ? -1 : 1;
    }
    if (a->time != b->time) {
        return a->time < b->time ? -1 : 1;
    }
    return (a->rank > b->rank) - (a->rank < b->rank);
}

static int compare_ranks(const void *left, const void *right)
{
    const struct candidate *a = left;
    const struct candidate *b = right;
    return (a->rank > b->rank) - (a->rank < b->rank);
}

static struct candidates list(const struct looking_back *input)
{
    struct candidates candidates = {.count = 0};
    const size_t *items =
        selection_candidates(input->bank, input->wish, input->arena, &candidates.count);
    struct prng prng = prng_seed(input->wish->seed, STREAM_RANKS);
    uint32_t *ranks = arena_new_array(input->arena, candidates.count, uint32_t);
    selection_permutation(&prng, ranks, candidates.count);
    candidates.items = arena_new_array(input->arena, candidates.count, struct candidate);
    for (size_t i = 0; i < candidates.count; i++) {
        candidates.items[i] = (struct candidate){.item = items[i],
                                                 .section = input->bank->items[items[i]].section,
                                                 .time = input->history[items[i]].asked_at,
                                                 .rank = ranks[i]};
    }
    return candidates;
}

static void sort(struct candidates candidates, int (*compare)(const void *, const void *))
{
    if (candidates.count > 0) {
        qsort(candidates.items, candidates.count, sizeof *candidates.items, compare);
    }
}

/* The first ones, in the order of the paper. */
static size_t take(const struct looking_back *input, struct candidates candidates, size_t **chosen)
{
    const size_t size = input->wish->size;
    candidates.count = candidates.count < size ? candidates.count : size;
    sort(candidates, compare_ranks);
    *chosen = arena_new_array(input->arena, candidates.count, size_t);
    for (size_t i = 0; i < candidates.count; i++) {
        (*chosen)[i] = candidates.items[i].item;
    }
    return candidates.count;
}

size_t looking_back_choose_unseen(const struct looking_back *input, size_t **chosen)
{
    const struct candidates candidates = list(input);
    sort(candidates, compare_precedence); /* never asked: time 0 */
    return take(input, candidates, chosen);
}

enum { TIER_DUE, TIER_WRONG, TIER_REST };

/* By item: its place among those that are due, from 1; 0: it is not. */
static int64_t *places_of(const struct looking_back *input, const struct reviews_due *due)
{
    int64_t *places = arena_new_array(input->arena, input->bank->item_count, int64_t);
    for (size_t i = 0; i < due->count; i++) {
        places[due->items[i].item] = (int64_t)i + 1;
    }
    return places;
}

size_t looking_back_choose_review(const struct looking_back *input, const struct reviews_due *due,
                                  size_t **chosen)
{
    struct candidates candidates = list(input);
    const int64_t *places = places_of(input, due);
    size_t kept = 0;
    for (size_t i = 0; i < candidates.count; i++) {
        struct candidate candidate = candidates.items[i];
        const struct item_history *history = &input->history[candidate.item];
        const bool is_due = places[candidate.item] != 0;
        if (is_due || history->answered_at != 0) {
            candidate.tier = history->credit < CREDIT_FULL ? TIER_WRONG : TIER_REST;
            candidate.tier = is_due ? TIER_DUE : candidate.tier;
            candidate.time = is_due ? places[candidate.item] : history->answered_at;
            candidates.items[kept++] = candidate;
        }
    }
    candidates.count = kept;
    sort(candidates, compare_precedence);
    return take(input, candidates, chosen);
}

enum { NO_CANDIDATE = -1 };

/* The candidates of one tier, in lists by section; each list in order of precedence. */
struct queues {
    int64_t *first; /* by section; NO_CANDIDATE: none left */
    int64_t *next;  /* by candidate */
    double *gains;  /* by section */
    size_t *taken;  /* by section: already on the paper */
    size_t section_count;
};

static struct queues create_queues(const struct looking_back *input, size_t candidate_count,
                                   const struct weak_area *areas, size_t area_count)
{
    const size_t sections = input->bank->section_count;
    const struct queues queues = {.first = arena_new_array(input->arena, sections, int64_t),
                                  .next = arena_new_array(input->arena, candidate_count, int64_t),
                                  .gains = arena_new_array(input->arena, sections, double),
                                  .taken = arena_new_array(input->arena, sections, size_t),
                                  .section_count = sections};
    for (size_t i = 0; i < area_count; i++) {
        queues.gains[areas[i].section] =
            areas[i].expected_gain + GAIN_OF_LOW_MEAN * (1.0 - areas[i].mean);
    }
    return queues;
}

/* Of the candidates from `from` to `to`. */
static void fill_queues(struct queues *queues, struct candidates candidates, size_t from, size_t to)
{
    for (size_t i = 0; i < queues->section_count; i++) {
        queues->first[i] = NO_CANDIDATE;
    }
    for (size_t i = to; i > from; i--) {
        const size_t section = candidates.items[i - 1].section;
        queues->next[i - 1] = queues->first[section];
        queues->first[section] = (int64_t)i - 1;
    }
}

static double gain_of(const struct queues *queues, size_t section)
{
    return queues->gains[section] / (double)(queues->taken[section] + 1);
}

/* Takes the first candidate of the section with most to gain; of equal ones the first of all. There
 * must be one. */
static int64_t take_best(struct queues *queues)
{
    size_t best = queues->section_count;
    for (size_t i = 0; i < queues->section_count; i++) {
        if (queues->first[i] == NO_CANDIDATE) {
            continue;
        }
        const double more =
            best == queues->section_count ? 1.0 : gain_of(queues, i) - gain_of(queues, best);
        if (more > 0.0 || (more >= 0.0 && queues->first[i] < queues->first[best])) {
            best = i;
        }
    }
    const int64_t taken = queues->first[best];
    queues->first[best] = queues->next[taken];
    queues->taken[best]++;
    return taken;
}

size_t looking_back_choose_weak(const struct looking_back *input, const struct weak_area *areas,
                                size_t area_count, size_t **chosen)
{
    const struct candidates candidates = list(input);
    struct queues queues = create_queues(input, candidates.count, areas, area_count);
    struct candidates best = {
        .items = arena_new_array(input->arena, input->wish->size, struct candidate)};
    size_t old_count = 0;
    for (size_t i = 0; i < candidates.count; i++) {
        const bool is_recent = input->history[candidates.items[i].item].is_recent;
        candidates.items[i].tier = is_recent ? 1 : 0;
        old_count += is_recent ? 0 : 1;
    }
    sort(candidates, compare_precedence);
    const size_t bounds[] = {0, old_count, candidates.count};
    for (size_t tier = 0; tier + 1 < COUNT_OF(bounds); tier++) {
        fill_queues(&queues, candidates, bounds[tier], bounds[tier + 1]);
        for (size_t i = bounds[tier]; i < bounds[tier + 1] && best.count < input->wish->size; i++) {
            best.items[best.count++] = candidates.items[take_best(&queues)];
        }
    }
    return take(input, best, chosen);
}
