/*
 * An exam by blueprint: how many questions of which domain and difficulty, how long, what passes,
 * and what a learner is told when. Plain data that points into whatever arena it was made in;
 * `domain/exam_shape.h` has the descriptor tables. A paper is made from it for every attempt.
 */
#ifndef DOMAIN_EXAM_H
#define DOMAIN_EXAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/shape.h"
#include "base/text.h"
#include "domain/scoring.h"

/* What the format of exams (questions/README.md) allows, beside the limits of base/limits.h. */
enum {
    EXAM_TITLE_MAX = 200,
    EXAM_BLUEPRINT_MAX = 100, /* entries */
    EXAM_ATTEMPTS_MAX = 1000,
    EXAM_MINUTES_MAX = 7 * 24 * 60,
    EXAM_SCALED_MIN = 100, /* the scale of scores */
    EXAM_SCALED_MAX = 1000,
    EXAM_DIFFICULTY_MIN = 1,
    EXAM_DIFFICULTY_MAX = 5,
    EXAM_PERCENT = 100
};

enum exam_moment {
    EXAM_AFTER_EACH,   /* each answer is answered at once */
    EXAM_AFTER_SUBMIT, /* when the attempt is submitted */
    EXAM_AFTER_CLOSE,  /* when the opening window is over, for all at the same time */
    EXAM_NEVER,
    EXAM_MOMENT_COUNT
};
extern const struct enumeration EXAM_MOMENTS;

/* What a learner is shown of a question that is answered. */
enum exam_part {
    EXAM_CORRECTNESS, /* whether the answer is right */
    EXAM_CREDIT,
    EXAM_KEY,
    EXAM_EXPLANATION,
    EXAM_OPTION_FEEDBACK, /* that of the options, items or premises */
    EXAM_SECTION,         /* of the notes, to read up */
    EXAM_PART_COUNT
};
extern const struct enumeration EXAM_PARTS;

/* A share of the paper: of a domain, or of a section with all below it; exactly one is named. */
struct exam_blueprint_entry {
    struct text domain;  /* slug; absent: a section */
    struct text section; /* path; absent: a domain */
    int64_t weight;      /* percent; all entries add up to 100 */
};

/* A share of the paper by difficulty. */
struct exam_difficulty_band {
    int64_t min; /* 1..5 */
    int64_t max; /* inclusive */
    int64_t weight;
};

struct exam_feedback {
    enum exam_moment when;
    const enum exam_part *show; /* each once; absent: all */
    size_t show_count;
    const bool *score; /* NULL: true; whether the score is ever told */
};

struct exam {
    struct text slug; /* unique in the bank */
    struct text title;
    int64_t size; /* questions that are scored */
    int64_t time_limit_minutes;
    int64_t pass_scaled; /* EXAM_SCALED_MIN..EXAM_SCALED_MAX */
    const struct exam_blueprint_entry *blueprint;
    size_t blueprint_count;
    const struct exam_difficulty_band *difficulty; /* absent: any; disjoint, adding up to 100 */
    size_t difficulty_count;
    int64_t pilot_count;                  /* further questions that are not scored */
    const int64_t *attempts_allowed;      /* for each learner; NULL: any number */
    int64_t opens_at;                     /* µs; 0: open from the first */
    int64_t closes_at;                    /* µs; 0: never closes */
    const struct exam_feedback *feedback; /* NULL: all of it after submit */
    const struct scoring_choice *scoring; /* NULL: each type's own rule */
};

/* The rules that the shape cannot say: weights that add up, domains, sections and bands once, the
 * window the right way round, a paper no longer than an attempt may be … Whether the bank has the
 * domains and sections is not asked. Faults get pointers that begin with `prefix`. */
NODISCARD bool exam_check(const struct exam *exam, struct arena *arena, struct text prefix,
                          struct error *err);
/* When feedback is given. */
enum exam_moment exam_feedback_moment(const struct exam *exam);
/* Whether the part is shown when the moment has come; always false where it never comes. */
bool exam_shows(const struct exam *exam, enum exam_part part);
/* Whether the score is never told. */
bool exam_hides_score(const struct exam *exam);
/* How many of `size` questions each weight gets, by largest remainder (Hamilton); of equal
 * remainders the earlier entry wins. The weights, none negative, have a sum above 0. */
void exam_apportion(const int64_t *weights, size_t count, int64_t size, int64_t *out);

#endif
