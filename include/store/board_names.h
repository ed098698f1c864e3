/*
 * Names of those on boards, kept for a second after they were read: parts of boards that many look
 * at cost no more than one that nobody does. Whoever has gone meanwhile shows in `departed_at`,
 * which every request reads anew. Bounded: a slot holds the last one that belongs there, and no
 * long names. Safe for any number of threads.
 */
#ifndef STORE_BOARD_NAMES_H
#define STORE_BOARD_NAMES_H

#include "store/boards.h"

struct board_names;

/* `slots`, a power of two; lives in the arena. */
NONNULL_RETURN struct board_names *board_names_create(struct arena *arena, size_t slots);
void board_names_close(struct board_names *names);
/* Sets names, count and known_count to those on the page that are kept, all as of departed_at. */
void board_names_find(struct board_names *names, struct arena *arena, struct board_people *people);
/* Takes a copy of those that were not known before. */
void board_names_keep(struct board_names *names, const struct board_people *people);

#endif
