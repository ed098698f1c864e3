/*
 * Model beta-2. What is estimated of a section s is the share k(s) of its matter that is known,
 * with a Beta prior and the exact likelihood of every answer given its chance and difficulty
 * (domain/knowledge.h). What is told is the share of the section's questions that will be answered
 * right, S(k): the mean of their response curves. So the target means the same as in beta-1.
 *
 * The prior of a section comes from what stands above it, with the section's own evidence taken out
 * (sums can be subtracted), so that no answer counts twice: from the bank downwards,
 *
 *     prior(a) = Beta with mean m and variance v + m (1 - m) / (κ + 1),
 *
 * where m and v are mean and variance of the posterior of the section above a, made from the
 * answers in its subtree that are not in that of s. κ says how alike sections are that stand
 * together.
 */
#include <math.h>

#include "domain/weak_areas_model.h"

static const double LIKENESS = 5.0; /* κ, in answers */
static const struct knowledge_belief ROOT_PRIOR = {.mean = 0.5, .variance = 0.05}; /* Beta(2, 2) */

static const double SETTLED_DEVIATIONS = 0.8416212335729143;

enum { DEPTH_MAX = 16, ANSWERS_NEEDED_MAX = 50 };
/* What subtracting equal sums may leave. */
static const double SUBTRACTION_ERROR = 1e-9;

/* What is known of a section; the entry behind the last section is the bank's. */
struct node {
    size_t source; /* the nearest section at or above it that has evidence, or the bank */
    struct knowledge_belief prior; /* of a source, like the rest */
    struct knowledge_belief belief;
    double *mass;  /* the posterior */
    double *below; /* what is believed of sections below that have no evidence; NULL: not asked
                      for yet */
};

static struct knowledge_belief prior_below(struct knowledge_belief above)
{
    return (struct knowledge_belief){.mean = above.mean,
                                     .variance = above.variance + above.mean * (1.0 - above.mean) /
                                                                      (LIKENESS + 1.0)};
}

/* The likelihood of what is in one subtree and not in the other. False where that is nothing. */
static bool subtract(const struct evidence *from, const struct evidence *less,
                     double rest[KNOWLEDGE_POINTS])
{
    for (size_t i = 0; i < KNOWLEDGE_POINTS; i++) {
        rest[i] = from->likelihood[i] - less->likelihood[i];
    }
    return rest[0] < SUBTRACTION_ERROR * from->likelihood[0];
}

/* The prior of a section: the beliefs about all that stands above it, from the bank downwards. */
static struct knowledge_belief prior_of(const struct estimate *estimate, size_t section)
{
    const size_t root = estimate->input->bank->section_count;
    struct knowledge_belief belief = ROOT_PRIOR;
    size_t chain[DEPTH_MAX];
    size_t depth = 0;

    for (size_t above = estimate_parent(estimate, section); depth < DEPTH_MAX - 1 && above != root;
         above = estimate_parent(estimate, above)) {
        chain[depth++] = above;
    }
    chain[depth++] = root;
    for (; depth > 0; depth--) {
        double rest[KNOWLEDGE_POINTS];
        if (subtract(&estimate->sums[chain[depth - 1]], &estimate->sums[section], rest)) {
            belief = knowledge_glance(belief, rest);
        }
        belief = prior_below(belief);
    }
    return belief;
}

/* Makes a source of the section (or the bank): its posterior, and what follows for those below. */
static void learn(const struct estimate *estimate, size_t section, struct knowledge_belief prior,
                  struct arena *arena, struct node *node)
{
    const struct knowledge_grid *grid = estimate->input->bank->grid;

    node->source = section;
    node->prior = prior;
    node->mass = arena_new_array(arena, KNOWLEDGE_CELLS, double);
    knowledge_posterior(grid, prior, estimate->sums[section].likelihood, node->mass);
    node->belief = knowledge_belief_of(grid, node->mass);
}

static void begin(struct estimate *estimate, struct arena *arena)
{
    const size_t root = estimate->input->bank->section_count;
    struct node *nodes = arena_new_array(arena, root + 1, struct node);

    learn(estimate, root, ROOT_PRIOR, arena, &nodes[root]);
    for (size_t i = 0; i < root; i++) {
        if (evidence_is_known(&estimate->sums[i])) {
            learn(estimate, i, prior_of(estimate, i), arena, &nodes[i]);
        } else {
            struct node *source = &nodes[nodes[estimate_parent(estimate, i)].source];
            nodes[i].source = source->source;
            if (source->below == NULL) {
                source->below = arena_new_array(arena, KNOWLEDGE_CELLS, double);
                knowledge_posterior(estimate->input->bank->grid, prior_below(source->belief), NULL,
                                    source->below);
            }
        }
    }
    estimate->state = nodes;
}

