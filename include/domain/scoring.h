/*
 * Scoring: a pure function of a question version and a response. Credits are exact integers in
 * thousandths, 0…1000.
 */
#ifndef DOMAIN_SCORING_H
#define DOMAIN_SCORING_H

#include <stdint.h>

#include "domain/question.h"

enum { CREDIT_FULL = 1000 };

/* The credit of a response that question_check_response has accepted; NULL (not answered) gives 0.
 * single_choice, true_false, numeric, short_text: all or nothing. multiple_choice: max(0, (right
 * ticks - wrong ticks) / right options). ordering: all or nothing. matching: right pairs /
 * premises. Fractions are rounded down to thousandths. */
int64_t scoring_credit(const struct question *question, const struct question_response *response);
/* short_text: equality with one accepted text after NFKC, trimming, runs of blanks made one, and
 * case folding unless case_sensitive;
 * '*' matches any run. */
bool scoring_text_matches(struct text response, struct text accepted, bool case_sensitive);

#endif
