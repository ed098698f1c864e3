/* The byte order of PostgreSQL's binary format: big-endian, at any alignment. */
#ifndef DB_WIRE_H
#define DB_WIRE_H

#include <stdint.h>

void wire_put_u32(char *out, uint32_t value);
void wire_put_u64(char *out, uint64_t value);
void wire_put_real(char *out, double value);
int16_t wire_get_i16(const char *in);
int32_t wire_get_i32(const char *in);
int64_t wire_get_i64(const char *in);
double wire_get_real(const char *in);

#endif
