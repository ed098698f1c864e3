/*
 * How the places of a paper are shared by entries of the blueprint and bands of difficulty: a table
 * of numbers whose rows add up to what each entry gets, and whose columns to what each band gets.
 * Only for domain/exam_filling.c.
 */
#ifndef DOMAIN_EXAM_SHARING_H
#define DOMAIN_EXAM_SHARING_H

#include "domain/exam_filling.h"
#include "domain/exam_place.h"

struct exam_filler {
    const struct exam_filling_input *input;
    const struct exam_place *entries; /* by entry */
    size_t bands;                     /* at least 1: any difficulty */
    size_t places;                    /* on the paper */
    const int64_t *group_bands;       /* NULL, or by group: only items of this band count */
    size_t *marks; /* by group: the last list that it was put on; at the end how many there were */
};
struct exam_filler exam_filler_make(const struct exam_filling_input *input);

/* What may be taken for a cell: of each group the most preferred item, at most as many groups as
 * the paper has places, in order of preference. */
struct exam_options {
    const size_t *items;
    const size_t *groups;
    size_t count;
};
/* `entry` and `band` as in struct exam_cell. */
struct exam_options exam_options_list(const struct exam_filler *filler, size_t entry, size_t band);

/* By entry, then band: each entry shared as the whole paper is, by what is left for the bands. */
int64_t *exam_shares_even(const struct exam_filler *filler);
/* Changes the table into one that the bank can fill; false where there is none. */
bool exam_shares_possible(const struct exam_filler *filler, int64_t *shares);

#endif
