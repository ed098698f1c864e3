/* UUIDv7 and the text form of UUIDs; see RFC 9562, sections 4 and 5.7. */
#include "base/uuid.h"

#include <string.h>

#include "base/clock.h"
#include "base/random.h"

struct uuid uuid_from_time(int64_t at_us)
{
    const uint64_t milliseconds = (uint64_t)(at_us / 1000);
    struct uuid id = UUID_NIL;
    for (size_t i = 0; i < 6; i++) {
        id.bytes[i] = (uint8_t)(milliseconds >> (40 - 8 * i));
    }
    return id;
}

struct uuid uuid_new(void)
{
    const int64_t now_us = clock_now_us();
    const uint64_t fraction = (uint64_t)(now_us % 1000) * 4096 / 1000; /* of the millisecond */
    struct uuid id = uuid_from_time(now_us);
    random_bytes(id.bytes + 8, sizeof id.bytes - 8);
    id.bytes[6] = (uint8_t)(0x70U | (fraction >> 8U)); /* version 7 */
    id.bytes[7] = (uint8_t)(fraction & 0xFFU);
    id.bytes[8] = (uint8_t)(0x80U | (id.bytes[8] & 0x3FU)); /* variant 10 */
    return id;
}

/* Whether a hyphen stands before this byte in the text form. */
static bool has_hyphen_before(size_t byte)
{
    return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool uuid_parse(struct text t, struct uuid *id)
{
    if (t.len != UUID_TEXT_BYTES) {
        return false;
    }
    struct uuid parsed = UUID_NIL;
    size_t at = 0;
    for (size_t i = 0; i < sizeof parsed.bytes; i++) {
        if (has_hyphen_before(i)) {
            if (t.data[at] != '-') {
                return false;
            }
            at++;
        }
        const int high = hex_value(t.data[at]);
        const int low = hex_value(t.data[at + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        parsed.bytes[i] = (uint8_t)(high * 16 + low);
        at += 2;
    }
    *id = parsed;
    return true;
}

struct text uuid_format(struct uuid id, char out[UUID_TEXT_BYTES + 1])
{
    static const char HEX[] = "0123456789abcdef";
    size_t at = 0;
    for (size_t i = 0; i < sizeof id.bytes; i++) {
        if (has_hyphen_before(i)) {
            out[at] = '-';
            at++;
        }
        out[at] = HEX[id.bytes[i] >> 4U];
        out[at + 1] = HEX[id.bytes[i] & 0x0FU];
        at += 2;
    }
    out[at] = '\0';
    return (struct text){.data = out, .len = at};
}

bool uuid_equal(struct uuid a, struct uuid b)
{
    return memcmp(a.bytes, b.bytes, sizeof a.bytes) == 0;
}

bool uuid_is_nil(struct uuid id)
{
    return uuid_equal(id, UUID_NIL);
}

uint64_t uuid_hash(struct uuid id)
{
    return text_hash((struct text){.data = (const char *)id.bytes, .len = sizeof id.bytes});
}
