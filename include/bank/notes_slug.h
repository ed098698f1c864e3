/*
 * Names of sections: GitHub's anchors, and the segments of paths. Both are made from the words of a
 * heading by the rule that GitHub uses (github-slugger): lower case; letters, marks, digits, '_'
 * and '-' stay; blanks become '-'; everything else goes.
 */
#ifndef BANK_NOTES_SLUG_H
#define BANK_NOTES_SLUG_H

#include "bank/text_map.h"

/* A path has at most six segments: the whole stays indexable for a database. */
enum { NOTES_SEGMENT_BYTES_MAX = 160 };

/* The anchor of a heading, not yet unique. What has no letter at all gives "section". */
struct text notes_slug_anchor(struct arena *arena, struct text title);
/* The same without blanks that punctuation left at its ends ("? How" is "how", its anchor "-how"),
 * and cut to NOTES_SEGMENT_BYTES_MAX. */
struct text notes_slug_segment(struct arena *arena, struct text title);
/* `slug`, or `slug`-1, -2, … whichever was not given out by this map yet; remembers it. */
struct text notes_slug_unique(struct text_map *taken, struct text slug);

#endif
