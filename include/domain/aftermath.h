/*
 * What handing in an attempt leaves behind: evidence that was not there yet, memories of its
 * questions, and the activity of the day. One place, for all ways in which attempts end.
 */
#ifndef DOMAIN_AFTERMATH_H
#define DOMAIN_AFTERMATH_H

#include "domain/evidence.h"
#include "domain/reviews.h"

/* Answers of a quarter of an hour. */
struct activity {
    int64_t bucket_at; /* µs: its beginning */
    int64_t answers;
    int64_t correct;
    int64_t credit; /* thousandths */
};
#define ACTIVITY_BUCKET_US (INT64_C(15) * 60 * 1000000)
/* One a quarter in which there was an answer, ascending. */
size_t activities_of(const struct attempt_sheet *sheet, struct arena *arena,
                     struct activity **activities);

struct aftermath {
    const struct evidence_part *parts;
    size_t part_count;
    struct review_list reviews;
    const struct activity *activities;
    size_t activity_count;
};
/* Of an attempt that is about to be submitted. `known`: the memories of its questions. */
struct aftermath aftermath_of(const struct attempt *attempt, const struct attempt_sheet *sheet,
                              const struct bank *bank, struct review_list known,
                              struct arena *arena);

#endif
