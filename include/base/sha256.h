/*
 * SHA-256 (FIPS 180-4) for recognizing content again. It is not for passwords, keys or signatures:
 * those go through libsodium in auth/.
 */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include <stdint.h>

#include "base/text.h"

enum { SHA256_BYTES = 32, SHA256_BLOCK_BYTES = 64, SHA256_HEX_BYTES = 64 };

struct sha256 {
    uint32_t state[8];
    uint64_t length_bytes;
    uint8_t block[SHA256_BLOCK_BYTES]; /* what does not fill a block yet */
};

void sha256_start(struct sha256 *sha256);
void sha256_update(struct sha256 *sha256, struct text bytes);
/* 64 lower-case hexadecimal digits and a NUL; returns the text over `out`. */
struct text sha256_finish_hex(struct sha256 *sha256, char out[SHA256_HEX_BYTES + 1]);

#endif
