/* Random bytes from the operating system through libsodium; the only file of base that knows it. */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* Call once, before any thread: initialises libsodium, aborts where it cannot. */
void random_start(void);
void random_bytes(void *out, size_t size);
uint64_t random_u64(void);

#endif
