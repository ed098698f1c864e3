/* What all requests share. Made once by `serve`, read by every worker. */
#ifndef API_APP_H
#define API_APP_H

#include <stdatomic.h>

#include "auth/token.h"
#include "auth/token_cache.h"
#include "db/db.h"
#include "domain/weak_areas.h"
#include "store/outlook_cache.h"
#include "store/paper_cache.h"
#include "store/snapshot.h"

struct app {
    struct db *db;
    struct snapshots *snapshots;
    const struct token_keys *keys;
    struct token_cache *tokens; /* verified lately */
    struct paper_cache *papers; /* answered lately */
    struct outlook_cache *outlooks;
    struct text openapi;                    /* the document, rendered at start */
    enum weak_areas_model weak_areas_model; /* where a request names none */
    atomic_bool is_draining;                /* /readyz says 503 */
};

#endif
