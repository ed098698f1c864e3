/* New passwords and proofs of addresses. What asks for a mail only queues a wish, whoever it is
 * about: whether there is such an account shows neither in the reply nor in its time. */
#include "api/passwords.h"

#include "api/auth.h"
#include "api/credentials.h"
#include "auth/password.h"
#include "auth/refresh_token.h"
#include "base/limits.h"
#include "store/account_tokens.h"
#include "store/passwords.h"

enum { TOKEN_TEXT_MAX = 128 };

static const struct shape_member CHANGE_MEMBERS[] = {
    MEMBER_TEXT(struct password_change_request, current_password, .max = LIMIT_PASSWORD_BYTES,
                .format = "password"),
    MEMBER_TEXT(struct password_change_request, new_password, .min = 1, .max = LIMIT_PASSWORD_BYTES,
                .format = "password", .about = "By the same rules as at registration."),
};
const struct shape PASSWORD_CHANGE_SHAPE =
    SHAPE_OF("PasswordChange", struct password_change_request, CHANGE_MEMBERS);

static const struct shape_member MAIL_TOKEN_MEMBERS[] = {
    MEMBER_TEXT(struct mail_token_request, email, .min = 3, .max = LIMIT_EMAIL_BYTES,
                .format = "email"),
};
const struct shape MAIL_TOKEN_REQUEST_SHAPE =
    SHAPE_OF("MailTokenRequest", struct mail_token_request, MAIL_TOKEN_MEMBERS);

static const struct shape_member RESET_MEMBERS[] = {
    MEMBER_TEXT(struct password_reset_request, token, .min = 1, .max = TOKEN_TEXT_MAX,
                .about = "From the mail; good once, for 30 minutes."),
    MEMBER_TEXT(struct password_reset_request, new_password, .min = 1, .max = LIMIT_PASSWORD_BYTES,
                .format = "password", .about = "By the same rules as at registration."),
};
const struct shape PASSWORD_RESET_SHAPE =
    SHAPE_OF("PasswordReset", struct password_reset_request, RESET_MEMBERS);

static const struct shape_member VERIFICATION_MEMBERS[] = {
    MEMBER_TEXT(struct verification_request, token, .min = 1, .max = TOKEN_TEXT_MAX,
                .about = "From the mail; good once, for a day."),
    MEMBER_TEXT(struct verification_request, password, .min = 1, .max = LIMIT_PASSWORD_BYTES,
                .format = "password",
                .about = "The account's: somebody else may have registered the address."),
};
const struct shape VERIFICATION_SHAPE =
    SHAPE_OF("Verification", struct verification_request, VERIFICATION_MEMBERS);

static bool refuse_password(struct error *err)
{
    return error_set(err, ERROR_WRONG_PASSWORD, "the current password is not this one");
}

static bool change(struct call *call, const struct login_account *account, struct text new_password,
                   struct token_reply *tokens, struct error *err)
{
    const struct client client = call_client(call);
    struct password_change change = {
        .user_id = account->id, .old_hash = account->password_hash, .session_id = uuid_new()};
    struct session session;
    struct text token = TEXT_ABSENT;

    refresh_token_new(call->arena, &token, &change.refresh_hash);
    if (!password_hash(new_password, call->arena, &change.new_hash, err)) {
        return false;
    }
    if (!store_passwords_change(call->db, call->arena, &change, &client, &session, err)) {
        return err->code == ERROR_NOT_FOUND ? refuse_password(err) : false;
    }
    return api_issue_tokens(call, &session, token, tokens, err);
}

bool api_change_password(struct call *call, void *reply, struct error *err)
{
    const struct password_change_request *body = call->body;
    const struct client client = call_client(call);
    struct login_account account;
    bool is_right = false;

    if (!store_logins_find_user(call->db, call->arena, call->user_id, &client, &account, err)) {
        return call_refuse_gone_account(err);
    }
    if (!credentials_check_new(call, body->new_password, account.email, TEXT("/new_password"),
                               err) ||
        !credentials_check(call, &account, body->current_password, &is_right, err)) {
        return false;
    }
    return is_right ? change(call, &account, body->new_password, reply, err) : refuse_password(err);
}

static bool request_mail(struct call *call, enum mail_purpose purpose, struct error *err)
{
    const struct mail_token_request *body = call->body;
    const struct mail_request request = {
        .purpose = (int)purpose, .email = body->email, .address = call_client(call).address};

    if (call->app->mailer == NULL) {
        return error_set(err, ERROR_NOT_FOUND, "this server sends no mail");
    }
    return mailer_post(call->app->mailer, &request, err);
}

bool api_request_password_reset(struct call *call, void *reply, struct error *err)
{
    (void)reply; /* 204 */
    return request_mail(call, MAIL_RESET, err);
}

