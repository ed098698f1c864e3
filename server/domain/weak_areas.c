/*
 * Model beta-1. For a section s with the sums W = Σw and C = Σw·f over all answers in its subtree:
 *
 *     posterior(s) = Beta(κ·m + C, κ·(1 - m) + W - C),   κ = 4,   mean(s) = (κ·m + C) / (κ + W)
 *
 * where m is the mean of the posterior of the section above. The sections of depth 1 stand below
 * the bank itself: a root whose evidence is everything and whose own m is 0.5. So a section nobody
 * has answered is believed to be like what surrounds it, and four answers' worth of its own weigh
 * as much as that belief. Sections are in preorder: a parent is known before its children.
 */
#include "domain/weak_areas.h"

#include <math.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "domain/beta.h"

static const double PRIOR_STRENGTH = 4.0; /* κ, in answers */
static const double ROOT_PRIOR_MEAN = 0.5;
static const double INTERVAL_LOW = 0.05;
static const double INTERVAL_HIGH = 0.95;
static const double WEAK_FROM = 0.8;
static const double STRONG_TO = 0.2;

enum { WHY_BYTES_MAX = 128 }; /* three numbers and the words between them */

static const char *const LABEL_NAMES[WEAK_AREA_LABEL_COUNT] = {
    [WEAK_AREA_WEAK] = "weak",
    [WEAK_AREA_UNSURE] = "unsure",
    [WEAK_AREA_STRONG] = "strong",
    [WEAK_AREA_NO_EVIDENCE] = "no_evidence",
};
const struct enumeration WEAK_AREA_LABELS = {.names = LABEL_NAMES, .count = WEAK_AREA_LABEL_COUNT};

static double half_lives_since_epoch(int64_t time_us)
{
    return (double)(time_us - EVIDENCE_EPOCH_US) / (double)EVIDENCE_HALF_LIFE_US;
}

double evidence_weight(int64_t answered_at_us)
{
    return exp2(half_lives_since_epoch(answered_at_us));
}

static double posterior_mean(double prior_mean, double weight, double credit)
{
    return (PRIOR_STRENGTH * prior_mean + credit) / (PRIOR_STRENGTH + weight);
}

static struct beta prior_of(double mean)
{
    return beta_make(PRIOR_STRENGTH * mean, PRIOR_STRENGTH * (1.0 - mean));
}

/* P(below target) and the label; the interval, which costs more, is left for what is shown. */
static struct beta judge(double prior_mean, double weight, double credit, double target,
                         struct weak_area *area)
{
    const struct beta posterior =
        beta_make(PRIOR_STRENGTH * prior_mean + credit,
                  PRIOR_STRENGTH * (1.0 - prior_mean) + (weight - credit));

    area->mean = posterior_mean(prior_mean, weight, credit);
    area->probability_below_target = beta_cdf(&posterior, target);
    area->label = WEAK_AREA_UNSURE;
    if (area->probability_below_target >= WEAK_FROM) {
        area->label = WEAK_AREA_WEAK;
    } else if (area->probability_below_target <= STRONG_TO) {
        area->label = WEAK_AREA_STRONG;
    }
    return posterior;
}

static void add_interval(const struct beta *posterior, struct weak_area *area)
{
    area->low = beta_quantile(posterior, INTERVAL_LOW);
    area->high = beta_quantile(posterior, INTERVAL_HIGH);
}

