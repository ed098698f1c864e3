/* Names of the first pages of boards, kept for a second: store/boards.h. */
#ifndef STORE_BOARD_NAMES_H
#define STORE_BOARD_NAMES_H

#include "store/boards.h"

struct board_names;
NONNULL_RETURN struct board_names *board_names_create(struct arena *arena);
void board_names_close(struct board_names *names);
/* False where these are not kept. Else names and count are set, and departed_at to when somebody
 * had last gone then. */
NODISCARD bool board_names_find(struct board_names *names, const struct board_reading *reading,
                                struct arena *arena, struct board_people *people);
/* Takes a copy of first pages. */
void board_names_keep(struct board_names *names, const struct board_reading *reading,
                      const struct board_people *people);

#endif
