/*
 * Idempotency-Key: for every route whose row says `takes_key`. With a key, all that the handler
 * does is one transaction, and the reply is kept in it: there is either both or nothing, so the
 * same request can be sent again whatever became of the first. Handlers know nothing of it: they
 * use call->db. Only good replies are kept: a refusal has done nothing and is judged anew.
 */
#ifndef API_IDEMPOTENCY_H
#define API_IDEMPOTENCY_H

#include "api/call.h"

/* Fills call->response; `run` does so where there is no reply yet. ERROR_KEY_REUSED,
 * ERROR_KEY_IN_FLIGHT, ERROR_MALFORMED_REQUEST for a key that cannot be one, and what `run` sets.
 */
NODISCARD bool idempotency_run(struct call *call, bool (*run)(struct call *call, struct error *err),
                               struct error *err);

#endif
