/* A new password: for who is logged in, and for who has forgotten it and reads the mail of the
 * account. And the proof that an address is one's own. */
#ifndef API_PASSWORDS_H
#define API_PASSWORDS_H

#include "api/call.h"
#include "base/shape.h"
#include "mail/mailer.h"

struct password_change_request {
    struct text current_password;
    struct text new_password;
};
struct mail_token_request {
    struct text email;
};
struct password_reset_request {
    struct text token;
    struct text new_password;
};
struct verification_request {
    struct text token;
};

extern const struct shape PASSWORD_CHANGE_SHAPE;
extern const struct shape MAIL_TOKEN_REQUEST_SHAPE;
extern const struct shape PASSWORD_RESET_SHAPE;
extern const struct shape VERIFICATION_SHAPE;

bool api_change_password(struct call *call, void *reply, struct error *err);
bool api_request_password_reset(struct call *call, void *reply, struct error *err);
bool api_reset_password(struct call *call, void *reply, struct error *err);
bool api_request_verification(struct call *call, void *reply, struct error *err);
bool api_verify_email(struct call *call, void *reply, struct error *err);

/* The `write` of mailer_open; `context` is the struct app. Makes the token that goes with it. */
bool api_write_mail(void *context, const struct mail_request *request, struct arena *arena,
                    struct mail_message *message, bool *is_wanted, struct error *err);

#endif
