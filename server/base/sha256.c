/*
 * SHA-256 after FIPS 180-4: section numbers below are those of the standard.
 */
#include "base/sha256.h"

#include <string.h>

/* 4.2.2: the first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
static const uint32_t K[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotate_right(uint32_t x, unsigned bits)
{
    return (x >> bits) | (x << (32U - bits));
}

/* 6.2.2, step 1: the message schedule. */
static void expand(const uint8_t *block, uint32_t w[64])
{
    for (size_t t = 0; t < 16; t++) {
        const uint8_t *b = block + 4 * t;
        w[t] = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | (uint32_t)b[3];
    }
    for (size_t t = 16; t < 64; t++) {
        const uint32_t s0 =
            rotate_right(w[t - 15], 7) ^ rotate_right(w[t - 15], 18) ^ (w[t - 15] >> 3);
        const uint32_t s1 =
            rotate_right(w[t - 2], 17) ^ rotate_right(w[t - 2], 19) ^ (w[t - 2] >> 10);
        w[t] = w[t - 16] + s0 + w[t - 7] + s1;
    }
}

/* 6.2.2, steps 2 to 4; v[0]…v[7] are a…h. */
static void compress(uint32_t state[8], const uint8_t *block)
{
    uint32_t w[64];
    uint32_t v[8];
    expand(block, w);
    memcpy(v, state, sizeof v);
    for (size_t t = 0; t < 64; t++) {
        const uint32_t sum1 =
            rotate_right(v[4], 6) ^ rotate_right(v[4], 11) ^ rotate_right(v[4], 25);
        const uint32_t sum0 =
            rotate_right(v[0], 2) ^ rotate_right(v[0], 13) ^ rotate_right(v[0], 22);
        const uint32_t choice = (v[4] & v[5]) ^ (~v[4] & v[6]);
        const uint32_t majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
        const uint32_t t1 = v[7] + sum1 + choice + K[t] + w[t];
        memmove(v + 1, v, 7 * sizeof v[0]);
        v[4] += t1;
        v[0] = t1 + sum0 + majority;
    }
    for (size_t i = 0; i < 8; i++) {
        state[i] += v[i];
    }
}

/* 5.3.3 */
void sha256_start(struct sha256 *sha256)
{
    *sha256 = (struct sha256){.state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f,
                                        0x9b05688c, 0x1f83d9ab, 0x5be0cd19}};
}

void sha256_update(struct sha256 *sha256, struct text bytes)
{
    for (size_t at = 0; at < bytes.len;) {
        const size_t held = (size_t)(sha256->length_bytes % SHA256_BLOCK_BYTES);
        const size_t room = SHA256_BLOCK_BYTES - held;
        const size_t taken = bytes.len - at < room ? bytes.len - at : room;
        memcpy(sha256->block + held, bytes.data + at, taken);
        sha256->length_bytes += taken;
        at += taken;
        if (taken == room) {
            compress(sha256->state, sha256->block);
        }
    }
}

struct text sha256_finish_hex(struct sha256 *sha256, char out[SHA256_HEX_BYTES + 1])
{
    static const char DIGITS[] = "0123456789abcdef";
    /* 5.1.1: a 1 bit, zeros up to 56 modulo 64 bytes, the length in bits as 64 bits. */
    const uint64_t length_bits = sha256->length_bytes * 8;
    sha256_update(sha256, TEXT("\x80"));
    while (sha256->length_bytes % SHA256_BLOCK_BYTES != SHA256_BLOCK_BYTES - 8) {
        sha256_update(sha256, (struct text){.data = "\0", .len = 1});
    }
    char length[8];
    for (size_t i = 0; i < sizeof length; i++) {
        length[i] = (char)(uint8_t)(length_bits >> (56 - 8 * i));
    }
    sha256_update(sha256, (struct text){.data = length, .len = sizeof length});
    for (size_t i = 0; i < SHA256_HEX_BYTES; i++) {
        const uint32_t word = sha256->state[i / 8];
        out[i] = DIGITS[(word >> (28 - 4 * (i % 8))) & 0xFU];
    }
    out[SHA256_HEX_BYTES] = '\0';
    return (struct text){.data = out, .len = SHA256_HEX_BYTES};
}
