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
#include "domain/beta.h"
#include "domain/weak_areas_model.h"

static const double PRIOR_STRENGTH = 4.0; /* κ, in answers */
static const double ROOT_PRIOR_MEAN = 0.5;

/* What is known of a section on the way; the entry behind the last section is the bank's. */
struct node {
    double mean;   /* of its posterior: the prior mean of what stands below */
    size_t source; /* the nearest section at or above it that has evidence, or the bank */
    struct beta posterior;
    struct weak_area inherited; /* of sections below that have no evidence of their own */
    bool has_inherited;
    bool has_interval; /* of `inherited` */
};

static double posterior_mean(double prior_mean, double weight, double credit)
{
    return (PRIOR_STRENGTH * prior_mean + credit) / (PRIOR_STRENGTH + weight);
}

static struct beta prior_of(double mean)
{
    return beta_make(PRIOR_STRENGTH * mean, PRIOR_STRENGTH * (1.0 - mean));
}

/* P(below target) and the label; the interval, which costs more, is left for what is shown. */
static struct beta judge_sums(double prior_mean, double weight, double credit, double target,
                              struct weak_area *area)
{
    const struct beta posterior =
        beta_make(PRIOR_STRENGTH * prior_mean + credit,
                  PRIOR_STRENGTH * (1.0 - prior_mean) + (weight - credit));

    area->mean = posterior_mean(prior_mean, weight, credit);
    area->probability_below_target = beta_cdf(&posterior, target);
    area->label = weak_areas_label(area->probability_below_target);
    return posterior;
}

static void add_interval(const struct beta *posterior, struct weak_area *area)
{
    area->low = beta_quantile(posterior, WEAK_AREAS_INTERVAL_LOW);
    area->high = beta_quantile(posterior, WEAK_AREAS_INTERVAL_HIGH);
}

void weak_areas_posterior(double prior_mean, double weight, double credit, double target,
                          struct weak_area *area)
{
    const struct beta posterior = judge_sums(prior_mean, weight, credit, target, area);
    add_interval(&posterior, area);
}

/* Means and sources from the bank downwards: a parent stands before its children. */
static void begin(struct estimate *estimate, struct arena *arena)
{
    const size_t root = estimate->input->bank->section_count;
    struct node *nodes = arena_new_array(arena, root + 1, struct node);

    nodes[root].mean =
        posterior_mean(ROOT_PRIOR_MEAN, estimate->sums[root].weight, estimate->sums[root].credit);
    nodes[root].source = root;
    for (size_t i = 0; i < root; i++) {
        const struct node *parent = &nodes[estimate_parent(estimate, i)];
        const struct evidence *sum = &estimate->sums[i];
        nodes[i].mean = posterior_mean(parent->mean, sum->weight, sum->credit);
        nodes[i].source = sum->answers > 0 ? i : parent->source;
    }
    estimate->state = nodes;
}

/* A section without evidence believes what stands above it, and so do all like it: their posterior
 * is made once. */
static void inherit(const struct estimate *estimate, struct weak_area *area)
{
    struct node *nodes = estimate->state;
    struct node *source = &nodes[nodes[area->section].source];
    const size_t section = area->section;

    if (!source->has_inherited) {
        (void)judge_sums(source->mean, 0.0, 0.0, estimate->input->target, &source->inherited);
        source->inherited.label = WEAK_AREA_NO_EVIDENCE;
        source->has_inherited = true;
    }
    *area = source->inherited;
    area->section = section;
}

static void judge(struct estimate *estimate, struct weak_area *area)
{
    struct node *nodes = estimate->state;
    const struct evidence *sum = &estimate->sums[area->section];

    if (sum->answers == 0) {
        inherit(estimate, area);
        return;
    }
    nodes[area->section].posterior =
        judge_sums(nodes[estimate_parent(estimate, area->section)].mean, sum->weight, sum->credit,
                   estimate->input->target, area);
}

/* What costs most is made for those that are shown. */
static void finish(struct estimate *estimate, struct weak_area *area)
{
    struct node *nodes = estimate->state;
    struct node *node = &nodes[area->section];
    struct node *source = &nodes[node->source];

    area->answers_needed = -1;
    if (estimate->sums[area->section].answers > 0) {
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

const struct weak_areas_method WEAK_AREAS_METHOD_BETA_1 = {begin, judge, finish};
