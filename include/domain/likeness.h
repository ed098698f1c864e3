/*
 * Near-duplicates: questions whose words are so alike that one on a paper gives the other away.
 * Likeness is the Jaccard index of the sets of letter trigrams of the stem and its parts, letters
 * folded, over the whole bank. In banks of more than a thousand questions the time grows with their
 * number, not its square; there one pair in a hundred of those that are just alike enough is
 * missed, of those that are nearly the same none.
 */
#ifndef DOMAIN_LIKENESS_H
#define DOMAIN_LIKENESS_H

#include "base/arena.h"
#include "domain/bank.h"

/* From here on two questions are near-duplicates; the relation is continued (a like b, b like c).
 */
enum { LIKENESS_PERCENT = 70 };

/* Percent, 0 to 100. */
int64_t likeness_percent(const struct question *a, const struct question *b, struct arena *arena);
/* Sets `likeness_group` of all items: equal for near-duplicates, the index of the first of them.
 * The bank has been indexed. */
void likeness_group(struct bank *bank);

#endif
