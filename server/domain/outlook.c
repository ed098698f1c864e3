/*
 * Each draw has one normal number z for the bank and one e for each section; a section stands at
 * the quantile Φ(r z + sqrt(1 - r²) e) of its posterior (a Gaussian copula with one factor), where
 * r is the part of its deviation that comes from the bank's (weak_areas_model.h). The number of
 * right answers of an exam is then binomial.
 */
#include "domain/outlook.h"

#include <math.h>
#include <stdlib.h>

#include "domain/selection.h"
#include "domain/weak_areas_model.h"

enum { LEVELS = 64 }; /* of a section's quantiles */
static const double TWO_TO_53 = 9007199254740992.0;

static double uniform(struct prng *prng)
{
    return ((double)(prng_next(prng) >> 11U) + 0.5) / TWO_TO_53;
}

/* The polar method (G. Marsaglia, 1964); half of each pair is thrown away. */
static double normal(struct prng *prng)
{
    double u = 0.0;
    double r = 0.0;
    do {
        u = 2.0 * uniform(prng) - 1.0;
        const double v = 2.0 * uniform(prng) - 1.0;
        r = u * u + v * v;
    } while (r >= 1.0 || r <= 0.0);
    return u * sqrt(-2.0 * log(r) / r);
}

/* One section, ready to be drawn. */
struct source {
    bool is_asked;
    double shared;
    double quantiles[LEVELS + 1]; /* of its share at 0, 1/LEVELS … 1 */
};

static double quantile(const struct source *source, double p)
{
    const double place = p * LEVELS;
    size_t left = (size_t)place;
    left = left < LEVELS ? left : LEVELS - 1;
    const double v = place - (double)left;
    return (1.0 - v) * source->quantiles[left] + v * source->quantiles[left + 1];
}

static void prepare(const struct estimate *estimate, size_t section, struct source *source)
{
    const double *shares = estimate->input->bank->sections[section].shares;
    const double *mass = NULL;

    source->is_asked = shares != NULL;
    if (!source->is_asked) {
        return;
    }
    mass = weak_areas_beta2_look(estimate, section, &source->shared);
    for (size_t i = 0; i <= LEVELS; i++) {
        source->quantiles[i] = knowledge_quantile(mass, shares, (double)i / LEVELS);
    }
}

struct outlook_draws outlook_draw(const struct weak_areas_input *input, struct arena *arena)
{
    const size_t count = input->bank->section_count;
    struct estimate *estimate = weak_areas_beta2_begin(input, arena);
    struct source *sources = arena_new_array(arena, count, struct source);
    double *shares = arena_new_array(arena, OUTLOOK_DRAWS * count, double);
    struct prng prng = prng_seed(TEXT("outlook"), 0);

    for (size_t s = 0; s < count; s++) {
        prepare(estimate, s, &sources[s]);
    }
    for (size_t i = 0; i < OUTLOOK_DRAWS; i++) {
        const double z = normal(&prng);
        for (size_t s = 0; s < count; s++) {
            const double r = sources[s].shared;
            const double x = r * z + sqrt(1.0 - r * r) * normal(&prng);
            shares[i * count + s] =
                sources[s].is_asked ? quantile(&sources[s], erfc(-x / sqrt(2.0)) / 2.0) : 0.0;
        }
    }
    return (struct outlook_draws){.section_count = count, .shares = shares};
}

static int compare_doubles(const void *left, const void *right)
{
    const double a = *(const double *)left;
    const double b = *(const double *)right;
    return (a > b) - (a < b);
}

static double luck(struct prng *prng, double share, size_t size)
{
    size_t right = 0;
    for (size_t i = 0; i < size; i++) {
        right += uniform(prng) < share ? 1 : 0;
    }
    return size == 0 ? share : (double)right / (double)size;
}

struct outlook outlook_of(const struct outlook_draws *draws, const double *weights, size_t size,
                          double target, struct arena *arena)
{
    static const size_t LOW = OUTLOOK_DRAWS / 20;
    double *values = arena_new_array(arena, OUTLOOK_DRAWS, double);
    struct prng prng = prng_seed(TEXT("luck"), 0);
    struct outlook outlook = {.mean = 0.0};
    double total = 0.0;

    for (size_t s = 0; s < draws->section_count; s++) {
        total += weights[s];
    }
    for (size_t i = 0; i < OUTLOOK_DRAWS; i++) {
        double share = 0.0;
        for (size_t s = 0; s < draws->section_count; s++) {
            share += weights[s] / total * draws->shares[i * draws->section_count + s];
        }
        values[i] = luck(&prng, share, size);
        outlook.mean += share / OUTLOOK_DRAWS;
        outlook.probability_below += values[i] < target ? 1.0 / OUTLOOK_DRAWS : 0.0;
    }
    qsort(values, OUTLOOK_DRAWS, sizeof *values, compare_doubles);
    outlook.low = values[LOW];
    outlook.high = values[OUTLOOK_DRAWS - 1 - LOW];
    return outlook;
}
