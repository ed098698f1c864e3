/* Identities: UUIDv7 (RFC 9562) made by the application, so that they sort by time and need no
 * sequence. */
#ifndef BASE_UUID_H
#define BASE_UUID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/text.h"

struct uuid {
    uint8_t bytes[16];
};

enum { UUID_TEXT_BYTES = 36 };
#define UUID_NIL ((struct uuid){{0}})

/* A new UUIDv7: 48 bits of wall-clock milliseconds, 12 of their fraction, so that ids sort by
 * microseconds, and 62 random bits. */
struct uuid uuid_new(void);
/* Not above any that is made at that time (µs) or later, above all that were made before its
 * millisecond. */
struct uuid uuid_from_time(int64_t at_us);
/* 8-4-4-4-12 lower-case hexadecimal digits, nothing else. */
NODISCARD bool uuid_parse(struct text t, struct uuid *id);
/* Writes 36 characters and a NUL; returns the text over `out`. */
struct text uuid_format(struct uuid id, char out[UUID_TEXT_BYTES + 1]);
bool uuid_equal(struct uuid a, struct uuid b);
bool uuid_is_nil(struct uuid id);
uint64_t uuid_hash(struct uuid id);

#endif
