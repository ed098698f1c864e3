/* Days of study, in the learner's time zone. */
#ifndef DOMAIN_PROGRESS_H
#define DOMAIN_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct study_day {
    int64_t day; /* since 1970-01-01 */
    int64_t answers;
    int64_t correct;
    int64_t credit; /* thousandths */
    int64_t attempts;
};
struct streaks {
    int64_t current; /* days in a row up to today, or up to yesterday: today is not over */
    int64_t longest;
    bool is_today; /* whether today counts already */
};
/* `days` descending, each once; days of the future count as today. */
struct streaks progress_streaks(const struct study_day *days, size_t count, int64_t today);

#endif
