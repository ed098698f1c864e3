/*
 * What a bank knows of a question and other programs have no place for: difficulty, domain, further
 * sections, where it is from, unit and arithmetic of a number, how it is scored. It travels as
 * pairs of key and value, which each format hides where other programs do not look.
 */
#ifndef FORMATS_EXTRAS_H
#define FORMATS_EXTRAS_H

#include "base/arena.h"
#include "domain/question.h"

enum { EXTRAS_MAX = 48 };

struct extra {
    struct text key;
    struct text value;
};

struct extra_list {
    struct extra items[EXTRAS_MAX];
    size_t count;
};

struct draft;

void extras_add(struct extra_list *list, struct text key, struct text value);
/* NULL where there is none. */
const struct text *extras_find(const struct extra_list *list, struct text key);
/* All of a question's. */
void extras_of(struct arena *arena, const struct question *question, struct extra_list *list);
/* The bounds of a range, for formats that have none. */
void extras_of_range(struct arena *arena, const struct question *question, struct extra_list *list);
/* The draft's pairs into its question; warns of what cannot be understood. Keys that are not known
 * are another program's. */
void extras_apply(struct draft *draft);

#endif
