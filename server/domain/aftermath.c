/* What an attempt leaves behind. */
#include "domain/aftermath.h"

#include "base/clock.h"

#include <stdlib.h>

#include "domain/scoring.h"

static const int64_t BUCKET_US = INT64_C(15) * 60 * 1000000;
static const int64_t ANSWER_MAX_MS = INT64_C(10) * 60 * 1000; /* the rest was a pause */

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

static int compare_activities(const void *left, const void *right)
{
    const struct activity *a = left;
    const struct activity *b = right;
    return (a->bucket_at > b->bucket_at) - (a->bucket_at < b->bucket_at);
}

/* One an answer, with its own time for a quarter, as long as since the one before. */
static size_t list_answers(const struct attempt *attempt, const struct attempt_sheet *sheet,
                           struct activity *list)
{
    int64_t before = attempt->started_at;
    size_t count = 0;

    for (size_t i = 0; i < sheet->answer_count; i++) {
        const struct answer *answer = &sheet->answers[i];
        if (answer->response.data != NULL) {
            list[count++] = (struct activity){.bucket_at = answer->recorded_at,
                                              .answers = 1,
                                              .correct = answer->credit == CREDIT_FULL ? 1 : 0,
                                              .credit = answer->credit};
        }
    }
    if (count > 0) {
        qsort(list, count, sizeof *list, compare_activities);
    }
    for (size_t i = 0; i < count; i++) {
        const int64_t took_us = list[i].bucket_at > before ? list[i].bucket_at - before : 0;
        const int64_t took_ms = took_us / CLOCK_US_PER_MS;
        list[i].duration_ms = took_ms < ANSWER_MAX_MS ? took_ms : ANSWER_MAX_MS;
        before = list[i].bucket_at;
    }
    return count;
}

size_t activities_of(const struct attempt *attempt, const struct attempt_sheet *sheet,
                     struct arena *arena, struct activity **activities)
{
    struct activity *list = arena_new_array(arena, sheet->answer_count, struct activity);
    const size_t count = list_answers(attempt, sheet, list);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        list[i].bucket_at = activity_bucket(list[i].bucket_at);
        if (kept > 0 && list[kept - 1].bucket_at == list[i].bucket_at) {
            activity_add(&list[kept - 1], &list[i]);
        } else {
            list[kept++] = list[i];
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
