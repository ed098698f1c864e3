/* Register, log in, refresh, log out. Unknown account, wrong password and disabled account look the
 * same and cost the same. */
#include "api/auth.h"

#include "auth/password.h"
#include "auth/token.h"
#include "base/clock.h"
#include "base/limits.h"
#include "store/sessions.h"
#include "store/users.h"

static const char *const GRANT_NAMES[GRANT_COUNT] = {"password", "refresh_token"};
static const struct enumeration GRANT_TYPES = {GRANT_NAMES, GRANT_COUNT};

static const struct shape_member REGISTER_MEMBERS[] = {
    MEMBER_TEXT(struct register_request, email, .max = LIMIT_EMAIL_BYTES, .min = 3,
                .format = "email"),
    MEMBER_TEXT(struct register_request, password, .min = 1, .max = LIMIT_PASSWORD_BYTES,
                .format = "password",
                .about = "12 to 256 bytes; must not contain the name in the e-mail address."),
    MEMBER_TEXT(struct register_request, display_name, .min = 1, .max = LIMIT_DISPLAY_NAME),
};
const struct shape REGISTER_REQUEST_SHAPE =
    SHAPE_OF("RegisterRequest", struct register_request, REGISTER_MEMBERS);

static const struct shape_member TOKEN_REQUEST_MEMBERS[] = {
    MEMBER_ENUM(struct token_request, grant_type, &GRANT_TYPES),
    MEMBER_TEXT(struct token_request, email, .flags = SHAPE_OPTIONAL, .max = LIMIT_EMAIL_BYTES,
                .about = "For grant_type password."),
    MEMBER_TEXT(struct token_request, password, .flags = SHAPE_OPTIONAL,
                .max = LIMIT_PASSWORD_BYTES, .format = "password",
                .about = "For grant_type password."),
    MEMBER_TEXT(struct token_request, refresh_token, .flags = SHAPE_OPTIONAL, .max = 128,
                .about = "For grant_type refresh_token."),
};
const struct shape TOKEN_REQUEST_SHAPE =
    SHAPE_OF("TokenRequest", struct token_request, TOKEN_REQUEST_MEMBERS);

static const struct shape_member TOKEN_REPLY_MEMBERS[] = {
    MEMBER_TEXT(struct token_reply, access_token),
    MEMBER_TEXT(struct token_reply, token_type),
    MEMBER_I64(struct token_reply, expires_in, .about = "Seconds."),
    MEMBER_TEXT(struct token_reply, refresh_token,
                .about = "Good once, for 7 days, 30 days after the login at most."),
};
const struct shape TOKEN_REPLY_SHAPE = SHAPE_OF("Tokens", struct token_reply, TOKEN_REPLY_MEMBERS);

static const struct shape_member REVOKE_MEMBERS[] = {
    MEMBER_TEXT(struct revoke_request, refresh_token, .min = 1, .max = 128),
};
const struct shape REVOKE_REQUEST_SHAPE =
    SHAPE_OF("RevokeRequest", struct revoke_request, REVOKE_MEMBERS);

static const struct shape_member USER_MEMBERS[] = {
    MEMBER_UUID(struct user, id),           MEMBER_TEXT(struct user, email),
    MEMBER_TEXT(struct user, display_name), MEMBER_ENUM(struct user, role, &ROLES),
    MEMBER_TIME(struct user, created_at),
};
const struct shape USER_REPLY_SHAPE = SHAPE_OF("User", struct user, USER_MEMBERS);

bool api_register(struct call *call, void *reply, struct error *err)
{
    const struct register_request *body = call->body;
    struct user *user = reply;
    struct new_user account = {.id = uuid_new(),
                               .email = body->email,
                               .display_name = body->display_name,
                               .role = ROLE_LEARNER};

    if (!password_check_new(body->password, body->email, call->arena, TEXT("/password"), err) ||
        !password_hash(body->password, call->arena, &account.password_hash, err) ||
        !store_users_create(call->db, call->arena, &account, &user->created_at, err)) {
        return false;
    }
    user->id = account.id;
    user->email = account.email;
    user->display_name = account.display_name;
    user->role = account.role;
    return true;
}

