/* Names of the first pages of boards, kept for a second: store/boards.h. */
#ifndef STORE_BOARD_NAMES_H
#define STORE_BOARD_NAMES_H

#include "store/boards.h"

struct board_names;
NONNULL_RETURN struct board_names *board_names_create(struct arena *arena);
void board_names_close(struct board_names *names);
/* NULL where these are not kept, or somebody has gone since. */
const struct board_name *board_names_find(struct board_names *names,
                                          const struct board_reading *reading, int64_t departed_at,
                                          struct arena *arena, size_t *count);
/* Takes a copy of first pages. */
void board_names_keep(struct board_names *names, const struct board_reading *reading,
                      int64_t departed_at, const struct board_name *read, size_t count);

#endif
