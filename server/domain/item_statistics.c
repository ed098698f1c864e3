/*
 * Item statistics of classical test theory. Moodle's formulas: "Quiz statistics calculations"
 * (docs.moodle.org/dev), T. Hunt after the Open University's system; Canvas's: its item analysis
 * (point-biserial, population variance). All of it from tallies, in two passes: the mean first,
 * then what deviates from it, so that nothing cancels.
 */
#include "domain/item_statistics.h"

#include <math.h>

#include "domain/scoring.h"

static const double *figure(struct arena *arena, double value)
{
    double *kept = NULL;

    if (isfinite(value)) {
        kept = arena_new(arena, double);
        *kept = value;
    }
    return kept;
}

/* NAN where there is no quotient. */
static double ratio(double above, double below)
{
    return below > 0.0 ? above / below : (double)NAN;
}

int64_t tallies_answers(struct tallies tallies)
{
    int64_t answers = 0;
    for (size_t i = 0; i < tallies.count; i++) {
        answers += tallies.items[i].answers;
    }
    return answers;
}

/* ---- adding ---- */

static void add_to(struct tally *to, const struct tally *more)
{
    to->answers += more->answers;
    to->paired += more->paired;
    to->rest += more->rest;
    to->total += more->total;
}

struct tallies tallies_add(struct tallies a, struct tallies b, struct arena *arena)
{
    struct tally *sum = arena_new_array(arena, a.count + b.count, struct tally);
    size_t count = 0;
    size_t i = 0;
    size_t k = 0;

    while (i < a.count || k < b.count) {
        const bool is_first = k == b.count || (i < a.count && a.items[i].key <= b.items[k].key);
        const struct tally *next = is_first ? &a.items[i++] : &b.items[k++];
        if (count > 0 && sum[count - 1].key == next->key) {
            add_to(&sum[count - 1], next);
        } else {
            sum[count++] = *next;
        }
    }
    return (struct tallies){sum, count};
}

struct item_tallies item_tallies_add(const struct item_tallies *a, const struct item_tallies *b,
                                     struct arena *arena)
{
    struct item_tallies sum = {.credits = tallies_add(a->credits, b->credits, arena),
                               .rests = tallies_add(a->rests, b->rests, arena),
                               .totals = tallies_add(a->totals, b->totals, arena),
                               .seconds = tallies_add(a->seconds, b->seconds, arena)};
    struct option_tally *options =
        arena_new_array(arena, a->option_count + b->option_count, struct option_tally);

    for (size_t i = 0; i < a->option_count; i++) {
        options[sum.option_count++] = a->options[i];
    }
    for (size_t i = 0; i < b->option_count; i++) {
        size_t at = 0;
        while (at < sum.option_count && !text_equal(options[at].id, b->options[i].id)) {
            at++;
        }
        if (at == sum.option_count) {
            options[sum.option_count++] = b->options[i];
        } else {
            options[at].answers += b->options[i].answers;
            options[at].total += b->options[i].total;
        }
    }
    sum.options = options;
    return sum;
}

/* ---- moments ---- */

/* Of keys, each as often as there are answers. */
struct moments {
    double count;
    double mean;
    double second; /* sum of squared deviations */
    double third;
    double fourth;
};

static struct moments moments_of(struct tallies tallies, double unit)
{
    struct moments moments = {.count = (double)tallies_answers(tallies)};

    for (size_t i = 0; i < tallies.count; i++) {
        moments.mean += (double)tallies.items[i].answers * (double)tallies.items[i].key / unit;
    }
    moments.mean = moments.count > 0.0 ? moments.mean / moments.count : 0.0;
    for (size_t i = 0; i < tallies.count; i++) {
        const double away = (double)tallies.items[i].key / unit - moments.mean;
        const double square = (double)tallies.items[i].answers * away * away;
        moments.second += square;
        moments.third += square * away;
        moments.fourth += square * away * away;
    }
    return moments;
}

/* Sum over paired answers of the credit's deviation times the rest's. */
struct pairing {
    double count;
    double credit_square;
    double product;
};

static struct pairing pair_up(struct tallies credits, double rest_mean)
{
    struct pairing pairing = {.count = 0.0};
    double credit_mean = 0.0;

    for (size_t i = 0; i < credits.count; i++) {
        pairing.count += (double)credits.items[i].paired;
        credit_mean += (double)credits.items[i].paired * (double)credits.items[i].key;
    }
    credit_mean /= pairing.count * CREDIT_FULL; /* no pairs: not used */
    for (size_t i = 0; i < credits.count; i++) {
        const struct tally *tally = &credits.items[i];
        const double away = (double)tally->key / CREDIT_FULL - credit_mean;
        pairing.credit_square += (double)tally->paired * away * away;
        pairing.product +=
            away * ((double)tally->rest / TALLY_FULL - (double)tally->paired * rest_mean);
    }
    return pairing;
}

