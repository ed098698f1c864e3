/*
 * Memory that lives exactly as long as one piece of work (a request, an import, a test). Everything
 * allocated from an arena dies with it, and what libraries own is handed to `arena_defer` on the
 * next line, so the code above needs neither free nor goto. Out of memory aborts here: no caller
 * checks for NULL. An arena belongs to one thread at a time.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/compiler.h"
#include "base/text.h"

struct arena;

/* A new arena; the caller frees it with `arena_free`. */
NODISCARD NONNULL_RETURN struct arena *arena_create(void);
/* Runs the deferred releases, last first, and gives all memory back but the first chunk: ready for
 * the next piece of work. */
void arena_reset(struct arena *arena);
/* Runs the deferred releases, last first, and frees all. Takes NULL. */
void arena_free(struct arena *arena);
/* `size` zeroed bytes, aligned for any type. */
NODISCARD NONNULL_RETURN void *arena_alloc(struct arena *arena, size_t size);
/* `count` zeroed items of `size` bytes; aborts where the product overflows. */
NODISCARD NONNULL_RETURN void *arena_alloc_array(struct arena *arena, size_t count, size_t size);
/* `size` bytes that are not zeroed, aligned to 1: for text. */
NODISCARD NONNULL_RETURN char *arena_alloc_bytes(struct arena *arena, size_t size);
/* Makes a piece from arena_alloc_bytes longer where it stands; false where it cannot: something was
 * allocated after it, or its chunk is full. */
NODISCARD bool arena_extend(struct arena *arena, const char *piece, size_t size, size_t new_size);
/* A copy with a NUL behind it; absent stays absent. */
struct text arena_copy(struct arena *arena, struct text source);
/* A NUL-terminated copy as a C string ("" for absent). */
NONNULL_RETURN const char *arena_string(struct arena *arena, struct text source);
/* printf into the arena. */
struct text arena_printf(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);
/* `release(resource)` is called when the arena is reset or freed; does nothing for a NULL resource.
 */
void arena_defer(struct arena *arena, void (*release)(void *resource), void *resource);
/* Bytes handed out since the last reset. */
size_t arena_used_bytes(const struct arena *arena);

#define arena_new(arena, type) ((type *)arena_alloc(arena, sizeof(type)))
#define arena_new_array(arena, count, type) ((type *)arena_alloc_array(arena, count, sizeof(type)))

#endif
