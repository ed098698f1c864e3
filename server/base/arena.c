/*
 * A bump allocator in chunks. Small pieces are cut off the newest chunk; a piece too large for that
 * gets a chunk of its own, so that the rest of the newest chunk is not lost. The first chunk is
 * made when it is needed (an idle worker costs next to nothing) and kept across resets: a worker
 * that serves small requests never calls malloc again. What larger requests need more comes from a
 * pool that all arenas share and that nobody waits for: under malloc's locks a thread that loses
 * its turn holds up the others. Under AddressSanitizer everything not handed out is poisoned, with
 * a gap behind each piece, so that using memory past its end or past a reset is caught as it would
 * be with malloc.
 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_POISONS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_POISONS 1
#endif
#endif

#ifdef ARENA_POISONS
#include <sanitizer/asan_interface.h>
/* Poison has a grain of 8 bytes: each piece begins on one, so that a gap is never shared with its
 * neighbour. */
enum { GAP_BYTES = 16, TEXT_ALIGNMENT = 8 };
#define POISON(at, size) ASAN_POISON_MEMORY_REGION(at, size)
#define UNPOISON(at, size) ASAN_UNPOISON_MEMORY_REGION(at, size)
#else
enum { GAP_BYTES = 0, TEXT_ALIGNMENT = 1 };
#define POISON(at, size) ((void)(at), (void)(size))
#define UNPOISON(at, size) ((void)(at), (void)(size))
#endif

enum {
    /* With its head a page: every worker thread keeps one for good, and most requests need no more.
     */
    FIRST_CHUNK_BYTES = 4 * 1024 - 64,
    POOLED_CHUNK_BYTES = 64 * 1024 - 64, /* the next one, and pieces that need one of their own */
    LARGEST_CHUNK_BYTES = 256 * 1024,    /* all further ones */
    POOL_SLOTS = 64                      /* as many chunks wait for the next request */
};

struct chunk {
    struct chunk *next;
    size_t capacity;
    size_t used;
    alignas(max_align_t) unsigned char data[];
};

struct deferred {
    struct deferred *next;
    void (*release)(void *resource);
    void *resource;
};

struct arena {
    struct chunk *newest; /* pieces are cut off this one; the last of the list is the first chunk */
    struct chunk *large;  /* one piece each */
    struct deferred *deferred;
    size_t used_bytes;
};

NORETURN static void die_out_of_memory(void)
{
    (void)fputs("quizd: out of memory\n",
                stderr); /* the process ends here, whether or not this is seen */
    abort();
}

/* Large tables are zero by being new: pages that nobody has written to cost no memory. */
static bool comes_zeroed(size_t capacity)
{
    return capacity > LARGEST_CHUNK_BYTES;
}

/* A chunk or NULL each; a slot is emptied and filled by one exchange. */
static _Atomic(struct chunk *) pool[POOL_SLOTS];
static atomic_uint pool_hint; /* about where the last one was left */

static struct chunk *pool_take(void)
{
    const unsigned hint = atomic_load_explicit(&pool_hint, memory_order_relaxed);
    for (unsigned i = 0; i < POOL_SLOTS; i++) {
        const unsigned slot = (hint - i) % POOL_SLOTS;
        if (atomic_load_explicit(&pool[slot], memory_order_relaxed) == NULL) {
            continue;
        }
        struct chunk *chunk = atomic_exchange_explicit(&pool[slot], NULL, memory_order_acquire);
        if (chunk != NULL) {
            atomic_store_explicit(&pool_hint, slot, memory_order_relaxed);
            return chunk;
        }
    }
    return NULL;
}

/* False where all slots are full. */
static bool pool_give(struct chunk *chunk)
{
    const unsigned hint = atomic_load_explicit(&pool_hint, memory_order_relaxed);
    for (unsigned i = 0; i < POOL_SLOTS; i++) {
        const unsigned slot = (hint + i) % POOL_SLOTS;
        struct chunk *none = NULL;
        if (atomic_compare_exchange_strong_explicit(&pool[slot], &none, chunk, memory_order_release,
                                                    memory_order_relaxed)) {
            atomic_store_explicit(&pool_hint, slot, memory_order_relaxed);
            return true;
        }
    }
    return false;
}

static struct chunk *chunk_allocate(size_t capacity)
{
    size_t size = 0;
    if (add_overflows(capacity, sizeof(struct chunk), &size)) {
        die_out_of_memory();
    }
    struct chunk *chunk = comes_zeroed(capacity) ? calloc(1, size) : malloc(size);
    if (chunk == NULL) {
        die_out_of_memory();
    }
    return chunk;
}

static struct chunk *chunk_create(size_t wanted, struct chunk *next)
{
    const bool is_pooled = wanted > FIRST_CHUNK_BYTES && wanted <= POOLED_CHUNK_BYTES;
    const size_t capacity = is_pooled ? POOLED_CHUNK_BYTES : wanted;
    struct chunk *chunk = is_pooled ? pool_take() : NULL;
    if (chunk == NULL) {
        chunk = chunk_allocate(capacity);
    }
    chunk->next = next;
    chunk->capacity = capacity;
    chunk->used = 0;
    POISON(chunk->data, capacity);
    return chunk;
}

static void chunk_free(struct chunk *chunk)
{
    POISON(chunk->data, chunk->capacity); /* as long as it is in the pool */
    if (chunk->capacity != POOLED_CHUNK_BYTES || !pool_give(chunk)) {
        UNPOISON(chunk->data, chunk->capacity);
        free(chunk);
    }
}

