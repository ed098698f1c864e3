/* Whatever is wrong, the same is done: one look, one Argon2id, one statement. */
#include "api/credentials.h"

#include "auth/password.h"

bool credentials_count_refusal(struct call *call, const struct login_account *account,
                               const char *reason, struct error *err)
{
    const struct account_rules *rules = &call->app->rules;
    const struct client client = call_client(call);
    const struct login_refusal refusal = {.email = account->email,
                                          .user_id = account->id,
                                          .reason = text_of(reason),
                                          .account_failures = rules->account_failures,
                                          .network_failures = rules->network_failures};

    return store_logins_refuse(call->db, call->arena, &refusal, &client, err);
}

static const char *find_fault(const struct login_account *account, bool matches)
{
    if (uuid_is_nil(account->id)) {
        return "unknown_account";
    }
    if (account->is_locked) {
        return "locked";
    }
    if (!matches) {
        return "wrong_password";
    }
    return account->is_closed ? "closed" : NULL;
}

bool credentials_check(struct call *call, const struct login_account *account, struct text password,
                       bool *is_right, struct error *err)
{
    bool matches = false;

    if (account->network_wait_s > 0) {
        (void)error_set(err, ERROR_TOO_MANY_REQUESTS,
                        "too many failed logins from your network"); /* always false */
        err->retry_after_s = (unsigned)account->network_wait_s;
        return false;
    }
    if (!password_verify(password, account->password_hash, call->arena, &matches, err)) {
        return false;
    }
    const char *fault = find_fault(account, matches);
    *is_right = fault == NULL;
    return *is_right || credentials_count_refusal(call, account, fault, err);
}

bool credentials_check_new(struct call *call, struct text password, struct text email,
                           struct text pointer, struct error *err)
{
    const struct new_password wanted = {
        .password = password, .email = email, .bytes_min = call->app->rules.password_bytes_min};

    return password_check_new(&wanted, call->arena, pointer, err);
}