/* The same product if the best credits had met the best rests: both sorted alike. */
static double largest_product(struct tallies credits, struct tallies rests, double rest_mean)
{
    double product = 0.0;
    size_t k = 0;
    int64_t left = rests.count > 0 ? rests.items[0].answers : 0;

    for (size_t i = 0; i < credits.count; i++) {
        int64_t wanted = credits.items[i].paired;
        while (wanted > 0 && k < rests.count) {
            const int64_t taken = wanted < left ? wanted : left;
            product += (double)taken * ((double)credits.items[i].key / CREDIT_FULL) *
                       ((double)rests.items[k].key / TALLY_FULL - rest_mean);
            wanted -= taken;
            left -= taken;
            if (left == 0 && ++k < rests.count) {
                left = rests.items[k].answers;
            }
        }
    }
    return product;
}

struct item_moments item_moments(struct tallies credits)
{
    const struct moments credit = moments_of(credits, CREDIT_FULL);
    struct item_moments moments = {.variance = 0.0};
    double total_mean = 0.0;

    if (credit.count < 2.0) {
        return moments;
    }
    for (size_t i = 0; i < credits.count; i++) {
        total_mean += (double)credits.items[i].total / TALLY_FULL / credit.count;
    }
    for (size_t i = 0; i < credits.count; i++) {
        const struct tally *tally = &credits.items[i];
        moments.covariance +=
            ((double)tally->key / CREDIT_FULL - credit.mean) *
            ((double)tally->total / TALLY_FULL - (double)tally->answers * total_mean);
    }
    moments.covariance /= credit.count - 1.0;
    moments.variance = credit.second / (credit.count - 1.0);
    return moments;
}

/* ---- a question ---- */

/* What deviates by less than rounding does not vary. */
static const double NOTHING = 1e-12;

static void discriminate(const struct item_tallies *tallies, struct arena *arena,
                         struct item_moodle *moodle)
{
    const struct moments rest = moments_of(tallies->rests, TALLY_FULL);
    const struct pairing pairing = pair_up(tallies->credits, rest.mean);

    if (pairing.count < 2.0 || pairing.credit_square < NOTHING || rest.second < NOTHING) {
        return;
    }
    const double most = largest_product(tallies->credits, tallies->rests, rest.mean);
    moodle->discrimination_index =
        figure(arena, pairing.product / sqrt(pairing.credit_square * rest.second));
    moodle->discriminative_efficiency = figure(arena, ratio(pairing.product, most));
}

static void weigh(const struct item_tallies *tallies, const struct exam_spread *spread,
                  struct arena *arena, struct item_moodle *moodle)
{
    const double covariance = item_moments(tallies->credits).covariance;

    moodle->intended_weight = figure(arena, ratio(1.0, spread->item_count));
    moodle->effective_weight =
        covariance < 0.0 ? NULL : figure(arena, ratio(sqrt(covariance), spread->root_covariance));
}

static const struct tally *find_tally(const struct tallies *tallies, int64_t key)
{
    for (size_t i = 0; i < tallies->count; i++) {
        if (tallies->items[i].key == key) {
            return &tallies->items[i];
        }
    }
    return NULL;
}

/* (M1 - M0) / s · sqrt(p q): mean totals with and without, s with divisor n. */
static const double *point_biserial(const struct moments *totals, int64_t answers, int64_t total,
                                    struct arena *arena)
{
    const double with = (double)answers;
    const double without = totals->count - with;

    if (with < 1.0 || without < 1.0 || totals->second < NOTHING) {
        return NULL;
    }
    const double mean_with = (double)total / TALLY_FULL / with;
    const double mean_without = (totals->count * totals->mean - with * mean_with) / without;
    return figure(arena, (mean_with - mean_without) / sqrt(totals->second / totals->count) *
                             sqrt(with * without) / totals->count);
}

static void look_at_options(const struct question *question, const struct item_tallies *tallies,
                            const struct moments *totals, struct arena *arena,
                            struct item_canvas *canvas)
{
    struct option_statistics *options =
        arena_new_array(arena, question->option_count, struct option_statistics);

    for (size_t i = 0; i < question->option_count; i++) {
        struct option_tally picked = {.id = question->options[i].id};
        for (size_t k = 0; k < tallies->option_count; k++) {
            if (text_equal(tallies->options[k].id, picked.id)) {
                picked = tallies->options[k];
            }
        }
        options[i] = (struct option_statistics){
            .id = question->options[i].id,
            .correct = question->options[i].correct,
            .answers = picked.answers,
            .share = figure(arena, ratio((double)picked.answers, totals->count)),
            .point_biserial = point_biserial(totals, picked.answers, picked.total, arena)};
    }
    canvas->options = options;
    canvas->option_count = question->option_count;
}

