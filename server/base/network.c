/* IP addresses as text, by the C library's own reader and writer. */
#include "base/network.h"

#include <arpa/inet.h>
#include <string.h>

enum { PREFIX_MAX = 32, PREFIX_DIGITS_MAX = 2, NETWORK_BYTES_IPV6 = 8 };

/* A NUL-terminated copy; false where it does not fit. */
static bool copy_address(struct text address, char out[ADDRESS_TEXT_BYTES])
{
    if (address.len == 0 || address.len >= ADDRESS_TEXT_BYTES) {
        return false;
    }
    memcpy(out, address.data, address.len);
    out[address.len] = '\0';
    return memchr(out, '\0', address.len) == NULL;
}

static bool parse_ipv4(struct text address, uint32_t *value)
{
    char copy[ADDRESS_TEXT_BYTES];
    struct in_addr parsed;

    if (!copy_address(address, copy) || inet_pton(AF_INET, copy, &parsed) != 1) {
        return false;
    }
    *value = ntohl(parsed.s_addr);
    return true;
}

static bool parse_network(struct text item, struct network *network)
{
    struct text address = TEXT_ABSENT;
    struct text prefix = TEXT_ABSENT;
    int64_t bits = PREFIX_MAX;

    if (text_split(item, '/', &address, &prefix) &&
        (prefix.len > PREFIX_DIGITS_MAX || !text_to_i64(prefix, &bits) || bits < 0 ||
         bits > PREFIX_MAX)) {
        return false;
    }
    network->mask = bits == 0 ? 0 : UINT32_MAX << (unsigned)(PREFIX_MAX - bits);
    return parse_ipv4(address, &network->address) &&
           (network->address & ~network->mask) == 0; /* 10.0.0.1/8 is a slip of the pen */
}

bool networks_parse(struct text list, struct networks *networks)
{
    struct text rest = list;
    struct text item = TEXT_ABSENT;
    bool has_more = list.data != NULL;

    networks->count = 0;
    while (has_more) {
        has_more = text_split(rest, ',', &item, &rest);
        if (networks->count == NETWORKS_MAX ||
            !parse_network(text_trim(item), &networks->items[networks->count])) {
            return false;
        }
        networks->count++;
    }
    return true;
}

bool networks_contain(const struct networks *networks, struct text address)
{
    uint32_t value = 0;

    if (networks->count == 0 || !parse_ipv4(address, &value)) {
        return false;
    }
    for (size_t i = 0; i < networks->count; i++) {
        if ((value & networks->items[i].mask) == networks->items[i].address) {
            return true;
        }
    }
    return false;
}

bool address_normalize(struct text address, char out[ADDRESS_TEXT_BYTES])
{
    char copy[ADDRESS_TEXT_BYTES];
    struct in6_addr parsed; /* large enough for either */

    if (!copy_address(address, copy)) {
        return false;
    }
    const int family = strchr(copy, ':') == NULL ? AF_INET : AF_INET6;
    return inet_pton(family, copy, &parsed) == 1 &&
           inet_ntop(family, &parsed, out, ADDRESS_TEXT_BYTES) != NULL;
}

void address_network(struct text address, char out[ADDRESS_TEXT_BYTES])
{
    struct in6_addr parsed;

    if (!copy_address(address, out)) {
        out[0] = '\0';
        return;
    }
    if (inet_pton(AF_INET6, out, &parsed) == 1) {
        memset(parsed.s6_addr + NETWORK_BYTES_IPV6, 0, sizeof parsed.s6_addr - NETWORK_BYTES_IPV6);
        (void)inet_ntop(AF_INET6, &parsed, out, ADDRESS_TEXT_BYTES); /* it fits: out came from it */
    }
}