void weak_areas_posterior(double prior_mean, double weight, double credit, double target,
                          struct weak_area *area)
{
    const struct beta posterior = judge(prior_mean, weight, credit, target, area);
    add_interval(&posterior, area);
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static void add_evidence(struct evidence *to, const struct evidence *more)
{
    to->weight += more->weight;
    to->credit += more->credit;
    to->answers += more->answers;
    to->correct += more->correct;
    to->last_answered_at = later(to->last_answered_at, more->last_answered_at);
    to->last_wrong_at = later(to->last_wrong_at, more->last_wrong_at);
}

/* Sums of the subtrees with the weights of now, by section index; the last entry is the bank's. */
static struct evidence *sum_subtrees(const struct bank *bank, const struct evidence *own,
                                     int64_t now_us, struct arena *arena)
{
    struct evidence *sums = arena_new_array(arena, bank->section_count + 1, struct evidence);
    const double fading = exp2(-half_lives_since_epoch(now_us));
    for (size_t i = bank->section_count; i > 0; i--) {
        struct evidence faded = own[i - 1];
        faded.weight *= fading;
        /* Sums made in different orders may differ in their last bits; credit never exceeds weight.
         */
        faded.credit = fmin(faded.credit * fading, faded.weight);
        add_evidence(&sums[i - 1], &faded);
        const int64_t parent = bank->sections[i - 1].parent;
        add_evidence(&sums[parent == BANK_NO_SECTION ? bank->section_count : (size_t)parent],
                     &sums[i - 1]);
    }
    return sums;
}

/* Elapsed days of 24 hours: whose midnight would count, nobody here knows. */
static void append_age(struct buffer *words, int64_t since_us, int64_t now_us)
{
    const int64_t days = since_us >= now_us ? 0 : (now_us - since_us) / CLOCK_US_PER_DAY;
    if (days == 0) {
        buffer_append(words, TEXT("today"));
    } else if (days == 1) {
        buffer_append(words, TEXT("yesterday"));
    } else {
        buffer_append_i64(words, days);
        buffer_append(words, TEXT(" days ago"));
    }
}

static struct text describe(const struct evidence *evidence, int64_t now_us, struct arena *arena)
{
    struct buffer words;
    if (evidence->answers == 0) {
        return TEXT("no answers yet");
    }
    buffer_init(&words, arena, WHY_BYTES_MAX);
    buffer_append_i64(&words, evidence->correct);
    buffer_append(&words, TEXT(" of "));
    buffer_append_i64(&words, evidence->answers);
    buffer_append(&words, TEXT(" right"));
    if (evidence->last_wrong_at != 0) {
        buffer_append(&words, TEXT("; last wrong "));
        append_age(&words, evidence->last_wrong_at, now_us);
    }
    return (struct text){.data = words.data, .len = words.len};
}

static int compare_areas(const void *left, const void *right)
{
    const struct weak_area *a = left;
    const struct weak_area *b = right;
    if (a->expected_gain > b->expected_gain || a->expected_gain < b->expected_gain) {
        return a->expected_gain > b->expected_gain ? -1 : 1;
    }
    if (a->mean > b->mean || a->mean < b->mean) {
        return a->mean < b->mean ? -1 : 1;
    }
    return (a->section > b->section) - (a->section < b->section);
}

/* What is known of a section on the way; the entry behind the last section is the bank's. */
struct node {
    double mean;   /* of its posterior: the prior mean of what stands below */
    size_t source; /* the nearest section at or above it that has evidence, or the bank */
    struct beta posterior;
    struct weak_area inherited; /* of sections below that have no evidence of their own */
    bool has_inherited;
    bool has_interval; /* of `inherited` */
};

struct estimate {
    const struct weak_areas_input *input;
    const struct evidence *sums; /* by section; the last entry is the bank's */
    struct node *nodes;          /* the same */
};

static size_t parent_of(const struct bank *bank, size_t section)
{
    const int64_t parent = bank->sections[section].parent;
    return parent == BANK_NO_SECTION ? bank->section_count : (size_t)parent;
}

/* Means and sources from the bank downwards: a parent stands before its children. */
static void descend(struct estimate *estimate)
{
    const struct bank *bank = estimate->input->bank;
    const size_t root = bank->section_count;

    estimate->nodes[root].mean =
        posterior_mean(ROOT_PRIOR_MEAN, estimate->sums[root].weight, estimate->sums[root].credit);
    estimate->nodes[root].source = root;
    for (size_t i = 0; i < bank->section_count; i++) {
        const struct node *parent = &estimate->nodes[parent_of(bank, i)];
        const struct evidence *sum = &estimate->sums[i];
        estimate->nodes[i].mean = posterior_mean(parent->mean, sum->weight, sum->credit);
        estimate->nodes[i].source = sum->answers > 0 ? i : parent->source;
    }
}

/* A section without evidence believes what stands above it, and so do all like it: their posterior
 * is made once. */
static void inherit(struct estimate *estimate, size_t section, struct weak_area *area)
{
    struct node *source = &estimate->nodes[estimate->nodes[section].source];

    if (!source->has_inherited) {
        (void)judge(source->mean, 0.0, 0.0, estimate->input->target, &source->inherited);
        source->inherited.label = WEAK_AREA_NO_EVIDENCE;
        source->has_inherited = true;
    }
    *area = source->inherited;
}

static void fill_area(struct estimate *estimate, size_t section, struct weak_area *area)
{
    const struct bank *bank = estimate->input->bank;
    const struct evidence *sum = &estimate->sums[section];
    const double share =
        (double)bank->sections[section].subtree_question_count / (double)bank->item_count;

    if (sum->answers > 0) {
        estimate->nodes[section].posterior =
            judge(estimate->nodes[parent_of(bank, section)].mean, sum->weight, sum->credit,
                  estimate->input->target, area);
    } else {
        inherit(estimate, section, area);
    }
    area->section = section;
    area->evidence = *sum;
    area->expected_gain =
        share * area->probability_below_target * fmax(0.0, estimate->input->target - area->mean);
}

/* What costs most is made for those that are shown. */
static void finish_area(struct estimate *estimate, struct weak_area *area, struct arena *arena)
{
    struct node *node = &estimate->nodes[area->section];
    struct node *source = &estimate->nodes[node->source];

    area->why = describe(&area->evidence, estimate->input->now_us, arena);
    if (area->evidence.answers > 0) {
        add_interval(&node->posterior, area);
        return;
    }
    if (!source->has_interval) {
        const struct beta posterior = prior_of(source->mean);
        add_interval(&posterior, &source->inherited);
        source->has_interval = true;
    }
    area->low = source->inherited.low;
    area->high = source->inherited.high;
}

void weak_areas_estimate(const struct weak_areas_input *input, struct arena *arena,
                         struct weak_area **areas, size_t *count)
{
    const struct bank *bank = input->bank;
    struct estimate estimate = {
        .input = input,
        .sums = sum_subtrees(bank, input->evidence, input->now_us, arena),
        .nodes = arena_new_array(arena, bank->section_count + 1, struct node),
    };

    descend(&estimate);
    *areas = arena_new_array(arena, bank->section_count, struct weak_area);
    *count = 0;
    for (size_t i = 0; i < bank->section_count; i++) {
        if (bank->sections[i].own_question_count > 0) {
            fill_area(&estimate, i, &(*areas)[*count]);
            (*count)++;
        }
    }
    if (*count > 0) {
        qsort(*areas, *count, sizeof **areas, compare_areas);
    }
    *count = *count < input->limit ? *count : input->limit;
    for (size_t i = 0; i < *count; i++) {
        finish_area(&estimate, &(*areas)[i], arena);
    }
}
