/* Numbers to and from PostgreSQL's binary format; see db/wire.h. */
#include "db/wire.h"

#include <stddef.h>
#include <string.h>

static void put_bytes(char *out, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        out[i] = (char)(unsigned char)(value >> (8 * (size - 1 - i)));
    }
}

static uint64_t get_bytes(const char *in, size_t size)
{
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++) {
        value = value << 8 | (unsigned char)in[i];
    }
    return value;
}

void wire_put_u32(char *out, uint32_t value)
{
    put_bytes(out, value, sizeof value);
}

void wire_put_u64(char *out, uint64_t value)
{
    put_bytes(out, value, sizeof value);
}

void wire_put_real(char *out, double value)
{
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    wire_put_u64(out, bits);
}

int16_t wire_get_i16(const char *in)
{
    return (int16_t)get_bytes(in, sizeof(int16_t));
}

int32_t wire_get_i32(const char *in)
{
    return (int32_t)get_bytes(in, sizeof(int32_t));
}

int64_t wire_get_i64(const char *in)
{
    return (int64_t)get_bytes(in, sizeof(int64_t));
}

double wire_get_real(const char *in)
{
    const uint64_t bits = get_bytes(in, sizeof bits);
    double value = 0;
    memcpy(&value, &bits, sizeof value);
    return value;
}
