/* From the scale of a fit to that of model beta-2. */
#include <math.h>

#include "domain/item_response.h"

static const double AUTHOR_VARIANCE = 0.64; /* as in domain/knowledge.c */
static const double DIFFICULTY_MAX = 4.0;

/* θ where the fitted curve has P = (1 + g)/2, which is where one with the floor g is at its
 * difficulty: b + ln((1 + g) / (1 - g)) / a. */
static double shift_of(const struct irt_item *item, double chance)
{
    return log((1.0 + chance) / (1.0 - chance)) / item->discrimination;
}

static double variance_of(const struct irt_item *item, double chance, double scale)
{
    const double by_a = shift_of(item, chance) / item->discrimination * item->discrimination_error;

    return scale * scale * (item->difficulty_error * item->difficulty_error + by_a * by_a);
}

void item_response_link(const struct irt_link *link, struct calibration *calibrations)
{
    double log_scale = 0.0;
    double origin = 0.0;
    double weight = 0.0;

    for (size_t i = 0; i < link->count; i++) {
        log_scale += log(link->items[i].discrimination) / (double)link->count;
    }
    const double scale = exp(log_scale);
    for (size_t i = 0; i < link->count; i++) {
        const struct irt_item *item = &link->items[i];
        const double chance = link->authors[i].chance;
        const double variance = variance_of(item, chance, scale);
        const double difficulty = scale * (item->difficulty + shift_of(item, chance));
        const double trust = 1.0 / (variance + AUTHOR_VARIANCE);
        calibrations[i] = (struct calibration){difficulty, variance};
        origin += trust * (link->authors[i].difficulty - difficulty);
        weight += trust;
    }
    origin = weight > 0.0 ? origin / weight : 0.0;
    for (size_t i = 0; i < link->count; i++) {
        calibrations[i].difficulty =
            fmin(fmax(calibrations[i].difficulty + origin, -DIFFICULTY_MAX), DIFFICULTY_MAX);
    }
}
