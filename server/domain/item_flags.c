/* What makes an instructor look at a question. */
#include <math.h>

#include "domain/item_statistics.h"
#include "domain/knowledge.h"

static const char *const FLAG_NAMES[ITEM_FLAG_COUNT] = {
    [ITEM_NEGATIVE_DISCRIMINATION] = "negative_discrimination",
    [ITEM_DISTRACTOR_BEATS_KEY] = "distractor_beats_key",
    [ITEM_UNUSED_DISTRACTOR] = "unused_distractor",
    [ITEM_BELOW_CHANCE] = "below_chance",
    [ITEM_TOO_FAST] = "too_fast",
};
const struct enumeration ITEM_FLAGS = {FLAG_NAMES, ITEM_FLAG_COUNT};

/* Twice as fast as people read for sense (M. Brysbaert, 2019: 238 words a minute), in letters. */
static const double BYTES_PER_SECOND = 50.0;
/* A distractor that hardly anybody picks has a point-biserial of chance. */
static const double PICKED_BY = 0.05;

static bool is_beaten(const struct item_statistics *statistics)
{
    double best_right = -HUGE_VAL;
    double best_wrong = -HUGE_VAL;

    for (size_t i = 0; i < statistics->canvas.option_count; i++) {
        const struct option_statistics *option = &statistics->canvas.options[i];
        if (option->point_biserial == NULL) {
            continue;
        }
        if (option->correct) {
            best_right = fmax(best_right, *option->point_biserial);
        } else if (*option->share >= PICKED_BY) {
            best_wrong = fmax(best_wrong, *option->point_biserial);
        }
    }
    return best_wrong > best_right && best_wrong > 0.0;
}

static bool has_unused(const struct item_statistics *statistics)
{
    bool is_found = false;

    for (size_t i = 0; i < statistics->canvas.option_count; i++) {
        const struct option_statistics *option = &statistics->canvas.options[i];
        is_found = is_found || (!option->correct && option->answers == 0);
    }
    return is_found && statistics->answers >= STATISTICS_STABLE_FROM;
}

static bool is_too_fast(const struct question *question, const struct item_statistics *statistics)
{
    size_t bytes = question->stem.len;

    for (size_t i = 0; i < question->option_count; i++) {
        bytes += question->options[i].text.len;
    }
    return statistics->median_seconds != NULL &&
           *statistics->median_seconds < (double)bytes / BYTES_PER_SECOND;
}

size_t item_flags(const struct question *question, const struct item_statistics *statistics,
                  enum item_flag flags[ITEM_FLAG_COUNT])
{
    const double *discrimination = statistics->moodle.discrimination_index;
    bool is_set[ITEM_FLAG_COUNT] = {false};
    size_t count = 0;

    if (statistics->answers < STATISTICS_SHOWN_FROM) {
        return 0;
    }
    is_set[ITEM_NEGATIVE_DISCRIMINATION] = discrimination != NULL && *discrimination < 0.0;
    is_set[ITEM_DISTRACTOR_BEATS_KEY] = is_beaten(statistics);
    is_set[ITEM_UNUSED_DISTRACTOR] = has_unused(statistics);
    is_set[ITEM_BELOW_CHANCE] = *statistics->moodle.facility < knowledge_chance(question);
    is_set[ITEM_TOO_FAST] = is_too_fast(question, statistics);
    for (enum item_flag flag = 0; flag < ITEM_FLAG_COUNT; flag++) {
        if (is_set[flag]) {
            flags[count++] = flag;
        }
    }
    return count;
}
