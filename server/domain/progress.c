/* Streaks: runs of days without a gap. */
#include "domain/progress.h"

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