static bool issue_tokens(struct call *call, const struct session *session,
                         struct text refresh_token, struct token_reply *tokens, struct error *err)
{
    const int64_t now_s = clock_now_us() / CLOCK_US_PER_S;
    const struct token_claims claims = {.user_id = session->user_id,
                                        .session_id = session->id,
                                        .token_id = uuid_new(),
                                        .role = text_of(enumeration_name(&ROLES, session->role)),
                                        .issued_at_s = now_s,
                                        .expires_at_s = now_s + TOKEN_LIFETIME_S};

    tokens->token_type = TEXT("Bearer");
    tokens->expires_in = TOKEN_LIFETIME_S;
    tokens->refresh_token = refresh_token;
    return token_issue(call->app->keys, &claims, call->arena, &tokens->access_token, err);
}

/* Which members a grant needs. */
static bool check_grant(struct call *call, const struct token_request *body, struct error *err)
{
    if (body->grant_type == GRANT_PASSWORD) {
        if (body->email.data == NULL) {
            (void)error_add_fault(err, call->arena, TEXT("/email"), FAULT_REQUIRED,
                                  "grant_type password needs an email"); /* collected */
        }
        if (body->password.data == NULL) {
            (void)error_add_fault(err, call->arena, TEXT("/password"), FAULT_REQUIRED,
                                  "grant_type password needs a password"); /* collected */
        }
    } else if (body->refresh_token.data == NULL) {
        (void)error_add_fault(err, call->arena, TEXT("/refresh_token"), FAULT_REQUIRED,
                              "grant_type refresh_token needs a refresh_token"); /* collected */
    }
    return err->code == ERROR_NONE;
}

static bool log_in(struct call *call, const struct token_request *body, struct token_reply *tokens,
                   struct error *err)
{
    struct user_credentials account = {.password_hash = TEXT_ABSENT};
    struct text token = TEXT_ABSENT;
    struct text hash = TEXT_ABSENT;
    bool is_found = false;
    bool matches = false;

    if (!store_users_get_credentials(call->db, call->arena, body->email, &account, &is_found,
                                     err) ||
        !password_verify(body->password, account.password_hash, call->arena, &matches, err)) {
        return false;
    }
    if (!is_found || !matches || account.is_disabled) {
        return error_set(err, ERROR_INVALID_CREDENTIALS,
                         "the e-mail address or the password is wrong");
    }
    const struct session session = {.user_id = account.id, .id = uuid_new(), .role = account.role};
    refresh_token_new(call->arena, &token, &hash);
    return store_sessions_create(call->db, call->arena, &session, hash, err) &&
           issue_tokens(call, &session, token, tokens, err);
}

static bool refresh(struct call *call, const struct token_request *body, struct token_reply *tokens,
                    struct error *err)
{
    struct session session;
    struct text hash = TEXT_ABSENT;
    struct text next_token = TEXT_ABSENT;
    struct text next_hash = TEXT_ABSENT;

    if (!refresh_token_hash(body->refresh_token, call->arena, &hash)) {
        return error_set(err, ERROR_INVALID_CREDENTIALS, "the refresh token is not valid");
    }
    refresh_token_new(call->arena, &next_token, &next_hash);
    return store_sessions_refresh(call->db, call->arena, hash, next_hash, &session, err) &&
           issue_tokens(call, &session, next_token, tokens, err);
}

bool api_create_token(struct call *call, void *reply, struct error *err)
{
    const struct token_request *body = call->body;

    if (!check_grant(call, body, err)) {
        return false;
    }
    return body->grant_type == GRANT_PASSWORD ? log_in(call, body, reply, err)
                                              : refresh(call, body, reply, err);
}

bool api_revoke_token(struct call *call, void *reply, struct error *err)
{
    const struct revoke_request *body = call->body;
    struct text hash = TEXT_ABSENT;

    (void)reply; /* 204 */
    if (!refresh_token_hash(body->refresh_token, call->arena, &hash)) {
        return true; /* RFC 7009: an invalid token is as good as revoked */
    }
    return store_sessions_revoke(call->db, call->arena, hash, err);
}
