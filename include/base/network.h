/* IP addresses as text: networks such as 10.0.0.0/8, and which network an address is counted with.
 */
#ifndef BASE_NETWORK_H
#define BASE_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/text.h"

enum { NETWORKS_MAX = 16, ADDRESS_TEXT_BYTES = 46 };

/* IPv4: the server has no other sockets. */
struct network {
    uint32_t address; /* host byte order */
    uint32_t mask;
};
struct networks {
    struct network items[NETWORKS_MAX];
    size_t count;
};

/* "127.0.0.1,10.0.0.0/8"; absent: none. False for anything else. */
NODISCARD bool networks_parse(struct text list, struct networks *networks);
/* Whether the address (IPv4, as text) is in one of them. */
bool networks_contain(const struct networks *networks, struct text address);
/* Writes an IPv4 or IPv6 address in its one canonical form; false where it is none. */
NODISCARD bool address_normalize(struct text address, char out[ADDRESS_TEXT_BYTES]);
/* What a canonical address is counted with: itself; of IPv6 the first 64 bits, which are one
 * customer's. */
void address_network(struct text address, char out[ADDRESS_TEXT_BYTES]);

#endif
