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
    int64_t duration_ms; /* of the answers */
    double mastery;      /* set by progress_masteries */
};
struct streaks {
    int64_t current; /* days in a row up to today, or up to yesterday: today is not over */
    int64_t longest;
    bool is_today; /* whether today counts already */
};
/* The expected share of right answers to the bank as a whole at the end of each day, of what was
 * handed in until then: the mean of model beta-1 (server/domain/MODELS.md). `days` descending. */
void progress_masteries(struct study_day *days, size_t count);
/* The days of each week, from Monday on, as one entry, with the mastery of the last of them; in
 * place, returns how many. `day` becomes the Monday. */
size_t progress_weeks(struct study_day *days, size_t count);
/* `days` descending, each once; days of the future count as today. */
struct streaks progress_streaks(const struct study_day *days, size_t count, int64_t today);

#endif
