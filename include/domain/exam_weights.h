/* What an exam by blueprint asks for, section by section, as far as it can be known beforehand. */
#ifndef DOMAIN_EXAM_WEIGHTS_H
#define DOMAIN_EXAM_WEIGHTS_H

#include "domain/bank.h"
#include "domain/exam.h"

/* How much of a paper is to be expected from each section (bank->section_count of them): an entry's
 * weight is shared by its questions, those of each difficulty band together by the band's weight.
 * Where the bank has nothing of the blueprint all is as it was. */
void exam_weights_of(const struct exam *exam, const struct bank *bank, struct arena *arena,
                     double *weights);
/* The share of points that reaches the pass mark, in thousandths, rounded up. */
int64_t exam_pass_milli(const struct exam *exam);

#endif
