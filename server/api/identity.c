/*
 * Who calls. A token that was verified lately costs one look-up. Any other is verified, held
 * against what was revoked, remembered, and held against it once more: a revocation either is in
 * the set before the second look, or comes after it and then finds the token among the remembered
 * ones.
 */
#include "api/identity.h"

#include "base/clock.h"
#include "base/log.h"

enum { KEPT_S = TOKEN_LIFETIME_S + 2 * TOKEN_LEEWAY_S };

/* The token of "Authorization: Bearer <token>". */
static bool read_bearer(const struct request *request, struct text *token, struct error *err)
{
    struct text scheme = TEXT_ABSENT;

    if (request->authorization.data == NULL) {
        return error_set(err, ERROR_UNAUTHENTICATED,
                         "this needs an access token (Authorization: Bearer …)");
    }
    if (!text_split(request->authorization, ' ', &scheme, token) ||
        !text_equal_ignoring_case(scheme, TEXT("bearer"))) {
        return error_set(err, ERROR_UNAUTHENTICATED,
                         "the Authorization header field is not 'Bearer <token>'");
    }
    return true;
}

static bool refuse_revoked(struct error *err)
{
    return error_set(err, ERROR_INVALID_TOKEN,
                     "the login of this access token is over, or its role was changed");
}

static bool is_gone(void *context, const struct token_identity *identity)
{
    const int64_t now_s = clock_now_us() / CLOCK_US_PER_S;

    return revocation_set_judge(context, identity, now_s) != REVOCATION_NONE;
}

static bool ask_database(struct call *call, const struct token_identity *identity,
                         struct error *err)
{
    const struct session session = {.user_id = identity->user_id,
                                    .id = identity->session_id,
                                    .role = (enum role)identity->role};
    bool is_revoked = false;

    if (!store_revocations_check(call->db, call->arena, &session, &is_revoked, err)) {
        return false;
    }
    return !is_revoked || refuse_revoked(err);
}

/* Where memory had no room for all revocations the database is asked, each time anew. */
static bool conclude(struct call *call, const struct token_identity *identity,
                     enum revocation_verdict verdict, struct error *err)
{
    switch (verdict) {
    case REVOCATION_NONE:
        return true;
    case REVOCATION_FOUND:
        return refuse_revoked(err);
    case REVOCATION_UNKNOWN:
        break;
    }
    return ask_database(call, identity, err);
}

static bool remember(struct call *call, struct text token, const struct token_identity *identity,
                     int64_t now_s, struct error *err)
{
    struct app *app = call->app;
    enum revocation_verdict verdict = revocation_set_judge(app->revocations, identity, now_s);

    if (verdict == REVOCATION_NONE) {
        token_cache_put(app->tokens, token, identity);
        verdict = revocation_set_judge(app->revocations, identity, now_s);
        if (verdict == REVOCATION_NONE) {
            return true;
        }
        token_cache_remove(app->tokens, is_gone, app->revocations);
    }
    return conclude(call, identity, verdict, err);
}

/* Who a token is: from the cache, or checked in full and remembered. */
static bool identify(struct call *call, struct text token, struct token_identity *identity,
                     struct error *err)
{
    const int64_t now_s = clock_now_us() / CLOCK_US_PER_S;
    struct token_claims claims;

    if (token_cache_find(call->app->tokens, token, now_s, identity)) {
        return true;
    }
    if (!token_verify(atomic_load(&call->app->keys), token, now_s, call->arena, &claims, err)) {
        return false;
    }
    if (!enumeration_find(&ROLES, claims.role, &identity->role)) {
        return error_set(err, ERROR_INVALID_TOKEN, "the access token is not valid");
    }
    identity->user_id = claims.user_id;
    identity->session_id = claims.session_id;
    identity->expires_at_s = claims.expires_at_s;
    return remember(call, token, identity, now_s, err);
}

/* Takes one from somebody's requests of this minute. */
static bool take_one(struct call *call, struct rate_limit *limit, const char *policy,
                     struct text key, struct error *err)
{
    call->rate_policy = policy;
    call->rate = rate_limit_take(limit, key, clock_monotonic_us());
    if (call->rate.is_allowed) {
        return true;
    }
    (void)error_set(err, ERROR_TOO_MANY_REQUESTS,
                    "at most %lld requests a minute are answered here",
                    (long long)call->rate.allowed); /* always false */
    err->retry_after_s = (unsigned)call->rate.retry_after_s;
    return false;
}

bool identity_admit(struct call *call, struct error *err)
{
    const bool is_service =
        call->route != NULL && text_equal(text_of(call->route->tag), TEXT("service"));

    return call->app->network_requests == NULL || is_service ||
           take_one(call, call->app->network_requests, "network", call_client(call).network, err);
}

bool identity_authorize(struct call *call, struct error *err)
{
    struct token_identity identity;
    struct text token = TEXT_ABSENT;

    if ((call->route->roles & ACCESS_ANYONE) != 0) {
        return true;
    }
    if (!read_bearer(call->request, &token, err) || !identify(call, token, &identity, err)) {
        return false;
    }
    call->user_id = identity.user_id;
    call->session_id = identity.session_id;
    call->role = (enum role)identity.role;
    const struct text key = {.data = (const char *)identity.user_id.bytes,
                             .len = sizeof identity.user_id.bytes};
    if (call->app->user_requests != NULL &&
        !take_one(call, call->app->user_requests, "user", key, err)) {
        return false;
    }
    return (call->route->roles & (1U << identity.role)) != 0 ||
           error_set(err, ERROR_FORBIDDEN, "your role does not allow this");
}

bool identity_confirm(struct call *call, struct error *err)
{
    const struct token_identity identity = {
        .user_id = call->user_id, .session_id = call->session_id, .role = call->role};
    const int64_t now_s = clock_now_us() / CLOCK_US_PER_S;

    return conclude(call, &identity, revocation_set_judge(call->app->revocations, &identity, now_s),
                    err);
}

void identity_add_rate_headers(const struct call *call)
{
    if (call->rate_policy != NULL) {
        response_add_header(call->response, "RateLimit-Policy",
                            arena_printf(call->arena, "\"%s\";q=%lld;w=%d", call->rate_policy,
                                         (long long)call->rate.allowed, RATE_WINDOW_S));
        response_add_header(call->response, "RateLimit",
                            arena_printf(call->arena, "\"%s\";r=%lld;t=%lld", call->rate_policy,
                                         (long long)call->rate.remaining,
                                         (long long)call->rate.full_again_s));
    }
}

void identity_take_revocations(void *context, const struct revocation *items, size_t count)
{
    struct app *app = context;
    const int64_t now_s = clock_now_us() / CLOCK_US_PER_S;
    size_t news = 0;

    for (size_t i = 0; i < count; i++) {
        unsigned role = 0;
        const bool has_role = enumeration_find(&ROLES, items[i].role, &role);
        const struct revocation_entry entry = {.subject_id = items[i].subject_id,
                                               .role = has_role ? (int)role : REVOCATION_NO_ROLE,
                                               .at_us = items[i].at,
                                               .until_s = now_s + KEPT_S};
        news += revocation_set_add(app->revocations, &entry, now_s) ? 1 : 0;
    }
    if (news > 0) {
        token_cache_remove(app->tokens, is_gone, app->revocations);
        log_debug("tokens.revoked", log_i64("count", (int64_t)news));
    }
}
