/* An entry of a blueprint as what an item is compared with. */
#ifndef DOMAIN_EXAM_PLACE_H
#define DOMAIN_EXAM_PLACE_H

#include "domain/bank.h"
#include "domain/exam.h"

struct exam_place {
    struct text domain; /* absent: a section */
    size_t from;        /* the section with all below it; empty where the bank has it no more */
    size_t to;
};
/* `bank` is indexed. */
struct exam_place exam_place_of(const struct bank *bank, const struct exam_blueprint_entry *entry);
bool exam_place_has(const struct exam_place *place, const struct item *item);

#endif
