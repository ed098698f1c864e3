/*
 * What an attempt leaves behind when it has ended: evidence that was not there yet, memories of its
 * questions, the activity of the day, and points. One place, for all ways in which attempts end.
 * All of it tells something of the answers, so it comes when their outcome may be told; that
 * somebody handed in an attempt counts at once.
 */
#ifndef DOMAIN_AFTERMATH_H
#define DOMAIN_AFTERMATH_H

#include "domain/evidence.h"
#include "domain/points.h"
#include "domain/reviews.h"

/* Answers of a quarter of an hour. */
struct activity {
    int64_t bucket_at; /* µs: its beginning */
    int64_t answers;
    int64_t correct;
    int64_t credit;   /* thousandths */
    int64_t attempts; /* handed in */
    int64_t duration_ms;
};
/* The beginning of the quarter that a time lies in. */
int64_t activity_bucket(int64_t at_us);
/* Adds the numbers of the same quarter. */
void activity_add(struct activity *to, const struct activity *more);
/* One a quarter in which there was an answer, ascending, with how long these took
 * (attempt_time_answers). */
size_t activities_of(const struct attempt *attempt, const struct attempt_sheet *sheet,
                     struct arena *arena, struct activity **activities);

struct aftermath {
    const struct evidence_part *parts;
    size_t part_count;
    struct review_list reviews;
    const struct activity *activities;
    size_t activity_count;
    const struct award *awards;
    size_t award_count;
    int64_t attempts; /* 1: handed in by this; 0: it was before, and now comes what waited */
    int64_t due_at;   /* not 0: nothing of the above is there before then */
};
/* Of an attempt that is about to be scored, or that waited, at the time it was read. `known`: the
 * memories of its questions. */
struct aftermath aftermath_of(const struct attempt *attempt, const struct attempt_sheet *sheet,
                              const struct bank *bank, struct review_list known,
                              struct arena *arena);

#endif
