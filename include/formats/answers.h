/*
 * Keys as other programs have them (answers with a share of the mark each) and keys as a bank has
 * them, both ways. What a bank has no place for is said, and where a key would become wrong, the
 * question is refused.
 */
#ifndef FORMATS_ANSWERS_H
#define FORMATS_ANSWERS_H

#include "formats/draft.h"

enum {
    FRACTION_FULL = 10 * 1000 * 1000,
    FRACTION_PER_MILLI = FRACTION_FULL / 1000,
    ANSWERS_MAX = 64
};

struct answer {
    struct text text;
    struct text feedback; /* absent: none */
    int64_t fraction;     /* of the mark: FRACTION_FULL is all of it */
};

struct answer_list {
    struct answer items[ANSWERS_MAX];
    size_t count;
};

/* A number with a tolerance, or a range. */
struct answer_number {
    bool is_range;
    double value;
    double tolerance;
    double min;
    double max;
    int64_t fraction;
};

struct answer_pair {
    struct text premise; /* "": a choice that belongs to none */
    struct text choice;
};

/* A percentage such as "33.33333" or "-50"; false where it is none. */
NODISCARD bool fraction_parse(struct text percent, int64_t *fraction);
void fraction_append(struct buffer *out, int64_t fraction);
/* A decimal number, nothing else. */
NODISCARD bool number_parse(struct text digits, double *number);

/* False, with an error in the draft, where there are too many. */
bool answers_add(struct draft *draft, struct answer_list *list, struct answer answer);
void answers_choose(struct draft *draft, const struct answer_list *list, bool is_single);
void answers_true_false(struct draft *draft, bool is_true, struct text true_feedback,
                        struct text false_feedback);
void answers_accept(struct draft *draft, const struct answer_list *list, bool is_case_sensitive);
/* The texts with the whole mark, for a short answer or a gap. */
const struct accepted_text *answers_accepted(struct draft *draft, const struct answer_list *list,
                                             size_t *count);
void answers_number(struct draft *draft, const struct answer_number *numbers, size_t count);
void answers_match(struct draft *draft, const struct answer_pair *pairs, size_t count);
/* "a", "b", … "z", "o27", … */
struct text answers_letter(struct arena *arena, size_t index);

/* The share of the mark that choosing the option gives. */
int64_t answers_fraction(const struct question *question, size_t option);

#endif
