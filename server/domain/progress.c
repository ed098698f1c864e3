/* Streaks, runs of days without a gap; and what sums of days say of somebody's knowledge. */
#include "domain/progress.h"

#include <math.h>

enum { DAYS_A_WEEK = 7, MONDAY = 4 /* the first after 1970-01-01 */ };
static const double HALF_LIFE_DAYS = 30.0;
static const double PRIOR_ANSWERS = 4.0;
static const double PRIOR_MEAN = 0.5;
static const double MILLI = 1000.0;

struct streaks progress_streaks(const struct study_day *days, size_t count, int64_t today)
{
    struct streaks streaks = {.current = 0};
    int64_t run = 0;
    bool is_latest = count > 0 && days[0].day >= today - 1;

    for (size_t i = 0; i < count; i++) {
        if (i > 0 && days[i].day != days[i - 1].day - 1) {
            is_latest = false;
            run = 0;
        }
        run++;
        streaks.current = is_latest ? run : streaks.current;
        streaks.longest = run > streaks.longest ? run : streaks.longest;
    }
    streaks.is_today = count > 0 && days[0].day >= today;
    return streaks;
}

void progress_masteries(struct study_day *days, size_t count)
{
    double weight = 0.0;
    double credit = 0.0;

    for (size_t i = count; i-- > 0;) {
        const double gap = i + 1 == count ? 0.0 : (double)(days[i].day - days[i + 1].day);
        const double fading = exp2(-gap / HALF_LIFE_DAYS);
        weight = weight * fading + (double)days[i].answers;
        credit = credit * fading + (double)days[i].credit / MILLI;
        days[i].mastery = (PRIOR_ANSWERS * PRIOR_MEAN + credit) / (PRIOR_ANSWERS + weight);
    }
}

static int64_t monday_of(int64_t day)
{
    const int64_t past = (day - MONDAY) % DAYS_A_WEEK;

    return day - (past < 0 ? past + DAYS_A_WEEK : past);
}

size_t progress_weeks(struct study_day *days, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        struct study_day day = days[i];
        day.day = monday_of(day.day);
        if (kept == 0 || days[kept - 1].day != day.day) {
            days[kept++] = day;
            continue;
        }
        days[kept - 1].answers += day.answers;
        days[kept - 1].correct += day.correct;
        days[kept - 1].credit += day.credit;
        days[kept - 1].attempts += day.attempts;
        days[kept - 1].duration_ms += day.duration_ms;
    }
    return kept;
}
