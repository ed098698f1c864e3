/* What all requests share. Made once by `serve`, read by every worker. */
#ifndef API_APP_H
#define API_APP_H

#include <stdatomic.h>

#include "api/cors.h"
#include "api/streams.h"
#include "auth/rate_limit.h"
#include "auth/revocation_set.h"
#include "auth/token.h"
#include "auth/token_cache.h"
#include "base/network.h"
#include "db/db.h"
#include "db/pool.h"
#include "domain/weak_areas.h"
#include "mail/mailer.h"
#include "store/boards.h"
#include "store/outlook_cache.h"
#include "store/paper_cache.h"
#include "store/snapshot.h"
#include "store/team_boards.h"

/* What accounts are held to. */
struct account_rules {
    int64_t password_bytes_min;
    int64_t account_failures; /* failed logins before an account is locked; 0: never */
    int64_t network_failures; /* before the network they come from is */
    bool verifies_email;      /* no login before the address is proved */
};

struct app {
    struct db *lanes;             /* handlers use call->db: these, or a transaction */
    struct db_pool *transactions; /* for requests with an Idempotency-Key */
    struct db_pool *scans;        /* for what reads much: exports, lists of an admin */
    struct snapshots *snapshots;
    struct boards *boards;                   /* of banks, in memory */
    struct team_boards *team_boards;         /* of teams, kept for a second */
    _Atomic(const struct token_keys *) keys; /* SIGHUP brings others */
    struct token_cache *tokens;              /* verified lately */
    struct revocation_set *revocations;      /* what stands against the rest */
    struct rate_limit *user_requests;        /* NULL: no limit */
    struct rate_limit *network_requests;     /* NULL: no limit */
    struct networks proxies;                 /* whose X-Forwarded-For is believed */
    struct account_rules rules;
    struct mailer *mailer;                  /* NULL: no mail is sent */
    const char *mail_link;                  /* in mails; NULL: the bare token */
    struct paper_cache *papers;             /* answered lately */
    struct outlook_cache *outlooks;         /* of exams, drawn lately */
    enum weak_areas_model weak_areas_model; /* where a request names none */
    struct origins origins;                 /* of pages that may call us from a browser */
    struct text openapi;                    /* the document, rendered at start */
    bool separates_approver;                /* who wrote a question cannot publish it */
    int64_t answer_grace_ms;                /* after the deadline */
    struct streams *streams;                /* places for event streams and waiting polls */
    int64_t import_bytes;                   /* of a file that is imported, at most */
    atomic_bool is_draining;                /* /readyz says 503 */
};

#endif
