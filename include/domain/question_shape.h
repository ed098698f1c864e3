/* The descriptor tables of domain/question.h: one for the bank file (with the key), one for a
 * learner's response. */
#ifndef DOMAIN_QUESTION_SHAPE_H
#define DOMAIN_QUESTION_SHAPE_H

#include "base/shape.h"

extern const struct shape OPTION_SHAPE;
extern const struct shape PART_SHAPE;
extern const struct shape NUMBER_KEY_SHAPE;
extern const struct shape ACCEPTED_TEXT_SHAPE;
extern const struct shape QUESTION_SOURCE_SHAPE;
extern const struct shape QUESTION_SHAPE; /* struct question, all members, as in a questions file */
extern const struct shape QUESTION_RESPONSE_SHAPE; /* struct question_response */

#endif