bool api_request_verification(struct call *call, void *reply, struct error *err)
{
    (void)reply; /* 204 */
    return request_mail(call, MAIL_VERIFY, err);
}

static bool refuse_token(struct call *call, struct error *err)
{
    return error_add_fault(err, call->arena, TEXT("/token"), FAULT_NOT_FOUND,
                           "is not valid, or not any more");
}

bool api_reset_password(struct call *call, void *reply, struct error *err)
{
    const struct password_reset_request *body = call->body;
    const struct client client = call_client(call);
    struct password_reset reset = {.token_hash = TEXT_ABSENT};
    struct text email = TEXT_ABSENT;
    bool is_good = false;

    (void)reply; /* 204 */
    if (!refresh_token_hash(body->token, call->arena, &reset.token_hash)) {
        return refuse_token(call, err);
    }
    if (!store_passwords_find_reset(call->db, call->arena, reset.token_hash, &email, &is_good,
                                    err)) {
        return false;
    }
    if (!is_good) {
        return refuse_token(call, err);
    }
    if (!credentials_check_new(call, body->new_password, email, TEXT("/new_password"), err) ||
        !password_hash(body->new_password, call->arena, &reset.new_hash, err) ||
        !store_passwords_reset(call->db, call->arena, &reset, &client, &is_good, err)) {
        return false;
    }
    return is_good || refuse_token(call, err);
}

bool api_verify_email(struct call *call, void *reply, struct error *err)
{
    const struct verification_request *body = call->body;
    struct verification proof = {.address = call_client(call).address};
    bool is_good = false;

    (void)reply; /* 204 */
    if (!refresh_token_hash(body->token, call->arena, &proof.token_hash)) {
        return refuse_token(call, err);
    }
    if (!store_account_tokens_find_verify(call->db, call->arena, proof.token_hash,
                                          &proof.password_hash, &is_good, err)) {
        return false;
    }
    if (!is_good) {
        return refuse_token(call, err);
    }
    if (!password_verify(body->password, proof.password_hash, call->arena, &is_good, err)) {
        return false;
    }
    if (!is_good) {
        return error_set(err, ERROR_WRONG_PASSWORD,
                         "the account has another password; register again with yours");
    }
    if (!store_account_tokens_verify(call->db, call->arena, &proof, &is_good, err)) {
        return false;
    }
    return is_good || refuse_token(call, err);
}

static const struct {
    const char *subject;
    const char *before; /* the token or the link */
    const char *after;
    const char *action; /* in the link; NULL: no token */
} MAILS[MAIL_PURPOSE_COUNT] = {
    [MAIL_RESET] = {"Set a new password",
                    "Somebody, probably you, asked to set a new password for your account. To do "
                    "so, use within 30 minutes:\n\n",
                    "\n\nIf it was not you, there is nothing to do: without this nobody can.\n",
                    "reset"},
    [MAIL_VERIFY] =
        {"Confirm your e-mail address",
         "Somebody, probably you, registered an account with this address. To confirm "
         "that it is yours, use within a day:\n\n",
         "\n\nIt takes the password that you chose. If it was not you, there is nothing to "
         "do: without this nobody can log in.\n",
         "verify"},
    [MAIL_NOTICE] =
        {"You have an account already",
         "Somebody, probably you, wanted to register or to confirm this address. It has "
         "an account that is confirmed: log in, or ask for a new password.\n",
         "", NULL},
};

static void write_message(const struct app *app, const struct account_token *account,
                          struct text token, struct arena *arena, struct mail_message *message)
{
    const char *action = MAILS[account->purpose].action;
    const bool has_link = action != NULL && app->mail_link != NULL;
    const struct text link = has_link ? arena_printf(arena, "%s?action=%s&token=%.*s",
                                                     app->mail_link, action, TEXT_ARG(token))
                                      : token;

    message->to = account->email;
    message->subject = text_of(MAILS[account->purpose].subject);
    message->body =
        arena_printf(arena, "%s%.*s%s", MAILS[account->purpose].before,
                     TEXT_ARG(action == NULL ? TEXT("") : link), MAILS[account->purpose].after);
}

bool api_write_mail(void *context, const struct mail_request *request, struct arena *arena,
                    struct mail_message *message, bool *is_wanted, struct error *err)
{
    const struct app *app = context;
    struct account_token_request wanted = {.email = request->email,
                                           .purpose = (enum mail_purpose)request->purpose,
                                           .address = request->address};
    struct account_token account;
    struct text token = TEXT_ABSENT;

    refresh_token_new(arena, &token, &wanted.hash);
    if (!store_account_tokens_create(app->lanes, arena, &wanted, &account, is_wanted, err)) {
        return false;
    }
    if (*is_wanted) {
        write_message(app, &account, token, arena, message);
    }
    return true;
}
