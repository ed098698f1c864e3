/* Register, log in, refresh, log out. */
#include "api/auth.h"

#include "api/credentials.h"
#include "auth/password.h"
#include "auth/refresh_token.h"
#include "auth/token.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "store/account_tokens.h"
#include "store/sessions.h"
#include "store/users.h"

static const char *const GRANT_NAMES[GRANT_COUNT] = {"password", "refresh_token"};
static const struct enumeration GRANT_TYPES = {GRANT_NAMES, GRANT_COUNT};

static const struct shape_member REGISTER_MEMBERS[] = {
    MEMBER_TEXT(struct register_request, email, .max = LIMIT_EMAIL_BYTES, .min = 3,
                .format = "email"),
    MEMBER_TEXT(struct register_request, password, .min = 1, .max = LIMIT_PASSWORD_BYTES,
                .format = "password",
                .about =
                    "12 to 256 bytes; not one of the most common ones, nor with the name in the "
                    "e-mail address in it."),
    MEMBER_TEXT(struct register_request, display_name, .min = 1, .max = LIMIT_DISPLAY_NAME,
                .format = "name"),
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
                .about =
                    "Good once, for 7 days, 30 days after the login at most; within 10 seconds "
                    "it gives the same successor again."),
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

/* Where addresses are to be proved, a taken one is no secret to who can read its mail, and to
 * nobody else: it gets the same reply, and the mail says the rest. */
static bool create_account(struct call *call, const struct new_user *account, int64_t *created_at,
                           struct error *err)
{
    struct error ignored = {.code = ERROR_NONE};
    const struct text address = call_client(call).address;
    const struct mail_request mail = {
        .purpose = MAIL_VERIFY, .email = account->email, .address = address};

    if (!store_users_register(call->db, call->arena, account, address, created_at, err)) {
        if (err->code != ERROR_EMAIL_TAKEN || !account->needs_verification) {
            return false;
        }
        *err = (struct error){.code = ERROR_NONE};
        *created_at = clock_now_us();
    }
    if (account->needs_verification && !mailer_post(call->app->mailer, &mail, &ignored)) {
        log_warn("mail.refused", log_string("detail", ignored.detail)); /* can be asked for again */
    }
    return true;
}

bool api_register(struct call *call, void *reply, struct error *err)
{
    const struct register_request *body = call->body;
    struct user *user = reply;
    struct new_user account = {.id = uuid_new(),
                               .email = body->email,
                               .display_name = body->display_name,
                               .role = ROLE_LEARNER,
                               .needs_verification = call->app->rules.verifies_email};

    if (!credentials_check_new(call, body->password, body->email, TEXT("/password"), err) ||
        !password_hash(body->password, call->arena, &account.password_hash, err) ||
        !create_account(call, &account, &user->created_at, err)) {
        return false;
    }
    user->id = account.id;
    user->email = account.email;
    user->display_name = account.display_name;
    user->role = account.role;
    return true;
}

bool api_issue_tokens(struct call *call, const struct session *session, struct text refresh_token,
                      struct token_reply *tokens, struct error *err)
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
    return token_issue(atomic_load(&call->app->keys), &claims, call->arena, &tokens->access_token,
                       err);
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

static bool refuse_login(struct error *err)
{
    return error_set(err, ERROR_INVALID_CREDENTIALS, "the e-mail address or the password is wrong");
}

/* The same password hashed with today's parameters, where those of the stored hash are older; a
 * server that is too busy for it leaves it to the next login. */
static struct text rehash(struct call *call, struct text password, struct text hash)
{
    struct text fresh = TEXT_ABSENT;
    struct error ignored = {.code = ERROR_NONE};

    return password_needs_rehash(hash, call->arena) &&
                   password_hash(password, call->arena, &fresh, &ignored)
               ? fresh
               : TEXT_ABSENT;
}

static bool begin_login(struct call *call, const struct login_account *account,
                        struct text password, struct token_reply *tokens, struct error *err)
{
    const struct session session = {
        .user_id = account->id, .id = uuid_new(), .role = account->role};
    const struct client client = call_client(call);
    struct login_begin begin = {.user_id = session.user_id,
                                .session_id = session.id,
                                .password_hash = account->password_hash,
                                .new_password_hash =
                                    rehash(call, password, account->password_hash)};
    struct text token = TEXT_ABSENT;
    bool has_begun = false;

    refresh_token_new(call->arena, &token, &begin.refresh_hash);
    if (!store_logins_begin(call->db, call->arena, &begin, &client, &has_begun, err)) {
        return false;
    }
    if (!has_begun) {
        return credentials_count_refusal(call, account, "changed", err) && refuse_login(err);
    }
    return api_issue_tokens(call, &session, token, tokens, err);
}

static bool log_in(struct call *call, const struct token_request *body, struct token_reply *tokens,
                   struct error *err)
{
    const struct client client = call_client(call);
    struct login_account account;
    bool is_right = false;

    if (!store_logins_find(call->db, call->arena, body->email, &client, &account, err) ||
        !credentials_check(call, &account, body->password, &is_right, err)) {
        return false;
    }
    return is_right ? begin_login(call, &account, body->password, tokens, err) : refuse_login(err);
}

static bool refuse_refresh(struct error *err)
{
    return error_set(err, ERROR_INVALID_CREDENTIALS, "the refresh token is not valid");
}

static bool refresh(struct call *call, const struct token_request *body, struct token_reply *tokens,
                    struct error *err)
{
    struct refresh wanted = {.nonce = refresh_nonce_new(call->arena),
                             .address = call_client(call).address};
    struct session session;
    struct text token = TEXT_ABSENT;
    struct text nonce = TEXT_ABSENT;

    if (!refresh_token_hash(body->refresh_token, call->arena, &wanted.hash) ||
        !refresh_token_succeed(body->refresh_token, wanted.nonce, call->arena, &token,
                               &wanted.next_hash)) {
        return refuse_refresh(err);
    }
    if (!store_sessions_refresh(call->db, call->arena, &wanted, &session, &nonce, err)) {
        return false;
    }
    /* Where another was quicker, its nonce makes the successor. */
    if (!refresh_token_succeed(body->refresh_token, nonce, call->arena, &token,
                               &wanted.next_hash)) {
        return refuse_refresh(err);
    }
    return api_issue_tokens(call, &session, token, tokens, err);
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
    return store_sessions_revoke(call->db, call->arena, hash, call_client(call).address, err);
}
