/* The ids of a file's questions, as hashes, with the line each was first seen in. */
#ifndef FORMATS_ID_SET_H
#define FORMATS_ID_SET_H

#include <stddef.h>

#include "base/arena.h"

struct id_set;

NODISCARD NONNULL_RETURN struct id_set *id_set_new(struct arena *arena);
/* 0 where the id is new; else the line it was first seen in. */
size_t id_set_add(struct id_set *set, struct text id, size_t line);

#endif
