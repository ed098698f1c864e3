/* Random bytes: libsodium's generator, which asks the kernel. */
#include "base/random.h"

#include <stdlib.h>

#include <sodium.h>

void random_start(void)
{
    if (sodium_init() < 0) {
        abort(); /* no source of randomness: nothing secret could be made */
    }
}

void random_bytes(void *out, size_t size)
{
    randombytes_buf(out, size);
}

uint64_t random_u64(void)
{
    uint64_t value = 0;
    randombytes_buf(&value, sizeof value);
    return value;
}
