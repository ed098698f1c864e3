/* Who calls: the token of a request and what was revoked meanwhile, and how many requests one may
 * make. */
#ifndef API_IDENTITY_H
#define API_IDENTITY_H

#include "api/call.h"
#include "store/revocations.h"

/* Whether the network may make one more request. ERROR_TOO_MANY_REQUESTS. */
NODISCARD bool identity_admit(struct call *call, struct error *err);
/* Whether the route is open to the caller, who then is in `call`. ERROR_UNAUTHENTICATED,
 * ERROR_INVALID_TOKEN, ERROR_FORBIDDEN, ERROR_TOO_MANY_REQUESTS. */
NODISCARD bool identity_authorize(struct call *call, struct error *err);
/* Whether the login of an authorized call still stands: for calls that last. ERROR_INVALID_TOKEN.
 */
NODISCARD bool identity_confirm(struct call *call, struct error *err);
/* RateLimit and RateLimit-Policy, where there is a limit. */
void identity_add_rate_headers(const struct call *call);
/* The `take` of revocations_open; `context` is the struct app. When it
 * returns, no token that is over is remembered as good. */
void identity_take_revocations(void *context, const struct revocation *items, size_t count);

#endif
