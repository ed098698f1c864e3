/*
 * What to do on each of the days to come: reading, practice, reviews and exams that fit the time
 * there is, each with what it is expected to gain and its reason. A pure function: the same
 * situation gives the same plan. server/domain/MODELS.md has the formulas.
 */
#ifndef DOMAIN_PLAN_H
#define DOMAIN_PLAN_H

#include "base/arena.h"
#include "base/shape.h"
#include "domain/outlook.h"
#include "domain/reviews.h"
#include "domain/weak_areas.h"

enum plan_kind { PLAN_REVIEW, PLAN_READ, PLAN_PRACTICE, PLAN_EXAM, PLAN_KIND_COUNT };
extern const struct enumeration PLAN_KINDS;

enum { PLAN_DAYS_MAX = 60 };

struct plan_input {
    const struct bank *bank;
    const struct weak_area *areas; /* by expected gain */
    size_t area_count;
    double target;
    struct review_list reviews;
    const struct exam *exam; /* that is planned for; NULL: one that nobody described */
    struct outlook outlook;  /* of it, against its pass mark */
    int64_t now_us;          /* the first day is the one that begins now */
    size_t day_count;        /* at most PLAN_DAYS_MAX */
    bool has_exam;           /* on the day after the last */
    int64_t minutes;         /* a day */
};
struct plan_entry {
    enum plan_kind kind;
    const struct section *section; /* NULL: the whole bank */
    const struct exam *exam;       /* of a PLAN_EXAM, where it is known */
    int64_t size;                  /* questions; 0: reading */
    int64_t minutes;
    double gain; /* expected, as a share of the bank's questions */
    struct text reason;
};
struct plan_day {
    const struct plan_entry *entries; /* from the most gain a minute to the least */
    size_t count;
    int64_t minutes;   /* of all entries, at most what there is */
    int64_t due_count; /* reviews that are due by then, beyond what fits, too */
};
/* `day_count` days. */
const struct plan_day *plan_make(const struct plan_input *input, struct arena *arena);

#endif
