/*
 * FSRS-6 of Open Spaced Repetition (J. Ye et al.; the algorithm's page in the wiki of fsrs4anki,
 * "The Algorithm", FSRS-6), with the default parameters of py-fsrs 6 and fsrs-rs 5 (FSRS-6), which
 * are the same. Where the two libraries differ this follows py-fsrs: elapsed days are whole ones,
 * rounded down; a review on day 0 follows the short-term rule, in which good and easy never lower
 * the stability. Not taken over: learning steps of minutes and random fuzz, since a quiz is not
 * asked again within minutes and the same history gives the same day.
 */
#include "domain/fsrs.h"

#include <math.h>

#include "base/clock.h"

static const double W[21] = {0.212,  1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194,
                             0.001,  1.8722, 0.1666, 0.796,  1.4835, 0.0614, 0.2629,
                             1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542};

static const double STABILITY_MIN = 0.001;
static const double DIFFICULTY_MIN = 1.0;
static const double DIFFICULTY_MAX = 10.0;
static const double INTERVAL_MAX = 36500.0;
static const double RETENTION_DEFINED = 0.9; /* that stability is the interval of */

enum { CREDIT_HALF = 500, CREDIT_ALL = 1000, UNSURE = 1, SURE = 3 };
static const int64_t QUICK_MS = 20000;
static const int64_t SLOW_MS = 120000;

static double clamp(double value, double low, double high)
{
    return fmin(fmax(value, low), high);
}

static double curve_factor(void)
{
    return pow(RETENTION_DEFINED, -1.0 / W[20]) - 1.0;
}

static int64_t elapsed_days(int64_t since_us, int64_t at_us)
{
    return at_us <= since_us ? 0 : (at_us - since_us) / CLOCK_US_PER_DAY;
}

double fsrs_retrievability(struct fsrs_memory memory, int64_t at_us)
{
    if (memory.reviewed_at == 0) {
        return 0.0;
    }
    const double days = (double)elapsed_days(memory.reviewed_at, at_us);
    return pow(1.0 + curve_factor() * days / memory.stability, -W[20]);
}

int64_t fsrs_interval_days(double stability, double retention)
{
    const double days = stability / curve_factor() * (pow(retention, -1.0 / W[20]) - 1.0);
    return (int64_t)clamp(nearbyint(days), 1.0, INTERVAL_MAX);
}

static double initial_difficulty(int grade)
{
    return W[4] - exp(W[5] * (grade - 1)) + 1.0;
}

/* Damped towards 10, and drawn a little towards that of an easy first review. */
static double next_difficulty(double difficulty, int grade)
{
    const double change = -W[6] * (grade - 3);
    const double damped = difficulty + (DIFFICULTY_MAX - difficulty) * change / 9.0;
    return clamp(W[7] * initial_difficulty(FSRS_EASY) + (1.0 - W[7]) * damped, DIFFICULTY_MIN,
                 DIFFICULTY_MAX);
}

static double stability_same_day(double stability, int grade)
{
    double growth = exp(W[17] * (grade - 3 + W[18])) * pow(stability, -W[19]);
    if (grade >= FSRS_GOOD) {
        growth = fmax(growth, 1.0);
    }
    return stability * growth;
}

static double stability_after_recall(struct fsrs_memory memory, double recall, int grade)
{
    const double penalty = grade == FSRS_HARD ? W[15] : 1.0;
    const double bonus = grade == FSRS_EASY ? W[16] : 1.0;
    return memory.stability *
           (1.0 + exp(W[8]) * (11.0 - memory.difficulty) * pow(memory.stability, -W[9]) *
                      expm1((1.0 - recall) * W[10]) * penalty * bonus);
}

static double stability_after_lapse(struct fsrs_memory memory, double recall)
{
    const double left = W[11] * pow(memory.difficulty, -W[12]) *
                        (pow(memory.stability + 1.0, W[13]) - 1.0) * exp((1.0 - recall) * W[14]);
    return fmin(left, memory.stability / exp(W[17] * W[18]));
}

static double next_stability(struct fsrs_memory memory, int grade, int64_t at_us)
{
    if (elapsed_days(memory.reviewed_at, at_us) < 1) {
        return stability_same_day(memory.stability, grade);
    }
    const double recall = fsrs_retrievability(memory, at_us);
    return grade == FSRS_AGAIN ? stability_after_lapse(memory, recall)
                               : stability_after_recall(memory, recall, grade);
}

struct fsrs_memory fsrs_review(struct fsrs_memory memory, enum fsrs_grade grade, int64_t at_us)
{
    const int number = (int)grade;
    if (memory.reviewed_at == 0) {
        return (struct fsrs_memory){
            .stability = W[number - 1],
            .difficulty = clamp(initial_difficulty(number), DIFFICULTY_MIN, DIFFICULTY_MAX),
            .reviewed_at = at_us};
    }
    return (struct fsrs_memory){
        .stability = fmax(next_stability(memory, number, at_us), STABILITY_MIN),
        .difficulty = next_difficulty(memory.difficulty, number),
        .reviewed_at = at_us > memory.reviewed_at ? at_us : memory.reviewed_at};
}

enum fsrs_grade fsrs_grade_of(int64_t credit_milli, int64_t certainty, int64_t duration_ms)
{
    if (credit_milli < CREDIT_HALF) {
        return FSRS_AGAIN;
    }
    if (credit_milli < CREDIT_ALL || certainty == UNSURE || duration_ms >= SLOW_MS) {
        return FSRS_HARD;
    }
    return certainty == SURE && duration_ms > 0 && duration_ms <= QUICK_MS ? FSRS_EASY : FSRS_GOOD;
}
