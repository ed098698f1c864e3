/*
 * Which sections of new notes continue which of the old ones: those of the same path; then those
 * that were renamed or moved, known by the same text, by their place below a renamed section, or by
 * a text that is similar. Pure.
 */
#ifndef BANK_NOTES_FOLLOW_H
#define BANK_NOTES_FOLLOW_H

#include "base/arena.h"
#include "domain/bank.h"

/* From here on two texts are of one section (letter trigrams, 0 to 1). */
#define NOTES_FOLLOW_SIMILAR 0.5

/* By index of the new section: the index of the old one that it continues, or BANK_NO_SECTION. No
 * old section is continued twice. Removed old sections continue by their path alone. */
int64_t *notes_follow(struct arena *arena, struct section_list old, struct section_list now);

#endif
