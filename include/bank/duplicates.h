/* Questions that ask alike: pairs by trigram similarity, and the groups they make. */
#ifndef BANK_DUPLICATES_H
#define BANK_DUPLICATES_H

#include "bank/folder.h"
#include "bank/trigram.h"

/* From here on two questions are near-duplicates. */
#define DUPLICATES_NEAR 0.6

/* What tells a question from others: its stem; where that is short, together with its options. The
 * database does the same (migrations/0057_question_search.sql). */
struct text duplicates_compared_text(struct arena *arena, const struct question *question);
/* Pairs of questions (by index) whose stems are as similar as `threshold` or more, the most similar
 * first; returns how many. Stems too short to tell questions apart are compared together with their
 * options. */
size_t duplicates_find(struct arena *arena, const struct bank_folder *folder, double threshold,
                       struct similar_pair **pairs);
/* By index of the question: the first question of its group of near-duplicates, itself where there
 * is none. */
size_t *duplicates_group(struct arena *arena, const struct bank_folder *folder);

#endif