/* Of two in the middle the mean. */
static const double *median(struct tallies tallies, double unit, struct arena *arena)
{
    const int64_t count = tallies_answers(tallies);
    const int64_t low = (count + 1) / 2;
    const int64_t high = count / 2 + 1;
    int64_t seen = 0;
    double sum = 0.0;

    for (size_t i = 0; i < tallies.count; i++) {
        const int64_t before = seen;
        seen += tallies.items[i].answers;
        sum += before < low && seen >= low ? (double)tallies.items[i].key : 0.0;
        sum += before < high && seen >= high ? (double)tallies.items[i].key : 0.0;
    }
    return count == 0 ? NULL : figure(arena, sum / 2.0 / unit);
}

void item_statistics(const struct question *question, const struct item_tallies *tallies,
                     const struct exam_spread *spread, struct arena *arena,
                     struct item_statistics *statistics)
{
    const struct moments credit = moments_of(tallies->credits, CREDIT_FULL);
    const struct moments totals = moments_of(tallies->totals, TALLY_FULL);
    const struct tally *full = find_tally(&tallies->credits, CREDIT_FULL);
    const int64_t right = full == NULL ? 0 : full->answers;

    *statistics = (struct item_statistics){.answers = tallies_answers(tallies->credits)};
    if (statistics->answers == 0) {
        return;
    }
    statistics->moodle.facility = figure(arena, credit.mean);
    statistics->moodle.standard_deviation =
        credit.count < 2.0 ? NULL : figure(arena, sqrt(credit.second / (credit.count - 1.0)));
    discriminate(tallies, arena, &statistics->moodle);
    if (spread != NULL) {
        weigh(tallies, spread, arena, &statistics->moodle);
    }
    statistics->canvas.difficulty = figure(arena, (double)right / credit.count);
    statistics->canvas.point_biserial =
        full == NULL ? NULL : point_biserial(&totals, right, full->total, arena);
    look_at_options(question, tallies, &totals, arena, &statistics->canvas);
    statistics->median_seconds = median(tallies->seconds, 1.0, arena);
}

/* ---- an exam ---- */

/* Skewness k3 / k2^(3/2) and kurtosis k4 / k2² by Fisher's k-statistics, which are unbiased. */
static void describe_shape(const struct moments *moments, struct arena *arena,
                           struct exam_statistics *statistics)
{
    const double n = moments->count;
    const double m2 = moments->second / n;
    const double m3 = moments->third / n;
    const double m4 = moments->fourth / n;

    if (n < 3.0 || moments->second < NOTHING) {
        return;
    }
    const double k2 = n / (n - 1.0) * m2;
    statistics->skewness = figure(arena, n * n / ((n - 1.0) * (n - 2.0)) * m3 / (k2 * sqrt(k2)));
    if (n >= 4.0) {
        const double k4 = n * n / ((n - 1.0) * (n - 2.0) * (n - 3.0)) *
                          ((n + 1.0) * m4 - 3.0 * (n - 1.0) * m2 * m2);
        statistics->kurtosis = figure(arena, k4 / (k2 * k2));
    }
}

/* With k questions on a paper, each with the variance v, and V that of the mean credit, so k² V
 * that of the sum: alpha = k/(k-1) (1 - Σ v / (k² V)). Where papers differ, k and Σ v are those of
 * the average paper. */
static void judge_consistency(const struct exam_tallies *tallies, const struct moments *moments,
                              struct arena *arena, struct exam_statistics *statistics)
{
    const double k = (double)tallies->item_answers / moments->count;

    if (statistics->standard_deviation == NULL || moments->second < NOTHING || k <= 1.0) {
        return;
    }
    const double variance = moments->second / (moments->count - 1.0);
    const double parts = tallies->variance_total / moments->count;
    const double alpha = k / (k - 1.0) * (1.0 - parts / (k * k * variance));
    statistics->cronbach_alpha = figure(arena, alpha);
    const double error_ratio =
        sqrt(fmax(0.0, 1.0 - alpha)); /* alpha is at most 1 but for rounding */
    statistics->error_ratio = figure(arena, error_ratio);
    statistics->standard_error = figure(arena, error_ratio * *statistics->standard_deviation);
}

void exam_statistics(const struct exam_tallies *tallies, struct arena *arena,
                     struct exam_statistics *statistics)
{
    const struct moments moments = moments_of(tallies->scores, TALLY_FULL);

    *statistics = (struct exam_statistics){.attempts = tallies_answers(tallies->scores)};
    if (statistics->attempts == 0) {
        return;
    }
    statistics->mean = figure(arena, moments.mean);
    statistics->median = median(tallies->scores, TALLY_FULL, arena);
    statistics->standard_deviation_population = figure(arena, sqrt(moments.second / moments.count));
    statistics->standard_deviation =
        moments.count < 2.0 ? NULL : figure(arena, sqrt(moments.second / (moments.count - 1.0)));
    describe_shape(&moments, arena, statistics);
    judge_consistency(tallies, &moments, arena, statistics);
}