/* Frees the chunks of a list up to, but not including, `end`. */
static void chunks_free(struct chunk *list, const struct chunk *end)
{
    while (list != end) {
        struct chunk *next = list->next;
        chunk_free(list);
        list = next;
    }
}

struct arena *arena_create(void)
{
    struct arena *arena = calloc(1, sizeof *arena);
    if (arena == NULL) {
        die_out_of_memory();
    }
    return arena;
}

/* Last first. A release may itself allocate and defer: the list is read anew each time. */
static void run_deferred(struct arena *arena)
{
    while (arena->deferred != NULL) {
        const struct deferred *deferred = arena->deferred;
        arena->deferred = deferred->next;
        deferred->release(deferred->resource);
    }
}

void arena_reset(struct arena *arena)
{
    run_deferred(arena);
    chunks_free(arena->large, NULL);
    arena->large = NULL;
    arena->used_bytes = 0;
    struct chunk *first = arena->newest;
    if (first == NULL) {
        return;
    }
    while (first->next != NULL) {
        first = first->next;
    }
    chunks_free(arena->newest, first);
    POISON(first->data, first->used);
    first->used = 0;
    arena->newest = first;
}

void arena_free(struct arena *arena)
{
    if (arena == NULL) {
        return;
    }
    run_deferred(arena);
    chunks_free(arena->large, NULL);
    chunks_free(arena->newest, NULL);
    free(arena);
}

/* Makes room for `size` bytes and says in which chunk: one of its own, or a new one to cut from. */
static struct chunk *chunk_add(struct arena *arena, size_t size)
{
    size_t usual = LARGEST_CHUNK_BYTES;
    if (arena->newest == NULL) {
        usual = FIRST_CHUNK_BYTES;
    } else if (arena->newest->next == NULL) {
        usual = POOLED_CHUNK_BYTES;
    }
    if (size > usual / 4) {
        arena->large = chunk_create(size, arena->large);
        return arena->large;
    }
    arena->newest = chunk_create(usual, arena->newest);
    return arena->newest;
}

static void *allocate(struct arena *arena, size_t size, size_t alignment)
{
    size_t wanted = size == 0 ? 1 : size; /* so that the address of nothing is still one's own */
    if (add_overflows(wanted, (size_t)GAP_BYTES, &wanted)) {
        die_out_of_memory();
    }
    struct chunk *chunk = arena->newest;
    size_t start = chunk == NULL ? 0 : (chunk->used + alignment - 1) & ~(alignment - 1);
    if (chunk == NULL || start > chunk->capacity || wanted > chunk->capacity - start) {
        chunk = chunk_add(arena, wanted);
        start = 0;
    }
    chunk->used = start + wanted;
    arena->used_bytes += size;
    unsigned char *piece = chunk->data + start;
    UNPOISON(piece, size);
    return piece;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    const struct chunk *large_before = arena->large;
    void *piece = allocate(arena, size, alignof(max_align_t));
    if (arena->large == large_before || !comes_zeroed(size)) {
        memset(piece, 0, size);
    }
    return piece;
}

void *arena_alloc_array(struct arena *arena, size_t count, size_t size)
{
    size_t total = 0;
    if (mul_overflows(count, size, &total)) {
        die_out_of_memory();
    }
    return arena_alloc(arena, total);
}

bool arena_extend(struct arena *arena, const char *piece, size_t size, size_t new_size)
{
    struct chunk *chunk = arena->newest;
    size_t end = 0;
    if (chunk == NULL || size == 0 || add_overflows(new_size, (size_t)GAP_BYTES, &end) ||
        (uintptr_t)piece + size + GAP_BYTES != (uintptr_t)chunk->data + chunk->used) {
        return false;
    }
    const size_t start = chunk->used - GAP_BYTES - size;
    if (end > chunk->capacity - start) {
        return false;
    }
    chunk->used = start + end;
    arena->used_bytes += new_size - size;
    UNPOISON(chunk->data + start, new_size);
    return true;
}

char *arena_alloc_bytes(struct arena *arena, size_t size)
{
    return allocate(arena, size, TEXT_ALIGNMENT);
}

struct text arena_copy(struct arena *arena, struct text source)
{
    if (source.data == NULL) {
        return TEXT_ABSENT;
    }
    char *copy = arena_alloc_bytes(arena, source.len + 1);
    if (source.len > 0) {
        memcpy(copy, source.data, source.len);
    }
    copy[source.len] = '\0';
    return (struct text){.data = copy, .len = source.len};
}

const char *arena_string(struct arena *arena, struct text source)
{
    return arena_copy(arena, source.data == NULL ? TEXT("") : source).data;
}

struct text arena_printf(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    va_list again;
    va_start(arguments, format);
    va_copy(again, arguments);
    char small[256];
    const int length = vsnprintf(small, sizeof small, format, arguments);
    va_end(arguments);
    if (length <
        0) { /* the only cause left without wide characters: a result longer than INT_MAX */
        die_out_of_memory();
    }
    const size_t len = (size_t)length;
    char *out = arena_alloc_bytes(arena, len + 1);
    if (len < sizeof small) {
        memcpy(out, small, len + 1);
    } else {
        (void)vsnprintf(out, len + 1, format, again); /* the same arguments give the same length */
    }
    va_end(again);
    return (struct text){.data = out, .len = len};
}

void arena_defer(struct arena *arena, void (*release)(void *resource), void *resource)
{
    if (resource == NULL) {
        return;
    }
    struct deferred *deferred = arena_new(arena, struct deferred);
    *deferred =
        (struct deferred){.next = arena->deferred, .release = release, .resource = resource};
    arena->deferred = deferred;
}

size_t arena_used_bytes(const struct arena *arena)
{
    return arena->used_bytes;
}