/* The posterior of a section: its own, or that of whatever has no evidence below the same source.
 */
static const double *mass_of(const struct estimate *estimate, size_t section)
{
    const struct node *nodes = estimate->state;
    const size_t source = nodes[section].source;
    return source == section ? nodes[source].mass : nodes[source].below;
}

struct estimate *weak_areas_beta2_begin(const struct weak_areas_input *input, struct arena *arena)
{
    struct estimate *estimate = arena_new(arena, struct estimate);

    estimate->input = input;
    estimate->sums = weak_areas_sum_subtrees(input->bank, input->evidence, input->now_us, arena);
    begin(estimate, arena);
    return estimate;
}

/*
 * By linear Gaussian reasoning on k: with the bank's level known, a section's prior has the
 * variance B = m (1 - m) / (κ + 1), with it unknown V; the answers' information is what makes V the
 * variance of the posterior. A step of the bank's level then moves the section by g = 1 / (1 + B ·
 * information).
 */
const double *weak_areas_beta2_look(const struct estimate *estimate, size_t section, double *shared)
{
    const struct node *nodes = estimate->state;
    const struct node *source = &nodes[nodes[section].source];
    const double bank_variance = nodes[estimate->input->bank->section_count].belief.variance;
    const bool is_own = nodes[section].source == section;
    const struct knowledge_belief prior = is_own ? source->prior : prior_below(source->belief);
    const double variance = is_own ? source->belief.variance : prior.variance;
    const double between = prior.mean * (1.0 - prior.mean) / (LIKENESS + 1.0);
    const double information = fmax(0.0, 1.0 / variance - 1.0 / prior.variance);

    *shared = fmin(1.0, sqrt(bank_variance / variance) / (1.0 + between * information));
    return mass_of(estimate, section);
}

/*
 * With n further answers that are right as often as now expected (m), the mean stays and the
 * variance v becomes 1 / (1/v + n / (m (1 - m))). In the normal approximation the label is settled
 * when the target is 0.8416 deviations away, where Φ is 0.8.
 */
static int64_t answers_needed(const struct estimate *estimate, const struct weak_area *area)
{
    const double *mass = mass_of(estimate, area->section);
    const double *shares = estimate->input->bank->sections[area->section].shares;
    const double away = fabs(estimate->input->target - area->mean) / SETTLED_DEVIATIONS;
    double variance = 0.0;

    if (area->label == WEAK_AREA_WEAK || area->label == WEAK_AREA_STRONG) {
        return 0;
    }
    for (size_t i = 0; i < KNOWLEDGE_CELLS; i++) {
        variance += mass[i] * (shares[i] - area->mean) * (shares[i] - area->mean);
    }
    const double needed =
        ceil(area->mean * (1.0 - area->mean) * (1.0 / (away * away) - 1.0 / variance));
    return needed > ANSWERS_NEEDED_MAX ? -1 : (int64_t)fmax(needed, 1.0);
}

static void judge(struct estimate *estimate, struct weak_area *area)
{
    const double *mass = mass_of(estimate, area->section);
    const double *shares = estimate->input->bank->sections[area->section].shares;

    area->mean = knowledge_mean(mass, shares);
    area->probability_below_target = knowledge_below(mass, shares, estimate->input->target);
    area->label = evidence_is_known(&estimate->sums[area->section])
                      ? weak_areas_label(area->probability_below_target)
                      : WEAK_AREA_NO_EVIDENCE;
}

static void finish(struct estimate *estimate, struct weak_area *area)
{
    const double *mass = mass_of(estimate, area->section);
    const double *shares = estimate->input->bank->sections[area->section].shares;

    area->answers_needed = answers_needed(estimate, area);
    area->low = knowledge_quantile(mass, shares, WEAK_AREAS_INTERVAL_LOW);
    area->high = knowledge_quantile(mass, shares, WEAK_AREAS_INTERVAL_HIGH);
}

const struct weak_areas_method WEAK_AREAS_METHOD_BETA_2 = {begin, judge, finish};
