/* The rules that count ticks; only for domain/, callers use domain/scoring.h. */
#ifndef DOMAIN_SCORING_CHOICE_H
#define DOMAIN_SCORING_CHOICE_H

#include "domain/question.h"

int64_t scoring_choice_credit(const struct question *question,
                              const struct question_response *response, enum scoring_rule rule);

#endif
