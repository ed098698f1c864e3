/* What an attempt leaves behind. */
#include "domain/aftermath.h"

#include "domain/scoring.h"

static const int64_t BUCKET_US = INT64_C(15) * 60 * 1000000;

int64_t activity_bucket(int64_t at_us)
{
    return at_us - at_us % BUCKET_US;
}

void activity_add(struct activity *to, const struct activity *more)
{
    to->answers += more->answers;
    to->correct += more->correct;
    to->credit += more->credit;
    to->attempts += more->attempts;
    to->duration_ms += more->duration_ms;
}

static struct activity activity_of(const struct timed_answer *timed)
{
    return (struct activity){.bucket_at = activity_bucket(timed->answer->recorded_at),
                             .answers = 1,
                             .correct = timed->answer->credit == CREDIT_FULL ? 1 : 0,
                             .credit = timed->answer->credit,
                             .duration_ms = timed->duration_ms};
}

size_t activities_of(const struct attempt *attempt, const struct attempt_sheet *sheet,
                     struct arena *arena, struct activity **activities)
{
    struct timed_answer *timed = NULL;
    const size_t count = attempt_time_answers(attempt, sheet, arena, &timed);
    struct activity *list = arena_new_array(arena, count, struct activity);
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        const struct activity activity = activity_of(&timed[i]);
        if (kept > 0 && list[kept - 1].bucket_at == activity.bucket_at) {
            activity_add(&list[kept - 1], &activity);
        } else {
            list[kept++] = activity;
        }
    }
    *activities = list;
    return kept;
}

struct aftermath aftermath_of(const struct attempt *attempt, const struct attempt_sheet *sheet,
                              const struct bank *bank, struct review_list known,
                              struct arena *arena)
{
    struct attempt submitted = *attempt;
    struct evidence_event *events = NULL;
    struct evidence_part *parts = NULL;
    struct review *reviews = NULL;
    struct activity *activities = NULL;
    struct award *awards = NULL;
    struct aftermath after = {.attempts = attempt->is_scored ? 0 : 1,
                              .due_at =
                                  attempt_rules_evidence_due_at(&attempt->rules, attempt->read_at)};

    if (after.due_at != 0) {
        return after;
    }
    submitted.state = ATTEMPT_SUBMITTED;
    submitted.evidence_due_at = 0;
    const size_t event_count = evidence_closing_events(&submitted, sheet, arena, &events);
    after.part_count = evidence_parts(bank, events, event_count, arena, &parts);
    after.parts = parts;
    after.reviews.count = reviews_after(attempt, sheet, known.items, known.count, arena, &reviews);
    after.reviews.items = reviews;
    after.activity_count = activities_of(attempt, sheet, arena, &activities);
    after.activities = activities;
    const struct points_sheet points = points_sheet_of(attempt, sheet, arena);
    after.award_count = points_awards(&points, known, arena, &awards);
    after.awards = awards;
    return after;
}
