/* Whose request it is where proxies stand in between. */
#ifndef HTTP_CLIENT_ADDRESS_H
#define HTTP_CLIENT_ADDRESS_H

#include "base/network.h"
#include "http/request.h"

/* Writes the client's address in canonical form: that of the connection, or, as long as that is one
 * of the `proxies`, what the proxy says in X-Forwarded-For, read from its end. What is no address
 * there is not believed, nor is what stands before it. */
void client_address(const struct networks *proxies, const struct request *request,
                    char out[ADDRESS_TEXT_BYTES]);

#endif
