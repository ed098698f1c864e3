/* Tokens that are sent by mail: good once, for a while, kept as SHA-256 only. */
#ifndef STORE_ACCOUNT_TOKENS_H
#define STORE_ACCOUNT_TOKENS_H

#include "base/arena.h"
#include "base/error.h"
#include "base/shape.h"
#include "db/db.h"

enum mail_purpose {
    MAIL_RESET,  /* a token to set a new password with */
    MAIL_VERIFY, /* a token that proves the address */
    MAIL_NOTICE, /* none: somebody registered an address that has an account */
    MAIL_PURPOSE_COUNT
};
extern const struct enumeration MAIL_PURPOSES;

struct account_token_request {
    struct text email;
    enum mail_purpose purpose; /* MAIL_RESET or MAIL_VERIFY */
    struct text hash;          /* of the token to be made */
    struct text address;       /* of the client that asked, for the audit */
};
struct account_token {
    struct text email; /* as the account has it */
    enum mail_purpose purpose;
};

/* token->purpose is MAIL_NOTICE where the
 * address needs no proof any more. *is_made is false where there is no such account, or the last
 * mail of this kind is not a minute old. */
NODISCARD bool store_account_tokens_create(struct db *db, struct arena *arena,
                                           const struct account_token_request *request,
                                           struct account_token *token, bool *is_made,
                                           struct error *err);
/* The hash of the password of the account that a token of MAIL_VERIFY belongs to; *is_found is
 * false where it is not good. */
NODISCARD bool store_account_tokens_find_verify(struct db *db, struct arena *arena,
                                                struct text hash, struct text *password_hash,
                                                bool *is_found, struct error *err);
struct verification {
    struct text token_hash;
    struct text password_hash; /* as it was found right */
    struct text address;       /* of the client, for the audit */
};
/* Spends a token of MAIL_VERIFY. *is_verified is false where it is not good, or the account has
 * another password by now. */
NODISCARD bool store_account_tokens_verify(struct db *db, struct arena *arena,
                                           const struct verification *verification,
                                           bool *is_verified, struct error *err);

#endif
