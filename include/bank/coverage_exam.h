/* The part of the coverage that fills papers. Only for bank/; callers use bank/coverage.h. */
#ifndef BANK_COVERAGE_EXAM_H
#define BANK_COVERAGE_EXAM_H

#include "bank/coverage.h"

/* `groups` are those of duplicates_group. Papers are filled one after the other with the first
 * questions that fit, so the number is one that can be had, not the best. */
struct coverage_exam coverage_exam_of(struct arena *arena, const struct bank_folder *folder,
                                      const struct exam *exam, const size_t *groups);

#endif
