/*
 * Which member of a board somebody was when he last looked at it, so that his surroundings can be
 * found before the database has said who he is. No more than a guess: the statement that reads the
 * names says who he is, whether he has left or was never there. Bounded: a slot holds the last one
 * that belongs there. Safe for any number of threads.
 */
#ifndef STORE_BOARD_CALLERS_H
#define STORE_BOARD_CALLERS_H

#include <stddef.h>

#include "base/arena.h"
#include "base/uuid.h"

struct board_callers;

/* `slots`, a power of two; lives in the arena. */
NONNULL_RETURN struct board_callers *board_callers_create(struct arena *arena, size_t slots);
void board_callers_close(struct board_callers *callers);
struct uuid board_callers_find(struct board_callers *callers, struct uuid user_id,
                               struct uuid bank_id); /* nil: not known, or no member */
void board_callers_put(struct board_callers *callers, struct uuid user_id, struct uuid bank_id,
                       struct uuid member_id);

#endif
