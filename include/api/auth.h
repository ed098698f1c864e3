/* Register, log in, refresh, log out. */
#ifndef API_AUTH_H
#define API_AUTH_H

#include "api/call.h"
#include "base/shape.h"
#include "store/sessions.h"

struct register_request {
    struct text email;
    struct text password;
    struct text display_name;
};
enum grant_type { GRANT_PASSWORD, GRANT_REFRESH_TOKEN, GRANT_COUNT };
struct token_request {
    enum grant_type grant_type;
    struct text email;
    struct text password;
    struct text refresh_token;
};
struct token_reply {
    struct text access_token;
    struct text token_type;
    int64_t expires_in; /* seconds */
    struct text refresh_token;
};
struct revoke_request {
    struct text refresh_token;
};

extern const struct shape REGISTER_REQUEST_SHAPE;
extern const struct shape TOKEN_REQUEST_SHAPE;
extern const struct shape TOKEN_REPLY_SHAPE;
extern const struct shape REVOKE_REQUEST_SHAPE;
extern const struct shape USER_REPLY_SHAPE; /* struct user */

/* Fills a reply with a new access token of the login. */
NODISCARD bool api_issue_tokens(struct call *call, const struct session *session,
                                struct text refresh_token, struct token_reply *tokens,
                                struct error *err);

bool api_register(struct call *call, void *reply, struct error *err);
bool api_create_token(struct call *call, void *reply, struct error *err);
bool api_revoke_token(struct call *call, void *reply, struct error *err);

#endif
