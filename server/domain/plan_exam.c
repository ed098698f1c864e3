/* Twice in the week before an exam; without a date once, when passing is likely. */
#include "domain/plan_exam.h"

enum {
    EXAM_SIZE = 65,
    MINUTES_A_QUESTION = 2,
    EXAM_PART = 10, /* less than that is no exam */
    EXAM_DAYS_BEFORE = 2,
    EXAM_FIRST_DAYS_BEFORE = 6
};
static const double LIKELY = 0.6;

static struct plan_exam whole_of(const struct exam *exam)
{
    if (exam == NULL) {
        return (struct plan_exam){.size = EXAM_SIZE,
                                  .minutes = (int64_t)EXAM_SIZE * MINUTES_A_QUESTION};
    }
    return (struct plan_exam){.size = exam->size + exam->pilot_count,
                              .minutes = exam->time_limit_minutes};
}

static bool is_day_of_exam(const struct plan_input *input, int64_t day, bool fits)
{
    const int64_t days = (int64_t)input->day_count - day;
    const bool is_last_chance = input->day_count < EXAM_DAYS_BEFORE && day == 0;

    if (input->has_exam) {
        return days == EXAM_DAYS_BEFORE || days == EXAM_FIRST_DAYS_BEFORE || is_last_chance;
    }
    return day == 0 && 1.0 - input->outlook.probability_below >= LIKELY && fits;
}

static struct text why(const struct plan_input *input, int64_t day, bool fits, struct arena *arena)
{
    const int64_t days = (int64_t)input->day_count - day;

    if (!input->has_exam) {
        return arena_printf(arena,
                            "an exam would be passed with a probability of %.0f %%: see whether "
                            "that is so",
                            100.0 * (1.0 - input->outlook.probability_below));
    }
    return arena_printf(arena, "the exam is in %lld day%s: try %s, on time", (long long)days,
                        days == 1 ? "" : "s", fits ? "one whole" : "as much of one as fits");
}

struct plan_exam plan_exam_on(const struct plan_input *input, int64_t day, int64_t minutes,
                              struct arena *arena)
{
    const struct plan_exam whole = whole_of(input->exam);
    const bool fits = whole.minutes <= minutes;
    struct plan_exam today = whole;

    if (!fits) {
        today.size = whole.size * minutes / whole.minutes;
        today.minutes = (today.size * whole.minutes + whole.size - 1) / whole.size;
    }
    if (!is_day_of_exam(input, day, fits) || (!fits && today.size < EXAM_PART)) {
        return (struct plan_exam){.size = 0};
    }
    today.reason = why(input, day, fits, arena);
    return today;
}
