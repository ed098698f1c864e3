/* The descriptor tables of domain/exam.h, member by member as in an exam's file. */
#ifndef DOMAIN_EXAM_SHAPE_H
#define DOMAIN_EXAM_SHAPE_H

#include "base/shape.h"

extern const struct shape EXAM_BLUEPRINT_ENTRY_SHAPE;
extern const struct shape EXAM_DIFFICULTY_BAND_SHAPE;
extern const struct shape EXAM_FEEDBACK_SHAPE;
extern const struct shape EXAM_SHAPE; /* struct exam */

#endif
