/* One operation under way: the decoded request on its way to a handler. Everything belongs to the
 * request's arena. */
#ifndef API_CALL_H
#define API_CALL_H

#include "api/app.h"
#include "base/arena.h"
#include "base/error.h"
#include "domain/user.h"
#include "http/request.h"
#include "http/response.h"
#include "http/router.h"
#include "store/logins.h"

/* Who may call a route: a mask of these. */
enum access {
    ACCESS_LEARNER = 1 << ROLE_LEARNER,
    ACCESS_INSTRUCTOR = 1 << ROLE_INSTRUCTOR,
    ACCESS_ADMIN = 1 << ROLE_ADMIN,
    ACCESS_USER = ACCESS_LEARNER | ACCESS_INSTRUCTOR | ACCESS_ADMIN,
    ACCESS_ANYONE = 1 << ROLE_COUNT /* without a token */
};

struct call {
    struct app *app;
    struct db
        *db; /* the lanes; with an Idempotency-Key a transaction, in which the reply is kept */
    struct arena *arena;
    const struct request *request;
    struct response *response;
    const struct route *route;
    struct uuid user_id;    /* nil on routes for anyone */
    struct uuid session_id; /* the login of the token */
    enum role role;
    const char *rate_policy; /* whose limit `rate` is; NULL: there is none */
    struct rate_verdict rate;
    const void *path; /* by the route's shapes; NULL where it has none */
    const void *query;
    const void *body;
};

/* Where the request comes from. */
struct client call_client(const struct call *call);
/* Adds `ETag: "tag"`; true where the client has it already (If-None-Match): then the status is 304
 * and the handler need not fill the reply. */
bool call_has_fresh(struct call *call, struct text tag);
/* The ETag that If-Match names, without quotes; "*" stays. ERROR_ETAG_REQUIRED. */
NODISCARD bool call_read_match(const struct call *call, struct text *tag, struct error *err);
/* A way to the database beside the lanes, for what may wait for locks or read much, so that
 * nobody's answer waits with it: a session of a pool, or the transaction where there is one. */
struct side_road {
    struct db *db;
    struct db_pool *pool;
    struct db_session *session; /* NULL: the transaction's */
};
NODISCARD bool call_take_side_road(struct call *call, struct db_pool *pool, struct side_road *road,
                                   struct error *err);
/* After a take that succeeded, always. */
void call_leave_side_road(struct side_road *road);
/* The bank a slug names in the current snapshot. ERROR_NOT_FOUND, as a fault of `parameter` where
 * that is not NULL. */
NODISCARD bool call_find_bank(struct call *call, struct text slug, const struct bank **bank,
                              struct error *err);
/* The id that a cursor (absent: none) stands for: lists are paged behind the id of a page's last
 * entry. ERROR_INVALID_INPUT where it is no cursor. */
NODISCARD bool call_read_cursor(struct call *call, struct text cursor, struct uuid *after,
                                struct error *err);
struct text call_cursor(struct call *call, struct uuid last);
/* A token may outlive its account by some minutes. Turns the ERROR_NOT_FOUND of a store function
 * that looked for the caller's account into an ERROR_INVALID_TOKEN; leaves other errors. Returns
 * false. */
bool call_refuse_gone_account(struct error *err);

#endif
