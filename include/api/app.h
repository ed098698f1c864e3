/* What all requests share. Made once by `serve`, read by every worker. */
#ifndef API_APP_H
#define API_APP_H

#include <stdatomic.h>

#include "api/cors.h"
#include "auth/token.h"
#include "auth/token_cache.h"
#include "db/db.h"
#include "db/pool.h"
#include "store/paper_cache.h"
#include "store/snapshot.h"

struct app {
    struct db *lanes;             /* handlers use call->db: these, or a transaction */
    struct db_pool *transactions; /* for requests with an Idempotency-Key */
    struct db_pool *scans;        /* for what reads much: exports, lists of an admin */
    struct snapshots *snapshots;
    const struct token_keys *keys;
    struct token_cache *tokens; /* verified lately */
    struct paper_cache *papers; /* answered lately */
    struct origins origins;     /* of pages that may call us from a browser */
    struct text openapi;        /* the document, rendered at start */
    int64_t answer_grace_ms;    /* after the deadline */
    atomic_bool is_draining;    /* /readyz says 503 */
};

#endif
